"""Where the app is installed and with which token: one workspace by a token that was set, or several by Slack's OAuth.

What is kept lies in a port that is handed in. A token never appears in a log, a message or a ``repr``.
"""

import html
import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from logging import Logger
from typing import Any, Protocol
from urllib.parse import urlsplit

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.error import BoltError
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore

from bot.chat.port import Words
from bot.platforms.slack.manifest import INSTALL_PATH, REDIRECT_PATH, SCOPES
from bot.platforms.slack.setup import API_URL, SlackSetup

log = logging.getLogger(__name__)

STATE_LIVES = timedelta(minutes=10)
"""How long somebody may take from opening the page for installing to allowing it (slack_bolt's own measure)."""


class Kept(Protocol):
    """What is needed of ``storage.ports.Installations``; a record has ``id``, ``platform``, ``data``, ``installed_at``."""

    async def put(self, installation: Any) -> None: ...
    async def get(self, installation_id: str) -> Any: ...
    async def all(self, platform: str) -> Sequence[Any]: ...
    async def delete(self, installation_id: str) -> None: ...
    async def issue_state(self, state: str, until: datetime) -> None: ...
    async def consume_state(self, state: str, now: datetime) -> bool: ...


class NotServed(BoltError):
    """The workspace is not on the allow-list, so what it granted was not kept."""


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(eq=False)
class SlackInstallations(AsyncInstallationStore):
    """slack_bolt's store of installations. Of an installation only the bot's part is kept: no person's token ever is."""

    kept: Kept
    record: Callable[..., Any]
    """Makes what ``kept`` takes."""
    serves: Callable[[str, str], bool] = field(default=lambda team, enterprise: True)
    """Whether a workspace, or its organisation, is on the allow-list."""
    _logger: Logger = field(default=log, init=False, repr=False)

    @property
    def logger(self) -> Logger:
        return self._logger

    async def async_save(self, installation: Installation) -> None:
        """Keep it, in the place of an earlier one. Raises BoltError: not on the allow-list, or the database is away."""
        await self.async_save_bot(installation.to_bot())

    async def async_save_bot(self, bot: Bot) -> None:
        """Raises BoltError as ``async_save`` does."""
        team, enterprise = bot.team_id or "", bot.enterprise_id or ""
        if not self.serves(team, enterprise):
            log.warning("workspace %s is not on the allow-list; its installation is not kept", team or enterprise)
            raise NotServed(team or enterprise)
        made = self.record(
            id=_id(enterprise if bot.is_enterprise_install else team),
            platform="slack",
            data=_data(bot),
            installed_at=datetime.fromtimestamp(bot.installed_at, UTC),
        )
        try:
            await self.kept.put(made)
        except Exception as error:
            raise BoltError("the installation could not be kept") from error
        log.info("the app was installed in workspace %s", team or enterprise)

    async def async_find_bot(
        self, *, enterprise_id: str | None, team_id: str | None, is_enterprise_install: bool | None = False
    ) -> Bot | None:
        for owner in _owners(enterprise_id, team_id, is_enterprise_install):
            found = await self.kept.get(_id(owner))
            if found is not None:
                return Bot(**found.data)
        return None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        owner = team_id or enterprise_id
        if owner:
            await self.kept.delete(_id(owner))
            log.info("the app was removed from workspace %s", owner)

    async def async_delete_installation(
        self, *, enterprise_id: str | None, team_id: str | None, user_id: str | None = None
    ) -> None:
        """Nothing: a person's own token was revoked, and none is kept."""

    async def all(self) -> list[Bot]:
        """Every workspace that has the app, in order of its id."""
        return [Bot(**found.data) for found in await self.kept.all("slack")]

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        """Who we are in a workspace; None: nobody there."""
        if not self.serves(team_id or "", enterprise_id or ""):
            return None
        bot = await self.async_find_bot(enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=None)
        if bot is None:
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            team=bot.team_name,
            bot_id=bot.bot_id,
            bot_user_id=bot.bot_user_id,
            bot_token=bot.bot_token,
            bot_scopes=bot.bot_scopes,
        )


