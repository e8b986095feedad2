"""What there is in the small Discord: servers, channels, people, messages, interactions. It does not know HTTP or gateways.

Tests read it as it is; whoever changes it tells ``dispatch``, which the gateway fans out. Ids are made like Discord's, from
the world's clock (https://docs.discord.com/developers/reference#snowflakes).
"""

import base64
import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

EPOCH = 1_420_070_400_000
"""Milliseconds: the first second of 2015."""
TEXT, DM, ANNOUNCEMENT, PUBLIC_THREAD, PRIVATE_THREAD = 0, 1, 5, 11, 12
THREADS = frozenset({10, PUBLIC_THREAD, PRIVATE_THREAD})
EPHEMERAL, SUPPRESSED = 1 << 6, 1 << 2
TOKEN_LIVES = 15 * 60.0
"""Seconds of an interaction."""
NONCE_LIVES = 300.0
"""Seconds in which a nonce is known again; Discord says "a few minutes"."""
EDITS_OF_OLD = 3
"""Edits that a message older than an hour takes here, within the hour; Discord does not say how many."""
EVERYTHING = str(0x7FFFFFFFFFFFF & ~(1 << 3))
"""Permissions, but for the one that makes the others needless (an administrator has it)."""
BITS = {
    "view": 1 << 10,
    "send": 1 << 11 | 1 << 38,
    "embed": 1 << 14,
    "attach": 1 << 15,
    "history": 1 << 16,
    "threads": 1 << 35,
    "react": 1 << 6,
}
"""Permissions: https://docs.discord.com/developers/topics/permissions. To send is one in channels and one in threads."""

Payload = dict[str, Any]


class ApiError(Exception):
    """``code``: of https://docs.discord.com/developers/topics/opcodes-and-status-codes#json."""

    def __init__(self, status: int, code: int, message: str = "", errors: Payload | None = None) -> None:
        super().__init__(message or str(code))
        self.status = status
        self.body: Payload = {"code": code, "message": message or f"error {code}"}
        if errors:
            self.body["errors"] = errors


@dataclass
class Channel:
    id: int
    type: int = TEXT
    name: str = ""
    guild: int | None = None
    parent: int | None = None
    recipient: int | None = None
    """Of direct messages."""
    archived: bool = False
    locked: bool = False
    deleted: bool = False
    denied: set[str] = field(default_factory=set)
    """What we may not do there, of ``BITS``."""
    members: set[int] = field(default_factory=set)
    """Of a thread."""
    messages: dict[int, Payload] = field(default_factory=dict)
    nonces: dict[str, tuple[float, int]] = field(default_factory=dict)
    """When each was used, and for which message."""
    reactions: dict[int, list[str]] = field(default_factory=dict)
    """Ours, by message."""
    old_edits: dict[int, int] = field(default_factory=dict)
    """How often each message was edited that was older than an hour."""

    @property
    def said(self) -> list[Payload]:
        return list(self.messages.values())

    @property
    def texts(self) -> list[str]:
        """What stands there, without the invisible tags at its ends."""
        return [str(one["content"]).rstrip("\u200b\u200c\u2060") for one in self.said]


@dataclass
class Guild:
    id: int
    name: str
    owner: int
    members: dict[int, Payload] = field(default_factory=dict)
    roles: dict[int, Payload] = field(default_factory=dict)


@dataclass
class Interaction:
    id: int
    token: str
    at: float
    channel: int
    user: int
    message: int | None = None
    """That of the button that was pressed."""
    answers: list[Payload] = field(default_factory=list)
    """What it was answered with at once: type and data."""
    original: int | None = None
    shown: dict[int, Payload] = field(default_factory=dict)
    """What its person alone was shown, by message id."""


