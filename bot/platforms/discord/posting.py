"""Messages into Discord: posted, edited in place, found again. Its callers are the outbox's; it decides nothing about them.

What cannot be shown where it belongs (we were taken out of the channel, it was deleted) is PlaceLost: who may see it
elsewhere is not ours to decide. What is for one person alone goes to them directly where nothing else shows it to them.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import discord

from bot.chat.errors import PlaceLost, Refused, RetryLater
from bot.chat.messages import ChatMessage
from bot.chat.port import House, Receipt
from bot.chat.remembering import Latest
from bot.platforms.discord.drawing import Part, tag
from bot.platforms.discord.errors import CHANNEL_LOST, NOT_EDITABLE, TOKEN_SPENT, translated
from bot.platforms.discord.laying import Laying, Spot, receipt_ids
from bot.platforms.discord.notices import Interactions, Notices, ShowButton
from bot.platforms.discord.places import PLATFORM, channel_of, is_direct, person_id

log = logging.getLogger(__name__)

EDITABLE_FOR = timedelta(minutes=59)
"""Edits of a message that is older than an hour are few (30046)."""
OFTEN = timedelta(minutes=10)
"""A message that was edited twice within this is a status, which is edited for as long as something goes on."""
NOT_YET = 1.0
"""Seconds until something is posted that comes before the client's login."""
REMEMBERED = 5000


