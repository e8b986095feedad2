"""What a person typed -> an example, a decision, a name: pure rules, no model.

It never acts on anything: a message that holds instructions is text like any other.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dataset.quality.characters import with_plain_line_ends

_LABELS = {
    "instruction": (
        "instruction request task Anweisung Aufgabe Auftrag Anfrage instrucción tarea petición solicitud consigna "
        "指令 请求 請求 任务 任務 要求 تعليمات التعليمات تعليمة التعليمة طلب الطلب مهمة المهمة"
    ),
    "input": (
        "input context Eingabe Kontext entrada contexto 输入 輸入 上下文 "
        "مدخل المدخل مدخلات المدخلات إدخال الإدخال سياق السياق"
    ),
    "output": (
        "output answer response Ausgabe Antwort salida respuesta 输出 輸出 回答 答案 回复 回覆 "
        "مخرج المخرج مخرجات المخرجات إخراج الإخراج إجابة الإجابة جواب الجواب رد الرد"
    ),
}
"""What opens a field, in English, German, Spanish, Chinese and Arabic."""
_FIELD = {
    unicodedata.normalize(form, label).casefold(): field
    for field, labels in _LABELS.items()
    for label in labels.split()
    for form in ("NFC", "NFD")
}
_DIRECTIONS = "\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069"
"""Marks that a keyboard for a right-to-left script puts around words; nobody sees them."""
_LABEL = re.compile(
    rf"^[ \t{_DIRECTIONS}]*[*_]{{0,2}}({'|'.join(sorted(_FIELD, key=len, reverse=True))})"
    rf"[*_]{{0,2}}[ \t{_DIRECTIONS}]*[:\uff1a][*_]{{0,2}}[ \t]*",
    re.IGNORECASE | re.MULTILINE,
)
_APPROVE = frozenset(
    {"yes", "y", "approve", "approved", "ok", "okay", "correct", "right", "good", "fine", "yes please"}
    | {"ja", "richtig", "sí", "si", "correcto", "是", "是的", "对", "好", "نعم", "صحيح"}
)
_REJECT = frozenset(
    {"no", "n", "reject", "wrong", "discard", "skip it"}
    | {"nein", "falsch", "incorrecto", "不", "不是", "不对", "لا", "خطأ"}
)
_EDIT = frozenset({"edit", "change", "change it", "edit it"})
_NOTHING = frozenset(
    {"none", "no", "nothing", "no input", "-", "skip", "n/a", "nein", "nichts", "keine", "keiner"}
    | {"nada", "ninguno", "ninguna", "没有", "沒有", "无", "無", "لا", "لا شيء"}
)
_CANCEL = frozenset(
    {"cancel", "never mind", "nevermind", "forget it", "abort", "start over", "abbrechen", "cancelar", "取消", "إلغاء"}
)
_LEAVE = frozenset({"done", "leave it", "that is all", "that's all", "finished"})
_DRAFT = frozenset({"draft", "draft it", "you draft it", "propose one", "you decide", "suggest one"})
_PICK = re.compile(
    "(?:the |answer |die |antwort |la |respuesta )?"
    "(?:(?P<first>a|first|erste|primera|第一个|الأول|الأولى)|(?P<second>b|second|zweite|segunda|第二个|الثاني|الثانية)"
    "|(?P<same>(?:about the )?same|both(?: equal| the same)?|equal|(?:beide )?gleich(?: gut)?|igual(?:es)?|一样|متساويان))"
    "(?: one| is better| ist besser| es mejor)?"
)
_GREETINGS = frozenset(
    {
        "hi",
        "hello",
        "hey",
        "hallo",
        "good morning",
        "hi there",
        "hi again",
        "hello again",
        "i am back",
        "i'm back",
        "hello there",
        "start",
        "hola",
        "你好",
    }
)
_SMALL_TALK = _GREETINGS | _APPROVE | _REJECT | _EDIT | {"thanks", "thank you", "great", "cool", "test"}

_LOOSE_ENDS = frozenset(
    [
        "a",
        "an",
        "and",
        "at",
        "by",
        "for",
        "from",
        "her",
        "his",
        "in",
        "into",
        "my",
        "of",
        "on",
        "or",
        "our",
        "that",
        "the",
        "their",
        "to",
        "with",
        "your",
    ]
)
"""Words with which no name should end."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """An example as far as it was given. Empty strings are what is missing."""

    instruction: str
    input: str = ""
    output: str = ""


def read_example(text: str) -> Given | None:
    """An example written in one message: labelled lines, or one JSON object. None for anything else.

    The labels stand at the beginning of a line, each once, the request first; what follows one belongs to it until
    the next. A label that comes a second time is part of the text ("Output:" within an answer).
    """
    return _from_json(text) or _from_labels(with_plain_line_ends(text))


_PLAIN_LABELS = re.compile(r"\s*(instruction|input|output)\s*[:：]", re.IGNORECASE)


def read_fields(text: str) -> dict[str, str]:
    """The fields of a message that begins with ``Instruction:``, ``Input:`` or ``Output:``, by name; else none.

    So whoever edits an example can change another field than its answer. Other labels, such as ``Request:``, may well
    be the first section of an answer.
    """
    return _between(_starts(text), text) if _PLAIN_LABELS.match(text) else {}


def _from_json(text: str) -> Given | None:
    if not text.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    fields = {name: value.get(name) or "" for name in ("instruction", "input", "output")}
    if not fields["instruction"] or not all(isinstance(field, str) for field in fields.values()):
        return None
    return Given(**{name: field.strip() for name, field in fields.items()})


def _from_labels(text: str) -> Given | None:
    starts = _starts(text)
    if "instruction" not in starts or text[: starts["instruction"][0]].strip():
        return None
    fields = _between(starts, text)
    return Given(**fields) if fields["instruction"] else None


def _starts(text: str) -> dict[str, tuple[int, int]]:
    """Where the label of each field stands first."""
    starts: dict[str, tuple[int, int]] = {}
    for match in _LABEL.finditer(text):
        field = _FIELD.get(match.group(1).casefold())
        if field:  # "ınput" matches too, by the rules of letters without a dot
            starts.setdefault(field, match.span())
    return starts


def _between(starts: Mapping[str, tuple[int, int]], text: str) -> dict[str, str]:
    """What stands behind each label, up to the next."""
    order = sorted(starts.items(), key=lambda item: item[1])
    ends = [span[0] for _, span in order[1:]] + [len(text)]
    return {name: text[span[1] : end].strip() for (name, span), end in zip(order, ends, strict=True)}


def read_decision(text: str) -> str | None:
    """``approve``, ``reject`` or ``edit``, if the message is nothing else."""
    word = _bare(text)
    for action, words in (("approve", _APPROVE), ("reject", _REJECT), ("edit", _EDIT)):
        if word in words:
            return action
    return None


def is_slip(text: str) -> bool:
    """Whether it is a lone sign or number, as ``C`` or ``7`` is where A and B are to choose from: no request of anybody's."""
    said = _bare(text)
    return len(said) == 1 or said.isdecimal()


