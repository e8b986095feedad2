"""A message -> what a terminal shows of it: pure functions, one for each of the two drawings.

It does not know the screen, nor when a message is drawn.
"""

import re
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table as RichTable
from rich.text import Text

from bot.chat.messages import Button, CardFace, ChatMessage, Field, Table
from bot.chat.port import Words
from bot.platforms.console.text import clean, one_line

_MARKED = re.compile(r"\*\*(?P<bold>[^*\n]+)\*\*|`(?P<code>[^`\n]+)`|(?<![\w*])\*(?P<italic>[^*\s][^*\n]*)\*(?![\w*])")
_COMMAND = re.compile(r"`(/tune [^`\n]+)`")
"""A command in a cell. Other marks there may be somebody's own signs, and stay."""


def plain(message: ChatMessage, words: Words, home: str) -> list[str]:
    """The lines of a message for a screen reader: no colour, no boxes, one fact a line.

    Every line of a quotation begins with its name, so that no text can pass for the bot's own.
    """
    return [
        f"{name}: {line}" if name else line
        for name, text in _plain_blocks(message, words, home)
        for line in text.split("\n")
        if line.strip()
    ]


def plain_update(card: CardFace) -> str:
    """How a card stands, in one line."""
    facts = [f"{one_line(field.name)}: {one_line(field.value)}" for field in card.fields]
    parts = [part for part in (one_line(card.title), ", ".join(facts), one_line(card.note)) if part]
    stopped = [part if part.endswith((".", "?", "!")) else f"{part}." for part in parts[:-1]]
    return " ".join([*stopped, *parts[-1:]])


def searchable(message: ChatMessage) -> str:
    """All words of a message, for ``@expect``, as ``plain`` shows them: every run of white space is one space."""
    blocks = _plain_blocks(message, lambda key, **values: " ".join(values.values()), "")
    return " ".join(" ".join(f"{name}: {text}" if name else text for name, text in blocks).split())


def rich(message: ChatMessage, words: Words, home: str) -> RenderableType:
    """A message for a terminal that can draw."""
    return Group(*_rich_parts(message, words, home))


def rich_card(card: CardFace) -> RenderableType:
    """A card as a box, its buttons numbered but for those that need the word."""
    parts: list[RenderableType] = []
    if card.fields:
        grid = RichTable.grid(padding=(0, 2))
        for field in card.fields:
            grid.add_row(Text(one_line(field.name), style="dim"), Text(clean(field.value)))
        parts.append(grid)
    parts += [_quote(field) for field in card.quoted]
    if card.note:
        note = marked(card.note)
        note.stylize("italic")
        parts.append(note)
    if card.buttons:
        parts.append(Text("  ").join(_button(number, button) for number, button in enumerate(card.buttons, 1)))
    return Panel(Group(*parts), title=Text(one_line(card.title), style="bold"), title_align="left", expand=False)


def marked(text: str) -> Text:
    """Our own light Markdown as styled text."""
    styled, end = Text(), 0
    source = clean(text)
    for match in _MARKED.finditer(source):
        styled.append(source[end : match.start()])
        kind = match.lastgroup or ""
        styled.append(match[kind], style={"bold": "bold", "code": "cyan", "italic": "italic"}[kind])
        end = match.end()
    return styled.append(source[end:])


def _unmarked(text: str) -> str:
    return _MARKED.sub(lambda match: match[match.lastgroup or 0], clean(text))


def _plain_blocks(message: ChatMessage, words: Words, home: str) -> Iterator[tuple[str, str]]:
    """(name, text) pairs; the name is that of a quotation or field, or empty."""
    yield "", _unmarked(message.text)
    for quote in message.quoted:
        yield one_line(quote.name), clean(quote.value)
    if message.card:
        yield from _plain_card(message.card, words)
    if message.table:
        yield from _plain_table(message.table)
    if message.picture:
        path = f"{home}/{message.picture.path}" if home else message.picture.path
        yield "", words("console.picture", path=one_line(path), alt=one_line(message.picture.alt))
    if message.file:
        path = f"{home}/{message.file.path}" if home else message.file.path
        yield "", words("console.file", name=one_line(message.file.name), path=one_line(path))


def _plain_card(card: CardFace, words: Words) -> Iterator[tuple[str, str]]:
    yield "", one_line(card.title)
    for field in (*card.fields, *card.quoted):
        yield one_line(field.name), clean(field.value)
    yield "", _unmarked(card.note)
    if card.buttons:
        choices = ", ".join(_choice(number, button) for number, button in enumerate(card.buttons, 1))
        yield "", words("console.buttons", choices=choices)


def _plain_table(table: Table) -> Iterator[tuple[str, str]]:
    """Each row as a sentence, every value with its column's name: columns mean nothing when heard."""
    yield "", one_line(table.title)
    for row in table.rows:
        pairs = zip(table.header, row, strict=False)
        yield "", "; ".join(f"{one_line(name)}: {one_line(_cell(value))}" for name, value in pairs)


def _cell(value: str) -> str:
    return _COMMAND.sub(r"\1", value)


def _rich_parts(message: ChatMessage, words: Words, home: str) -> Iterator[RenderableType]:
    if message.text:
        yield marked(message.text)
    for quote in message.quoted:
        yield _quote(quote)
    if message.card:
        yield rich_card(message.card)
    if message.table:
        yield _rich_table(message.table)
    if message.picture:
        picture = message.picture
        yield Text(words("console.picture", path=one_line(f"{home}/{picture.path}"), alt=one_line(picture.alt)))
    if message.file:
        file = message.file
        yield Text(words("console.file", name=one_line(file.name), path=one_line(f"{home}/{file.path}")))


def _rich_table(table: Table) -> RenderableType:
    drawn = RichTable(title=Text(one_line(table.title)), title_justify="left", show_lines=True)
    for name in table.header:
        drawn.add_column(Text(one_line(name)), overflow="fold")
    for row in table.rows:
        drawn.add_row(*(Text(clean(_cell(value))) for value in row))
    return drawn


def _quote(field: Field) -> RenderableType:
    lines = clean(field.value).split("\n")
    return Text("\n").join([Text(one_line(field.name), style="bold"), *(Text(f"│ {line}") for line in lines)])


def _button(number: int, button: Button) -> Text:
    style = {"primary": "bold green", "danger": "red", "plain": "bold"}[button.style]
    label = one_line(button.label)
    return Text(f"[{label}]" if button.style == "danger" else f"[{number}] {label}", style=style)


def _choice(number: int, button: Button) -> str:
    """A danger button shows no number, since none presses it."""
    label = one_line(button.label)
    return label if button.style == "danger" else f"{number} {label}"