@dataclass(eq=False)
class Posting:
    laying: Laying
    notices: Notices
    interactions: Interactions = field(default_factory=Interactions)
    house: House | None = None
    """Set once there is one: it knows a message that is shown to somebody later (``show``)."""
    _edited: Latest[int, datetime] = field(default_factory=lambda: Latest(REMEMBERED), init=False)
    """When a message was edited last, by its id."""

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        spot = await self.spot(address)
        if message.only_to and not spot.direct:
            return await self._privately(spot, message, marker)
        return await self.laying.lay(spot, message, marker)

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        """Nothing is to be done where only a button stands: whoever presses it is shown what there is then."""
        if "shown_by" in receipt:
            return None
        spot = await self.spot(address)
        if "private" in receipt:
            return await self._replace_private(spot, receipt, message, marker)
        shown = spot if str(spot.channel) == receipt["channel"] else Spot(channel=int(receipt["channel"]))
        ids = receipt_ids(receipt)
        if self._too_old(receipt, ids):
            return await self._afresh(shown, message, marker, ids)
        try:
            laid = await self.laying.lay(shown, message, marker, ids)
        except Refused as refused:
            if refused.code not in NOT_EDITABLE:
                raise
            log.info("a message cannot be edited: %s", refused.code)
            return await self._afresh(shown, message, marker, ids)
        self._edited[ids[0]] = self.laying.clock()
        return None if laid["ids"] == receipt["ids"] else {**laid, "at": receipt["at"]}

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        """By the tag that each part ends with.

        It is certain among the last 100 messages of a place. Where we may not read the history Discord shows us none of it,
        and of what only one person saw there is none: such a message counts as not there. It is then posted with the same
        nonce as before, which shows nothing twice within a few minutes. After that it may come twice: what one person saw
        by an interaction, which has no nonce, and the rest in a channel that we may write in but not read.
        """
        spot = await self.spot(address)
        if not message.only_to or spot.direct:
            return await self.laying.found(spot, message, marker)
        try:
            directly = await self.direct(_user_of(message.only_to))
            if (receipt := await self.laying.found(directly, message, marker)) is not None:
                return receipt
        except Refused as refused:
            log.info("somebody cannot be reached directly: %s", refused.code)
        ids = await self.laying.ids(spot, marker)
        return self.laying.receipt(spot, ids) | {"shown_by": marker} if ids else None

    async def show(self, interaction: discord.Interaction, marker: str) -> None:
        """Show a message of ours to the person for whom it is, after they pressed the button that stands for it.

        Raises RetryLater, Refused, Uncertain.
        """
        with translated():
            await interaction.response.defer(ephemeral=True, thinking=True)
        self.interactions.keep(interaction)
        try:
            message = await self.house.queued(marker) if self.house else None
        except Exception:  # the database is away, say: whoever pressed waits for a word
            log.exception("a message could not be looked up")
            await self.notices.reply(interaction, self.laying.words("discord.show_later"))
            return
        if message is not None and message.only_to == person_id(interaction.user.id):
            await self._follow_up(interaction, message, marker)
            return
        key = "discord.show_gone" if message is None else "discord.show_other"
        await self.notices.reply(interaction, self.laying.words(key))

    async def spot(self, address: Mapping[str, Any]) -> Spot:
        """Where an address is. Raises RetryLater, Refused, Uncertain."""
        client = self.laying.client
        if client.user is None or client.is_closed():
            raise RetryLater(NOT_YET)
        where = {name: str(value) for name, value in address.items()}
        if "person" in where:  # who never wrote to us: the house knows no more of a conversation that we begin
            return await self.direct(_user_of(where["person"]))
        channel, user = channel_of(where), int(where["user"]) if where.get("user") else None
        if not is_direct(where):
            return Spot(channel=channel or 0, parent=int(where["channel"]), user=user)
        return Spot(channel=channel, user=user) if channel else await self.direct(int(where["user"]))

    async def direct(self, user: int) -> Spot:
        """A person's direct messages."""
        return Spot(channel=await self.notices.opened(user), user=user)

    def _too_old(self, receipt: Receipt, ids: Sequence[int]) -> bool:
        """Whether a status is to be posted afresh. What a person pressed on just now is edited where they look."""
        now, before = self.laying.clock(), self._edited.get(ids[0])
        old = now - datetime.fromisoformat(receipt["at"]) >= EDITABLE_FOR
        often = before is not None and now - before < OFTEN
        return old and often and not any(self.interactions.pressed(id) for id in ids)

    async def _afresh(self, spot: Spot, message: ChatMessage, marker: str, ids: Sequence[int]) -> Receipt:
        """Below everything else; the messages in whose place it comes go."""
        receipt = await self.laying.found(spot, message, marker, besides=ids)
        receipt = receipt or await self.laying.lay(spot, message, marker)
        for id in ids:
            await self.laying.delete(spot, id)
        self._edited[receipt_ids(receipt)[0]] = self.laying.clock()
        return receipt

    async def _privately(self, spot: Spot, message: ChatMessage, marker: str) -> Receipt:
        """For one person alone among others."""
        user = _user_of(str(message.only_to))
        beside = [spot.parent] if message.apart and spot.parent else []
        for channel in (*beside, spot.channel):
            interaction = await self.interactions.fresh(channel, user)
            if interaction is not None and (receipt := await self._by(interaction, message, marker)):
                return receipt
        try:
            return await self.laying.lay(await self.direct(user), message, marker)
        except Refused as refused:
            if refused.code != "dms_closed":
                raise
        return await self._by_a_button(spot, user, marker)

    async def _by(self, interaction: discord.Interaction, message: ChatMessage, marker: str) -> Receipt | None:
        """None: the interaction serves no more."""
        try:
            ids = await self._follow_up(interaction, message, marker)
        except Refused as refused:
            if refused.code not in TOKEN_SPENT:
                raise
            self.interactions.spent(interaction)
            return None
        user, channel = str(interaction.user.id), str(interaction.channel_id)
        return {"channel": channel, "user": user, "private": [str(id) for id in ids]}

    async def _follow_up(self, interaction: discord.Interaction, message: ChatMessage, marker: str) -> list[int]:
        ids = []
        for part in self.laying.drawn(Spot(channel=interaction.channel_id or 0), message, marker).parts:
            sent = await self.laying.attaching.sent(part, None)
            with translated():
                ids.append((await interaction.followup.send(**sent, ephemeral=True, wait=True)).id)
        return ids

    async def _by_a_button(self, spot: Spot, user: int, marker: str) -> Receipt:
        """A line that everybody sees and that tells nothing, with a button that shows the message to that person."""
        words = self.laying.words
        view = discord.ui.View(timeout=None)
        view.add_item(ShowButton(marker, words("discord.show")))
        line = Part(content=words("discord.for_one", who=f"<@{user}>") + tag(marker, 0), view=view)
        try:
            id = await self.laying.send(spot, line, marker, 0, user)
        except Refused as refused:
            if refused.code in CHANNEL_LOST:
                raise PlaceLost(refused.code) from refused
            raise
        return self.laying.receipt(spot, [id]) | {"shown_by": marker}

    async def _replace_private(self, spot: Spot, receipt: Receipt, message: ChatMessage, marker: str) -> Receipt | None:
        """Only a press on it lets such a message be replaced; else it is shown once more."""
        message = replace(message, only_to=f"{PLATFORM}:{receipt['user']}")
        interaction = self.interactions.on(int(receipt["private"][0]))
        parts = self.laying.drawn(spot, message, marker).parts
        if interaction is not None and len(parts) == len(receipt["private"]) == 1:
            replaced = await self.laying.attaching.replaced(parts[0], None)
            try:
                with translated():
                    await interaction.edit_original_response(**replaced)
                return None
            except Refused as refused:
                log.info("a message for one person cannot be replaced: %s", refused.code)
        return await self._privately(spot, message, marker)


def _user_of(person: str) -> int:
    """Raises Refused: somebody of another platform."""
    platform, _, user = person.rpartition(":")
    if platform != PLATFORM or not user.isdecimal():
        raise Refused("not_here")
    return int(user)
