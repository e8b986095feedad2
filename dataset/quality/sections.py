"""How a text is laid out: the lines that open its sections, its lists, the JSON it may be.

It does not know what was agreed.
"""

import json
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

LONGEST_LABEL = 60
"""Characters of what may open a section; a longer line is a sentence."""
_MOST_WORDS = 6
"""Of a label that is followed by its text on the same line."""
_FEWEST_LETTERS = 2

_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_HEADING = re.compile(r"^(#{1,6})[ \t]+(\S.*)$")
_BOLD = re.compile(r"^(?:\W{1,3}\s)?(?:\*\*|__)([^*_\n]{1,80})(?:\*\*|__)\s?([:：]?)")
_LABEL = re.compile(r"^([^\s:：#>*|\-\d][^:：|\n]{0,59})([:：])(?=\s|$|(?<=：))")
_BULLET = re.compile(r"^ ?[-*+•‣–]\s+\S")
_NUMBERED = re.compile(r"^ ?\d{1,3}[.)、．]\s*\S")
_MARKS = re.compile(r"^[\s#*_`>~\-•]+|[\s#*_`:：~]+$")
_EDGE = re.compile(r"^[^\w\[<(]+|[^\w\])>?!%]+$")


@dataclass(frozen=True)
class Opening:
    """A line that opens a section."""

    written: str
    """What opens it, as it is written: ``## Risks``, ``**As a**``, ``Story:``."""
    key: str
    """The same, folded for comparison."""
    style: str
    """``#`` to ``######``, ``bold`` or ``label``."""
    start: int
    """Where it stands in the text."""


def openings(text: str) -> list[Opening]:
    """The lines that open a section, in order, outside code."""
    return [opening for start, line in lines_outside_code(text) if (opening := _opening(line, start))]


def key_of(label: str) -> str:
    """A label for comparison: without heading and bold marks, colon, width, case and repeated blanks."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKC", label.strip()[: 2 * LONGEST_LABEL]))
    return " ".join((_EDGE.sub("", bare) or bare).casefold().split())


def style_of(label: str) -> str:
    """How a section's label is marked: the style of ``Opening``."""
    opening = _opening(label.strip(), 0)
    return opening.style if opening else "label"


def lines_outside_code(text: str) -> Iterator[tuple[int, str]]:
    """The lines that are not blank and stand in no fenced block of code, each with its place in the text."""
    inside = False
    start = 0
    for line in text.split("\n"):
        if _FENCE.match(line):
            inside = not inside
        elif not inside and line.strip():
            yield start, line.rstrip()
        start += len(line) + 1


def list_lines(text: str) -> dict[str, int]:
    """How many lines of the outermost lists begin with a bullet (``bullets``) and with a number (``numbers``)."""
    lines = [line for _, line in lines_outside_code(text)]
    return {
        "bullets": sum(bool(_BULLET.match(line)) for line in lines),
        "numbers": sum(bool(_NUMBERED.match(line)) for line in lines),
    }


def json_object(text: str) -> dict[str, Any] | None:
    """The one JSON object that the text is (a fence around it does not count), or None."""
    bare = text.strip()
    if fenced := re.fullmatch(r"```(?:json)?[ \t]*\n(.*)\n```", bare, re.DOTALL | re.IGNORECASE):
        bare = fenced[1].strip()
    if not (bare.startswith("{") and bare.endswith("}")):
        return None
    try:
        value = json.loads(bare)
    except (ValueError, RecursionError):  # a hostile text nests deep, or has numbers of a thousand digits
        return None
    return value if isinstance(value, dict) else None


def opens_with(line_key: str, key: str) -> bool:
    """Whether a line, given as its key, begins with a label (``As a nurse`` for ``**As a**``)."""
    return line_key.startswith(key) and bool(_begins_with(key).match(line_key))


@lru_cache(maxsize=512)
def _begins_with(key: str) -> re.Pattern[str]:
    return re.compile(re.escape(key) + r"(?!\w)")


def _opening(line: str, start: int) -> Opening | None:
    if heading := _HEADING.match(line):
        title = heading[2].rstrip("# \t")
        return _named(f"{heading[1]} {title}", title, heading[1], start) if len(title) <= LONGEST_LABEL else None
    if _BULLET.match(line) or _NUMBERED.match(line):
        return None
    if bold := _BOLD.match(line):
        return _named(bold[0].strip(), bold[1], "bold", start)
    if (label := _LABEL.match(line)) and _can_be_label(label[1], follows_text=bool(line[label.end() :].strip())):
        return _named(f"{label[1].rstrip()}{label[2]}", label[1], "label", start)
    return None


def _named(written: str, label: str, style: str, start: int) -> Opening | None:
    key = key_of(label)
    return Opening(written, key, style, start) if sum(map(str.isalpha, key)) >= _FEWEST_LETTERS else None


def _can_be_label(label: str, *, follows_text: bool) -> bool:
    """Whether it reads as a label rather than as the beginning of a sentence with a colon in it."""
    if any(mark in label for mark in '.!?;。！？；"“”`{}[]<>=\\'):
        return False
    if not follows_text:
        return True
    first = label.lstrip("\"'(¿¡")[:1]
    return not first.islower() and len(label.split()) <= _MOST_WORDS and len(label) <= LONGEST_LABEL // 2
