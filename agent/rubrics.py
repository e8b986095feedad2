"""A project's rubric as people edit it: what may stand in it, and what an edit makes of it. Pure rules; nothing is kept here.

Scores are kept under a criterion's name. A criterion that comes to ask for something else is another one, so it gets another
name, made of its words: what was scored under the earlier words stays with these, and counts again once they come back. How a
criterion is called, its target, and whether it counts as content or manner change no score, so they leave the name alone.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.changes import read_number
from agent.context import Context
from agent.drafting import safe
from agent.evaluation.rubric import HIGHEST, LOWEST, RUBRIC, TARGET
from agent.reports.criteria import label_of
from agent.reports.rubric_card import texts_of
from agent.words import say
from dataset.quality.characters import fault, is_empty, with_plain_line_ends
from storage.domain import Criterion

MOST = 10
"""Criteria in a rubric: each is scored for every answer, by people too."""
LONGEST_LABEL = 40
LONGEST_TEXT = 300
"""Characters of what is asked, and of an anchor."""
_LONGEST_BASE = 24
"""Characters of a name, in front of the part that is made of its words."""

TEXTS = ("asks", "poor", "good", "excellent")
"""What a criterion means: its question and its anchors for 1, 3 and 5."""
FIELDS = ("label", *TEXTS, "about", "target")
"""What can be edited of a criterion."""
ABOUT: Mapping[str, str] = {"content": "content", "manner": "form", "form": "form"}
"""How people say what a criterion is about."""

_NOT_IN_LABEL = frozenset('*_`<>|[]{}@#=:：＝"“”')
"""Markup, quotation marks, and what ends a name in a line that somebody types."""
_OWN_PART = re.compile(r"_[0-9a-f]{8}$")

Wrong = dict[str, str]
"""A sentence by field."""


class RubricFault(Exception):
    """An edit that cannot be made. ``where``: the field; ``text``: the sentence that says why."""

    def __init__(self, where: str, key: str, **values: object) -> None:
        super().__init__(key)
        self.where = where
        self.text = say(f"rubric.{key}", **values)


# What an edit makes of a rubric


def changed(criteria: Sequence[Criterion], name: str, values: Mapping[str, str]) -> tuple[Criterion, ...]:
    """The rubric with a criterion's fields as they are written in ``values``; what is not among them stays.

    Raises RubricFault, also where there is no criterion of that name any more.
    """
    before = next((one for one in criteria if one.name == name), None)
    if before is None:
        raise RubricFault("label", "gone")
    after = _read(before, values)
    others = [one for one in criteria if one.name != name]
    _check_alone(after, others)
    return tuple(after if one.name == name else one for one in criteria)


def added(criteria: Sequence[Criterion], values: Mapping[str, str]) -> tuple[Criterion, ...]:
    """The rubric with another criterion behind the others. Raises RubricFault."""
    if len(criteria) >= MOST:
        raise RubricFault("label", "too_many", most=MOST)
    missing = [name for name in ("label", *TEXTS) if is_empty(values.get(name, ""))]
    if missing:
        raise RubricFault(missing[0], "missing", fields=", ".join(say(f"rubric.field_{name}") for name in missing))
    empty = Criterion(name="", asks="", poor="", good="", excellent="", target=TARGET)
    after = _read(empty, values)
    _check_alone(after, criteria)
    return (*criteria, after)


def removed(criteria: Sequence[Criterion], name: str) -> tuple[Criterion, ...]:
    """The rubric without a criterion; scores that it has are kept, and count again once it comes back. Raises RubricFault."""
    kept = tuple(one for one in criteria if one.name != name)
    if len(kept) == len(criteria):
        raise RubricFault("criterion", "gone")
    if not kept:
        raise RubricFault("criterion", "last")
    return kept


def as_kept(criteria: Sequence[Criterion]) -> tuple[Criterion, ...]:
    """As a brief keeps it: a rubric that is the guide's own is none of the project's."""
    return () if tuple(criteria) == RUBRIC else tuple(criteria)


def called(criteria: Sequence[Criterion], words: str) -> Criterion | None:
    """The criterion that somebody names: by what it is called, its name, or its number from 1."""
    wanted = _folded(words)
    by_label = next((one for one in criteria if wanted in (_folded(label_of(one)), one.name)), None)
    if by_label or not wanted.isdecimal():
        return by_label
    place = int(wanted[:4]) - 1
    return criteria[place] if 0 <= place < len(criteria) else None


# What may stand in it


def misfilled(context: Context, values: Mapping[str, str]) -> Wrong:
    """What is wrong with the texts themselves, a sentence by field, whatever rubric they are for."""
    wrong: Wrong = {}
    for name in (name for name in FIELDS if name in values):
        if name in ("label", *TEXTS) and safe(context, values[name]) != values[name]:
            wrong[name] = say("rubric.marker")
            continue
        try:
            _VALUE_OF[name](values[name])
        except RubricFault as found:
            wrong[name] = found.text
    return wrong


def _read(before: Criterion, values: Mapping[str, str]) -> Criterion:
    """The criterion with what differs from its texts. Raises RubricFault."""
    known = texts_of(before) if before.name else {}
    found: dict[str, Any] = {}
    for name in (name for name in FIELDS if name in values and values[name] != known.get(name)):
        try:
            found[name] = _VALUE_OF[name](values[name])
        except RubricFault as wrong:
            wrong.where = name
            raise
    after = replace(before, **found)
    if before.name and _meaning(after) == _meaning(before):
        return _with_our_label(after)
    base = _OWN_PART.sub("", before.name) or _slug(after.label)
    label = after.label or label_of(before)  # our word is kept for what the guide asks
    return _with_our_label(replace(after, name=_name(base, after), label=label))


def _with_our_label(criterion: Criterion) -> Criterion:
    """A criterion of the guide that is called as the guide's own has no label: it is told in our words."""
    ours = next((one for one in RUBRIC if one.name == criterion.name), None)
    same = ours is not None and _folded(criterion.label) == _folded(label_of(ours))
    return replace(criterion, label="") if same else criterion


