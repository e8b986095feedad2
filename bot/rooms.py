"""The platforms of a process: which are served together, how the operator is told of each, and in what order they end."""

import contextlib
import logging
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from agent.words import say
from bot.bootstrap import flags_of, have_base, serve
from bot.chat.errors import Refused
from bot.chat.port import ChatPlatform
from bot.settings import Settings
from storage.errors import UnsafePath

if TYPE_CHECKING:
    from bot.platforms.console.adapter import ConsolePlatform
    from bot.platforms.discord.adapter import DiscordPlatform
    from bot.platforms.discord.setup import DiscordSetup
    from bot.platforms.slack.adapter import SlackPlatform
    from bot.platforms.slack.setup import SlackSetup
    from bot.terminal import Terminal
    from storage.base_models import Progress
    from storage.files import Files
    from storage.ports import Store

log = logging.getLogger(__name__)

NAMED = 3
"""Servers that a greeting names."""


class Room(ChatPlatform, Protocol):
    async def aclose(self) -> None:
        """End the connections, once nobody posts any more."""


async def chat(settings: Settings, terminal: "Terminal", progress: "Progress") -> int:
    """Serve the terminal alone; return the exit status that it ended with. The base model is prepared if need be."""
    flags_of(settings)  # a definition that cannot be read is told before anything is fetched
    await have_base(settings, progress)
    made: list[ConsolePlatform] = []

    async def platforms(store: "Store") -> list[ChatPlatform]:
        made.append(terminal.platform(store))
        return [*made]

    await serve(settings, platforms)
    return made[0].exit_status


async def serve_platforms(
    settings: Settings, progress: "Progress", tell: Callable[[str], None], terminal: "Terminal | None" = None
) -> None:
    """Serve every platform that is set up until cancelled, and tell the operator what is served; ``terminal``: beside them.

    The platforms end first, while what is in hand is still posted, and their connections last. A fault of any ends all.
    Raises ``bot.chat.setup.UnusableSetting``, which names the setting, before anything is served; and what ``serve`` raises.
    """
    check(settings)
    await have_base(settings, progress)
    async with contextlib.AsyncExitStack() as closing:

        async def platforms(store: "Store") -> Sequence[ChatPlatform]:
            rooms = made(settings, store)
            for room in rooms:
                closing.push_async_callback(room.aclose)
            for line in await greetings(settings, store):
                tell(line)
            if settings.metrics_port:
                tell(say("metrics.serving", host=settings.metrics_host, port=settings.metrics_port))
            tell(say("cli.stop"))
            return [*rooms, *([terminal.platform(store)] if terminal else [])]

        await serve(settings, platforms)


def check(settings: Settings) -> None:
    """Raises ``bot.chat.setup.UnusableSetting`` for the first thing that keeps a platform that is set up from being served,
    ``agent.flags.BadFlags`` for flags that cannot be read."""
    from bot.platforms.discord.setup import check as check_discord
    from bot.platforms.slack.setup import check as check_slack

    if settings.slack:
        check_slack(settings.slack)
    if settings.discord:
        check_discord(settings.discord)
    flags_of(settings)


def made(settings: Settings, store: "Store") -> list[Room]:
    """The platforms that are set up."""
    slack, discord = settings.slack, settings.discord
    return [
        *([slack_platform(settings, slack, store)] if slack else []),
        *([discord_platform(settings, discord)] if discord else []),
    ]


def slack_platform(settings: Settings, setup: "SlackSetup", store: "Store") -> "SlackPlatform":
    """Slack, for one workspace by its token or for those that install the app, whose tokens lie in the database."""
    from bot.platforms.slack.adapter import SlackPlatform
    from bot.platforms.slack.installations import InstallStates, SlackInstallations, oauth_settings
    from storage.domain import Installation

    path_of = _files_of(settings)
    if not setup.by_oauth:
        return SlackPlatform(setup=setup, words=say, path_of=path_of)
    installed = SlackInstallations(store.installations, Installation, setup.serves)
    oauth = oauth_settings(setup, installed, InstallStates(store.installations), say)
    return SlackPlatform(setup=setup, words=say, path_of=path_of, installed=installed, oauth=oauth)


def discord_platform(settings: Settings, setup: "DiscordSetup") -> "DiscordPlatform":
    from bot.platforms.discord.adapter import DiscordPlatform

    return DiscordPlatform(setup=setup, words=say, path_of=_files_of(settings))


def _files_of(settings: Settings) -> Callable[[str], Path]:
    from storage.files import Files

    return partial(_path_of, Files(settings.home))


def _path_of(files: "Files", name: str) -> Path:
    """The file of that name in the home folder. Raises ``bot.chat.errors.Refused`` for one that would lead out of it."""
    try:
        return files.path(name)
    except UnsafePath as error:
        raise Refused("unsafe_path") from error


async def greetings(settings: Settings, store: "Store") -> list[str]:
    """What is served on each platform, as whom; one that is away is no fault: it will come back."""
    slack, discord = settings.slack, settings.discord
    return [
        *([await greeting_of_slack(slack, store)] if slack else []),
        *([await greeting_of_discord(discord)] if discord else []),
    ]


async def greeting_of_slack(setup: "SlackSetup", store: "Store") -> str:
    from bot.platforms.slack.checks import FAULTS, identity

    http = say("slack.cli.http", host=setup.host, port=setup.port)
    transport = say("slack.cli.socket") if setup.transport == "socket" else http
    if setup.by_oauth:
        return say("slack.cli.serving_many", count=len(await store.installations.all("slack")), transport=transport)
    try:
        us = await identity(setup.bot_token, setup.api_url)
    except FAULTS as error:
        log.warning("Slack did not say whom we serve: %s", type(error).__name__)
        return say("slack.cli.connecting", transport=transport)
    return say("slack.cli.serving_one", team=us.team_name, bot=us.bot_name, transport=transport)


async def greeting_of_discord(setup: "DiscordSetup") -> str:
    """Raises ``setup.BadSetup`` where Discord does not accept the token."""
    from bot.platforms.discord.checks import FAULTS, identity

    try:
        us = await identity(setup)
    except FAULTS as error:
        log.warning("Discord did not say whom we serve: %s", type(error).__name__)
        return say("discord.cli.connecting")
    names, more = ", ".join(us.servers[:NAMED]), len(us.servers) - NAMED
    servers = say("discord.cli.servers_more", names=names, count=more) if more > 0 else names
    none = "discord.cli.no_listed_server" if setup.servers else "discord.cli.no_server"
    told = say("discord.cli.serving" if servers else none, bot=us.name, servers=servers)
    return told if us.reads_messages else f"{told} {say('discord.cli.not_reading')}"
