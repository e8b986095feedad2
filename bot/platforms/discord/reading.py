"""Discord's way of writing down a message -> the text that its writer saw: it may become an example, so none of Discord's
own marks may stay in it. What the writer typed as Markdown stays.

https://docs.discord.com/developers/reference#message-formatting
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import discord

from bot.chat.text import unaddressed
from bot.platforms.discord.drawing import untagged

_MARK = re.compile(
    r"<(?:@!?(?P<user>\d+)|@&(?P<role>\d+)|\#(?P<channel>\d+)|a?:(?P<emoji>\w+):\d+"
    r"|t:(?P<time>-?\d{1,13})(?::[a-zA-Z])?|/(?P<command>[^<>:]+):\d+|(?P<link>https?://[^\s<>]+))>"
)


@dataclass(frozen=True, kw_only=True)
class Names:
    """What is called how, by id. What has no name here stays as it is written."""

    users: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[int, str] = field(default_factory=dict)
    channels: Mapping[int, str] = field(default_factory=dict)


def names_in(message: discord.Message) -> Names:
    """Of those that a message names: Discord tells them along with it."""
    return Names(
        users={user.id: user.display_name for user in message.mentions},
        roles={role.id: role.name for role in message.role_mentions},
        channels={one.id: one.name for one in message.channel_mentions},
    )


def readable(text: str, us: Collection[int], names: Names) -> tuple[str, bool]:
    """The text without what names us, and whether it began with that. ``us``: our user id, and that of our own role."""
    ids, text = "|".join(str(id) for id in us), untagged(text)
    without, named_first = unaddressed(text, rf"<@[!&]?(?:{ids})>") if ids else (text.strip(), False)
    return _MARK.sub(lambda mark: _read(mark, names), without), named_first


def _read(mark: re.Match[str], names: Names) -> str:
    """What stands between angle brackets, as it is shown."""
    kind, value = str(mark.lastgroup), str(mark[str(mark.lastgroup)])
    match kind:
        case "user" | "role" | "channel":
            known = {"user": names.users, "role": names.roles, "channel": names.channels}[kind]
            name = known.get(int(value))
            return mark[0] if name is None else f"{'#' if kind == 'channel' else '@'}{name}"
        case "emoji":
            return f":{value}:"
        case "time":
            return _moment(int(value)) or mark[0]
        case "command":
            return f"/{value}"
        case _:
            return value


def _moment(seconds: int) -> str:
    """Discord shows it in the reader's own time zone, which it does not tell."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""
