"""What Slack delivers -> what was heard: pure functions over payloads, the same for both transports and for history.

They decide what is for us by what stands in the payload alone: never a bot's message, and somebody from another workspace is
told apart. Whether a thread is one of ours is known only to the house, and asked elsewhere (``listeners``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from bot.chat.events import Attachment, MessageReceived, Sender
from bot.platforms.slack.files import attachments
from bot.platforms.slack.reading import emoji_in, readable

Payload = Mapping[str, Any]

PLATFORM = "slack"
_SPOKEN = frozenset({"", "file_share", "me_message", "thread_broadcast"})
"""Subtypes of messages that a person wrote; all others tell of something that happened."""
_PERSON = re.compile(r"[UW](?!SLACK)[A-Z0-9]+")
"""Ids of people; ``USLACKBOT`` and ``USLACK`` are Slack's own voices."""
_LEFT = {
    "channel_left": "left",
    "group_left": "left",
    "member_left_channel": "left",
    "channel_deleted": "deleted",
    "group_deleted": "deleted",
    "channel_archive": "archived",
    "group_archive": "archived",
}


@dataclass(frozen=True, kw_only=True)
class Us:
    """Who we are in a workspace."""

    team: str
    user: str
    bot: str = ""
    enterprise: str = ""


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who did something, as far as the payload says."""

    team: str
    user: str
    name: str = ""
    """As Slack's payload has it, which is not always what people are shown; empty where it has none."""
    foreign: bool = False
    """Of another workspace, in a channel that both share (Slack Connect)."""

    @property
    def id(self) -> str:
        return f"{PLATFORM}:{self.team}:{self.user}"


@dataclass(frozen=True, kw_only=True)
class Said:
    """A message of a person's that may be for us."""

    person: Person
    channel: str
    ts: str
    thread: str
    """The root of its thread, or it itself, where it stands by itself."""
    way: Literal["direct", "mention", "reply"]
    """``direct``: for us alone. ``mention``: it names us. ``reply``: in a thread, which may be one of ours."""
    text: str
    """As Slack sends it, with its escapes."""
    emoji: Mapping[str, str]
    """The characters of the emoji that it names."""
    files: tuple[Attachment, ...] = ()
    own_thread: bool = False
    """Its thread began with a message of the same person's."""
    our_thread: bool = False
    """Its thread began with a message of ours."""
    forwarded: bool = False
    """It says nothing itself, and shows somebody else's message."""

    @property
    def id(self) -> str:
        return f"{PLATFORM}:{self.person.team}:{self.channel}:{self.ts}"

    @property
    def conversation(self) -> str:
        return self.person.id if self.way == "direct" else conversation_id(self.person.team, self.channel, self.thread)

    @property
    def begins(self) -> bool:
        """Whether it stands by itself, rather than in a thread."""
        return self.thread == self.ts


@dataclass(frozen=True, kw_only=True)
class Edited:
    """A person changed what they had written."""

    said: Said
    """As it stands now."""


@dataclass(frozen=True, kw_only=True)
class HomeOpened:
    person: Person
    channel: str
    tab: str
    """``home`` or ``messages``."""


@dataclass(frozen=True, kw_only=True)
class ChannelLost:
    """We cannot write in a channel any more."""

    team: str
    channel: str
    why: Literal["left", "deleted", "archived"]
    by: str = ""
    """Who did it, where Slack says so."""


@dataclass(frozen=True, kw_only=True)
class TokenLost:
    """A workspace took our token away."""

    team: str
    why: Literal["tokens_revoked", "app_uninstalled"]


Heard = Said | Edited | HomeOpened | ChannelLost | TokenLost


def heard(body: Payload, us: Us) -> Heard | None:
    """What an event of the Events API says to us; None: nothing."""
    event: Payload = body.get("event") or {}
    match event.get("type"):
        case "message" if event.get("subtype") == "message_changed":
            return _edited(event, us)
        case "message" | "app_mention":
            return said(event, us)
        case "app_home_opened":
            return _home_opened(event, us)
        case "tokens_revoked" | "app_uninstalled":
            return _token_lost(event, us)
        case kind if kind in _LEFT:
            return _channel_lost(event, us)
        case _:
            return None


def said(message: Payload, us: Us) -> Said | None:
    """A message, of an event or of a channel's history with ``channel`` added; None: it is not for us."""
    person = _person(us, message)
    if person is None or _by_app(message) or (message.get("subtype") or "") not in _SPOKEN:
        return None
    channel, ts, text = _text(message, "channel"), _text(message, "ts"), _text(message, "text")
    thread = _text(message, "thread_ts") or ts
    way = _way(message, channel, thread != ts, us)
    if way is None or not channel or not ts:
        return None
    return Said(
        person=person,
        channel=channel,
        ts=ts,
        thread=thread,
        way=way,
        text=text,
        emoji=emoji_in(message.get("blocks")),
        files=attachments(message, us.team),
        own_thread=message.get("parent_user_id") == person.user,
        our_thread=message.get("parent_user_id") == us.user,
        forwarded=not text and not message.get("files") and bool(message.get("attachments")),
    )