def read_pick(text: str) -> str | None:
    """``first``, ``second`` or ``same``: which of the answers A and B is better, if the message is nothing else."""
    match = _PICK.fullmatch(_bare(text))
    return match.lastgroup if match else None


@dataclass(frozen=True, kw_only=True)
class GivenScores:
    """Scores in the order of a rubric, as they were written: whether there are enough, and within bounds, is not told here."""

    scores: tuple[float | None, ...]
    """None for a criterion of which the person cannot tell: a dash."""
    why: str = ""
    """What followed them, as one line."""


_NUMERALS = {numeral: str(value) for value, numeral in enumerate("一二三四五六七八九", 1)}
_SCORE = rf"(?:\d{{1,12}}(?:\.\d+)?|[{''.join(_NUMERALS)}]|[-\u2013\u2014])"
_SCORES = re.compile(
    rf"(?P<scores>{_SCORE}(?:[\s,;/\u3001\u060c]+{_SCORE}(?![\w.]*\w))*)(?:(?P<end>\s?[.:,;]?)\s*$|(?P<mark>\s?[:,;]|\.?)\s+(?P<why>\S.*))",
    re.DOTALL,
)


def read_scores(text: str) -> GivenScores | None:
    """``4 3 5 - 4 it forgot the lift``, ``4,3,5,4,4``, ``4``, ``4: it forgot the lift``; digits of any script.

    None for anything else. One number before words is a score only with a colon, a comma or a semicolon between them:
    "3 points about bed 4" is a request.
    """
    found = _SCORES.fullmatch(unicodedata.normalize("NFKC", text.strip()))
    if found is None:
        return None
    written = re.findall(_SCORE, found["scores"])
    why = " ".join((found["why"] or "").split())
    if all(not one[0].isnumeric() for one in written) or (
        len(written) == 1 and why and found["mark"].strip() not in (":", ",", ";")
    ):
        return None
    return GivenScores(scores=tuple(map(_score, written)), why=why)