@dataclass
class World:
    clock: Callable[[], float] = time.time
    patience: float = 3.0
    """Seconds after which what a person did has failed, if nothing answered: "The application did not respond"."""
    dispatch: Callable[[str, Payload], None] = lambda event, data: None
    """Told of what happens (``MESSAGE_CREATE``, ...), as the gateway tells it."""
    guilds: dict[int, Guild] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    users: dict[int, Payload] = field(default_factory=dict)
    interactions: dict[str, Interaction] = field(default_factory=dict)
    """By token."""
    commands: dict[int | None, list[Payload]] = field(default_factory=dict)
    """By server; those of None are known everywhere."""
    closed: set[int] = field(default_factory=set)
    """People who take no direct messages from us."""
    files: dict[int, bytes] = field(default_factory=dict)
    content_intent: bool = True
    """Whether our application may read what people write in servers."""
    passed: float = 0.0
    """Seconds that a test let pass."""
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def __post_init__(self) -> None:
        self.bot = self.add_user("threadtune", bot=True)
        self.token = f"{base64.urlsafe_b64encode(str(self.bot).encode()).decode().rstrip('=')}.GpLaCe.{'x' * 27}"

    # What tests do.

    def now(self) -> float:
        return self.clock() + self.passed

    def add_user(self, name: str, bot: bool = False) -> int:
        id = self.id()
        self.users[id] = {
            "id": str(id),
            "username": name,
            "global_name": name.title(),
            "discriminator": "0",
            "avatar": None,
            "bot": bot,
        }
        return id

    def add_guild(self, name: str, *members: int) -> Guild:
        id = self.id()
        guild = self.guilds[id] = Guild(id, name, members[0] if members else self.bot)
        guild.roles[id] = _role(id, "@everyone", 0, EVERYTHING)
        for user in (self.bot, *members):
            self.add_member(guild, user)
        return guild

    def add_member(self, guild: Guild, user: int, *roles: int) -> None:
        guild.members[user] = {
            "user": self.users[user],
            "roles": [str(role) for role in roles],
            "joined_at": self.iso(),
            "deaf": False,
            "mute": False,
            "flags": 0,
        }

    def add_role(self, guild: Guild, name: str) -> int:
        id = self.id()
        guild.roles[id] = _role(id, name, len(guild.roles), "0")
        return id

    def add_channel(self, guild: Guild, name: str) -> Channel:
        return self._put(Channel(self.id(), TEXT, name, guild.id))

    def add_thread(
        self, parent: Channel, name: str = "thread", id: int | None = None, type: int = PUBLIC_THREAD
    ) -> Channel:
        thread = Channel(id or self.id(), type, name, parent.guild, parent.id, members={self.bot})
        return self._put(thread)

    def direct(self, user: int) -> Channel:
        """The direct messages with a person, which are opened if need be."""
        found = next((one for one in self.channels.values() if one.recipient == user), None)
        return found or self._put(Channel(self.id(), DM, recipient=user))

    def say(self, channel: Channel, author: int, content: str = "", **more: Any) -> Payload:
        """Somebody writes, and everybody is told."""
        id = self.id()
        message = self._blank(id, channel, author) | {"content": content} | more
        channel.messages[id] = message
        self.dispatch("MESSAGE_CREATE", self.told(message, channel))
        return message

    def interact(self, channel: Channel, user: int, message: int | None = None) -> Interaction:
        """Somebody presses or commands something; whoever calls tells the app of it."""
        id = self.id()
        made = Interaction(id, f"token-{id}", self.now(), channel.id, user, message)
        self.interactions[made.token] = made
        return made

    # What is common to requests and events.

    def id(self) -> int:
        return (int(self.now() * 1000) - EPOCH << 22) + next(self._numbers) % (1 << 22)

    def iso(self) -> str:
        return datetime.fromtimestamp(self.now(), UTC).isoformat()

    def channel(self, id: int) -> Channel:
        """Raises ApiError: unknown, or closed to us."""
        found = self.channels.get(id)
        if found is None or found.deleted:
            raise ApiError(404, 10003, "Unknown Channel")
        if "view" in found.denied or (found.guild is not None and found.guild not in self.guilds):
            raise ApiError(403, 50001, "Missing Access")
        return found

    def age(self, message: int) -> float:
        """Seconds."""
        return self.now() - ((message >> 22) + EPOCH) / 1000

    def post(self, channel: Channel, made: Payload, nonce: str = "") -> Payload:
        """We write. A nonce that was used before is answered with its message."""
        at, known = channel.nonces.get(nonce, (0.0, 0)) if nonce else (0.0, 0)
        if known in channel.messages and self.now() - at < NONCE_LIVES:
            return channel.messages[known] | {"nonce": nonce}
        channel.archived = False
        id = self.id()
        message = channel.messages[id] = self._blank(id, channel, self.bot) | made
        if nonce:
            channel.nonces[nonce] = (self.now(), id)
        self.dispatch("MESSAGE_CREATE", self.told(message, channel) | ({"nonce": nonce} if nonce else {}))
        return message | ({"nonce": nonce} if nonce else {})

    def told(self, message: Payload, channel: Channel) -> Payload:
        """A message as the gateway tells of it."""
        if channel.guild is None:
            return dict(message)
        member = self.guilds[channel.guild].members.get(int(message["author"]["id"]))
        told = message | {"guild_id": str(channel.guild)}
        ours = int(message["author"]["id"]) == self.bot
        named = any(int(one["id"]) == self.bot for one in message["mentions"])
        if not (self.content_intent or ours or named):
            told |= {"content": "", "embeds": [], "attachments": [], "components": []}
        return told | ({"member": {k: v for k, v in member.items() if k != "user"}} if member else {})

    def channel_payload(self, channel: Channel) -> Payload:
        made: Payload = {"id": str(channel.id), "type": channel.type, "flags": 0}
        if channel.type == DM:
            return made | {"recipients": [self.users[channel.recipient or 0]], "last_message_id": None}
        made |= {"guild_id": str(channel.guild), "name": channel.name, "parent_id": _text(channel.parent)}
        if channel.type not in THREADS:
            return made | {"position": 0, "permission_overwrites": _overwrites(channel), "topic": None, "nsfw": False}
        state = {
            "archived": channel.archived,
            "locked": channel.locked,
            "auto_archive_duration": 1440,
            "archive_timestamp": self.iso(),
        }
        return made | {
            "owner_id": str(self.bot),
            "message_count": len(channel.messages),
            "member_count": len(channel.members),
            "thread_metadata": state,
            "rate_limit_per_user": 0,
            "total_message_sent": len(channel.messages),
        }

    def guild_payload(self, guild: Guild) -> Payload:
        """As in ``GUILD_CREATE``."""
        inside = [one for one in self.channels.values() if one.guild == guild.id and not one.deleted]
        return {
            "id": str(guild.id),
            "name": guild.name,
            "owner_id": str(guild.owner),
            "icon": None,
            "roles": list(guild.roles.values()),
            "members": list(guild.members.values()),
            "member_count": len(guild.members),
            "channels": [self.channel_payload(one) for one in inside if one.type not in THREADS],
            "threads": [self.channel_payload(one) for one in inside if one.type in THREADS and not one.archived],
            "emojis": [],
            "features": [],
            "unavailable": False,
            "large": False,
            "voice_states": [],
            "presences": [],
            "stage_instances": [],
            "guild_scheduled_events": [],
            "verification_level": 0,
            "default_message_notifications": 0,
            "explicit_content_filter": 0,
            "mfa_level": 0,
            "afk_timeout": 300,
            "system_channel_flags": 0,
            "premium_tier": 0,
            "preferred_locale": "en-US",
            "nsfw_level": 0,
            "stickers": [],
            "joined_at": self.iso(),
        }

    def application(self) -> Payload:
        return {
            "id": str(self.bot),
            "name": "Threadtune",
            "icon": None,
            "description": "",
            "bot_public": True,
            "bot_require_code_grant": False,
            "verify_key": "0" * 64,
            "flags": (1 << 19 if self.content_intent else 0),
            "owner": next(iter(self.users.values())),
            "team": None,
        }

    def _put(self, channel: Channel) -> Channel:
        self.channels[channel.id] = channel
        return channel

    def _blank(self, id: int, channel: Channel, author: int) -> Payload:
        return {
            "id": str(id),
            "channel_id": str(channel.id),
            "author": self.users[author],
            "content": "",
            "timestamp": self.iso(),
            "edited_timestamp": None,
            "tts": False,
            "mention_everyone": False,
            "mentions": [],
            "mention_roles": [],
            "attachments": [],
            "embeds": [],
            "components": [],
            "pinned": False,
            "type": 0,
            "flags": 0,
        }


def _role(id: int, name: str, position: int, permissions: str) -> Payload:
    return {
        "id": str(id),
        "name": name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": position,
        "permissions": permissions,
        "managed": False,
        "mentionable": False,
        "flags": 0,
    }


def _overwrites(channel: Channel) -> list[Payload]:
    """For everybody: the role that has the id of the server."""
    denied = sum(BITS[what] for what in channel.denied)
    return [{"id": str(channel.guild), "type": 0, "allow": "0", "deny": str(denied)}] if denied else []


def _text(id: int | None) -> str | None:
    return None if id is None else str(id)
