"""One message of ours as messages of Discord's: sent, replaced and looked up, part by part, where it is openly shown.

It does not know for whom a message is, nor what becomes of one that cannot be shown.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import discord
from discord.http import handle_message_parameters

from bot.chat.errors import ChatError, PlaceLost, Refused, Uncertain
from bot.chat.messages import ChatMessage
from bot.chat.port import Words
from bot.platforms.discord.attaching import Attaching
from bot.platforms.discord.drawing import Drawn, Part, carries, draw
from bot.platforms.discord.errors import CHANNEL_LOST, NOT_EDITABLE, translated

log = logging.getLogger(__name__)

LONGEST_NONCE = 25
LOOKED_BACK = 100
"""Messages of a history that are read to find something again, in one request."""
UNSHOWN_FILES = frozenset({"empty", "missing_permissions", "not_found", "too_large"})
"""Refusals after which a message is shown again without its files."""


@dataclass(frozen=True, kw_only=True)
class Spot:
    """Where a message is shown."""

    channel: int
    """A thread, or the channel of direct messages."""
    parent: int | None = None
    """The channel in which the thread hangs; None: these are direct messages."""
    user: int | None = None
    """The person who did something there last, if they are known."""

    @property
    def direct(self) -> bool:
        return self.parent is None


@dataclass(eq=False)
class Laying:
    client: discord.Client
    words: Words
    attaching: Attaching
    deaf: Callable[[], bool] = lambda: False
    """Whether we may not read what is written in servers, so that what asks there needs an Answer button."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)

    async def lay(self, spot: Spot, message: ChatMessage, marker: str, ids: Sequence[int] = ()) -> dict[str, Any]:
        """The message in the place of the messages with these ids, and below them what they do not hold; its receipt.

        What cannot be shown there is told in words. Raises PlaceLost, Refused, RetryLater, Uncertain.
        """
        shown, no_files, bare = list(ids), "", False
        while True:
            drawn = self.drawn(spot, message, marker, no_files, bare)
            try:
                await self._parts(spot, message, marker, drawn, shown)
                return self.receipt(spot, shown)
            except Refused as refused:
                if refused.code in UNSHOWN_FILES and any(part.files for part in drawn.parts):
                    no_files = refused.code
                elif refused.code == "missing_permissions" and any(part.embeds for part in drawn.parts):
                    no_files, bare = "", True  # it may have been the embeds alone that were refused before
                else:
                    raise _for_good(refused, spot, bool(ids)) from refused
                log.warning("a message cannot be shown as it is (%s); more of it is told in words", refused.code)

    async def found(
        self, spot: Spot, message: ChatMessage, marker: str, besides: Collection[int] = ()
    ) -> dict[str, Any] | None:
        """The receipt of a message that is there; what of it is missing is added. ``besides``: ids that do not count."""
        ids = await self.ids(spot, marker, besides)
        if not ids:
            return None
        drawn = self.drawn(spot, message, marker)
        for number in range(len(ids), len(drawn.parts)):
            ids.append(await self.send(spot, drawn.parts[number], marker, number, mentioned(spot, message)))
        return self.receipt(spot, ids)

    async def ids(self, spot: Spot, marker: str, besides: Collection[int] = ()) -> list[int]:
        """Of the parts of a marked message that are there, in order, up to the first that is missing.

        Raises RetryLater, and Uncertain where nobody can look.
        """
        try:
            with translated():
                history = [one async for one in self._at(spot).history(limit=LOOKED_BACK)]
        except Refused as refused:
            if refused.code == "unknown_channel":
                return []  # what was in it is gone too
            raise Uncertain(refused.code) from refused
        us = self.client.user.id if self.client.user else 0
        ours = [one for one in history if one.author.id == us and one.id not in besides]
        ids: list[int] = []
        while found := next((one.id for one in ours if carries(one.content, marker, len(ids))), None):
            ids.append(found)
        return ids

    async def send(self, spot: Spot, part: Part, marker: str, number: int, mention: int | None) -> int:
        """Post a part and return its id. Posting it again within a few minutes shows nothing twice: Discord then answers
        with what stands there (``enforce_nonce``, https://docs.discord.com/developers/resources/message#create-message)."""
        sent = await self.attaching.sent(part, mention)
        with translated():
            return (await self._at(spot).send(**sent, nonce=nonce_of(marker, number))).id

    async def delete(self, spot: Spot, id: int) -> None:
        """Best effort: what is left over says what was true before."""
        try:
            with translated():
                await self._at(spot).get_partial_message(id).delete()
        except ChatError as error:
            log.info("a message that was replaced could not be deleted: %s", error)

    def drawn(self, spot: Spot, message: ChatMessage, marker: str, refused: str = "", bare: bool = False) -> Drawn:
        """Raises Refused(``unshowable``): a fault of ours."""
        mention = mentioned(spot, message)
        answerable = message.asks and not spot.direct and self.deaf()
        try:
            return draw(message, marker, self.words, mention=mention, answerable=answerable, refused=refused, bare=bare)
        except ValueError as error:
            log.exception("a message cannot be shown in Discord")
            raise Refused("unshowable") from error

    def receipt(self, spot: Spot, ids: Sequence[int]) -> dict[str, Any]:
        return {"channel": str(spot.channel), "ids": [str(id) for id in ids], "at": self.clock().isoformat()}

    async def _parts(self, spot: Spot, message: ChatMessage, marker: str, drawn: Drawn, shown: list[int]) -> None:
        """``shown``: the ids of what stands there already; the others come to it as each is posted."""
        mention = mentioned(spot, message)
        for number, part in enumerate(drawn.parts):
            if number < len(shown):
                await self._replace(spot, shown[number], part, mention)
            else:
                shown.append(await self.send(spot, part, marker, number, mention))
        for id in shown[len(drawn.parts) :]:
            await self.delete(spot, id)
        del shown[len(drawn.parts) :]

    async def _replace(self, spot: Spot, id: int, part: Part, mention: int | None) -> None:
        """``PartialMessage.edit`` cannot say whether embeds are suppressed, and those that once were are not seen."""
        replaced = await self.attaching.replaced(part, mention)
        flags = discord.MessageFlags(suppress_embeds=not part.embeds)
        with translated(), handle_message_parameters(**replaced, flags=flags) as parameters:
            await self.client.http.edit_message(spot.channel, id, params=parameters)

    def _at(self, spot: Spot) -> discord.PartialMessageable:
        return self.client.get_partial_messageable(spot.channel)


def nonce_of(marker: str, number: int) -> str:
    """At most 25 characters, as Discord takes them. Raises ValueError for a longer marker than the outbox has."""
    found = f"{marker}.{number}"
    if len(found) > LONGEST_NONCE:
        raise ValueError(f"the marker {marker!r} is too long for a nonce")
    return found


def mentioned(spot: Spot, message: ChatMessage) -> int | None:
    """Whom a message that pings is to notify; nobody where they are notified anyway."""
    return spot.user if message.ping and not spot.direct and not message.only_to else None


def _for_good(refused: Refused, spot: Spot, replacing: bool) -> Refused:
    """PlaceLost where nothing can be shown there any more. What cannot be replaced may still be posted afresh."""
    if refused.code not in CHANNEL_LOST or spot.direct or (replacing and refused.code in NOT_EDITABLE):
        return refused
    return PlaceLost(refused.code)


def receipt_ids(receipt: Mapping[str, Any]) -> list[int]:
    return [int(id) for id in receipt["ids"]]
