"""The doctor's look at Slack: what the database knows of it, and what the Slack room finds out there, workspace by workspace.

It says nothing in words: the doctor does.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from agent.words import say
from bot.bootstrap import BadDatabaseUrl
from bot.platforms.slack import checks
from bot.platforms.slack.checks import Check
from bot.platforms.slack.setup import SlackSetup
from bot.settings import Settings
from storage.errors import StorageError
from storage.ports import Store

Open = Callable[[Settings], AbstractAsyncContextManager[Store]]


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the database knows of Slack."""

    channels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The channels with a conversation of ours, by workspace."""
    heard_last: datetime | None = None
    tokens: tuple[str, ...] = field(default=(), repr=False)
    """Of the workspaces that installed the app by OAuth."""


async def examine(setup: SlackSetup, facts: Facts) -> list[Check]:
    """Look at every workspace, and at the way in which events come. ``setup`` was checked."""
    found: list[Check] = []
    tokens = facts.tokens if setup.by_oauth else (setup.bot_token,)
    if not tokens:
        found.append(Check(level="warn", subject="token", code="not_installed"))
    first = None
    for token in tokens:
        identity, said = await checks.workspace(token, setup)
        found += said
        first = first or identity
        if identity:
            found += await checks.channels(token, setup.api_url, facts.channels.get(identity.team, frozenset()))
    if setup.transport == "socket":
        found.append(await checks.socket_mode(setup, first))
    else:
        found.append(await checks.http_server(setup))
    return [*found, await checks.events(setup, first, say, facts.heard_last)]


async def known(settings: Settings, open_store: Open) -> Facts:
    """What the database knows; nothing where there is none, or where it does not open (which the doctor says elsewhere)."""
    if settings.database is None and not settings.database_path.exists():
        return Facts()
    try:
        async with open_store(settings) as store:
            return await _facts(store)
    except (StorageError, BadDatabaseUrl, OSError):
        return Facts()


async def _facts(store: Store) -> Facts:
    conversations = await store.conversations.within("slack:")
    channels: defaultdict[str, set[str]] = defaultdict(set)
    for conversation, _ in conversations:
        _, team, place, *thread = conversation.id.split(":")
        if thread:  # else it is a person's direct conversation
            channels[team].add(place)
    installed: list[Any] = [one.data for one in await store.installations.all("slack")]
    return Facts(
        channels={team: frozenset(places) for team, places in channels.items()},
        heard_last=conversations[0][1] if conversations else None,
        tokens=tuple(data["bot_token"] for data in installed),
    )