def _name(base: str, criterion: Criterion) -> str:
    meaning = _meaning(criterion)
    guides = any(one.name == base and _meaning(one) == meaning for one in RUBRIC)
    return base if guides else f"{base}_{_digest(json.dumps(meaning))}"


def _meaning(criterion: Criterion) -> tuple[str, ...]:
    return tuple(getattr(criterion, name) for name in TEXTS)


def _slug(label: str) -> str:
    """A word of a-z, 0-9 and ``_`` for a label of any script."""
    latin = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().casefold()
    word = re.sub(r"[^a-z0-9]+", "_", latin).strip("_")[:_LONGEST_BASE].strip("_")
    fits = word[:1].isalpha() and len(word) * 2 >= len(label.strip())
    return word if fits else f"c{_digest(_folded(label))}"


def _check_alone(criterion: Criterion, others: Collection[Criterion]) -> None:
    if any(_folded(label_of(one)) == _folded(label_of(criterion)) for one in others):
        raise RubricFault("label", "same_label", label=label_of(criterion))
    if twin := next(
        (one for one in others if one.name == criterion.name or _meaning(one) == _meaning(criterion)), None
    ):
        raise RubricFault("asks", "same_meaning", label=label_of(twin))


def _label(text: str) -> str:
    label = _line(text, LONGEST_LABEL)
    signs = [sign for sign in label if sign in _NOT_IN_LABEL or not (sign.isprintable() or sign in "\u200c\u200d")]
    if signs:
        raise RubricFault("label", "label_sign")
    if not any(sign.isalpha() for sign in label):
        raise RubricFault("label", "label_letters")
    return label


def _line(text: str, longest: int = LONGEST_TEXT) -> str:
    """Somebody's words on one line. Raises RubricFault."""
    plain = with_plain_line_ends(text)
    if is_empty(plain):
        raise RubricFault("", "empty")
    if found := fault(plain):
        raise RubricFault("", found[0], character=found[1])
    line = " ".join(plain.split())
    if len(line) > longest:
        raise RubricFault("", "too_long", length=f"{len(line):,}", longest=longest)
    return line


def _about(text: str) -> str:
    found = ABOUT.get(_folded(text))
    if found is None:
        raise RubricFault("about", "about_unknown")
    return found


def _target(text: str) -> float:
    found = read_number(text, whole=False)
    if found is None or not LOWEST <= found <= HIGHEST:
        raise RubricFault("target", "target_range", lowest=LOWEST, highest=HIGHEST)
    return round(found, 2)


_VALUE_OF = {"label": _label, **dict.fromkeys(TEXTS, _line), "about": _about, "target": _target}


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:8]
