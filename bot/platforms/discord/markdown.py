"""Our light Markdown, and the text of people and models, as lines of Discord's Markdown: pure functions.

What others wrote is escaped, sign by sign, so that it is shown as it is: it formats nothing, names nobody, leads nowhere and
is not unfurled. https://docs.discord.com/developers/reference#message-formatting
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, groupby

from bot.chat.markdown import Fence, Items, Lines, Span, linked, parts_of
from bot.chat.messages import Field, Table
from bot.chat.text import clean, one_line
from bot.platforms.discord.splitting import Line, pieces_of

LINKS = r"https://(?:(?:ptb|canary)\.)?discord\.com/channels/(?:@me|\d+)/\d+/\d+"
"""The only links are those to Discord's own messages: where an example came from."""
_SEAM = "\u200b"
"""Between two marks that would be read as one, and in words that act even where they are escaped."""
_SIGNS = re.compile(
    r"[\\*_`\[\]]"  # emphasis, code, masked links
    r"|~(?=~)|(?<=~)~|\|(?=\|)|(?<=\|)\|"  # struck out, hidden
    r"|<(?=\S)"  # mentions, emoji, times, links in brackets
    r"|:(?=//)"  # links
    r"|(?<=discord)\.(?=(?:gg|gift|new|com)\b)|(?<=discordapp)\.(?=com\b)|(?<=dis)\.(?=gd\b)",  # invites, also bare
    re.IGNORECASE,
)
_EVERYBODY = re.compile(r"@(?=everyone|here)")
_END_OF_FENCE = re.compile(r"(?<=``)`")
_CODE = re.compile(r"\S{1,100}\s{0,100}|\s{1,100}")
_COMMAND = re.compile(r"`(/tune [^`\n]+)`")
"""A command beside what others wrote. Other marks there may be somebody's own signs, and stay."""
_QUOTED = "> "
_MOST_IN_LINE = 2
"""Cells of a row beside its first that stand in one line with it. On a phone more would be a run of five lines and more."""


def escaped(text: str) -> str:
    """Text of anybody, which is shown as it is wherever it stands within a line (``splitting.Line`` sees to where one
    begins)."""
    return _EVERYBODY.sub(f"@{_SEAM}", _SIGNS.sub(r"\\\g<0>", clean(text)))


def ours(text: str) -> list[Line]:
    """Light Markdown of our own."""
    lines: list[Line] = []
    for part in parts_of(text, LINKS):
        match part:
            case Lines():
                lines += [Line(pieces=_pieces(spans)) for spans in _by_line(part.spans)]
            case Items():
                lines += [_item(spans, part.depth) for spans in part.items]
            case Fence():
                lines += [Line()] * bool(lines and lines[-1].fenced) + _fenced(part.code)
    return lines


def quoted(field: Field) -> list[Line]:
    """A name in bold, and under it, with a bar beside it, what somebody wrote."""
    value = clean(field.value)
    lines = [_quoted_line(line) for line in value.split("\n")] if value else []
    return [*bold(field.name), *lines]


def fact(field: Field) -> list[Line]:
    """A name in bold, and what it is behind it."""
    name = one_line(field.name)
    spans = [Span(text=f"{name}:", bold=True), Span(text=" ")] * bool(name) + _with_commands(linked(field.value, LINKS))
    return [Line(pieces=_pieces(line)) for line in _by_line(spans)] if spans else []


def rows(table: Table) -> list[Line]:
    """A table that reads on a phone, and is heard with its columns: of each row its first cell in bold, and with it the
    others, each with its column's name; in the same line where they are few, else one a line."""
    lines: list[Line] = []
    for row in table.rows:
        found = _row([one_line(name) for name in table.header], [one_line(cell) for cell in row])
        lines += [Line()] * bool(lines and len(found) > 1) + found
    return lines


def bold(text: str) -> list[Line]:
    said = one_line(text)
    return [Line(pieces=_pieces([Span(text=said, bold=True)]))] if said else []


