"""What the Slack room is told about its Slack app, and what is wrong with it where it cannot work.

Values and codes; the sentences are ``setup.slack.bad.<code>``. It reads no environment and opens nothing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from bot.chat.setup import UnusableSetting, fault_of_address

API_URL = "https://slack.com/api/"
"""Where Slack answers, and what a stand-in replaces."""

Transport = Literal["socket", "http"]

_TEAM = re.compile(r"[TE][A-Z0-9]{2,}")
_APP_ID = re.compile(r"A[A-Z0-9]{6,}")


class BadSetup(UnusableSetting):
    """A setting with which Slack cannot be served."""

    platform = "slack"


@dataclass(frozen=True, kw_only=True)
class SlackSetup:
    transport: Transport = "socket"
    bot_token: str = field(default="", repr=False)
    """``xoxb-...``: for one workspace. Empty: several, by OAuth."""
    app_token: str = field(default="", repr=False)
    """``xapp-...``: opens the connections of Socket Mode."""
    signing_secret: str = field(default="", repr=False)
    """By which requests over HTTP are known to be Slack's."""
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    config_token: str = field(default="", repr=False)
    """``xoxe.xoxp-...``: lets the doctor read the app's manifest. Lives for 12 hours; nothing else needs it."""
    api_url: str = API_URL
    """Ends with a slash."""
    teams: frozenset[str] = frozenset()
    """Ids of the workspaces (``T...``) and organisations (``E...``) that are served. Empty: all."""
    host: str = "127.0.0.1"
    port: int = 3000
    """Where requests over HTTP are listened for."""

    @property
    def by_oauth(self) -> bool:
        """Whether several workspaces install the app, rather than one token being given."""
        return bool(self.client_id)

    def serves(self, team: str, enterprise: str = "") -> bool:
        """Whether a workspace is on the allow-list, itself or by its organisation."""
        return not self.teams or team in self.teams or bool(enterprise and enterprise in self.teams)


def check(setup: SlackSetup) -> None:
    """Raises BadSetup for the first thing that keeps Slack from being served: a token in the wrong place, a missing half."""
    _check_tokens(setup)
    _check_credentials(setup)
    _check_halves(setup)
    if fault := fault_of_address(setup.api_url, ("http", "https")):
        raise BadSetup("THREADTUNE_SLACK_API_URL", fault)
    for team in sorted(setup.teams):
        if not _TEAM.fullmatch(team):
            raise BadSetup("THREADTUNE_SLACK_TEAMS", "team_no_id", team=team)


def _check_tokens(setup: SlackSetup) -> None:
    for name, token, wanted in _tokens(setup):
        if not token or token.startswith(wanted):
            continue
        kind = _kind(token)
        if kind == "rotating_bot":
            raise BadSetup(name, "token_rotation")
        raise BadSetup(name, "wrong_token", found=kind, wanted=wanted)


def _tokens(setup: SlackSetup) -> Iterator[tuple[str, str, str]]:
    """Variable, value, and how its kind of token begins."""
    yield "SLACK_BOT_TOKEN", setup.bot_token, "xoxb-"
    yield "SLACK_APP_TOKEN", setup.app_token, "xapp-"
    yield "SLACK_CONFIG_TOKEN", setup.config_token, "xoxe.xoxp-"


def _kind(value: str) -> str:
    """What a value is by how it begins, as a code (``setup.slack.token.<code>``)."""
    kinds = {
        "xoxb-": "bot",
        "xapp-": "app",
        "xoxp-": "user",
        "xoxe.xoxb-": "rotating_bot",
        "xoxe.xoxp-": "config",
        "xoxe-": "refresh",
    }
    return next((kind for prefix, kind in kinds.items() if value.startswith(prefix)), "unknown")


def _check_credentials(setup: SlackSetup) -> None:
    values = {
        "SLACK_SIGNING_SECRET": setup.signing_secret,
        "SLACK_CLIENT_ID": setup.client_id,
        "SLACK_CLIENT_SECRET": setup.client_secret,
    }
    for name, value in values.items():
        if _kind(value) != "unknown":
            raise BadSetup(name, f"token_in_{name.lower()}", found=_kind(value))
    if _APP_ID.fullmatch(setup.client_id):
        raise BadSetup("SLACK_CLIENT_ID", "app_id")


def _check_halves(setup: SlackSetup) -> None:
    if bool(setup.client_id) != bool(setup.client_secret):
        raise BadSetup("SLACK_CLIENT_SECRET" if setup.client_id else "SLACK_CLIENT_ID", "oauth_half")
    if setup.by_oauth and setup.bot_token:
        raise BadSetup("SLACK_BOT_TOKEN", "token_and_oauth")
    if setup.by_oauth and setup.transport == "socket":
        raise BadSetup("THREADTUNE_SLACK_TRANSPORT", "oauth_needs_http")
    if not setup.by_oauth and not setup.bot_token:
        raise BadSetup("SLACK_BOT_TOKEN", "no_bot_token")
    if setup.transport == "socket" and not setup.app_token:
        raise BadSetup("SLACK_APP_TOKEN", "no_app_token")
    if setup.transport == "http" and not setup.signing_secret:
        raise BadSetup("SLACK_SIGNING_SECRET", "no_signing_secret")
