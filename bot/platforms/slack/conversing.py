"""What people say, and what happens around it: events -> the house. Each returns once it is stored.

What is for us is told by one rule of all rooms (``bot.chat.hearing``).
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.chat.errors import ChatError, Refused, RetryLater
from bot.chat.hearing import is_for_us
from bot.chat.remembering import Once, OurConversations
from bot.platforms.slack.client import SlackClient
from bot.platforms.slack.inbound import (
    PLATFORM,
    ChannelLost,
    Edited,
    HomeOpened,
    Payload,
    Said,
    TokenLost,
    Us,
    at,
    heard,
    received,
)
from bot.platforms.slack.manifest import prompts
from bot.platforms.slack.reading import people_in
from bot.platforms.slack.room import Room

log = logging.getLogger(__name__)

SEEN = "eyes"
"""The reaction that says that a message was read."""


@dataclass(eq=False)
class Conversing:
    room: Room
    once: Once = field(default_factory=Once, init=False)
    ours: OurConversations = field(init=False)

    def __post_init__(self) -> None:
        self.ours = OurConversations(self.room.house.knows)

    async def hear(self, body: Payload, us: Us) -> None:
        """Raises what the house raises: then it was not stored."""
        start = self.room.background.start
        match heard(body, us):
            case Said() as said:
                await self.take(said, us)
            case Edited() as edited:
                start(self._edited(edited.said), "answering an edit")
            case HomeOpened(tab="home") as opened:
                start(self.room.homes.opened(opened.person), "publishing a home tab")
            case HomeOpened() as opened:
                start(self._suggest(opened), "suggesting what to say")
            case ChannelLost() as lost:
                start(self._lost(lost), "saying that a channel was lost")
            case TokenLost() as token:
                await self.room.workspaces.lost(token.team, token.why)

    async def take(self, said: Said, us: Us) -> bool:
        """Hand in a message that is for us, in the order of the conversation; False: it is not, or was known already."""
        async with self.room.in_order.of(said.conversation):
            if not await self._is_ours(said):
                return False
            event = received(said, us, await self.room.name_of(said.person), await self._named(said))
            try:
                new = await self.room.house.receive(event)
            except Exception:  # whatever it was: the person is told, and it is raised again
                self._say_once(f"{said.id}:not stored", said, "slack.not_stored")
                raise
        if new:
            self.room.background.start(self._seen(said), "showing that a message was read")
        return new

    async def _is_ours(self, said: Said) -> bool:
        if said.person.foreign:
            if said.way == "mention" or await self.ours.knows(said.conversation):
                self._say_once(f"{said.conversation}:{said.person.id}:foreign", said, "slack.foreign")
            return False
        if said.forwarded and (said.way == "direct" or await self.ours.knows(said.conversation)):
            self._say_once(f"{said.id}:forwarded", said, "slack.forwarded")
            return False
        if await is_for_us(said, self.ours):
            return True
        if said.way == "mention":
            self._say_once(f"{said.id}:others", said, "slack.others_thread")
        return False

    async def _named(self, said: Said) -> Mapping[str, str]:
        people = people_in(said.text)
        return await self.room.names.all(said.person.team, people) if people else {}

    async def _seen(self, said: Said) -> None:
        """A status in direct messages, which goes away with the answer, and a reaction in channels; best effort."""
        client = await self.room.workspaces.client(said.person.team)
        try:
            if said.way == "direct" and await self._status(client, said):
                return
            await client.reactions_add(channel=said.channel, timestamp=said.ts, name=SEEN)
        except RetryLater:
            return  # so much is going on that the answer will be there before a sign of it could
        except Refused as refused:
            if refused.code != "already_reacted":
                raise

    async def _status(self, client: SlackClient, said: Said) -> bool:
        """False: the app has no agent's view, in which there would be a place for it."""
        try:
            status = self.room.words("slack.status")
            await client.assistant_threads_setStatus(channel_id=said.channel, thread_ts=said.thread, status=status)
        except Refused as refused:
            log.info("no status can be shown (%s); a reaction is", refused.code)
            return False
        return True

    async def _edited(self, said: Said) -> None:
        """Who changes what was heard is told, once for each message, that it counts as it was sent."""
        known = await self.room.house.known(said.conversation)
        heard_last = next((one.heard_last for one in known if one.conversation_id == said.conversation), None)
        if heard_last is not None and heard_last >= at(said.ts):
            self._say_once(f"{said.id}:edited", said, "slack.edited")

    async def _suggest(self, opened: HomeOpened) -> None:
        """What to say, in the messages of somebody who opens them; an app without the agent's view has no place for it."""
        if not self.once.is_first(f"{opened.person.id}:prompts"):
            return
        client = await self.room.workspaces.client(opened.person.team)
        await client.assistant_threads_setSuggestedPrompts(channel_id=opened.channel, prompts=prompts(self.room.words))

    async def _lost(self, lost: ChannelLost) -> None:
        known = await self.room.house.known(f"{PLATFORM}:{lost.team}:{lost.channel}:")
        log.warning(
            "channel %s in workspace %s is lost (%s), with %d conversations",
            lost.channel,
            lost.team,
            lost.why,
            len(known),
        )
        if known and lost.by:
            text = self.room.words(f"slack.channel.{lost.why}")
            await self.room.notices.directly(lost.team, lost.by, text)

    def _say_once(self, occasion: str, said: Said, key: str) -> None:
        if self.once.is_first(occasion):
            self.room.background.start(self._say(said, self.room.words(key)), f"saying {key}")

    async def _say(self, said: Said, text: str) -> None:
        person = said.person
        thread = said.thread if said.way == "direct" or not said.begins else ""
        try:
            await self.room.notices.privately(person.team, said.channel, person.user, text, thread)
        except ChatError as error:
            log.info("a sentence could not be said in place: %s", error)
            await self.room.notices.directly(person.team, person.user, text)