def names_us(text: str, us: Us) -> bool:
    return re.search(rf"<@{re.escape(us.user)}(?:\|[^>]*)?>", text) is not None


def received(said: Said, us: Us, name: str, names: Mapping[str, str]) -> MessageReceived:
    """The message as the house is told of it. ``name``: what the person is called; ``names``: those of people it names."""
    text, addressed = readable(said.text, us.user, names, said.emoji)
    return MessageReceived(
        id=said.id,
        sender=sender(said, name),
        text=text,
        at=at(said.ts),
        attachments=said.files,
        addressed=addressed,
    )


def sender(said: Said, name: str) -> Sender:
    direct = said.way == "direct"
    return Sender(
        person_id=said.person.id,
        display_name=name,
        conversation_id=said.conversation,
        address=direct_address(said.person, said.channel, said.thread)
        if direct
        else thread_address(said.person.team, said.channel, said.thread, said.person.user),
        shared=not direct,
    )


def conversation_id(team: str, channel: str, thread: str) -> str:
    return f"{PLATFORM}:{team}:{channel}:{thread}"


def thread_address(team: str, channel: str, thread: str, user: str = "") -> dict[str, str]:
    """``user``: who did something there last: what pings there names them."""
    address = {"team": team, "channel": channel, "thread": thread}
    return address | {"user": user} if user else address


def direct_address(person: Person, channel: str, thread: str = "") -> dict[str, str]:
    """Where a person wrote to us directly; without a thread where they did something outside any."""
    address = {"team": person.team, "user": person.user, "channel": channel}
    return address | {"thread": thread} if thread else address


def address_of(conversation: str, user: str = "") -> dict[str, str]:
    """The address of a conversation by its id: a thread, or a person, whose direct messages are opened when they are needed."""
    parts = conversation.split(":")
    if len(parts) == 4:
        return thread_address(parts[1], parts[2], parts[3], user)
    return {"person": conversation}


def at(ts: str) -> datetime:
    """When a message was written; a timestamp that cannot be read counts as the beginning of time."""
    try:
        return datetime.fromtimestamp(float(ts), UTC)
    except (ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(0, UTC)


def is_direct(channel: str) -> bool:
    """Whether a channel is somebody's direct messages (not those of a group, which are a channel like others)."""
    return channel.startswith("D")


def _way(message: Payload, channel: str, in_thread: bool, us: Us) -> Literal["direct", "mention", "reply"] | None:
    if is_direct(channel):
        return "direct"
    if message.get("type") == "app_mention" or names_us(_text(message, "text"), us):
        return "mention"
    return "reply" if in_thread else None


def _edited(event: Payload, us: Us) -> Edited | None:
    """A change of the words; a link that was unfurled, or a thread that grew, is a change to Slack only."""
    now, before = event.get("message") or {}, event.get("previous_message") or {}
    if not now.get("edited") or now.get("text") == before.get("text"):
        return None
    message = said({**now, "channel": event.get("channel")}, us)
    return Edited(said=message) if message and not message.person.foreign else None


def _home_opened(event: Payload, us: Us) -> HomeOpened | None:
    person = _person(us, event)
    if person is None or person.foreign:
        return None
    return HomeOpened(person=person, channel=_text(event, "channel"), tab=_text(event, "tab"))


def _person(us: Us, event: Payload) -> Person | None:
    """Who caused an event; None: no person, or we ourselves."""
    user = event.get("user")
    if not isinstance(user, str) or user == us.user or not _PERSON.fullmatch(user):
        return None
    team = event.get("user_team") or event.get("team") or us.team
    return Person(team=us.team, user=user, foreign=team not in (us.team, us.enterprise))


def _by_app(message: Payload) -> bool:
    return bool(message.get("bot_id") or message.get("bot_profile") or message.get("hidden"))


def _channel_lost(event: Payload, us: Us) -> ChannelLost | None:
    kind = _text(event, "type")
    if kind == "member_left_channel" and event.get("user") != us.user:
        return None
    return ChannelLost(
        team=us.team,
        channel=_text(event, "channel"),
        why=_LEFT[kind],  # type: ignore[arg-type]  # its values are those of ``why``
        by=_text(event, "actor_id") or (_text(event, "user") if kind.endswith("_archive") else ""),
    )


def _token_lost(event: Payload, us: Us) -> TokenLost | None:
    """A person's own token, which we have none of, may be revoked as well: that is nothing to us."""
    if event.get("type") == "app_uninstalled":
        return TokenLost(team=us.team, why="app_uninstalled")
    tokens = event.get("tokens")
    return TokenLost(team=us.team, why="tokens_revoked") if isinstance(tokens, Mapping) and tokens.get("bot") else None


def _text(payload: Payload, name: str) -> str:
    value = payload.get(name)
    return value if isinstance(value, str) else ""
