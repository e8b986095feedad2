"""The slash command -> the house: where it is answered, and what is said at once to whoever typed it.

Slash commands do not exist inside threads, so a command given in a channel has to be placed first (``House.place``).
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat.errors import ChatError, Refused
from bot.chat.messages import ChatMessage
from bot.chat.port import Placement
from bot.platforms.slack import interactions
from bot.platforms.slack.blocks import AS_IT_IS, WITHOUT_PREVIEWS, draw, notice
from bot.platforms.slack.inbound import PLATFORM, Payload, Us, address_of, conversation_id, thread_address
from bot.platforms.slack.interactions import Command
from bot.platforms.slack.room import Ack, Room

log = logging.getLogger(__name__)

NOT_THERE = frozenset({"not_in_channel", "channel_not_found"})
"""What Slack says where we were never invited to."""


@dataclass(eq=False)
class Commanding:
    room: Room
    clock: Callable[[], datetime] = interactions.now

    async def obey(self, body: Payload, us: Us, ack: Ack) -> None:
        """Raises what the house raises: then it was not stored, and the person is told."""
        command = interactions.command(body, us)
        try:
            said = await self._said(command, us)
        except Exception:  # whatever it was: the person is told, and it is raised again
            self._tell(command, self.room.words("slack.command_not_stored"))
            raise
        await ack(**said)

    async def _said(self, command: Command, us: Us) -> Mapping[str, Any]:
        """Hand the command in where it belongs, and return what is said at once."""
        if command.direct:
            return await self._direct(command)
        place = await self.room.house.place(command.text, command.person.id, f"{PLATFORM}:{us.team}:{command.channel}:")
        match place.kind:
            case "said":
                pass
            case "direct":
                person = command.person.id
                await self._hand_in(command, person, address_of(person), privately=False)
            case "thread" if place.where is not None:
                await self._hand_in(
                    command,
                    place.where.conversation_id,
                    {**place.where.address, "user": command.person.user},
                    place.privately,
                )
            case "begin":
                return await self._begin(command, place)
            case _:
                return self._which(command, place)
        return self._ephemeral(place.text)

    async def _direct(self, command: Command) -> Mapping[str, Any]:
        """Given where two people write to each other: we may be one of them, or not."""
        person = command.person.id
        await self._hand_in(command, person, address_of(person), privately=False)
        self.room.background.start(self._point_there(command), "saying where the answer is")
        return {}

    async def _point_there(self, command: Command) -> None:
        if (await self.room.posting.direct(command.person.id)).channel != command.channel:
            await self.room.notices.reply(command.response_url, self.room.words("slack.in_direct"))

    async def _begin(self, command: Command, place: Placement) -> Mapping[str, Any]:
        """Post what a thread begins with, and hand the command in there."""
        team, channel, user = command.person.team, command.channel, command.person.user
        root = ChatMessage(text=self.room.words("slack.root"), ping=True)
        drawn = draw(root, f"root-{command.trigger}", self.room.words, mention=user)
        try:
            client = await self.room.workspaces.client(team)
            posted = await client.chat_postMessage(channel=channel, **drawn.payload, **AS_IT_IS, **WITHOUT_PREVIEWS)
        except ChatError as error:
            log.warning("no thread can be begun in channel %s of workspace %s: %s", channel, team, error)
            not_there = isinstance(error, Refused) and error.code in NOT_THERE
            return self._ephemeral(self.room.words("slack.invite_me" if not_there else "slack.no_thread"))
        ts = posted["ts"]
        await self._hand_in(
            command, conversation_id(team, channel, ts), thread_address(team, channel, ts, user), place.privately
        )
        return self._ephemeral(place.text)

    def _which(self, command: Command, place: Placement) -> Mapping[str, Any]:
        try:
            blocks = interactions.picker(command, place.choices, place.privately, place.text)
        except ValueError:
            return self._ephemeral(self.room.words("slack.too_long_to_ask_which"))
        return {"text": place.text, "blocks": blocks, "response_type": "ephemeral"}

    async def _hand_in(self, command: Command, conversation: str, address: Mapping[str, str], privately: bool) -> None:
        name = await self.room.name_of(command.person)
        event = interactions.command_received(command, conversation, address, privately, name, self.clock())
        async with self.room.in_order.of(conversation):
            await self.room.house.receive(event)

    def _ephemeral(self, text: str) -> Mapping[str, Any]:
        return {**notice(text, self.room.words), "response_type": "ephemeral"} if text else {}

    def _tell(self, command: Command, text: str) -> None:
        person = command.person
        said = self.room.notices.somehow(command.response_url, text, person.team, person.user)
        self.room.background.start(said, "saying that a command was not stored")
