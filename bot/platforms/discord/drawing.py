"""A message -> what Discord is sent of it: pure functions.

It does not know where a message is posted, nor when.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import discord

from bot.chat.messages import ChatMessage
from bot.chat.port import Words

LONGEST_CONTENT = 2000
"""Code points, as Discord's servers count (github.com/discord/discord-api-docs/issues/1315)."""
_ZERO, _ONE = "\u200b", "\u200c"


@dataclass(frozen=True, kw_only=True)
class Attached:
    """A file that goes with a part. It is never a spoiler."""

    name: str
    path: str = ""
    """Relative to the home folder; empty: ``text`` is all of it."""
    text: str = ""
    description: str = ""
    """What a picture shows, in words: at most 1,024 characters."""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One message of Discord's. It is posted with ``allowed_mentions`` for nobody but the person whom ``draw`` was told to
    mention, and with its links not unfurled where it has no embeds."""

    content: str
    """Never empty: it is what a notification shows."""
    embeds: Sequence[discord.Embed] = ()
    view: discord.ui.View | None = None
    files: tuple[Attached, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Drawn:
    parts: tuple[Part, ...]
    """At least one, in order; each ends with its own invisible tag (``carries``)."""


def draw(
    message: ChatMessage,
    marker: str,
    words: Words,
    *,
    mention: int | None = None,
    answerable: bool = False,
    refused: str = "",
) -> Drawn:
    """The message as Discord is sent it.

    ``mention``: the id of the person whom a message that pings is to notify; None where they are notified anyway.
    ``answerable``: an Answer button is added, for where we may not read what is written. ``refused``: why files cannot be
    shown there, as a code: everything is told in words then, in as many parts as it takes.
    """
    who = f"<@{mention}>" if mention is not None and message.ping else ""
    text = "\n".join(one for one in (who, message.text) if one) or words("discord.nothing")
    return Drawn(parts=(Part(content=text + tag(marker, 0)),))


def tag(marker: str, number: int) -> str:
    """32 characters without a glyph, by which the part with this number of a marked message is known in a history.

    Discord keeps no nonce with a message (github.com/Rapptz/discord.py/issues/2451) and has no metadata of ours, and two
    messages may say the same. Screen readers pass over these characters.
    """
    digest = hashlib.sha256(f"{marker}/{number}".encode()).digest()
    bits = f"{int.from_bytes(digest[:4]):032b}"
    return bits.replace("0", _ZERO).replace("1", _ONE)


def carries(content: str, marker: str, number: int = 0) -> bool:
    """Whether this is the content of that part of a message of ours."""
    return content.rstrip().endswith(tag(marker, number))
