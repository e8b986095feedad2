"""Ids and addresses of people, conversations and groups in Discord: pure functions.

A conversation is a person's direct messages, or a thread of a server's channel; their ids are alike up to the last colon for
the threads of one channel, as ``bot.chat.port`` wants them.
"""

from collections.abc import Mapping

PLATFORM = "discord"


def person_id(user: int) -> str:
    """Of a person, and of the conversation in their direct messages."""
    return f"{PLATFORM}:{user}"


def conversation_id(guild: int, channel: int, thread: int) -> str:
    """``channel``: the one that the thread hangs in. A thread that was begun from a message has that message's id."""
    return f"{PLATFORM}:{guild}:{channel}:{thread}"


def channel_prefix(guild: int, channel: int) -> str:
    """What the ids of a channel's conversations begin with."""
    return f"{PLATFORM}:{guild}:{channel}:"


def group_id(guild: int, role: int) -> str:
    """Of a server's role, which can have a role in a project (``bot.chat.events.Sender.groups``)."""
    return f"{PLATFORM}:{guild}:role:{role}"


def thread_address(guild: int, channel: int, thread: int, user: int | None = None) -> dict[str, str]:
    """``user``: who did something there last: what pings there names them."""
    address = {"guild": str(guild), "channel": str(channel), "thread": str(thread)}
    return address | {"user": str(user)} if user is not None else address


def direct_address(user: int, channel: int | None = None) -> dict[str, str]:
    """``channel``: that of the direct messages, where it is known; else they are opened when they are needed."""
    address = {"user": str(user)}
    return address | {"channel": str(channel)} if channel is not None else address


def address_of(conversation: str, user: int | None = None) -> dict[str, str]:
    """The address of a conversation by its id."""
    parts = conversation.split(":")
    if len(parts) == 4:
        return thread_address(int(parts[1]), int(parts[2]), int(parts[3]), user)
    return direct_address(int(parts[1]))


def is_direct(address: Mapping[str, str]) -> bool:
    return "guild" not in address


def channel_of(address: Mapping[str, str]) -> int | None:
    """Where messages of a conversation are posted; None: direct messages that were not opened yet."""
    found = address.get("thread") or address.get("channel")
    return int(found) if found else None