@dataclass(eq=False)
class InstallStates(AsyncOAuthStateStore):
    """Ties the end of an installation to its beginning: each state is good once, and for ten minutes."""

    kept: Kept
    clock: Callable[[], datetime] = _now

    @property
    def logger(self) -> Logger:
        return log

    async def async_issue(self, *args: Any, **kwargs: Any) -> str:
        state = secrets.token_urlsafe(32)
        await self.kept.issue_state(state, self.clock() + STATE_LIVES)
        return state

    async def async_consume(self, state: str) -> bool:
        return bool(state) and await self.kept.consume_state(state, self.clock())


def oauth_settings(
    setup: SlackSetup, installations: SlackInstallations, states: InstallStates, words: Words
) -> AsyncOAuthSettings:
    """What slack_bolt needs to let workspaces install the app, at ``/slack/install``."""
    return AsyncOAuthSettings(
        client_id=setup.client_id,
        client_secret=setup.client_secret,
        scopes=[scope.name for scope in SCOPES],
        user_scopes=[],
        install_path=INSTALL_PATH,
        redirect_uri_path=REDIRECT_PATH,
        callback_options=_pages(words),
        authorization_url=_authorization_url(setup.api_url),
        installation_store=installations,
        installation_store_bot_only=True,
        state_store=states,
        state_expiration_seconds=int(STATE_LIVES.total_seconds()),
        logger=log,
    )


def _authorization_url(api_url: str) -> str | None:
    """The page where a workspace allows the app: Slack's, or that of the server that stands in for it."""
    parts = urlsplit(api_url)
    return None if api_url == API_URL else f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


def _pages(words: Words) -> AsyncCallbackOptions:
    """What whoever installed the app sees then. Slack's own codes are told apart only where something can be done."""

    async def success(args: AsyncSuccessArgs) -> BoltResponse:
        return await args.default.success(args)

    async def failure(args: AsyncFailureArgs) -> BoltResponse:
        code = "not_served" if isinstance(args.error, NotServed) else args.reason
        text = words(f"slack.install.{code}" if code in _FAILURES else "slack.install.failed", code=code)
        title, again = words("slack.install.title"), words("slack.install.again")
        body = (
            f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title></head>'
            f"<body><h1>{html.escape(title)}</h1><p>{html.escape(text)}</p>"
            f'<p><a href="{INSTALL_PATH}">{html.escape(again)}</a></p></body></html>'
        )
        headers: dict[str, str | Sequence[str]] = {
            "Content-Type": "text/html; charset=utf-8",
            "Set-Cookie": args.settings.state_utils.build_set_cookie_for_deletion(),
        }
        return BoltResponse(status=args.suggested_status_code, headers=headers, body=body)

    return AsyncCallbackOptions(success=success, failure=failure)


_FAILURES = frozenset(
    {"access_denied", "invalid_browser", "invalid_state", "invalid_code", "storage_error", "not_served"}
)


def _id(owner: str) -> str:
    return f"slack:{owner}"


def _owners(enterprise: str | None, team: str | None, by_enterprise: bool | None) -> list[str]:
    """Whose installation counts: the workspace's own before that of its organisation."""
    owners = [enterprise] if by_enterprise else [team, enterprise]
    return [owner for owner in owners if owner]


def _data(bot: Bot) -> dict[str, Any]:
    """A bot as JSON, from which ``Bot(**data)`` makes it again."""
    names = (
        "app_id",
        "enterprise_id",
        "enterprise_name",
        "team_id",
        "team_name",
        "bot_token",
        "bot_id",
        "bot_user_id",
        "bot_refresh_token",
        "bot_token_expires_at",
        "is_enterprise_install",
        "installed_at",
    )
    return {name: getattr(bot, name) for name in names} | {"bot_scopes": list(bot.bot_scopes)}
