"""What people say, and what happens around it: what the client hears -> the house.

What is for us is told by one rule of all rooms (``bot.chat.hearing``). Discord delivers nothing twice: what cannot be stored is
tried again here.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import discord

from bot.chat.errors import ChatError, RetryLater
from bot.chat.hearing import is_for_us
from bot.chat.remembering import Once, OurConversations
from bot.platforms.discord import inbound
from bot.platforms.discord.admission import UNKNOWN
from bot.platforms.discord.errors import translated
from bot.platforms.discord.inbound import Place, Said, place_of, received, us_in
from bot.platforms.discord.room import Room
from bot.platforms.discord.threads import Threads, missing, name_of, why_not

log = logging.getLogger(__name__)

SEEN = "👀"
"""The reaction that says that a message was read."""
STORED_AGAIN_AFTER = (1.0, 5.0, 15.0, 30.0, *[60.0] * 10)
"""Seconds between the attempts to store a message: ten minutes in all, as the sentence says."""


@dataclass(eq=False)
class Conversing:
    room: Room
    threads: Threads
    pauses: Sequence[float] = STORED_AGAIN_AFTER
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    once: Once = field(default_factory=Once, init=False)
    ours: OurConversations = field(init=False)

    def __post_init__(self) -> None:
        self.ours = OurConversations(self.room.house.knows)

    async def hear(self, message: discord.Message) -> None:
        """Raises what the house raises, where it could not be stored for long: the person was told."""
        said = await self._said(message)
        if said is not None:
            await self.take(said)

    async def take(self, said: Said) -> bool:
        """Hand in a message that is for us, in the order of the conversation; False: it is not, or was known already."""
        async with self.room.in_order.of(said.conversation):
            if why_not := await self.room.admission.why_not(said.place.guild, said.author.id):
                self._not_admitted(said, why_not)
                return False
            for pause in self.pauses:
                try:
                    return await self._handed_in(said)
                except Exception:  # whatever the house raises: its database is away
                    log.warning("message %s is not stored yet", said.event_id, exc_info=True)
                if said.way == "direct" or said.our_thread or said.begins or said.conversation in self.ours:
                    self.say_once(f"{said.event_id}:not stored", said, "discord.not_stored")
                await self.sleep(pause)
            return await self._handed_in(said)

    async def hear_edit(self, changed: discord.RawMessageUpdateEvent) -> None:
        """Who changes what was heard is told, once for each message, that it counts as it was sent. A link that was unfurled
        is a change to Discord only."""
        message, before = changed.message, changed.cached_message
        if message.edited_at is None or (before is not None and before.content == message.content):
            return
        said = await self._said(message)
        if said is None or await self.room.admission.why_not(said.place.guild, said.author.id):
            return
        known = await self.room.house.known(said.conversation)
        heard_last = next((one.heard_last for one in known if one.conversation_id == said.conversation), None)
        if heard_last is not None and heard_last >= said.at:
            self.say_once(f"{said.event_id}:edited", said, "discord.edited")

    async def _said(self, message: discord.Message) -> Said | None:
        if message.author.bot:
            return None
        guild = message.guild.id if message.guild else None
        place = place_of(message.channel, guild) or await self._looked_up(message.channel)
        return inbound.said(message, place, us_in(self.room.client.user, message.guild)) if place else None

    async def _looked_up(self, channel: object) -> Place | None:
        """Of a thread that discord.py has not heard of, since it was archived when we came."""
        if not isinstance(channel, discord.PartialMessageable) or not channel.guild_id:
            return None
        try:
            with translated():
                found = await self.room.client.fetch_channel(channel.id)
        except ChatError as error:
            log.warning("channel %s cannot be looked up, and what is said there is not heard: %s", channel.id, error)
            return None
        return place_of(found, channel.guild_id)

    async def _handed_in(self, said: Said) -> bool:
        if not await self._is_for_us(said) or not self._can_be_read(said):
            return False
        if said.begins and not await self._thread_begun(said):
            return False
        new = await self.room.house.receive(received(said))
        if new:
            self.room.background.start(self._seen(said), "showing that a message was read")
        return new

    async def _is_for_us(self, said: Said) -> bool:
        if said.place.kind == "threadless":
            self.say_once(f"{said.event_id}:threadless", said, "discord.no_threads_here")
            return False
        if await is_for_us(said, self.ours):
            return True
        if said.way == "mention" and self.once.is_first(f"{said.event_id}:others"):
            self._tell(said.author.id, "discord.others_thread")
        return False

    def _can_be_read(self, said: Said) -> bool:
        if not said.unread:
            return True
        if said.unread == "empty" and said.place.guild and self.room.client.deaf:
            self.say_once(f"{said.conversation}:{said.author.id}:deaf", said, "discord.deaf")
        else:
            self.say_once(f"{said.event_id}:unread", said, f"discord.unread.{said.unread}")
        return False

    async def _thread_begun(self, said: Said) -> bool:
        """Begin the thread that the answer goes to; where that cannot be, the person is told why."""
        place = said.place
        guild = self.room.client.get_guild(place.guild)
        lacking = missing(guild.get_channel(place.channel), guild.me) if guild else []
        if lacking:
            names = ", ".join(self.room.words(f"discord.permission_name.{name}") for name in lacking)
            self._answer(said, self.room.words("discord.no_permission", permissions=names))
            return False
        try:
            await self.threads.begin(place.guild, place.channel, said.id, name_of(said.text, self.room.words))
        except ChatError as error:
            log.warning("no thread can be begun in channel %s: %s", place.channel, error)
            self._answer(said, self.room.words(why_not(error)))
            return False
        return True

    async def _seen(self, said: Said) -> None:
        """Typing in direct messages, which ends with the answer, and a reaction in servers; best effort."""
        channel = self.room.client.get_partial_messageable(said.place.here, guild_id=said.place.guild or None)
        try:
            with translated():
                if said.way == "direct":
                    await channel.typing()
                else:
                    await channel.get_partial_message(said.id).add_reaction(SEEN)
        except RetryLater:
            return  # so much is going on that the answer will be there before a sign of it could
        except ChatError as error:
            log.info("no sign can be given that a message was read: %s", error)

    def _not_admitted(self, said: Said, why_not: str) -> None:
        """Somebody names us in a server that is not on the list, or writes to us directly and is on none that is."""
        if said.way == "direct":
            occasion = said.event_id if why_not == UNKNOWN else str(said.author.id)
            self.say_once(f"{occasion}:{why_not}", said, why_not)
        elif said.way != "reply" and self.once.is_first(f"{said.place.guild}:{said.author.id}:not served"):
            log.warning("server %s is not on the list of those that are served", said.place.guild)
            self._tell(said.author.id, "discord.not_served")

    def say_once(self, occasion: str, said: Said, key: str) -> None:
        """Answer a message where it stands, or else directly."""
        if self.once.is_first(occasion):
            self._answer(said, self.room.words(key))

    def _answer(self, said: Said, text: str) -> None:
        self.room.background.start(self._answered(said, text), "answering a message with a sentence")

    async def _answered(self, said: Said, text: str) -> None:
        place = said.place
        channel = self.room.client.get_partial_messageable(place.here, guild_id=place.guild or None)
        try:
            with translated():
                await channel.get_partial_message(said.id).reply(text, mention_author=False, suppress_embeds=True)
        except ChatError as error:
            log.info("a sentence could not be said in place: %s", error)
            await self.room.notices.directly(said.author.id, text)

    def _tell(self, user: int, key: str) -> None:
        self.room.background.start(self.room.notices.directly(user, self.room.words(key)), f"saying {key}")
