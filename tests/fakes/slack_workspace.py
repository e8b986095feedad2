"""A Slack workspace as its own database would have it: people, channels, messages, files, views. It speaks no protocol."""

import itertools
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"  # the signing secret that Slack's documentation signs its examples with
APP_TOKEN = "xapp-1-A0THREADTUNE-1-abcdef"
APP_ID = "A0THREADTUNE"
CONFIG_TOKEN = "xoxe.xoxp-1-abcdef"
TRIGGER_LIVES = 3.0
"""Seconds in which a trigger can be used (https://docs.slack.dev/interactivity/handling-user-interaction)."""
RESPONSE_USES = 5
"""How often a ``response_url`` can be used, within half an hour."""


class SlackError(Exception):
    """What a method answers instead: ``{"ok": false, "error": code}``."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass
class Message:
    channel: str
    ts: str
    user: str
    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    thread_ts: str | None = None
    """The root's; None for a message that stands in the channel itself."""
    bot_id: str | None = None
    metadata: dict[str, Any] | None = None
    posted_with: dict[str, Any] | None = None
    """Its metadata as it was posted: an edit may replace them."""
    files: list[str] = field(default_factory=list)
    reactions: dict[str, list[str]] = field(default_factory=dict)
    """Who, by name."""
    only_to: str | None = None
    """Ephemeral: the one person who sees it, until they reload. It is in no history."""
    edits: int = 0
    deleted: bool = False
    subtype: str | None = None


@dataclass
class Channel:
    id: str
    name: str
    kind: Literal["channel", "group", "im"] = "channel"
    members: set[str] = field(default_factory=set)
    user: str | None = None
    """The person of a direct conversation."""
    archived: bool = False
    messages: dict[str, Message] = field(default_factory=dict)
    """By timestamp, in order; deleted ones too."""


@dataclass
class File:
    id: str
    name: str
    user: str
    content: bytes | None = None
    """None: promised, not uploaded yet."""
    length: int = 0
    alt: str = ""
    title: str = ""
    filetype: str = "binary"
    mimetype: str = "application/octet-stream"
    shared: bool = False


@dataclass
class View:
    id: str
    user: str
    view: dict[str, Any]
    hash: str
    closed: bool = False


@dataclass
class Trigger:
    user: str
    issued: float
    used: bool = False


@dataclass
class ResponseUrl:
    channel: str
    user: str
    thread_ts: str | None = None
    message_ts: str | None = None
    used: int = 0


@dataclass
class Workspace:
    """One workspace with the app installed. ``bot`` is a member of the channels that it was invited to."""

    id: str = "T0WARD"
    name: str = "Ward 7"
    bot: str = "U0BOT"
    bot_id: str = "B0BOT"
    token: str = "xoxb-1-ward"
    scopes: frozenset[str] = frozenset()
    """What the token may do."""
    revoked: bool = False
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    files: dict[str, File] = field(default_factory=dict)
    views: dict[str, View] = field(default_factory=dict)
    homes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """The published home tab by person."""
    triggers: dict[str, Trigger] = field(default_factory=dict)
    response_urls: dict[str, ResponseUrl] = field(default_factory=dict)
    statuses: dict[tuple[str, str], str] = field(default_factory=dict)
    """The assistant status by channel and thread; cleared by a post there."""
    prompts: dict[tuple[str, str], list[dict[str, str]]] = field(default_factory=dict)
    titles: dict[tuple[str, str], str] = field(default_factory=dict)
    ephemeral: list[Message] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    """Everything that anyone posted, in order, ephemeral messages too."""
    _count: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def __post_init__(self) -> None:
        self.add_person(self.bot, "Threadtune", bot=True)

    def number(self) -> int:
        return next(self._count)

    def ts(self) -> str:
        """A timestamp later than all before: Slack's are unique within a channel."""
        return f"{int(time.time())}.{self.number():06d}"

    def add_person(self, user: str, name: str, bot: bool = False) -> None:
        self.people[user] = {
            "id": user,
            "team_id": self.id,
            "name": name.lower(),
            "real_name": name,
            "is_bot": bot,
            "deleted": False,
            "tz": "Europe/Berlin",
            "profile": {"real_name": name, "display_name": name},
        }

    def add_channel(self, id: str, name: str, *members: str, private: bool = False) -> Channel:
        self.channels[id] = Channel(id, name, "group" if private else "channel", set(members))
        return self.channels[id]

    def direct(self, user: str) -> Channel:
        """The direct conversation of the app with a person, opened if need be."""
        found = next((channel for channel in self.channels.values() if channel.user == user), None)
        if found is None:
            id = f"D0{user.removeprefix('U0')}"
            found = self.channels[id] = Channel(id, "directmessage", "im", {user, self.bot}, user)
        return found

    def post(self, message: Message) -> Message:
        channel, message.posted_with = self.channels[message.channel], message.metadata
        if message.only_to is None:
            channel.messages[message.ts] = message
        else:
            self.ephemeral.append(message)
        if message.bot_id:
            self.statuses.pop((message.channel, message.thread_ts or message.ts), None)
        self.said.append(message)
        return message

    def find(self, channel: str, ts: str) -> Message:
        """Raises SlackError."""
        if channel not in self.channels:
            raise SlackError("channel_not_found")
        message = self.channels[channel].messages.get(ts)
        if message is None or message.deleted:
            raise SlackError("message_not_found")
        return message

    def trigger(self, user: str) -> str:
        id = f"{self.number()}.{self.id}.{user.lower()}"
        self.triggers[id] = Trigger(user, time.monotonic())
        return id

    def use_trigger(self, id: str) -> str:
        """The person who caused it. Raises SlackError."""
        trigger = self.triggers.get(id)
        if trigger is None:
            raise SlackError("invalid_trigger_id")
        if time.monotonic() - trigger.issued > TRIGGER_LIVES:
            raise SlackError("expired_trigger_id")
        if trigger.used:
            raise SlackError("exchanged_trigger_id")
        trigger.used = True
        return trigger.user

    def thread(self, channel: str, root: str) -> list[Message]:
        messages = self.channels[channel].messages.values()
        return [m for m in messages if not m.deleted and root in (m.ts, m.thread_ts)]

    def show(self, message: Message, with_metadata: bool = True) -> dict[str, Any]:
        """A message as the Web API and events have it."""
        shown: dict[str, Any] = {
            "type": "message",
            "user": message.user,
            "ts": message.ts,
            "text": message.text,
            "team": self.id,
        }
        if message.bot_id:
            shown |= {
                "bot_id": message.bot_id,
                "app_id": APP_ID,
                "bot_profile": {"id": message.bot_id, "app_id": APP_ID},
            }
        if message.subtype:
            shown["subtype"] = message.subtype
        if message.blocks:
            shown["blocks"] = message.blocks
        if message.thread_ts:
            shown["thread_ts"] = message.thread_ts
        replies = [m for m in self.thread(message.channel, message.ts) if m is not message]
        if replies and not message.thread_ts:
            shown |= {"thread_ts": message.ts, "reply_count": len(replies), "latest_reply": replies[-1].ts}
        if message.metadata and with_metadata:
            shown["metadata"] = message.metadata
        if message.files:
            shown["files"] = [{"id": id, "name": self.files[id].name} for id in message.files]
        if message.edits:
            shown["edited"] = {"user": message.user, "ts": message.ts}
        if message.reactions:
            shown["reactions"] = [
                {"name": name, "users": users, "count": len(users)} for name, users in message.reactions.items()
            ]
        return shown
