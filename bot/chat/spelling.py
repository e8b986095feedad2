"""Our own commands in a message as they are written where it is shown: pure functions.

How a platform writes ``/tune train`` is its room's to say. What others wrote stays as it is.
"""

from dataclasses import replace
from typing import Protocol

from bot.chat.messages import ChatMessage, Field, Table


class Spelling(Protocol):
    def __call__(self, text: str, *, marked: bool = False) -> str:
        """The text with its commands as they are written there. ``marked``: only those in backticks."""


def respelled(message: ChatMessage, spell: Spelling) -> ChatMessage:
    """The message with our sentences so. In values and cells, where others' words may stand beside ours, only a command in
    backticks is taken for ours."""
    card, table = message.card, message.table
    if card:
        fields = tuple(Field(name=field.name, value=spell(field.value, marked=True)) for field in card.fields)
        card = replace(card, title=spell(card.title), fields=fields, note=spell(card.note))
    if table:
        rows = tuple(tuple(spell(cell, marked=True) for cell in row) for row in table.rows)
        table = Table(title=spell(table.title), header=table.header, rows=rows)
    return replace(message, text=spell(message.text), card=card, table=table)
