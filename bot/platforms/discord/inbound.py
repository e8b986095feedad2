"""What discord.py delivers -> what was heard: pure functions over its objects.

They decide what is for us by what a message says of itself: never a bot's, never the system's. Whether a thread is one of
ours is known only to the house, and asked elsewhere (``conversing``).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import discord

from bot.chat.acting import is_theirs
from bot.chat.events import Attachment, MessageReceived, Sender
from bot.platforms.discord import places
from bot.platforms.discord.files import attachments
from bot.platforms.discord.reading import names_in, readable

_SPOKEN = frozenset({discord.MessageType.default, discord.MessageType.reply})
"""Types of messages that a person wrote; all others tell of something that happened."""
_WITH_THREADS = frozenset({discord.ChannelType.text, discord.ChannelType.news})
"""Channels in which a thread can be begun from a message."""
_THREADLESS = frozenset({discord.ChannelType.voice, discord.ChannelType.stage_voice})

Unread = Literal["", "forward", "poll", "sticker", "empty"]


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
    """Who began the thread; 0: not known."""

    @property
    def here(self) -> int:
        """Where messages stand: the thread, or else the channel."""
        return self.thread or self.channel

    def conversation(self, user: int, root: int = 0) -> str:
        """Its id for a person. ``root``: the message that a thread is begun from, in a channel."""
        if self.kind == "direct":
            return places.person_id(user)
        return places.conversation_id(self.guild, self.channel, self.thread or root)

    def address(self, user: int, root: int = 0) -> dict[str, str]:
        if self.kind == "direct":
            return places.direct_address(user, self.channel)
        return places.thread_address(self.guild, self.channel, self.thread or root, user)

    def shows(self, conversation: str, user: int) -> bool:
        """Whether a card's conversation is one whose messages this person sees here: their own, or a thread of this channel.
        What is shown to them directly may come from any thread."""
        person = places.person_id(user)
        if conversation == person or self.kind == "direct":
            return is_theirs(conversation, person)
        return conversation.startswith(places.channel_prefix(self.guild, self.channel))


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of a person's that may be for us."""

    id: int
    place: Place
    author: discord.User | discord.Member
    at: datetime
    way: Literal["direct", "mention", "reply"]
    """``direct``: for us alone. ``mention``: it names us. ``reply``: in a thread, which may be one of ours."""
    text: str
    """As its writer saw it, without what names us."""
    addressed: bool
    """Whether it began with our name."""
    files: tuple[Attachment, ...] = ()
    own_thread: bool = False
    """Its thread was begun by the same person."""
    our_thread: bool = False
    """Its thread was begun by us."""
    unread: Unread = ""
    """What it consists of, where that is nothing that can be read; ``empty``: nothing at all, as far as we are told."""

    @property
    def event_id(self) -> str:
        return f"{places.PLATFORM}:{self.place.here}:{self.id}"

    @property
    def conversation(self) -> str:
        return self.place.conversation(self.author.id, self.id)

    @property
    def begins(self) -> bool:
        """Whether it stands in a channel, where a thread can be begun from it."""
        return self.place.kind == "channel"


def place_of(channel: Any, guild: int | None) -> Place | None:
    """Of a message or an interaction; None: no place of ours (a group of people who write to each other), or one that
    discord.py does not know (``discord.PartialMessageable``)."""
    if isinstance(channel, discord.Thread):
        return Place(
            kind="thread",
            channel=channel.parent_id,
            guild=channel.guild.id,
            thread=channel.id,
            owner=channel.owner_id or 0,
        )
    if isinstance(channel, discord.PartialMessageable) and channel.guild_id:
        return None
    kind = getattr(channel, "type", None)
    if channel is None:
        return None
    if guild is None:
        return None if kind is discord.ChannelType.group else Place(kind="direct", channel=channel.id)
    if kind in _WITH_THREADS:
        return Place(kind="channel", channel=channel.id, guild=guild)
    return Place(kind="threadless", channel=channel.id, guild=guild) if kind in _THREADLESS else None


def said(message: discord.Message, place: Place, us: Collection[int]) -> Said | None:
    """What a message says to us; None: it is not for us. ``us``: our user id, and that of our own role."""
    author = message.author
    if author.bot or author.system or author.id in us or message.webhook_id or message.type not in _SPOKEN:
        return None
    way = _way(message, place, us)
    if way is None:
        return None
    text, addressed = readable(message.content, us, names_in(message))
    files = attachments(message)
    return Said(
        id=message.id,
        place=place,
        author=author,
        at=message.created_at,
        way=way,
        text=text,
        addressed=addressed,
        files=files,
        own_thread=place.owner == author.id,
        our_thread=place.owner in us,
        unread="" if message.content or files else _unread(message),
    )


def us_in(user: discord.ClientUser | None, guild: discord.Guild | None) -> frozenset[int]:
    """Our user id, and that of the role which a server gives us alone: people pick either from its list of names."""
    role = guild.self_role if guild else None
    return frozenset(one.id for one in (user, role) if one is not None)


def received(said: Said) -> MessageReceived:
    """The message as the house is told of it."""
    return MessageReceived(
        id=said.event_id,
        sender=sender(said.author, said.place, said.id),
        text=said.text,
        at=said.at,
        attachments=said.files,
        addressed=said.addressed,
    )


def sender(user: discord.User | discord.Member, place: Place, root: int = 0) -> Sender:
    """Who did something, and where."""
    return sender_in(user, place.conversation(user.id, root), place.address(user.id, root))


def sender_to(user: discord.User | discord.Member, conversation: str, place: Place) -> Sender:
    """Who did something to what belongs to a conversation, wherever it was shown to them."""
    here = place.conversation(user.id) == conversation
    return sender_in(user, conversation, place.address(user.id) if here else None)


def sender_in(
    user: discord.User | discord.Member, conversation: str, address: Mapping[str, Any] | None = None
) -> Sender:
    """``address``: of the conversation; None: as its id says."""
    person = places.person_id(user.id)
    return Sender(
        person_id=person,
        display_name=user.display_name,
        conversation_id=conversation,
        address=dict(address or places.address_of(conversation, user.id)),
        shared=conversation != person,
        groups=groups_of(user),
    )


def groups_of(user: discord.User | discord.Member) -> tuple[str, ...] | None:
    """The roles that a person has in the server where they did it; None: they did it directly, or Discord does not say."""
    if not isinstance(user, discord.Member):
        return None
    return tuple(places.group_id(user.guild.id, role.id) for role in user.roles if not role.is_default())


def _way(message: discord.Message, place: Place, us: Collection[int]) -> Literal["direct", "mention", "reply"] | None:
    if place.kind == "direct":
        return "direct"
    # By the list, and not by the text, which shows a mention inside of code too; an answer to a message of ours is in it.
    if any(one.id in us for one in (*message.mentions, *message.role_mentions)):
        return "mention"
    return "reply" if place.kind == "thread" else None


def _unread(message: discord.Message) -> Unread:
    if message.message_snapshots or message.flags.forwarded:
        return "forward"
    if message.poll is not None:
        return "poll"
    return "sticker" if message.stickers else "empty"