def _score(written: str) -> float | None:
    """``4``, ``٤`` and ``四`` are 4; a dash is None."""
    if not written[0].isnumeric():
        return None
    return float(_NUMERALS.get(written, written))


_GROUP = re.compile(r"(?P<role>\w+) group(?: (?P<id>\S+)(?: (?P<name>.+))?)?", re.IGNORECASE | re.DOTALL)
_REMOVE = re.compile(r"remove(?: #?(?P<number>[0-9]{1,6}))?", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class RoleWish:
    """What ``/tune share`` was given about roles that people and groups have."""

    verb: Literal["list", "remove", "group"]
    number: int = 0
    """Of the one whose role is taken back; 0: none was named."""
    role: str = ""
    group_id: str = ""
    name: str = ""
    """Of the group that is given a role."""


def read_roles(rest: str) -> RoleWish | None:
    """``list``, ``remove 2`` or ``reviewer group <id> <name>``; None: it is about an invitation."""
    text = " ".join(rest.split())
    bare = text.rstrip(" .!")
    if bare.casefold() == "list":
        return RoleWish(verb="list")
    if removed := _REMOVE.fullmatch(bare):
        return RoleWish(verb="remove", number=int(removed["number"] or 0))
    if given := _GROUP.fullmatch(text):
        return RoleWish(
            verb="group", role=given["role"].casefold(), group_id=given["id"] or "", name=given["name"] or ""
        )
    return None


def is_nothing(text: str) -> bool:
    return _bare(text) in _NOTHING


def is_cancel(text: str) -> bool:
    """Whether the person leaves what was begun."""
    return _bare(text) in _CANCEL


def leaves(text: str) -> bool:
    """Whether the person is done with changing settings."""
    return _bare(text) in _LEAVE | _CANCEL | _APPROVE | _REJECT | _NOTHING


def wants_draft(text: str) -> bool:
    return _bare(text) in _DRAFT


def is_small_talk(text: str) -> bool:
    """A greeting, a thank-you, a lone yes: nothing that somebody would ask a model."""
    return _bare(text) in _SMALL_TALK


LONG_TEXT = 1200
"""Characters, or half as many in at least four paragraphs: what is longer is hardly a request alone."""


def reads_as_document(text: str) -> bool:
    """Whether it is so long, or has so many paragraphs, that it may be a document or an answer and not a request."""
    paragraphs = sum(1 for part in re.split(r"\n[ \t]*\n", text) if part.strip())
    return len(text) > LONG_TEXT or (len(text) > LONG_TEXT // 2 and paragraphs >= 4)


def says_a_goal(text: str) -> bool:
    """Whether it is long enough to be a wish: four words, or, in scripts that put no spaces between them, six
    ideographs or kana, or twelve letters of another one (Thai, Lao, Khmer, Burmese)."""
    ideographs = sum(ord(character) > 0x2E7F for character in text)
    unspaced = sum(0x0E00 <= ord(character) < 0x1100 or 0x1780 <= ord(character) < 0x1800 for character in text)
    return len(text.split()) >= 4 or ideographs >= 6 or unspaced >= 12


def name_of_goal(goal: str) -> str:
    """A project's name from its goal: its first words, at most 48 characters, without a trailing stop."""
    line = " ".join(goal.split())
    line = re.sub(
        r"^(please|i want|i wish|i would like|i'd like|we want|we need|a model (that|to|which))\b[ ,]*",
        "",
        line,
        flags=re.IGNORECASE,
    )
    line = re.sub(r"^(to|that can|that|a model (that|to|which)|it to|you to)\b[ ,]*", "", line, flags=re.IGNORECASE)
    first = re.split(r"(?<=\w)[.!?;:。！？]\s*", line, maxsplit=1)[0] or line
    if len(first) > 48:
        words = first[:49].split(" ")[:-1] or [first[:48]]
        while len(words) > 1 and words[-1].casefold().strip(",;-–") in _LOOSE_ENDS:
            words.pop()
        first = " ".join(words).rstrip(" ,;-–")
    plain = re.sub(r"[*_`<>|\[\]]", "", first).strip(" .!?")
    return plain[:1].upper() + plain[1:] or "My project"


def slug_of(name: str) -> str:
    """Lower-case ASCII for a folder; names without any ASCII letter become ``project``."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")
    if len(slug) > 40:
        slug = slug[:41].rpartition("-")[0] or slug[:40]
    return slug or "project"


def _bare(text: str) -> str:
    return " ".join(text.casefold().split()).strip(" .!,\u3002\uff01\uff0c\u060c")
