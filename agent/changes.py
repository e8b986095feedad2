"""What a person wrote about a recipe -> the changes that it asks for: pure rules, no model.

It acts on nothing and judges no value: whether 900 rounds are allowed is the trainer's to say.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

RECOMMENDED, QUICK_LOOK = "recommended", "quick_look"
"""What stands in the place of a preset's name for our own recommendation, and for the upper half of the layers alone."""

_NAMES: Mapping[str, str] = {
    "epochs": "epochs|epoch|rounds through the examples|rounds|round",
    "batch_size": "examples per step|rows per step|batch[ _-]?size|batches|batch",
    "learning_rate": "learning[ _-]?rate|lr",
    "rank": "adapter size|rank",
    "alpha": "adapter strength|alpha",
    "context": "longest example|context(?: length)?|max(?:imum)?[ _-](?:length|tokens)",
    "patience": "checks without progress|patience|early stopping",
    "validations_per_epoch": "checks per round|validations[ _]per[ _]epoch|validations",
    "warmup_ratio": "warm[ -]?up(?:[ _]ratio)?",
    "max_grad_norm": "largest correction|(?:max[ _])?grad(?:ient)?[ _]norm|gradient clipping",
    "adapted_share": "where it learns|adapted[ _]share|share of (?:the )?layers|layers",
    "seed": "starting number|seed",
}
"""What people call a setting, by field; among them the names that the card shows."""
_PRESETS: Mapping[str, str] = {
    "documents": "documents?|configuration a",
    "communications": "communications?|configuration b",
    "mixed": "mixed|balanced|configuration c",
    QUICK_LOOK: "quick[ _-]look",
    RECOMMENDED: "recommended|recommendation|defaults?|reset",
}
LONGEST = 1000
"""Characters that are read; what follows them is no list of settings."""
_FILLERS = r"preset|presets|settings?|the|your|to|of|use|take|set|with|for|guide(?:['’]s)?|please|and|high|quality|quick|tasks?|pm"
WHOLE = frozenset({"epochs", "batch_size", "rank", "alpha", "context", "patience", "validations_per_epoch", "seed"})
"""The settings that are counts: no fractions."""

_NAME = "(?:{})".format("|".join(f"(?P<{name}>{spoken})" for name, spoken in _NAMES.items()))
_NUMBER = (
    r"[-+]?(?:\d{1,3}(?:[,.'’]\d{3})+(?![\d.,'’]\d)|\d+(?:[.,]\d+)?|[.,]\d+)(?![.,]?\d)"
    r"(?:\s?(?:e|[*x×]\s?10\s?\^?)\s?[-+]?\d{1,3})?(?:\s?%)?"
)
_LINK = (
    rf"(?:\s?\([^()\n]{{1,40}}\))?[)\]*_`\"'”’]*\s*(?:from\s+{_NUMBER}\s*)?"
    r"(?:(?:should\s+be|to|is|be|of|at|->|→|[=:])\s*)*"
)
_NAME_FIRST = re.compile(rf"(?<![\w-]){_NAME}(?![\w-]){_LINK}(?P<number>{_NUMBER})", re.IGNORECASE)
_NUMBER_FIRST = re.compile(rf"(?<![\w.,-])(?P<number>{_NUMBER})\s+{_NAME}(?![\w-])", re.IGNORECASE)
_ANY_PRESET = re.compile("|".join(rf"(?P<{name}>\b(?:{spoken})\b)" for name, spoken in _PRESETS.items()), re.IGNORECASE)
_SIGNS = str.maketrans({"−": "-", "–": "-", "\u00a0": " ", "\u202f": " ", "（": "(", "）": ")", "：": ":", "，": ", "})


@dataclass(frozen=True, kw_only=True)
class Changes:
    preset: str | None = None
    """The name of a preset of ``trainer.recipes``, ``RECOMMENDED`` or ``QUICK_LOOK``: taken before ``values``."""
    values: Mapping[str, float] = field(default_factory=dict)
    """By field of the recipe; the number that stands last for it."""
    unread: bool = False
    """Whether a number was left over that belongs to no setting we know."""

    @property
    def empty(self) -> bool:
        return self.preset is None and not self.values


def read_changes(text: str) -> Changes:
    """``epochs 2, learning rate 2e-4``, ``set the batch to 4``, ``3 rounds``, ``preset mixed``, ``lr 0,0002``."""
    rest = text[:LONGEST].translate(_SIGNS)
    values: dict[str, float] = {}
    for pattern in (_NUMBER_FIRST, _NAME_FIRST) if _begins_with_number(rest) else (_NAME_FIRST, _NUMBER_FIRST):
        for match in pattern.finditer(rest):
            name = _named(match, _NAMES)
            values[name] = _value(match["number"], name in WHOLE)
        rest = pattern.sub(" ", rest)
    return Changes(preset=_preset(rest), values=values, unread=bool(re.search(r"\d", rest)))


def read_number(text: str, whole: bool) -> float | None:
    """A number that stands alone, in the ways that ``read_changes`` reads one. ``whole``: only whole ones are meant."""
    written = text[:LONGEST].translate(_SIGNS).strip()
    return _value(written, whole) if re.fullmatch(_NUMBER, written, re.IGNORECASE) else None


def _begins_with_number(text: str) -> bool:
    return re.match(rf"\s*(?:{_FILLERS})?\s*{_NUMBER}", text, re.IGNORECASE) is not None


def _named(match: re.Match[str], names: Mapping[str, str]) -> str:
    return next(name for name in names if match[name] is not None)


def _value(written: str, whole: bool) -> float:
    """``2``, ``0.0002``, ``0,0002``, ``2e-4``, ``2*10^-4``, ``10 %``. ``1,024`` and ``1.024`` are a thousand where only
    whole numbers are meant. A number too large for a float is infinite: out of any bounds."""
    percent = written.endswith("%")
    number = re.sub(r"\s|%", "", written)
    number = re.sub(r"(?:[*x×]10\^?)", "e", number, flags=re.IGNORECASE)
    if whole and re.fullmatch(r"[-+]?[1-9]\d{0,2}(?:[,.'’]\d{3})+", number):
        number = re.sub(r"[,.'’]", "", number)
    head, dot, tail = number.replace("’", "").replace("'", "").replace(",", ".").rpartition(".")
    return float(f"{head.replace('.', '')}{dot}{tail}") / (100 if percent else 1)


def _preset(rest: str) -> str | None:
    """A preset, if what is left of the message is its name and words around it; two of them are none."""
    found = set(_presets(rest))
    others = re.sub(rf"\b(?:{_FILLERS})\b", " ", _ANY_PRESET.sub(" ", rest), flags=re.IGNORECASE)
    return found.pop() if len(found) == 1 and not re.search(r"\w", others) else None


def _presets(text: str) -> Iterator[str]:
    for match in _ANY_PRESET.finditer(text):
        yield _named(match, _PRESETS)
