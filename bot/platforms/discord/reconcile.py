"""What was said while there was no session: looked up in the conversations that the house knows, and handed in.

A session that is resumed replays what it missed; after a new one nothing does. Of the channels in which these conversations
hang the latest messages are looked through for those that name us, and for nothing else. Direct messages of people who never
wrote before cannot be found: Discord lists them to no bot.
"""

import logging
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

import discord
from discord.utils import time_snowflake

from bot.chat.catching_up import LOOKED_BACK, MOST, CatchingUp
from bot.chat.errors import ChatError
from bot.chat.port import Known
from bot.platforms.discord import inbound, places
from bot.platforms.discord.errors import translated
from bot.platforms.discord.inbound import Place, Said, us_in
from bot.platforms.discord.room import Room
from bot.platforms.discord.threads import missing

log = logging.getLogger(__name__)

LOOKED_UP = 200
"""Messages of one conversation, the oldest first: two requests."""
LOOKED_THROUGH = 100
"""The latest messages of a channel: one request."""


@dataclass(eq=False)
class Reconciler:
    room: Room
    take: Callable[[Said], Awaitable[bool]]
    """Hands in a message as if it came now; its id is the one that it would have had."""
    catching_up: CatchingUp = field(default_factory=CatchingUp)

    async def run(self) -> None:
        """Raises RetryLater, where it would take too long, and what the house raises."""
        async with self.room.in_order.of("reconcile"):
            known = await self.room.house.known(f"{places.PLATFORM}:")
            found = await self.catching_up.each(known, self._conversation)
            found += await self._begun()
            found += await self.catching_up.each(_by_channel(known), self._mentions)
        log.info("%d messages were missed and are answered now", found)

    async def _conversation(self, known: Known) -> int:
        """How many messages there were. Raises RetryLater, Refused, Uncertain."""
        place = _place(known)
        if place is None or known.heard_last is None or (place.guild and not self.room.admission.serves(place.guild)):
            return 0
        after = discord.Object(time_snowflake(known.heard_last, high=True))
        channel = self.room.client.get_partial_messageable(place.here, guild_id=place.guild or None)
        with translated():
            messages = [one async for one in channel.history(limit=LOOKED_UP, after=after, oldest_first=True)]
        return sum([await self._handed_in(message, place) for message in messages])

    async def _mentions(self, known: Known) -> int:
        """In the channel in which a conversation hangs. Raises RetryLater, Refused, Uncertain."""
        thread = _place(known)
        channel = self.room.client.get_channel(thread.channel) if thread else None
        if not isinstance(channel, discord.TextChannel) or missing(channel, channel.guild.me):
            return 0  # where no thread can be begun, whoever names us would be told so at every start
        place = Place(kind="channel", channel=channel.id, guild=channel.guild.id)
        if not self.room.admission.serves(place.guild):
            return 0
        after = discord.Object(time_snowflake(self.catching_up.clock() - LOOKED_BACK))
        with translated():
            latest = [one async for one in channel.history(limit=LOOKED_THROUGH, after=after, oldest_first=False)]
        us = us_in(self.room.client.user, channel.guild)
        answered = {one.reference.message_id for one in latest if one.author.id in us and one.reference}
        fresh = [one for one in reversed(latest) if one.id not in answered and await self._names_us_anew(one, place)]
        return sum([await self._handed_in(message, place) for message in fresh])

    async def _names_us_anew(self, message: discord.Message, place: Place) -> bool:
        """Whether it names us and no thread of ours was begun from it."""
        said = inbound.said(message, place, us_in(self.room.client.user, message.guild))
        return said is not None and said.way == "mention" and not await self.room.house.knows(said.conversation)

    async def _begun(self) -> int:
        """Threads that we began for somebody, and then ended before what they had said was stored."""
        found = 0
        for thread, place in self._our_threads():
            if await self.room.house.knows(places.conversation_id(place.guild, place.channel, thread)):
                continue
            channel = self.room.client.get_partial_messageable(place.channel, guild_id=place.guild)
            try:
                with translated():
                    root = await channel.fetch_message(thread)
                found += await self._handed_in(root, place)
            except ChatError as error:
                log.info("what thread %s began with cannot be looked at: %s", thread, error)
        return found

    def _our_threads(self) -> Iterator[tuple[int, Place]]:
        """Those begun lately, the newest first: the id of each, and the channel in which it was begun."""
        client, since = self.room.client, self.catching_up.clock() - LOOKED_BACK
        threads = [
            thread for guild in client.guilds if self.room.admission.serves(guild.id) for thread in guild.threads
        ]
        ours = [
            one for one in threads if client.user and one.owner_id == client.user.id and one.id > time_snowflake(since)
        ]
        for thread in sorted(ours, key=lambda one: one.id, reverse=True)[:MOST]:
            yield thread.id, Place(kind="channel", channel=thread.parent_id, guild=thread.guild.id)

    async def _handed_in(self, message: discord.Message, place: Place) -> bool:
        said = inbound.said(message, place, us_in(self.room.client.user, message.guild))
        return said is not None and await self.take(replace(said, author=await self._member(message)))

    async def _member(self, message: discord.Message) -> discord.User | discord.Member:
        """The writer with their roles in the server, which stand in no message that is looked up."""
        author, guild = message.author, message.guild
        if guild is None or isinstance(author, discord.Member):
            return author
        try:
            with translated():
                return guild.get_member(author.id) or await guild.fetch_member(author.id)
        except ChatError as error:
            log.info("the roles of %s in server %s cannot be had: %s", author.id, guild.id, error)
            return author


def _by_channel(known: Sequence[Known]) -> list[Known]:
    """Of each channel the conversation that was heard from last."""
    found: dict[str, Known] = {}
    for one in known:
        if not places.is_direct(one.address):
            found.setdefault(one.conversation_id.rpartition(":")[0], one)
    return list(found.values())


def _place(known: Known) -> Place | None:
    """Where a conversation is; None: in direct messages that were never opened."""
    address = known.address
    if not places.is_direct(address):
        guild, channel, thread = int(address["guild"]), int(address["channel"]), int(address["thread"])
        return Place(kind="thread", channel=channel, guild=guild, thread=thread)
    channel_id = places.channel_of(address)
    return Place(kind="direct", channel=channel_id) if channel_id else None
