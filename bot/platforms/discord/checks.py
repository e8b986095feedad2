"""Looks at a Discord bot from outside, and says by code what is well and what is not: one ``Check`` a finding.

The sentences are ``doctor.discord_<code>``. It changes nothing in Discord, does not connect to its gateway, and raises
nothing that a missing permission can cause. Where the bot is, and what it may do there: ``membership``.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import aiohttp
import discord
from discord import app_commands
from discord.http import Route

from bot.chat import setup as shared
from bot.chat.port import Words
from bot.platforms.discord import tree
from bot.platforms.discord.client import LONGEST_WAIT
from bot.platforms.discord.setup import BadSetup, DiscordSetup

PATIENCE = 60.0
"""Seconds for all that is asked of Discord together. discord.py asks again by itself while a server answers 5xx."""
PATIENCE_AT_START = 15.0
"""Seconds for saying who we are, which is a courtesy."""
FEW_SESSIONS = 50
"""Connections left below which a bot that starts again and again deserves a look. Discord gives 1000 a day, and resets the
token of a bot that has used them up (https://discord.com/developers/docs/events/gateway#session-start-limit)."""

MOST_NAMED = 10

Subject = Literal["token", "app", "intents", "commands", "sessions", "servers", "permissions"]


class NotDiscord(discord.DiscordException):
    """Something answers that is not Discord: a proxy, the page of a network that wants one to sign in."""


FAULTS = (
    discord.HTTPException,
    discord.LoginFailure,
    discord.GatewayNotFound,
    discord.RateLimited,
    discord.InvalidData,
    NotDiscord,
    aiohttp.ClientError,
    OSError,
    TimeoutError,
)
"""What asking Discord may raise: it refused, or it cannot be reached."""


@dataclass(frozen=True, kw_only=True)
class Check(shared.Check):
    """Of ``values``, ``missing`` is a list of names of permissions."""

    subject: Subject


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who a token is, and what its application may hear."""

    application: int
    name: str
    reads_messages: bool
    """Whether the message-content intent is on."""
    servers: tuple[str, ...] = ()
    """The names of those that it is on and serves; of a bot on more than 200, of the first of them."""


@contextlib.asynccontextmanager
async def signed_in(setup: DiscordSetup, patience: float) -> AsyncIterator[discord.Client]:
    """A client that asks, for so many seconds, and never connects. Raises one of ``FAULTS``, for what is asked of it too."""
    Route.BASE = setup.api_url  # discord.py knows no other place for it
    client = discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=LONGEST_WAIT)
    async with asyncio.timeout(patience), client:
        try:
            await client.login(setup.token)
        except (TypeError, KeyError, ValueError) as error:  # discord.py trusts whatever answers
            raise NotDiscord from error
        yield client


async def identity(setup: DiscordSetup) -> Identity:
    """Ask Discord whose token it is. Raises ``BadSetup`` where Discord does not accept it, else one of ``FAULTS``."""
    try:
        async with signed_in(setup, PATIENCE_AT_START) as client:
            there = [guild async for guild in client.fetch_guilds(limit=200, with_counts=False)]
            return replace(identity_of(client), servers=tuple(one.name for one in there if setup.serves(one.id)))
    except discord.LoginFailure as error:
        raise BadSetup("DISCORD_TOKEN", "token_refused") from error


def identity_of(client: discord.Client) -> Identity:
    """All but the servers. ``client``: one that is logged in."""
    app = _application(client)
    return Identity(
        application=app.id,
        name=str(client.user),
        reads_messages=app.flags.gateway_message_content or app.flags.gateway_message_content_limited,
    )


def application(client: discord.Client) -> list[Check]:
    """The token, and the switches of its application that keep a bot from being added, from being pressed, or from hearing."""
    app, who = _application(client), identity_of(client)
    found = [Check(level="ok", subject="token", code="token_ok", values={"bot": who.name, "id": who.application})]
    if app.interactions_endpoint_url:
        found.append(Check(level="fail", subject="app", code="endpoint_set"))
    if app.bot_require_code_grant:
        found.append(Check(level="fail", subject="app", code="code_grant"))
    if not who.reads_messages:
        return [*found, Check(level="warn", subject="intents", code="intents_missing")]
    return [*found, Check(level="ok", subject="intents", code="intents_ok")]


async def commands(client: discord.Client, words: Words) -> Check:
    """Whether Discord offers the commands of this version."""
    try:
        found = await client.http.get_global_commands(_application(client).id)
    except FAULTS as error:
        return refused("commands", error)
    if not found:
        return Check(level="warn", subject="commands", code="commands_none")
    registry = app_commands.CommandTree(client)
    wanted = [command.to_dict(registry) for command in tree.commands(words)]
    if changed := differences(wanted, found):
        shown = ", ".join(changed[:MOST_NAMED]) + (" …" if changed[MOST_NAMED:] else "")
        return Check(level="warn", subject="commands", code="commands_differ", values={"changed": shown})
    return Check(level="ok", subject="commands", code="commands_ok", values={"count": len(dict(_each(wanted)))})


async def sessions(client: discord.Client) -> Check:
    """How many times the bot may connect today still."""
    try:
        limit = (await client.http.get_bot_gateway())[2]
    except FAULTS as error:
        return refused("sessions", error)
    left, hours = limit["remaining"], -(-limit["reset_after"] // 3_600_000)
    values = {"left": left, "total": limit["total"], "hours": hours}
    if left == 0:
        return Check(level="fail", subject="sessions", code="sessions_none", values=values)
    if left < FEW_SESSIONS:
        return Check(level="warn", subject="sessions", code="sessions_few", values=values)
    return Check(level="ok", subject="sessions", code="sessions_ok", values=values)


def refused(subject: Subject, error: Exception) -> Check:
    """Discord said no, or nothing answered at all. ``error``: one of ``FAULTS``."""
    cause = error.__cause__ if isinstance(error, discord.GatewayNotFound) else error
    match cause:
        case discord.LoginFailure() | discord.HTTPException(status=401):
            return Check(level="fail", subject=subject, code="token_lost")
        case discord.RateLimited() | discord.HTTPException(status=429):
            return Check(level="fail", subject=subject, code="limited")
        case discord.HTTPException():
            return Check(
                level="fail", subject=subject, code="refused", values={"reason": f"{cause.status}, {cause.code}"}
            )
        case _:
            return Check(level="fail", subject=subject, code="unreachable", values={"reason": type(cause).__name__})


def differences(wanted: Sequence[Mapping[str, Any]], found: Sequence[Mapping[str, Any]]) -> list[str]:
    """The commands that are not offered, that are offered otherwise, or that are offered still, each by its whole name.

    Their shape is that of https://discord.com/developers/docs/interactions/application-commands, as sent and as answered.
    """
    ours, theirs = dict(_each(wanted)), dict(_each(found))
    return sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name))


_SUBCOMMAND, _GROUP = 1, 2


def _each(commands: Sequence[Mapping[str, Any]], above: str = "") -> Iterator[tuple[str, Any]]:
    """Each command that can be given, with what it takes. Of those beneath a group, the group's name stands before theirs."""
    for command in commands:
        name = f"{above} {command['name']}".lstrip()
        options: Sequence[Mapping[str, Any]] = command.get("options") or ()
        if any(option["type"] in (_SUBCOMMAND, _GROUP) for option in options):
            yield from _each(options, name)
        else:
            yield name, (command.get("description") or "", [_taken(option) for option in options])


def _taken(option: Mapping[str, Any]) -> tuple[Any, ...]:
    choices = [(choice["name"], choice["value"]) for choice in option.get("choices") or ()]
    asked = (bool(option.get("required")), bool(option.get("autocomplete")))
    bounds = (option.get("min_value"), option.get("max_value"))
    return option["name"], option["type"], option.get("description"), asked, bounds, choices


def _application(client: discord.Client) -> discord.AppInfo:
    assert client.application is not None, "it is logged in"
    return client.application
