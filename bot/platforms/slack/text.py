"""Our light Markdown, and the text of people and models, as what Slack shows of them: pure functions.

Nothing here makes ``mrkdwn``, which has no way to write a star or an underscore that is not markup: what we say becomes
styled spans for ``rich_text``, whose plain text elements Slack shows as they are, without markup, mentions or links.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_DIRECTIONS = {*range(0x202A, 0x202F), *range(0x2066, 0x206A)}
"""Marks that turn or embed a direction of writing: text can read as what it is not (CVE-2021-42574). The three marks that
only lean one way (U+200E, U+200F, U+061C) stay: Arabic and Hebrew need them, and they turn no letters around."""
_INVISIBLE = {0x00AD, 0x180E, 0x200B, 0x2060, 0xFEFF, *range(0xE0000, 0xE0080)}
"""Characters without a glyph, in which instructions can hide from whoever approves a text."""
_BREAKS = {0x85: "\n", 0x2028: "\n", 0x2029: "\n", 0x0B: "\n", 0x0C: "\n"}

_FENCE = re.compile(r"^```[^\n`]*\n(?P<code>.*?)(?:\n```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_MARKED = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|(?<![\w*])\*(?P<italic>[^*\s][^*\n]*)\*(?![\w*])"
    r"|(?P<link>https://[a-z0-9-]+(?:\.enterprise)?\.slack\.com/archives/[A-Za-z0-9]+/p\d+(?:\?[\w=.&-]*)?)"
)
"""The only links are those to Slack's own messages: where an example came from."""
_SLASH = re.compile(r"(?<![\w/])/tune\b(?!/)")
_SLASH_MARKED = re.compile(r"(?<=`)/tune\b(?!/)(?=[^`\n]*`)")
_ITEM = re.compile(r"(?P<indent>[ ]{0,8})- (?P<text>.*\S.*)")
_MARKS = ("Mn", "Me", "Cf")
"""Categories of characters that belong to the one before."""


@dataclass(frozen=True, kw_only=True)
class Span:
    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    url: str = ""
    """Where it leads; empty: nowhere."""


@dataclass(frozen=True, kw_only=True)
class Lines:
    """Ordinary lines."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, kw_only=True)
class Items:
    """The items of a list, of one depth."""

    items: tuple[tuple[Span, ...], ...]
    depth: int = 0


@dataclass(frozen=True, kw_only=True)
class Fence:
    code: str


Part = Lines | Items | Fence


def clean(text: str) -> str:
    """The text with what cannot be shown made visible: control characters, hidden ones, half surrogate pairs."""
    return "".join(map(_visible, text.replace("\r\n", "\n")))


def one_line(text: str) -> str:
    """The same, on one line."""
    return " ".join(clean(text).split())


def escaped(text: str) -> str:
    """For a ``text`` that Slack reads as its own markup: the three characters from which mentions and links are made."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def in_threads(text: str, *, marked: bool = False) -> str:
    """Our own sentence for a place where slash commands do not exist: ``/tune x`` reads ``tune x``.

    ``marked``: only where it stands in backticks.
    """
    return (_SLASH_MARKED if marked else _SLASH).sub("tune", text)


def parts_of(text: str) -> list[Part]:
    """Light Markdown (``bot.chat.messages``) in parts. Marks without a partner stand for themselves."""
    source, parts, end = clean(text), list[Part](), 0
    for fence in _FENCE.finditer(source):
        parts += _lines_and_lists(source[end : fence.start()])
        parts.append(Fence(code=fence["code"]))
        end = fence.end()
    return parts + _lines_and_lists(source[end:])


def unmarked(text: str) -> str:
    """Light Markdown as plain text."""
    return "\n".join(_plain(part) for part in parts_of(text))


def shortened(text: str, most: int) -> str:
    """At most so many characters, ended by an ellipsis where something was left out; no letter loses its marks."""
    if len(text) <= most:
        return text
    end = most - 1
    while end > 0 and (unicodedata.category(text[end]) in _MARKS or text[end - 1] == "\u200d") and end > most - 60:
        end -= 1
    space = max(text.rfind(" ", 0, end), text.rfind("\n", 0, end))
    return text[: space if space > end * 0.8 else end].rstrip() + "…"


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of ordinary lines."""
    return tuple(_spans(clean(text)))


def _lines_and_lists(source: str) -> list[Part]:
    parts: list[Part] = []
    plain: list[str] = []
    for line in source.strip("\n").split("\n") if source.strip("\n") else []:
        item = _ITEM.fullmatch(line)
        if item is None:
            plain.append(line)
            continue
        parts += _lines(plain)
        plain = []
        _add_item(parts, min(len(item["indent"]) // 2, 4), tuple(_spans(item["text"])))
    return parts + _lines(plain)


def _lines(lines: list[str]) -> list[Part]:
    text = "\n".join(lines)
    return [Lines(spans=tuple(_spans(text)))] if text.strip() else []


def _add_item(parts: list[Part], depth: int, item: tuple[Span, ...]) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, Items) and last.depth == depth:
        parts[-1] = Items(items=(*last.items, item), depth=depth)
    else:
        parts.append(Items(items=(item,), depth=depth))


def _spans(source: str) -> Iterator[Span]:
    end = 0
    for match in _MARKED.finditer(source):
        if match.start() > end:
            yield Span(text=source[end : match.start()])
        kind = match.lastgroup or ""
        yield from _styled(kind, match[kind])
        end = match.end()
    if end < len(source):
        yield Span(text=source[end:])


def _styled(kind: str, text: str) -> Iterator[Span]:
    if kind == "link":
        yield Span(text=text, url=text)
    elif kind == "code":
        yield Span(text=text, code=True)
    else:  # a command may stand in what is bold or italic
        for number, piece in enumerate(re.split(r"`([^`\n]+)`", text)):
            if piece:
                yield Span(text=piece, bold=kind == "bold", italic=kind == "italic", code=number % 2 == 1)


def _plain(part: Part) -> str:
    match part:
        case Lines():
            return "".join(span.text for span in part.spans)
        case Items():
            return "\n".join("- " + "".join(span.text for span in item) for item in part.items)
        case Fence():
            return part.code


def _visible(character: str) -> str:
    code = ord(character)
    if character in "\n\t" or 0x20 <= code < 0x7F:
        return character
    if code in _BREAKS:
        return _BREAKS[code]
    if code < 0x20:
        return chr(0x2400 + code)  # the picture of the control character, such as ␀
    if code == 0x7F or 0x80 <= code < 0xA0 or 0xD800 <= code < 0xE000 or code in _DIRECTIONS or code in _INVISIBLE:
        return f"<U+{code:04X}>"
    return character
