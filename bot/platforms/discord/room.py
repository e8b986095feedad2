"""What the parts of this room share while Discord is served: the house, the client, and what they use together."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.chat.background import Background
from bot.chat.ordering import InOrder
from bot.chat.port import House, Words
from bot.platforms.discord.client import ThreadtuneClient

if TYPE_CHECKING:
    from bot.platforms.discord.admission import Admission
    from bot.platforms.discord.notices import Notices
    from bot.platforms.discord.posting import Posting


@dataclass(eq=False)
class Room:
    house: House
    client: ThreadtuneClient
    words: Words
    posting: "Posting"
    background: Background
    admission: "Admission"
    in_order: InOrder = field(default_factory=InOrder, init=False)
    """By conversation id: what a person did is stored as they did it."""

    @property
    def notices(self) -> "Notices":
        return self.posting.notices
