"""The workspaces that this process serves: who we are in each, and a client for it.

A workspace that has taken its token away is left alone for a while, and what is to be posted there waits; the others go
on. It knows no payloads.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat.errors import Refused, RetryLater
from bot.platforms.slack.client import SlackClient, SlackClients
from bot.platforms.slack.errors import TOKEN_LOST, translated
from bot.platforms.slack.inbound import Us
from bot.platforms.slack.setup import BadSetup

log = logging.getLogger(__name__)

PAUSE = 300.0
"""Seconds for which a workspace that refused our token is not called: an administrator may take as long to put it right."""
BEGINNING = 2.0
"""Seconds that a call waits while it is not known yet whose token we have."""


class Workspaces(Protocol):
    """What the room needs to know of the workspaces that have the app."""

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """For slack_bolt; None: nobody of ours there, or the workspace is not on the allow-list."""

    async def us(self, team: str) -> Us | None: ...

    async def client(self, team: str) -> SlackClient:
        """Its calls raise RetryLater, Refused or Uncertain. Raises Refused(``not_installed``), RetryLater: it is paused."""

    async def teams(self) -> list[str]:
        """The ids of those that are not paused."""

    async def lost(self, team: str, why: str) -> None:
        """The workspace told us that it took our token away."""


class Installed(Protocol):
    """What is needed of ``installations.SlackInstallations``."""

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None: ...
    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None: ...
    async def all(self) -> list[Any]: ...


@dataclass(eq=False)
class Pauses:
    """Which workspaces are left alone, and until when."""

    clock: Callable[[], float] = time.monotonic
    _until: dict[str, float] = field(default_factory=dict, init=False)

    def lose(self, team: str, why: str) -> None:
        log.error(
            "workspace %s does not accept our token any more (%s). What is to be posted there waits; it is tried again in "
            "%d minutes. `threadtune doctor` says what to do",
            team,
            why,
            PAUSE // 60,
        )
        self._until[team] = self.clock() + PAUSE

    def left(self, team: str) -> float:
        """Seconds for which the workspace is still left alone."""
        return max(0.0, self._until.get(team, 0.0) - self.clock())


class WatchedClient(SlackClient):
    """A client that pauses its workspace when that refuses the token."""

    def __init__(self, clients: SlackClients, team: str, token: str, pauses: Pauses) -> None:
        super().__init__(clients, team, token)
        self.pauses = pauses

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        if left := self.pauses.left(self.team):
            raise RetryLater(left)
        try:
            return await super().api_call(api_method, **arguments)
        except Refused as refused:
            if refused.code not in TOKEN_LOST:
                raise
            self.pauses.lose(self.team, refused.code)
            raise RetryLater(PAUSE) from refused


@dataclass(eq=False)
class OneWorkspace:
    """The workspace of the one token that was set. Implements ``Workspaces``."""

    clients: SlackClients
    token: str = field(repr=False)
    serves: Callable[[str, str], bool] = lambda team, enterprise: True
    pauses: Pauses = field(default_factory=Pauses)
    _us: Us | None = field(default=None, init=False)

    async def begin(self, plain: AsyncWebClient) -> Us:
        """Ask Slack whose token it is. Raises BadSetup: it is not accepted; RetryLater, Uncertain: Slack cannot be reached."""
        try:
            with translated():
                answer = await plain.auth_test()
        except Refused as refused:
            raise BadSetup("SLACK_BOT_TOKEN", "token_refused", reason=refused.code) from refused
        us = Us(
            team=answer["team_id"],
            user=answer["user_id"],
            bot=answer.get("bot_id") or "",
            enterprise=answer.get("enterprise_id") or "",
        )
        if not self.serves(us.team, us.enterprise):
            raise BadSetup("THREADTUNE_SLACK_TEAMS", "team_not_listed", team=us.team)
        self._us = us
        return us

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        us = self._us
        if us is None or team_id not in (us.team, None):
            return None
        return AuthorizeResult(
            enterprise_id=us.enterprise or None,
            team_id=us.team,
            bot_id=us.bot,
            bot_user_id=us.user,
            bot_token=self.token,
        )

    async def us(self, team: str) -> Us | None:
        return self._us if self._us is not None and self._us.team == team else None

    async def client(self, team: str) -> SlackClient:
        if self._us is None:
            raise RetryLater(BEGINNING)
        if self._us.team != team:
            raise Refused("not_installed")
        return WatchedClient(self.clients, team, self.token, self.pauses)

    async def teams(self) -> list[str]:
        return [self._us.team] if self._us is not None and not self.pauses.left(self._us.team) else []

    async def lost(self, team: str, why: str) -> None:
        """Where the app is installed anew, the same token may be good again: it is tried from time to time."""
        self.pauses.lose(team, why)


@dataclass(eq=False)
class ManyWorkspaces:
    """The workspaces that installed the app by OAuth. Implements ``Workspaces``."""

    clients: SlackClients
    installed: Installed
    pauses: Pauses = field(default_factory=Pauses)
    _last: dict[str | None, AuthorizeResult | None] = field(default_factory=dict, init=False, repr=False)
    """What was found last: with a database that is away, people can at least be told so."""

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        try:
            found = await self.installed.authorize(enterprise_id, team_id)
        except Exception:  # with any fault of the database, what was known last still serves
            if team_id not in self._last:
                raise
            return self._last[team_id]
        self._last[team_id] = found
        return found

    async def us(self, team: str) -> Us | None:
        found = await self.authorize(None, team)
        if found is None or not found.bot_user_id:
            return None
        return Us(team=team, user=found.bot_user_id, bot=found.bot_id or "", enterprise=found.enterprise_id or "")

    async def client(self, team: str) -> SlackClient:
        found = await self.authorize(None, team)
        if found is None or not found.bot_token:
            raise Refused("not_installed")
        return WatchedClient(self.clients, team, found.bot_token, self.pauses)

    async def teams(self) -> list[str]:
        teams = [bot.team_id for bot in await self.installed.all() if bot.team_id]
        return [team for team in teams if not self.pauses.left(team)]

    async def lost(self, team: str, why: str) -> None:
        """Forget the token: whoever installs the app anew brings another."""
        log.error("workspace %s took our token away (%s); it is forgotten, and the others go on", team, why)
        await self.installed.async_delete_bot(enterprise_id=None, team_id=team)
        self._last.pop(team, None)
