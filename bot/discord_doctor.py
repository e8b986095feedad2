"""The doctor's look at Discord: what the database knows of it, and what the Discord room finds out there.

It says nothing in words but the names of permissions: the doctor does.
"""

from agent.words import say
from bot.heard import Heard, Open, asked, heard
from bot.platforms.discord import checks, membership
from bot.platforms.discord.checks import Check
from bot.platforms.discord.setup import DiscordSetup
from bot.settings import Settings


async def examine(setup: DiscordSetup, heard: Heard) -> list[Check]:
    """Look at the bot, its application, and the servers it is on. ``setup`` was checked."""
    found: list[Check] = []
    try:
        async with checks.signed_in(setup, checks.PATIENCE) as client:
            found += checks.application(client)
            found += [await checks.commands(client, say), await checks.sessions(client)]
            found += await membership.servers(client, setup, heard.channels)
    except checks.FAULTS as error:
        found.append(checks.refused("token", error))
    return found


async def known(settings: Settings, open_store: Open) -> Heard:
    """What the database knows; nothing where it cannot be asked."""
    return await asked(settings, open_store, lambda store: heard(store, "discord"), Heard())


def permission(name: str) -> str:
    """A permission as Discord calls it, and what is lost without it."""
    return say(
        "doctor.discord_permission", name=say(f"discord.permission_name.{name}"), what=say(f"discord.permission.{name}")
    )
