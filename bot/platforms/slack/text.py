"""Our light Markdown, and the text of people and models, as what Slack shows of them: pure functions.

Nothing here makes ``mrkdwn``, which has no way to write a star or an underscore that is not markup: what we say becomes
styled spans for ``rich_text``, whose plain text elements Slack shows as they are, without markup, mentions or links.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.chat.text import clean

_FENCE = re.compile(r"^```[^\n`]*\n(?P<code>.*?)(?:\n```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_LINK = r"(?P<link>https://[a-z0-9-]+(?:\.enterprise)?\.slack\.com/archives/[A-Za-z0-9]+/p\d+(?:\?[\w=.&-]*)?)"
_LINKED = re.compile(_LINK)
_MARKED = re.compile(
    r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|(?<![\w*])\*(?P<italic>[^*\s][^*\n]*)\*(?![\w*])|" + _LINK
)
"""The only links are those to Slack's own messages: where an example came from."""
_SLASH = re.compile(r"(?<![\w/])/tune\b(?!/)")
_SLASH_MARKED = re.compile(r"(?<=`)/tune\b(?!/)(?=[^`\n]*`)")
_ITEM = re.compile(r"(?P<indent>[ ]{0,8})- (?P<text>.*\S.*)")


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


def linked(text: str) -> tuple[Span, ...]:
    """Text that was written down as it is, with the links in it that lead to Slack's own messages."""
    return tuple(_spans(clean(text), _LINKED))


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


def _spans(source: str, marks: re.Pattern[str] = _MARKED) -> Iterator[Span]:
    end = 0
    for match in marks.finditer(source):
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