def small(text: str) -> list[Line]:
    """Small print, on one line."""
    said = one_line(text)
    return [Line(pieces=pieces_of(escaped(said)), prefix="-# ", further="-# ")] if said else []


def _row(header: Sequence[str], row: Sequence[str]) -> list[Line]:
    first = [Span(text=row[0], bold=True)] if row and row[0] else []
    names = [*header, *[""] * len(row)]
    cells = [f"{name}: {cell}" if name else cell for name, cell in zip(names, row, strict=False)][1:]
    others = [cell for cell in cells if cell]
    if max(len(header), len(row)) - 1 > _MOST_IN_LINE:
        below = [Line(pieces=_pieces(_with_commands([Span(text=cell)]))) for cell in others]
        return [Line(pieces=_pieces(first))] * bool(first) + below
    behind = _with_commands([Span(text="; ".join(others))]) if others else []
    spans = first + [Span(text=" – ")] * bool(first and others) + behind
    return [Line(pieces=_pieces(spans), prefix="- ", further="  ")] if spans else []


def _item(spans: Iterable[Span], depth: int) -> Line:
    indent = "  " * depth
    return Line(pieces=_pieces(spans), prefix=f"{indent}- ", further=f"{indent}  ")


def _with_commands(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for span in spans:
        pieces = _COMMAND.split(span.text) if not span.url else [span.text]
        found += [replace(span, text=text, code=number % 2 == 1) for number, text in enumerate(pieces) if text]
    return found


def _quoted_line(line: str) -> Line:
    return Line(pieces=pieces_of(escaped(line)), prefix=_QUOTED, further=_QUOTED)


def _fenced(code: str) -> list[Line]:
    """A code block cannot hold the mark that ends it."""
    if not code.strip():
        return []
    safe = _END_OF_FENCE.sub(f"{_SEAM}`", code)
    return [Line(pieces=tuple(_CODE.findall(line)), fenced=True) for line in safe.split("\n")]


def _by_line(spans: Iterable[Span]) -> list[list[Span]]:
    """The spans of each line."""
    lines: list[list[Span]] = [[]]
    for span in spans:
        first, *others = span.text.split("\n")
        lines[-1].append(replace(span, text=first))
        lines += [[replace(span, text=text)] for text in others]
    return lines


def _pieces(spans: Iterable[Span]) -> tuple[str, ...]:
    styled = groupby(spans, lambda span: "**" if span.bold else "*" if span.italic else "")
    return tuple(_seamed(chain.from_iterable(_emphasised(mark, group) for mark, group in styled)))


def _emphasised(mark: str, spans: Iterable[Span]) -> Iterator[str]:
    """White space stands outside of the marks, or Discord would not see them as such. ``mark``: empty for none."""
    if not mark:
        yield from _plain(spans)
        return
    for piece in _joined(_seamed(_plain(spans))):
        said = piece.strip()
        before, after = piece[: len(piece) - len(piece.lstrip())], piece[len(piece.rstrip()) :]
        yield f"{before}{mark}{said}{mark}{after}" if said else piece


def _joined(pieces: Iterable[str]) -> Iterator[str]:
    """In pieces of up to 250 characters, so that a sentence in bold is marked once."""
    joined = ""
    for piece in pieces:
        if joined and len(joined) + len(piece) > 250:
            yield joined
            joined = ""
        joined += piece
    if joined:
        yield joined


def _seamed(pieces: Iterable[str]) -> Iterator[str]:
    """With something between two pieces whose marks would be read as one."""
    before = ""
    for piece in pieces:
        touching = before and piece[:1] in ("*", "`") and before.endswith(piece[0])
        yield _SEAM + piece if touching else piece
        before = piece


def _plain(spans: Iterable[Span]) -> Iterator[str]:
    for span in spans:
        if span.url:
            yield f"<{span.url}>"
        elif span.code:
            yield from (f"`{span.text[at : at + 100]}`" for at in range(0, len(span.text), 100))
        else:
            yield from pieces_of(escaped(span.text))
