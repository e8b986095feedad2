"""discord.py's client as this room sets it up: what it may hear, which commands and buttons it knows, whom it tells.

It understands nothing of what it hears, and does not know how it is connected (``connecting``).
"""

import logging
from collections.abc import Sequence
from typing import Any, Protocol

import discord
from discord import app_commands

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds that a request waits for its turn; for more, discord.py raises ``RateLimited`` (and takes no less than 30)."""
Items = Sequence[type[discord.ui.DynamicItem[Any]]]
"""Buttons and lists that are known by their ids, however old the message is that they stand on."""


class Hearing(Protocol):
    """Whom the client tells what it hears. Each call returns when all is done that must not be lost."""

    async def said(self, message: discord.Message) -> None: ...

    async def edited(self, changed: discord.RawMessageUpdateEvent) -> None: ...

    async def joined(self, guild: discord.Guild) -> None: ...

    async def lost_guild(self, guild: discord.Guild) -> None: ...

    async def lost_channel(self, guild: int, channel: int) -> None: ...

    async def lost_thread(self, guild: int, channel: int, thread: int, why: str) -> None: ...

    async def ready(self) -> None:
        """A session began: what happened before it is told to nobody. A session that is resumed is not told of."""


class ThreadtuneClient(discord.Client):
    """``items``: what can be pressed, registered at each login, as are the commands of ``tree``."""

    def __init__(self, items: Items = ()) -> None:
        super().__init__(
            intents=intents(content=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
        )
        self.items = items
        self.tree: app_commands.CommandTree[ThreadtuneClient] = app_commands.CommandTree(self)
        self.deaf = False
        """Whether messages of servers come without their text, unless they name us: the message-content intent is off."""
        self.hearing: Hearing | None = None
        self.acting: Any = None
        """``acting.Acting``, for the buttons, which it knows. Set, like ``hearing``, before the client is connected."""

    def deafen(self) -> None:
        """Do without the message-content intent; before the client is connected."""
        self.deaf = True
        # discord.py fixes the intents with the client, and what the application may have is known only after its login.
        self._connection._intents.message_content = False

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*self.items)

    async def on_message(self, message: discord.Message) -> None:
        if self.hearing:
            await self.hearing.said(message)


def intents(content: bool) -> discord.Intents:
    """What we are told of: servers with their channels and threads, and messages. ``content``: with their text, which is a
    privileged intent (https://discord.com/developers/docs/events/gateway#message-content-intent)."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=content)
