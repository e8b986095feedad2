"""Answering an interaction: within three seconds, and after what it says was stored, as far as that takes no longer.

What is said here is said to the person alone, unless it says otherwise. It is best effort: nothing that must happen is left to it.
"""

import asyncio
import io
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

import discord

from bot.chat.errors import ChatError
from bot.chat.text import clean
from bot.platforms.discord.errors import translated
from bot.platforms.discord.inbound import Place, place_of
from bot.platforms.discord.notices import OPEN
from bot.platforms.discord.room import Room

log = logging.getLogger(__name__)

T = TypeVar("T")
IN_TIME = 2.0
"""Seconds; Discord takes the first answer within three (https://docs.discord.com/developers/interactions/receiving-and-responding)."""
LONGEST = 2000
LONGEST_FENCED = 3500
"""Characters of what somebody wrote that are shown to be copied; more of it comes as a file."""


async def in_time(interaction: discord.Interaction, work: Coroutine[Any, Any, T], *, public: bool = False) -> T:
    """What the work comes to. If it takes long, the interaction is deferred meanwhile: it says that we are at it, where there is
    no message that it is about. Whoever goes away takes the work along. Raises what the work raises."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.wait((task,), timeout=IN_TIME)
        if not task.done():
            await defer(interaction, public=public)
        return await task
    finally:
        task.cancel()


async def defer(interaction: discord.Interaction, *, public: bool = False) -> None:
    """Acknowledge, if that was not done yet."""
    if interaction.response.is_done():
        return
    command = interaction.message is None  # nothing is there that could be changed later: we are thinking then
    if command and public:
        interaction.extras[OPEN] = True
    try:
        with translated():
            await interaction.response.defer(thinking=command, ephemeral=not public)
    except ChatError as error:
        log.warning("an interaction could not be deferred: %s", error)


async def say(
    interaction: discord.Interaction,
    text: str,
    *,
    public: bool = False,
    view: discord.ui.View | None = None,
    typed: str = "",
    typed_name: str = "",
    embed: discord.Embed | None = None,
) -> bool:
    """Say a sentence of ours. ``typed``: what the person wrote, for them to copy; ``typed_name``: of the file that it comes as if it is
    long. False: it could not be said."""
    said: dict[str, Any] = {
        "content": text[:LONGEST],
        "ephemeral": not public,
        "allowed_mentions": discord.AllowedMentions.none(),
        "suppress_embeds": not (typed or embed),
    }
    if view is not None:
        view.stop()
        said["view"] = view
    if embed is not None:
        said["embed"] = embed
    elif typed and _fits(typed):
        said["embed"] = discord.Embed(description=f"```\n{clean(typed)}\n```")
    elif typed:
        said["file"] = discord.File(io.BytesIO(typed.encode("utf-8", "replace")), typed_name)
    try:
        with translated():
            if interaction.response.is_done():
                await interaction.followup.send(**said)
                interaction.extras.pop(OPEN, None)
            else:
                await interaction.response.send_message(**said)
    except ChatError as error:
        log.warning("an interaction could not be answered: %s", error)
        return False
    return True


async def admitted(room: Room, interaction: discord.Interaction, typed: str = "") -> Place | None:
    """Where it was done, by somebody whom we serve; None: they were told why not. ``typed``: what they get back then."""
    why_not = await room.admission.why_not(interaction.guild_id or 0, interaction.user.id)
    place = None if why_not else place_of(interaction.channel, interaction.guild_id)
    if place is None:
        why = room.words(why_not or "discord.no_place")
        await say(interaction, why, typed=typed, typed_name=room.words("discord.form.typed_file"))
    return place


def link_of(interaction: discord.Interaction) -> str:
    """Where the message can be seen in which somebody acted; empty for what only they are shown, and for what is in none."""
    message = interaction.message
    return "" if message is None or message.flags.ephemeral else message.jump_url


def us(room: Room) -> int:
    """Our own user id."""
    user = room.client.user
    return user.id if user else 0


def _fits(typed: str) -> bool:
    return len(clean(typed)) <= LONGEST_FENCED and "```" not in typed
