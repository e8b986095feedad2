"""What discord.py delivers -> what was heard: pure functions over its objects.

They decide what is for us by what a message says of itself: never a bot's, never a system's. Whether a thread is one of ours
is known only to the house, and asked elsewhere (``conversing``).
"""

from dataclasses import dataclass
from typing import Any, Literal

import discord

from bot.chat.events import Sender
from bot.platforms.discord import places


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where something was said or done."""

    kind: Literal["direct", "thread", "channel", "threadless"]
    """``thread``: of a server's channel; a forum post is one. ``channel``: one in which threads can be begun. ``threadless``:
    one that has none (the chat of a voice channel)."""
    channel: int
    """The channel, or the one that the thread hangs in."""
    guild: int = 0
    """0: direct messages."""
    thread: int = 0
    owner: int = 0
    """Who began the thread, where that is known."""

    def conversation(self, user: int, root: int = 0) -> str:
        """Its id for a person. ``root``: the message that a thread is begun from, in a channel."""
        if self.kind == "direct":
            return places.person_id(user)
        return places.conversation_id(self.guild, self.channel, self.thread or root)

    def address(self, user: int, root: int = 0) -> dict[str, str]:
        if self.kind == "direct":
            return places.direct_address(user, self.channel)
        return places.thread_address(self.guild, self.channel, self.thread or root, user)


def place_of(channel: Any, guild: int | None) -> Place | None:
    """Of a message or an interaction; None: no place of ours (a group of people who write to each other)."""
    if isinstance(channel, discord.Thread):
        return Place(
            kind="thread", channel=channel.parent_id, guild=channel.guild.id, thread=channel.id, owner=channel.owner_id
        )
    kind = getattr(channel, "type", None)
    if guild is None:
        return None if kind is discord.ChannelType.group else Place(kind="direct", channel=channel.id)
    threads = kind in (discord.ChannelType.text, discord.ChannelType.news)
    return Place(kind="channel" if threads else "threadless", channel=channel.id, guild=guild)


def sender(user: discord.User | discord.Member, place: Place, root: int = 0) -> Sender:
    """Who did something, and where."""
    return Sender(
        person_id=places.person_id(user.id),
        display_name=user.display_name,
        conversation_id=place.conversation(user.id, root),
        address=place.address(user.id, root),
        shared=place.kind != "direct",
        groups=groups_of(user),
    )


def groups_of(user: discord.User | discord.Member) -> tuple[str, ...] | None:
    """The roles that a person has in the server where they did it; None: they did it directly, or Discord does not say."""
    if not isinstance(user, discord.Member):
        return None
    return tuple(places.group_id(user.guild.id, role.id) for role in user.roles if not role.is_default())
