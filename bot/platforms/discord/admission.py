"""Whom the bot answers: servers by the allow-list and, where there is one, in direct messages the members of those servers alone.

It keeps no list of members: who is one is asked of Discord when they write, and known for some minutes.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import discord

from bot.chat.errors import ChatError, Refused
from bot.chat.remembering import Latest
from bot.platforms.discord.errors import translated
from bot.platforms.discord.setup import DiscordSetup

log = logging.getLogger(__name__)

KNOWN_FOR = 300.0
"""Seconds for which an answer of Discord's counts."""
ASKED_FOR = 2.0
"""Seconds; a press has to be answered within three."""
UNKNOWN = "discord.member_unknown"
"""The sentence that says that Discord does not tell; it is true of one moment only."""
REMEMBERED = 2000
"""People of whom it is known."""


@dataclass(eq=False)
class Admission:
    client: discord.Client
    setup: DiscordSetup
    clock: Callable[[], float] = time.monotonic
    _members: Latest[int, tuple[float, bool]] = field(default_factory=lambda: Latest(REMEMBERED), init=False)
    """When it was learnt of each whether they are a member of a server that is served."""

    def serves(self, guild: int) -> bool:
        """Whether a server is on the allow-list."""
        return self.setup.serves(guild)

    async def why_not(self, guild: int, user: int) -> str:
        """Why somebody is not answered in a server (0: in direct messages), as the key of a sentence for there; empty: they are."""
        if guild:
            return "" if self.serves(guild) else "discord.not_served_here"
        if not self.setup.servers:
            return ""
        try:
            async with asyncio.timeout(ASKED_FOR):
                return "" if await self._is_member(user) else "discord.no_member"
        except (ChatError, TimeoutError) as error:
            log.warning("whether somebody is on a server that is served is not known: %s", error)
            return UNKNOWN

    async def _is_member(self, user: int) -> bool:
        """Raises RetryLater, Refused, Uncertain: Discord does not say."""
        at, known = self._members.get(user, (-KNOWN_FOR, False))
        if self.clock() - at < KNOWN_FOR:
            return known
        known = await self._asked(user)
        self._members[user] = (self.clock(), known)
        return known

    async def _asked(self, user: int) -> bool:
        """One server that knows them will do; one that does not say matters only where no other does."""
        silent: ChatError | None = None
        for guild in [one for one in self.client.guilds if self.serves(one.id)]:
            try:
                with translated():
                    await guild.fetch_member(user)
                return True
            except Refused as refused:
                silent = silent if refused.code in ("unknown_member", "unknown_user") else refused
            except ChatError as error:
                silent = error
        if silent:
            raise silent
        return False
