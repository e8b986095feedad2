"""The doctor's look at Slack: what the database knows of it, and what the Slack room finds out there, workspace by workspace.

It says nothing in words: the doctor does.
"""

from dataclasses import dataclass, field
from typing import Any

from agent.words import say
from bot.heard import Heard, Open, asked, heard
from bot.platforms.slack import checks
from bot.platforms.slack.checks import Check
from bot.platforms.slack.setup import SlackSetup
from bot.settings import Settings
from storage.ports import Store


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the database knows of Slack."""

    heard: Heard = field(default_factory=Heard)
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
            found += await checks.channels(token, setup.api_url, facts.heard.channels.get(identity.team, frozenset()))
    if setup.transport == "socket":
        found.append(await checks.socket_mode(setup, first))
    else:
        found.append(await checks.http_server(setup))
    return [*found, await checks.events(setup, first, say, facts.heard.last)]


async def known(settings: Settings, open_store: Open) -> Facts:
    """What the database knows; nothing where it cannot be asked."""
    return await asked(settings, open_store, _facts, Facts())


async def _facts(store: Store) -> Facts:
    installed: list[Any] = [one.data for one in await store.installations.all("slack")]
    return Facts(heard=await heard(store, "slack"), tokens=tuple(data["bot_token"] for data in installed))
