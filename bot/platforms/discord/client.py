"""discord.py's client as this room sets it up: what it may hear, which commands and buttons it knows, whom it tells.

It understands nothing of what it hears, and does not know how it is connected (``connecting``).
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

import aiohttp
import discord
from discord import app_commands

log = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds that a request waits for its turn; for more, discord.py raises ``RateLimited`` (and takes no less than 30)."""
IDENTIFY_PAUSE = 5.0
"""Seconds before a session is begun in the place of one that was ended: Discord takes one in five seconds."""
SERVERS_WITHIN = 2.0
"""Seconds without another server after which all were told of, and a session counts as begun."""
Items = Sequence[type[discord.ui.DynamicItem[Any]]]
"""Buttons and lists that are known by their ids, however old the message is that they stand on."""


class Hearing(Protocol):
    """Whom the client tells what it hears. Each call returns when what must not be lost is stored."""

    async def message(self, message: discord.Message) -> None: ...

    async def edit(self, changed: discord.RawMessageUpdateEvent) -> None: ...

    async def joined(self, guild: discord.Guild) -> None: ...

    async def server_lost(self, guild: discord.Guild) -> None: ...

    async def channel_lost(self, channel: discord.abc.GuildChannel) -> None: ...

    async def thread_changed(self, changed: discord.RawThreadUpdateEvent) -> None: ...

    async def thread_lost(self, deleted: discord.RawThreadDeleteEvent) -> None: ...

    async def thread_left(self, thread: discord.Thread) -> None: ...

    async def ready(self) -> None:
        """A session began: nobody tells what happened before it. Of one that is resumed this is not called."""


class ThreadtuneClient(discord.Client):
    """``items``: what can be pressed; registered at each login, as are the commands of ``tree``."""

    def __init__(
        self,
        items: Items = (),
        *,
        trace: aiohttp.TraceConfig | None = None,
        servers_within: float = SERVERS_WITHIN,
        identify_pause: float = IDENTIFY_PAUSE,
    ) -> None:
        super().__init__(
            intents=intents(content=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=LONGEST_WAIT,
            http_trace=trace,  # type: ignore[arg-type]  # None is its default, which its types leave out
            guild_ready_timeout=servers_within,
        )
        self.items = items
        self.identify_pause = identify_pause
        self.tree: app_commands.CommandTree[ThreadtuneClient] = app_commands.CommandTree(self)
        self.tree.error(self._misread)
        self.deaf = False
        """Whether messages of servers come without their text, unless they name us: the message-content intent is off."""
        # What follows is set before the client is connected. Buttons and commands look their handlers up here, since these
        # import them.
        self.hearing: Hearing | None = None
        self.prepare: Callable[[], Awaitable[None]] | None = None
        """Called at each login, before anything is heard."""
        self.acting: Any = None
        self.commanding: Any = None
        self.posting: Any = None

    def deafen(self) -> None:
        """Do without the message-content intent; before the client is connected."""
        self.deaf = True
        # discord.py fixes the intents with the client, and what the application may have is known only after its login.
        self._connection._intents.message_content = False

    async def setup_hook(self) -> None:
        self.add_dynamic_items(*self.items)
        if self.prepare:
            await self.prepare()

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        if not initial:
            await asyncio.sleep(self.identify_pause)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Of something that nobody waits for: who had to be told was told where it happened."""
        log.exception("%s failed", event_method)

    async def _misread(self, interaction: discord.Interaction, error: app_commands.AppCommandError) -> None:
        if self.acting:
            await self.acting.misread(interaction, error)

    async def on_ready(self) -> None:
        if self.hearing:
            await self.hearing.ready()

    async def on_message(self, message: discord.Message) -> None:
        if self.hearing:
            await self.hearing.message(message)

    async def on_interaction(self, interaction: discord.Interaction) -> None:
        if self.acting:
            await self.acting.heard(interaction)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if self.hearing:
            await self.hearing.edit(payload)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        if self.hearing:
            await self.hearing.joined(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        if self.hearing:
            await self.hearing.server_lost(guild)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        if self.hearing:
            await self.hearing.channel_lost(channel)

    async def on_raw_thread_update(self, payload: discord.RawThreadUpdateEvent) -> None:
        if self.hearing:
            await self.hearing.thread_changed(payload)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        if self.hearing:
            await self.hearing.thread_lost(payload)

    async def on_thread_remove(self, thread: discord.Thread) -> None:
        if self.hearing:
            await self.hearing.thread_left(thread)


def intents(content: bool) -> discord.Intents:
    """What we are told of: servers with their channels and threads, and messages. ``content``: with their text, which is a
    privileged intent (https://docs.discord.com/developers/events/gateway#message-content-intent)."""
    return discord.Intents(guilds=True, guild_messages=True, dm_messages=True, message_content=content)
