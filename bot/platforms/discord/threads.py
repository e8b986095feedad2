"""The thread of a server's channel that is a conversation: begun from a message, open to whoever sees the channel."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

import discord

from bot.chat.errors import ChatError, Refused, RetryLater, Uncertain
from bot.chat.port import Words
from bot.chat.text import one_line, shortened
from bot.platforms.discord.errors import translated

NEEDED = ("view_channel", "create_public_threads", "send_messages_in_threads", "read_message_history")
"""Permissions without which a thread would be of no use to us."""
LONGEST_NAME = 80
"""Characters; Discord takes 100, and shows fewer."""
KEPT_OPEN: Literal[10080] = 10080
"""Minutes without a message after which Discord archives a thread: a week, the most there is. The next message opens it."""
THERE_ALREADY = 160004
"""A thread was begun from this message before."""
MOST_WAITED = 15.0
"""Seconds that somebody waits for a thread, where Discord wants us to wait."""


def missing(channel: object, me: discord.Member | None) -> list[str]:
    """The names of the permissions that we lack for a thread in a channel; empty also where they are not known."""
    if me is None or not isinstance(channel, discord.abc.GuildChannel):
        return []
    has = channel.permissions_for(me)
    return [name for name in NEEDED if not getattr(has, name)]


def why_not(error: ChatError) -> str:
    """The key of the sentence that says why no thread could be begun."""
    code = error.code if isinstance(error, Refused) else ""
    return {"threads_full": "discord.threads_full", "title_moderated": "discord.thread_moderated"}.get(
        code, "discord.no_thread"
    )


def name_of(text: str, words: Words) -> str:
    """What a thread is called that begins with this."""
    return shortened(one_line(text), LONGEST_NAME) or words("discord.thread_name")


@dataclass(eq=False)
class Threads:
    client: discord.Client
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def begin(self, guild: int, channel: int, message: int, name: str) -> None:
        """Begin a thread from a message, whose id it gets; harmless where it was begun before.

        Raises RetryLater, Refused (``missing_permissions``, ``missing_access``, ``threads_full``...), Uncertain.
        """
        root = self.client.get_partial_messageable(channel, guild_id=guild).get_partial_message(message)
        try:
            await self._begin(root, name)
        except RetryLater as later:
            if later.seconds > MOST_WAITED:
                raise
            await self.sleep(later.seconds)
            await self._begin(root, name)
        except Uncertain:
            await self._begin(root, name)

    async def _begin(self, root: discord.PartialMessage, name: str) -> None:
        if root.guild is None:  # it is not available at the moment
            raise Refused("unknown_guild")
        with translated():
            try:
                await root.create_thread(name=name, auto_archive_duration=KEPT_OPEN)
            except discord.HTTPException as error:
                if error.code != THERE_ALREADY:
                    raise
