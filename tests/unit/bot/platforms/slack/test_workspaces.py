"""Which workspaces are served, by which token, and what happens where one is taken away."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.authorization import AuthorizeResult

from bot.chat.errors import Refused, RetryLater
from bot.platforms.slack.client import SlackClients
from bot.platforms.slack.inbound import Us
from bot.platforms.slack.workspaces import PAUSE, ManyWorkspaces, Pauses
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_workspace import Workspace


@dataclass
class Installed:
    """Where the app is installed: a token by team."""

    tokens: dict[str, str] = field(default_factory=dict)
    away: bool = False

    async def authorize(self, enterprise_id: str | None, team_id: str | None) -> AuthorizeResult | None:
        if self.away:
            raise ConnectionError
        token = self.tokens.get(team_id or "")
        return token and AuthorizeResult(  # type: ignore[return-value]  # an empty token is none
            enterprise_id=enterprise_id, team_id=team_id, bot_id="B0BOT", bot_user_id="U0BOT", bot_token=token
        )

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        self.tokens.pop(team_id or "", None)

    async def all(self) -> list[Any]:
        return [SimpleNamespace(team_id=team) for team in sorted(self.tokens)]


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    scopes = frozenset({"users:read"})
    two = [Workspace(scopes=scopes), Workspace(id="T0OTHER", token="xoxb-2-other", scopes=scopes)]
    for workspace in two:
        workspace.add_person("U0ADA", "Ada")
    async with SlackServer(two).running() as slack:
        yield slack


@pytest.fixture
async def many(slack: SlackServer) -> AsyncIterator[ManyWorkspaces]:
    clients = SlackClients(slack.api_url)
    yield ManyWorkspaces(clients, Installed({one.id: one.token for one in slack.workspaces}))
    await clients.aclose()


async def asked(many: ManyWorkspaces, team: str) -> str:
    answer = await (await many.client(team)).users_info(user="U0ADA")
    return str(answer["user"]["team_id"])


async def test_each_is_called_with_its_own_token(many: ManyWorkspaces) -> None:
    assert [await asked(many, team) for team in await many.teams()] == ["T0OTHER", "T0WARD"]
    assert await many.us("T0WARD") == Us(team="T0WARD", user="U0BOT", bot="B0BOT")


async def test_one_without_the_app_is_refused(many: ManyWorkspaces) -> None:
    assert await many.us("T0NOBODY") is None
    assert await many.authorize(None, "T0NOBODY") is None
    with pytest.raises(Refused, match="not_installed"):
        await many.client("T0NOBODY")


async def test_one_that_refuses_its_token_is_left_alone_while_the_others_go_on(
    slack: SlackServer, many: ManyWorkspaces, caplog: pytest.LogCaptureFixture
) -> None:
    slack.ward.revoked = True
    with pytest.raises(RetryLater):
        await asked(many, "T0WARD")
    assert await many.teams() == ["T0OTHER"]
    assert await asked(many, "T0OTHER") == "T0OTHER"
    assert "T0WARD" in caplog.text
    assert "xoxb" not in caplog.text


async def test_it_is_tried_again_after_a_while(slack: SlackServer, many: ManyWorkspaces) -> None:
    now = 0.0
    many.pauses = Pauses(lambda: now)
    slack.ward.revoked = True
    with pytest.raises(RetryLater):
        await asked(many, "T0WARD")
    slack.ward.revoked, now = False, PAUSE + 1
    assert await asked(many, "T0WARD") == "T0WARD"


async def test_one_that_uninstalled_the_app_is_forgotten(many: ManyWorkspaces) -> None:
    await many.lost("T0WARD", "app_uninstalled")
    assert await many.teams() == ["T0OTHER"]
    with pytest.raises(Refused, match="not_installed"):
        await many.client("T0WARD")


async def test_while_the_database_is_away_what_was_found_last_is_good_enough_to_say_so(many: ManyWorkspaces) -> None:
    await many.us("T0WARD")
    many.installed.away = True  # type: ignore[attr-defined]  # of the fake
    assert await asked(many, "T0WARD") == "T0WARD"
    with pytest.raises(ConnectionError):
        await many.authorize(None, "T0OTHER")


def test_no_token_is_ever_shown() -> None:
    client = SlackClients()
    shown = repr(ManyWorkspaces(client, Installed())) + repr(client)
    assert "xoxb" not in shown
