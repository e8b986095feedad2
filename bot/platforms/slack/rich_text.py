"""Elements of Slack's ``rich_text`` block: what we say with its styles, and what others wrote as it is.

A plain text element is shown literally, so no escape is needed and no text can name, link or format anything.
https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
"""

import re
from collections.abc import Iterable, Sequence
from typing import Any

from bot.chat.markdown import Fence, Items, Lines, Span, linked, parts_of
from bot.chat.messages import Field, Table
from bot.chat.text import clean, one_line
from bot.platforms.slack.text import LINKS

Element = dict[str, Any]

_COMMAND = re.compile(r"`(/?tune [^`\n]+)`")
"""A command beside what others wrote, also as it is spelled in threads."""


def block(elements: Sequence[Element]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": list(elements)}


def ours(text: str) -> list[Element]:
    """Light Markdown of our own."""
    found: list[Element] = []
    for part in parts_of(text, LINKS):
        match part:
            case Lines():
                found.append(_section(map(_span, part.spans)))
            case Items():
                found.append(_list(part))
            case Fence():
                found.append(preformatted(part.code))
    return found


def mention(user: str) -> Element:
    """A line that notifies a person: the only thing here that does."""
    return _section([{"type": "user", "user_id": user}])


def quote(field: Field) -> list[Element]:
    """A name in bold, and under it, with a bar beside it, what somebody wrote."""
    name, value = one_line(field.name), clean(field.value)
    shown = [bold(name)] if name else []
    return [*shown, {"type": "rich_text_quote", "elements": [_text(value)]}] if value else shown


def facts(fields: Iterable[Field]) -> list[Element]:
    """One fact a line, its name in bold.

    Not ``section.fields``: their two columns stand one below the other on a phone and are read out column by column, and
    a value in them would have to be ``mrkdwn`` for its name to be bold.
    """
    lines: list[Element] = []
    for field in fields:
        name = one_line(field.name)
        line = [_text(f"{name}: ", bold=True)] * bool(name) + [_span(span) for span in linked(field.value, LINKS)]
        lines += [_section(line)] if line else []
    return lines


def rows(table: Table) -> list[Element]:
    """A table that reads on a phone: each row is its first cell in bold, and below it the others with their column's name.

    Not Slack's ``table`` block: on a phone it shows two or three short columns and the rest by scrolling sideways, a
    message may have only one, and a screen reader hears cells without their columns.
    """
    lines = [bold(title)] if (title := one_line(table.title)) else []
    for row in table.rows:
        first, others = (one_line(row[0]) if row else ""), _cells(table.header, row)
        below = "".join(f"\n{cell}" for cell in others)
        line = [_text(first, bold=True)] * bool(first) + _with_commands(below if first else below.strip())
        lines += [_section([_text("\n"), *line] if lines else line)] if line else []
    return lines


def bold(text: str) -> Element:
    return _section([_text(text, bold=True)])


def preformatted(text: str) -> Element:
    return {"type": "rich_text_preformatted", "elements": [_text(text or " ")]}


def _cells(header: Sequence[str], row: Sequence[str]) -> list[str]:
    """All but the first cell, each with the name of its column."""
    names = [*map(one_line, header), *[""] * len(row)]
    pairs = [(name, clean(value)) for name, value in zip(names, row, strict=False)][1:]
    return [f"{name}: {value}" if name else value for name, value in pairs if name or value]


def _with_commands(text: str) -> list[Element]:
    """What stands in cells, a command in backticks as code. Other marks there may be somebody's own signs, and stay."""
    return [_text(part, code=number % 2 == 1) for number, part in enumerate(_COMMAND.split(text)) if part]


def _list(part: Items) -> Element:
    items = [_section(map(_span, item)) for item in part.items]
    return {"type": "rich_text_list", "style": "bullet", "indent": part.depth, "elements": items}


def _section(elements: Iterable[Element]) -> Element:
    return {"type": "rich_text_section", "elements": list(elements)}


def _span(span: Span) -> Element:
    if span.url:
        return {"type": "link", "url": span.url, "text": span.text}
    return _text(span.text, bold=span.bold, italic=span.italic, code=span.code)


def _text(text: str, **styles: bool) -> Element:
    style = {name: True for name, wanted in styles.items() if wanted}
    return {"type": "text", "text": text} | ({"style": style} if style else {})
