"""What the bot may do on a server, each permission with what needs it, and the link by which it is added there.

The one list of these. The link, the documentation's table and the doctor all come from it; a test holds it against what this
room calls of discord.py.
"""

from dataclasses import dataclass

import discord


@dataclass(frozen=True, kw_only=True)
class Permission:
    """What it is for, in words, is ``discord.permission.<name>``; what Discord calls it, ``discord.permission_name.<name>``."""

    name: str
    """As ``discord.Permissions`` has it."""
    calls: tuple[str, ...]
    """What the room calls, or hands to a call by that name, and needs it for."""


PERMISSIONS = (
    Permission(name="view_channel", calls=("fetch_channel",)),
    Permission(name="send_messages", calls=("send",)),
    Permission(name="send_messages_in_threads", calls=("send",)),
    Permission(name="create_public_threads", calls=("create_thread",)),
    Permission(name="read_message_history", calls=("history", "fetch_message")),
    Permission(name="attach_files", calls=("files",)),
    Permission(name="embed_links", calls=("embeds",)),
    Permission(name="add_reactions", calls=("add_reaction",)),
)
"""In the order in which Discord's own settings show them. Where each call says so: https://discord.com/developers/docs/resources."""

_LOST_WITH = {
    "view_channel": tuple(permission.name for permission in PERMISSIONS[1:]),
    "send_messages": ("attach_files", "embed_links"),
}
"""Who may not see a channel may do nothing there (https://discord.com/developers/docs/topics/permissions#implicit-permissions)."""

SCOPES = ("bot", "applications.commands")
"""Of the link: to be a member that talks, and to offer commands."""


def needed() -> discord.Permissions:
    return discord.Permissions(**{permission.name: True for permission in PERMISSIONS})


def missing(has: discord.Permissions) -> list[str]:
    """The names of the permissions that are needed and not there, in their order. What is lost with another is not named."""
    lost = {name for cause, names in _LOST_WITH.items() if not getattr(has, cause) for name in names}
    return [one.name for one in PERMISSIONS if not getattr(has, one.name) and one.name not in lost]


def link(application: int, server: int | None = None) -> str:
    """Opens Discord and asks where the bot is to be added. ``server``: only there."""
    return discord.utils.oauth_url(
        application,
        permissions=needed(),
        scopes=SCOPES,
        guild=discord.Object(server) if server else discord.utils.MISSING,
        disable_guild_select=server is not None,
    )
