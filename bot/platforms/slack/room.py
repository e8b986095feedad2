"""What the parts of this room share while Slack is served: the house, the workspaces, and what they use together."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from bot.chat.background import Background
from bot.chat.ordering import InOrder
from bot.chat.port import House, Words
from bot.platforms.slack.homes import Homes
from bot.platforms.slack.inbound import Person
from bot.platforms.slack.modals import Modals
from bot.platforms.slack.names import Names
from bot.platforms.slack.notices import Notices
from bot.platforms.slack.posting import Posting
from bot.platforms.slack.workspaces import Workspaces

Ack = Callable[..., Awaitable[Any]]
"""Acknowledges what Slack delivered, perhaps with an answer."""


@dataclass(eq=False)
class Room:
    house: House
    workspaces: Workspaces
    words: Words
    posting: Posting
    background: Background
    homes: Homes
    modals: Modals = field(init=False)
    names: Names = field(init=False)
    in_order: InOrder = field(default_factory=InOrder, init=False)

    def __post_init__(self) -> None:
        self.modals = Modals(self.workspaces, self.words)
        self.names = Names(self.workspaces, self.words("slack.somebody"))

    @property
    def notices(self) -> Notices:
        return self.posting.notices

    async def name_of(self, person: Person) -> str:
        return await self.names.of(person.team, person.user, person.name)
