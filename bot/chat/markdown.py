"""Our light Markdown (``bot.chat.messages``) in parts, which every room draws with its platform's own styles: pure functions.

Nothing here makes markup: text of people and models that stands in a sentence of ours stays the text that it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.chat.text import clean

_FENCE = re.compile(r"^```[^\n`]*\n(?P<code>.*?)(?:\n```[ \t]*$|\Z)", re.DOTALL | re.MULTILINE)
_MARKS = r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|(?<![\w*])\*(?P<italic>[^*\s][^*\n]*)\*(?![\w*])"
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


def parts_of(text: str, links: str = "") -> list[Part]:
    """Marks without a partner stand for themselves.

    ``links``: a regular expression without groups, of the addresses that can be followed; empty: none can.
    """
    source, parts, end = clean(text), list[Part](), 0
    for fence in _FENCE.finditer(source):
        parts += _lines_and_lists(source[end : fence.start()], links)
        parts.append(Fence(code=fence["code"]))
        end = fence.end()
    return parts + _lines_and_lists(source[end:], links)


def unmarked(text: str) -> str:
    """Light Markdown as plain text."""
    return "\n".join(_plain(part) for part in parts_of(text))


def linked(text: str, links: str) -> tuple[Span, ...]:
    """Text that was written down as it is, with those links in it that can be followed."""
    return tuple(_spans(clean(text), _link(links)))


def _lines_and_lists(source: str, links: str) -> list[Part]:
    parts: list[Part] = []
    plain: list[str] = []
    for line in source.strip("\n").split("\n") if source.strip("\n") else []:
        item = _ITEM.fullmatch(line)
        if item is None:
            plain.append(line)
            continue
        parts += _lines(plain, links)
        plain = []
        _add_item(parts, min(len(item["indent"]) // 2, 4), tuple(_spans(item["text"], _marked(links))))
    return parts + _lines(plain, links)


def _lines(lines: list[str], links: str) -> list[Part]:
    text = "\n".join(lines)
    return [Lines(spans=tuple(_spans(text, _marked(links))))] if text.strip() else []


def _add_item(parts: list[Part], depth: int, item: tuple[Span, ...]) -> None:
    last = parts[-1] if parts else None
    if isinstance(last, Items) and last.depth == depth:
        parts[-1] = Items(items=(*last.items, item), depth=depth)
    else:
        parts.append(Items(items=(item,), depth=depth))


@cache
def _marked(links: str) -> re.Pattern[str]:
    return re.compile(f"{_MARKS}|(?P<link>{links})" if links else _MARKS)


@cache
def _link(links: str) -> re.Pattern[str]:
    return re.compile(f"(?P<link>{links})")


def _spans(source: str, marks: re.Pattern[str]) -> Iterator[Span]:
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
