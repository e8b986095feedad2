"""What a message says, whole and in a length that fits: pure functions. What fits is the room's to say.

The whole text of a message that is shown shortened goes along as a file, so that nothing of it is lost.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.chat.markdown import unmarked
from bot.chat.messages import ChatMessage, Field, Table
from bot.chat.text import clean, one_line, shortened

Shown = TypeVar("Shown")

LONGEST_TITLE = 150
"""Characters of a card's title in a shortened message."""
LONGEST_FILE_NAME = 200
_STEPS = (
    (9000, 60),
    (6000, 60),
    (4000, 60),
    (3000, 60),
    (2000, 40),
    (1500, 30),
    (1000, 20),
    (600, 15),
    (300, 10),
    (150, 6),
    (80, 3),
)
"""What is tried in turn where a message is too long: the characters of each text, and how many fields, rows and cells."""


def whole_text(message: ChatMessage) -> str:
    """Everything that a message says, as plain text; the rows of a table as sentences."""
    card, table = message.card, message.table
    parts = [unmarked(message.text), *map(_named, message.quoted)]
    if card:
        parts += [one_line(card.title), *map(_named, (*card.fields, *card.quoted)), unmarked(card.note)]
    if table:
        parts += [one_line(table.title), *(_sentence(table.header, row) for row in table.rows)]
    if message.picture:
        parts.append(one_line(message.picture.alt))
    if message.file:
        parts.append(file_name(message))
    return "\n".join(part for part in parts if part)


def first_fitting(message: ChatMessage, attempt: Callable[[ChatMessage], Shown | None]) -> tuple[Shown, ChatMessage]:
    """What is shown of the longest shortened message that fits, and that message.

    ``attempt``: what is shown of a message; None: it does not fit. Raises ValueError if the buttons alone do not.
    """
    for most, count in _STEPS:
        face = _shortened(message, most, count)
        if (shown := attempt(face)) is not None:
            return shown, face
    raise ValueError("the buttons of a card are too many to be shown")


def file_name(message: ChatMessage) -> str:
    """What the file of a message is called, for people; empty: it has none."""
    return shortened(one_line(message.file.name), LONGEST_FILE_NAME) if message.file else ""


def _shortened(message: ChatMessage, most: int, count: int) -> ChatMessage:
    """Cleaned first: what cannot be shown takes up to nine characters when it is made visible."""

    def text(one: str, characters: int = most) -> str:
        return shortened(clean(one), characters)

    def fields(some: Sequence[Field]) -> tuple[Field, ...]:
        return tuple(Field(name=text(one.name, 80), value=text(one.value)) for one in some[:count])

    card, table, picture = message.card, message.table, message.picture
    if card:
        card = replace(
            card,
            title=text(card.title, min(most, LONGEST_TITLE)),
            fields=fields(card.fields),
            quoted=fields(card.quoted),
            note=text(card.note),
        )
    if table:
        rows = tuple(tuple(text(cell, min(most, 300)) for cell in row[:count]) for row in table.rows[:count])
        table = Table(title=text(table.title), header=tuple(text(one, 80) for one in table.header[:count]), rows=rows)
    if picture:
        picture = replace(picture, alt=text(picture.alt))
    return replace(
        message,
        text=text(message.text),
        quoted=fields(message.quoted),
        card=card,
        table=table,
        picture=picture,
    )


def _named(field: Field) -> str:
    name, value = one_line(field.name), clean(field.value)
    return f"{name}: {value}" if name else value


def _sentence(header: Sequence[str], row: Sequence[str]) -> str:
    names = [*header, *[""] * len(row)]
    return "; ".join(_named(Field(name=name, value=one_line(cell))) for name, cell in zip(names, row, strict=False))
