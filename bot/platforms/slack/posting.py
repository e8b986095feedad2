"""Messages into Slack: posted, edited in place, found again. Its callers are the outbox's; it decides nothing about them.

What cannot be shown where it belongs (we were taken out of the channel, its thread was deleted) is PlaceLost: who may see it
elsewhere is not ours to decide. What is for one person alone goes directly to them then.
"""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from bot.chat.errors import ChatError, PlaceLost, Refused, RetryLater, Uncertain
from bot.chat.messages import ChatMessage
from bot.chat.port import Receipt, Words
from bot.chat.remembering import Latest
from bot.platforms.slack.attaching import SHORT, Attaching, Spot, drawn_at, look
from bot.platforms.slack.blocks import AS_IT_IS, WITHOUT_PREVIEWS, Drawn, marker_of
from bot.platforms.slack.errors import NOT_EDITABLE
from bot.platforms.slack.inbound import PLATFORM
from bot.platforms.slack.notices import Notices, ResponseUrls
from bot.platforms.slack.workspaces import Workspaces

log = logging.getLogger(__name__)

CHANNEL_LOST = frozenset(
    {"not_in_channel", "channel_not_found", "is_archived", "user_not_in_channel", "restricted_action"}
)
"""Codes that say that nothing can be shown in a channel any more, or not to this person."""
THREAD_LOST = frozenset({"thread_not_found", "invalid_thread_ts", "message_not_found"})
REMEMBERED = 5000
"""People whose direct messages are known by their channel: so many at most."""


