"""Text of people and models -> text that every platform can show: pure functions.

It does not know who wrote it: everything is taken to be hostile. What a platform reads as its own markup is its room's.
"""

import re
import unicodedata
from collections.abc import Callable

_DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
"""Marks that turn or embed a direction of writing: text can read as what it is not (CVE-2021-42574). The three marks that
only lean one way (U+200E, U+200F, U+061C) stay: Arabic and Hebrew need them, and they turn no letters around."""
_INVISIBLE = {0x00AD, 0x180E, 0x200B, 0x2060, 0xFEFF, *range(0xE0000, 0xE0080)}
"""Characters without a glyph, in which instructions can hide from whoever approves a text. (Joiners, which emoji and
scripts need, are kept.)"""
_BREAKS = {0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0C: "\n"}
_HIDDEN = {0x7F, *range(0x80, 0xA0), *range(0xD800, 0xE000), *_DIRECTIONS, *_INVISIBLE}
_SHOWN_AS = {
    **{code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"},  # its picture, such as ␀
    **{code: f"<U+{code:04X}>" for code in _HIDDEN},
    **_BREAKS,
}
_SLICE = 1000
"""Characters of a line that are taken at once."""
_MARKS = ("Mn", "Me", "Cf")
"""Categories of characters that belong to the one before."""


def clean(text: str) -> str:
    """The text with what cannot be shown made visible: control characters, hidden ones, half surrogate pairs."""
    return text.replace("\r\n", "\n").translate(_SHOWN_AS)


def one_line(text: str) -> str:
    """The same, on one line."""
    return " ".join(clean(text).split())


def shortened(text: str, most: int) -> str:
    """At most so many characters, ended by an ellipsis where something was left out; no letter loses its marks."""
    if len(text) <= most:
        return text
    end = most - 1
    while end > 0 and (unicodedata.category(text[end]) in _MARKS or text[end - 1] == "\u200d") and end > most - 60:
        end -= 1
    space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    return text[: space if space > end * 0.8 else end].rstrip() + "…"


def in_pieces(text: str, most: int, size: Callable[[str], int] = len) -> list[str]:
    """The text in pieces of at most that ``size``, cut at ends of lines where there are any; together they are all of it.

    ``most``: at least the size of 1,000 characters. ``size``: of two texts joined it is no more than the sum of theirs.
    """
    pieces, piece, weight = [], "", 0
    for line in text.splitlines(keepends=True):
        for start in range(0, len(line), _SLICE):
            part = line[start : start + _SLICE]
            if piece and weight + size(part) > most:
                pieces.append(piece)
                piece, weight = "", 0
            piece, weight = piece + part, weight + size(part)
    return [*pieces, piece] if piece else pieces


def unaddressed(text: str, ours: str) -> tuple[str, bool]:
    """The text without what names us, and whether it began with that. ``ours``: a regular expression for it."""
    mention = re.compile(rf"[ \t]*(?:{ours})[ \t]*")
    named_first = mention.match(text.lstrip()) is not None
    without = mention.sub(lambda one: "" if one.start() == 0 or text[one.start() - 1] == "\n" else " ", text)
    return without.strip(), named_first
