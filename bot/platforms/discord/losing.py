"""Servers that we come to, and places that we lose: whoever talked to us there is told, and nothing else is done about it.

Discord does not say who took a place away, so those are told who said something there last.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

import discord

from bot.chat.errors import ChatError
from bot.chat.port import Known
from bot.chat.remembering import Once
from bot.platforms.discord import places
from bot.platforms.discord.errors import translated
from bot.platforms.discord.room import Room

log = logging.getLogger(__name__)

MOST_TOLD = 20
"""People who are told of one loss: Discord stops an app that writes to many people at once."""


@dataclass(eq=False)
class Losing:
    room: Room
    once: Once = field(default_factory=Once, init=False)

    async def joined(self, guild: discord.Guild) -> None:
        """Say where to begin, in the channel in which the server greets newcomers, if there is one and we may; without a
        notification. Nobody is written to."""
        if not self.room.admission.serves(guild.id):
            log.warning("we were added to server %s, which is not on the list of those that are served", guild.id)
            return
        log.info("we were added to server %s", guild.id)
        channel = guild.system_channel
        if channel is None or not channel.permissions_for(guild.me).send_messages:
            return
        try:
            with translated():
                await channel.send(self.room.words("discord.hello"), silent=True, suppress_embeds=True)
        except ChatError as error:
            log.info("server %s cannot be greeted: %s", guild.id, error)

    async def server(self, guild: discord.Guild) -> None:
        """We were removed from a server, or it was deleted."""
        await self._lost(f"{places.PLATFORM}:{guild.id}:", "server")

    async def channel(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted."""
        await self._lost(places.channel_prefix(channel.guild.id, channel.id), "channel")

    async def thread(self, deleted: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted, by itself: of those that went with their channel, the channel's end tells."""
        guild = self.room.client.get_guild(deleted.guild_id)
        if guild is not None and guild.get_channel(deleted.parent_id) is None:
            return
        await self._lost(places.conversation_id(deleted.guild_id, deleted.parent_id, deleted.thread_id), "thread")

    async def left(self, thread: discord.Thread) -> None:
        """We were taken out of a thread; that matters where it is a private one."""
        if thread.is_private():
            await self._lost(places.conversation_id(thread.guild.id, thread.parent_id, thread.id), "removed")

    async def changed(self, update: discord.RawThreadUpdateEvent) -> None:
        """A thread that is archived opens again with the next message; in one that is locked besides, nobody can write."""
        state = update.data.get("thread_metadata") or {}
        occasion = f"{update.thread_id}:{state.get('archive_timestamp')}"
        if state.get("archived") and state.get("locked") and self.once.is_first(occasion):
            await self._lost(places.conversation_id(update.guild_id, update.parent_id, update.thread_id), "locked")

    async def _lost(self, prefix: str, why: str) -> None:
        known = await self.room.house.known(prefix)
        if not prefix.endswith(":"):
            known = [one for one in known if one.conversation_id == prefix]
        if not known:
            return
        log.warning("%s is lost (%s), with %d conversations", prefix, why, len(known))
        for user in _people(known):
            self.room.background.start(self._tell(user, f"discord.lost.{why}"), "saying that a place was lost")

    async def _tell(self, user: int, key: str) -> None:
        await self.room.notices.directly(user, self.room.words(key))


def _people(known: Sequence[Known]) -> list[int]:
    """Who said something last in each, those heard from last first."""
    users = dict.fromkeys(one.address["user"] for one in known if one.address.get("user"))
    return [int(user) for user in users][:MOST_TOLD]