@dataclass(eq=False)
class Posting:
    workspaces: Workspaces
    notices: Notices
    urls: ResponseUrls
    words: Words
    attaching: Attaching
    changed: Callable[[str], None] = lambda team: None
    """Told of a workspace in which something was shown."""
    _opened: Latest[str, str] = field(default_factory=lambda: Latest(REMEMBERED), init=False)
    """The channel of a person's direct messages, by their id."""

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        spot = await self.spot(address)
        if message.only_to and not spot.direct:
            receipt = await self._privately(spot, message, marker)
        else:
            receipt = await self._openly(spot, message, marker)
        self.changed(spot.team)
        return receipt

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        spot = await self.spot(address)
        self.changed(spot.team)
        if "ts" not in receipt:
            return await self._replace_private(spot, receipt, message, marker)
        shown = Spot(team=receipt["team"], channel=receipt["channel"], thread=receipt.get("thread", ""))
        drawn = self._drawn(shown, message, marker)
        client = await self.workspaces.client(shown.team)
        try:
            await client.chat_update(channel=shown.channel, ts=receipt["ts"], **drawn.payload, **AS_IT_IS)
        except Refused as refused:
            log.info("a message cannot be edited: %s", refused.code)
            return await self._afresh(spot, refused, message, marker)
        await self.attaching.attach(client, shown, receipt["ts"], message, marker, drawn, again=True)
        return None

    async def _afresh(self, spot: Spot, refused: Refused, message: ChatMessage, marker: str) -> Receipt:
        """In the place of a message that cannot be edited any more. Raises the refusal again where nothing can be done."""
        if refused.code in CHANNEL_LOST:
            raise PlaceLost(refused.code) from refused
        if refused.code not in NOT_EDITABLE:
            raise refused
        if message.only_to and not spot.direct:
            return await self._privately(spot, message, marker)
        return await self._found(spot, message, marker) or await self._openly(spot, message, marker)

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        """A message for one person alone is in no history, and gone when they reload: it counts as not there, since seeing
        it twice does less harm than everybody reading that something may be missing."""
        spot = await self.spot(address)
        if message.only_to and not spot.direct:
            return None
        return await self._found(spot, message, marker)

    async def spot(self, address: Mapping[str, Any]) -> Spot:
        """Where an address is. Raises RetryLater, Refused, Uncertain."""
        if "person" in address:
            return await self.direct(str(address["person"]))
        return Spot(
            team=address["team"],
            channel=address["channel"],
            thread=address.get("thread") or "",
            user=address.get("user") or "",
        )

    async def direct(self, person_id: str) -> Spot:
        """A person's direct messages, which are opened if need be. Opening shows nobody anything."""
        _, team, user = person_id.split(":")
        if person_id not in self._opened:
            client = await self.workspaces.client(team)
            try:
                answer = await client.conversations_open(users=user)
            except Uncertain as error:
                raise RetryLater(SHORT) from error
            self._opened[person_id] = answer["channel"]["id"]
        return Spot(team=team, channel=self._opened[person_id], user=user)

    async def _found(self, spot: Spot, message: ChatMessage, marker: str) -> Receipt | None:
        client, us = await self.workspaces.client(spot.team), await self.workspaces.us(spot.team)
        try:
            messages = await look(client, spot)
        except Refused as refused:
            if refused.code in THREAD_LOST:
                return None
            raise Uncertain(refused.code) from refused
        ours = [dict(one) for one in messages if us is not None and one.get("user") == us.user]
        ts = next((str(one["ts"]) for one in ours if marker_of(one) == marker), None)
        if ts is None:
            return None
        drawn = self._drawn(spot, message, marker)
        await self.attaching.attach(client, spot, ts, message, marker, drawn, again=True)
        return spot.receipt(ts)

    async def _openly(self, spot: Spot, message: ChatMessage, marker: str) -> Receipt:
        client = await self.workspaces.client(spot.team)
        drawn = self._drawn(spot, message, marker)
        try:
            posted = await client.chat_postMessage(**spot.place, **drawn.payload, **AS_IT_IS, **WITHOUT_PREVIEWS)
        except Refused as refused:
            return await self._openly(_without_thread(spot, refused), message, marker)
        try:
            await self.attaching.attach(client, spot, posted["ts"], message, marker, drawn)
        except ChatError as error:  # the message stands, so that it is found, and what is missing is added then
            raise Uncertain(str(error)) from error
        return spot.receipt(posted["ts"])

    async def _privately(self, spot: Spot, message: ChatMessage, marker: str) -> Receipt:
        """For one person alone among others; what goes with it comes directly to them."""
        person = str(message.only_to)
        user = person.rpartition(":")[2]
        shown = replace(spot, thread="") if message.apart else spot
        drawn = self._drawn(shown, message, marker)
        payload = {name: drawn.payload[name] for name in ("text", "blocks")}
        client = await self.workspaces.client(spot.team)
        try:
            posted = await client.chat_postEphemeral(user=user, **shown.place, **payload, **AS_IT_IS)
        except Refused as refused:
            if refused.code not in CHANNEL_LOST | THREAD_LOST:
                raise
            return await self._openly(await self.direct(person), message, marker)
        if drawn.file or message.picture or message.file:
            await self.attaching.attach(client, await self.direct(person), "", message, marker, drawn)
        return {"team": spot.team, "channel": spot.channel, "user": user, "private": posted["message_ts"]}

    async def _replace_private(self, spot: Spot, receipt: Receipt, message: ChatMessage, marker: str) -> Receipt | None:
        """Only a press on it lets such a message be replaced; else it is shown once more."""
        person = f"{PLATFORM}:{receipt['team']}:{receipt['user']}"
        message = replace(message, only_to=person)
        url = self.urls.use(message.card.card_id, person) if message.card else None
        if url:
            drawn = self._drawn(spot, message, marker)
            shown = {"text": drawn.payload["text"], "blocks": drawn.payload["blocks"]}
            try:
                await self.notices.answer(url, {"response_type": "ephemeral", "replace_original": True, **shown})
                return None
            except Refused as refused:
                log.info("a message for one person cannot be replaced: %s", refused.code)
        return await self._privately(spot, message, marker)

    def _drawn(self, spot: Spot, message: ChatMessage, marker: str) -> Drawn:
        """Raises Refused(``unshowable``): a fault of ours."""
        try:
            return drawn_at(spot, message, marker, self.words)
        except ValueError as error:
            log.exception("a message cannot be shown in Slack")
            raise Refused("unshowable") from error


def _without_thread(spot: Spot, refused: Refused) -> Spot:
    """In direct messages, where a thread was deleted, what it could not take stands below all. Raises PlaceLost where
    nothing can be shown any more, and other refusals again."""
    if refused.code not in CHANNEL_LOST | THREAD_LOST:
        raise refused
    if spot.direct and spot.thread and refused.code in THREAD_LOST:
        return replace(spot, thread="")
    raise PlaceLost(refused.code) from refused
