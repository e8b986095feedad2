"""Lists from which one thing is picked, by pages where there is more than Discord shows in one. They do not know what is picked.

A list is made anew from its id whenever something is picked, in whatever process: its page stands in no memory.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, Self, TypeVar, cast

import discord

from bot.chat.port import Words

MOST_OPTIONS = 25
_ON_PAGE = MOST_OPTIONS - 2
"""Of several pages, each has room for an option that turns back and one that turns on."""
_TURN = re.compile(r"page\|(?P<page>[0-9]{1,3})")

Select = discord.ui.Select[discord.ui.View]
T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Page(Generic[T]):
    entries: Sequence[T]
    """Those that stand on it."""
    number: int
    """From 0."""
    pages: int

    def options(self, entries: Sequence[discord.SelectOption], words: Words) -> list[discord.SelectOption]:
        """Its entries as options, and those that turn the list."""
        back = discord.SelectOption(label=words("discord.page_back", page=self.number), value=f"page|{self.number - 1}")
        on = discord.SelectOption(label=words("discord.page_on", page=self.number + 2), value=f"page|{self.number + 1}")
        return [*([back] if self.number > 0 else []), *entries, *([on] if self.number + 1 < self.pages else [])]


class PickedList(discord.ui.DynamicItem[Select], template=r"(?!)"):
    """Of each kind there is a subclass, whose ``template`` is that of its ids."""

    def __init__(self, select: Select) -> None:
        super().__init__(select)

    @classmethod
    async def from_custom_id(
        cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: re.Match[str], /
    ) -> Self:
        del interaction, match
        return cls(cast("Select", item))

    @property
    def picked(self) -> str:
        """The value of the option."""
        return next(iter(self.item.values), "")

    def alone(self) -> discord.ui.View:
        """For a message that has nothing else to press; the client keeps nothing of it."""
        view = discord.ui.View(timeout=None)
        view.add_item(self)
        view.stop()
        return view


def page_of(entries: Sequence[T], number: int) -> Page[T]:
    """The page with this number, from 0, or the nearest that there is: entries may have become fewer since it was shown."""
    each = MOST_OPTIONS if len(entries) <= MOST_OPTIONS else _ON_PAGE
    pages = max(1, -(-len(entries) // each))
    number = min(max(number, 0), pages - 1)
    return Page(entries=entries[number * each : (number + 1) * each], number=number, pages=pages)


def turned_to(value: str) -> int | None:
    """The page that an option turns the list to; None: it is an entry."""
    found = _TURN.fullmatch(value)
    return int(found["page"]) if found else None
