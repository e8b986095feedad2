"""What one person alone is told: in answer to what they did, or directly. And by what it can be told to them for a while.

An interaction shows things to one person for a quarter of an hour; nothing else does so in a channel, where everybody reads
what is posted (https://docs.discord.com/developers/interactions/receiving-and-responding#followup-messages).
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self, cast

import discord

from bot.chat.errors import ChatError
from bot.chat.port import Words
from bot.chat.remembering import Latest
from bot.platforms.discord.drawing import LONGEST_CONTENT
from bot.platforms.discord.errors import translated

log = logging.getLogger(__name__)

SERVES_FOR = 14 * 60.0
"""Seconds for which an interaction is used; Discord gives it a quarter of an hour."""
ANSWERED_WITHIN = 3.0
"""Seconds that an interaction is waited for which is being answered: Discord takes no answer later."""
LOOKED_EVERY = 0.1
"""Seconds."""
OPEN = "open"
"""Stands in an interaction's ``extras`` while it says to all that we are thinking: the first thing that follows takes the place of
that, and is seen by all, however private it is sent."""
MOST_KEPT = 2000
REMEMBERED = 5000
"""People whose direct messages are known by their channel: so many at most."""
PRESSED_FOR = 60.0
"""Seconds after a press in which what becomes of the message counts as its answer."""


@dataclass(frozen=True)
class _Kept:
    interaction: discord.Interaction
    at: float


@dataclass(eq=False)
class Interactions:
    """The latest interaction of each person in each channel, and on each message: in memory only, since they die soon."""

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    _by_place: Latest[tuple[int, int], _Kept] = field(default_factory=lambda: Latest(MOST_KEPT), init=False)
    _by_message: Latest[int, _Kept] = field(default_factory=lambda: Latest(MOST_KEPT), init=False)

    def keep(self, interaction: discord.Interaction) -> None:
        """Remember it; it is used once it was answered or deferred."""
        kept = _Kept(interaction, self.clock())
        if interaction.channel_id is not None:
            self._by_place[interaction.channel_id, interaction.user.id] = kept
        if interaction.message is not None:
            self._by_message[interaction.message.id] = kept

    async def fresh(self, channel: int, user: int) -> discord.Interaction | None:
        """By which something can be shown to this person alone in this channel; None: there is none any more. What it is about
        may be there before it was answered itself: that is waited for."""
        for _ in range(round(ANSWERED_WITHIN / LOOKED_EVERY)):
            kept = self._by_place.get((channel, user))
            if kept is None or self.clock() - kept.at >= ANSWERED_WITHIN or _is_answered(kept.interaction):
                break
            await self.sleep(LOOKED_EVERY)
        return self._usable(self._by_place.get((channel, user)), SERVES_FOR)

    def on(self, message: int) -> discord.Interaction | None:
        """By which a message can be replaced that one person alone sees, after they pressed something on it."""
        return self._usable(self._by_message.get(message), SERVES_FOR)

    def pressed(self, message: int) -> bool:
        """Whether somebody pressed something on a message just now."""
        kept = self._by_message.get(message)
        return kept is not None and self.clock() - kept.at < PRESSED_FOR

    def spent(self, interaction: discord.Interaction) -> None:
        """Discord takes it no more."""
        for place in [place for place, one in self._by_place.items() if one.interaction is interaction]:
            del self._by_place[place]
        for message in [message for message, one in self._by_message.items() if one.interaction is interaction]:
            del self._by_message[message]

    def _usable(self, kept: _Kept | None, seconds: float) -> discord.Interaction | None:
        if kept is None or self.clock() - kept.at >= seconds or not _is_answered(kept.interaction):
            return None
        return kept.interaction


def _is_answered(interaction: discord.Interaction) -> bool:
    return interaction.response.is_done() and OPEN not in interaction.extras


@dataclass(eq=False)
class Notices:
    """Short sentences of the room's own to one person, outside the outbox. They are best effort, and nothing waits for them."""

    client: discord.Client
    words: Words
    _opened: Latest[int, int] = field(default_factory=lambda: Latest(REMEMBERED), init=False)
    """The channel of a person's direct messages, by their id."""

    async def reply(self, interaction: discord.Interaction, text: str) -> None:
        """To whoever did it, alone. Raises RetryLater, Refused, Uncertain."""
        said: dict[str, Any] = {
            "content": text[:LONGEST_CONTENT],
            "ephemeral": True,
            "suppress_embeds": True,
            "allowed_mentions": discord.AllowedMentions.none(),
        }
        with translated():
            if interaction.response.is_done():
                await interaction.followup.send(**said)
            else:
                await interaction.response.send_message(**said)

    async def directly(self, user: int, text: str) -> None:
        """To a person's direct messages. Raises RetryLater, Refused, Uncertain."""
        channel = self.client.get_partial_messageable(await self.opened(user))
        with translated():
            await channel.send(
                text[:LONGEST_CONTENT], suppress_embeds=True, allowed_mentions=discord.AllowedMentions.none()
            )

    async def somehow(self, interaction: discord.Interaction, text: str) -> None:
        """By what they did, or else directly: the person waits for a word."""
        try:
            await self.reply(interaction, text)
        except ChatError as error:
            log.info("an interaction could not be answered: %s", error)
            await self.directly(interaction.user.id, text)

    async def opened(self, user: int) -> int:
        """The channel of a person's direct messages, which is opened if need be: that shows nobody anything.

        Raises RetryLater, Refused, Uncertain.
        """
        if user not in self._opened:
            with translated():
                self._opened[user] = (await self.client.create_dm(discord.Object(user))).id
        return self._opened[user]


class ShowButton(discord.ui.DynamicItem[discord.ui.Button[discord.ui.View]], template=r"show\|(?P<marker>[\w-]{1,60})"):
    """Shows a message to the one person for whom it is. The client of the process has ``posting`` (``posting.Posting``)."""

    def __init__(self, marker: str, label: str) -> None:
        super().__init__(discord.ui.Button(label=label, custom_id=f"show|{marker}"))
        self.marker = marker

    @classmethod
    async def from_custom_id(cls, interaction: discord.Interaction, item: discord.ui.Item[Any], match: Any, /) -> Self:
        del interaction
        return cls(str(match["marker"]), cast("discord.ui.Button[discord.ui.View]", item).label or "…")

    async def callback(self, interaction: discord.Interaction) -> None:
        await cast(Any, interaction.client).posting.show(interaction, self.marker)
