"""Several workspaces: each installs the app through Slack's OAuth, has its own token, and can take it away again."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.installation_store import Installation as Installed

from agent.words import say
from bot.platforms.slack.client import plain_client
from bot.platforms.slack.installations import InstallStates, NotServed, SlackInstallations, oauth_settings
from bot.platforms.slack.setup import SlackSetup
from storage.domain import Installation
from storage.memory import memory_store
from storage.ports import Installations
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_workspace import Workspace

TOKEN = "xoxb-1-hush"

# slack_sdk 3.47.0 sends the client's id and secret in a way that aiohttp will drop in 4.0.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


@pytest.fixture
def kept() -> Installations:
    return memory_store().installations


@pytest.fixture
def installations(kept: Installations) -> SlackInstallations:
    return SlackInstallations(kept, Installation)


def granted(team: str | None = "T01", token: str = TOKEN, **more: object) -> Installed:
    return Installed(
        app_id="A0APP",
        team_id=team,
        team_name="Acme",
        bot_token=token,
        bot_id="B01",
        bot_user_id="U0BOT",
        bot_scopes="chat:write,commands",
        user_id="U0ADA",
        user_token="xoxp-1-hush",
        **more,  # type: ignore[arg-type]  # one field or another
    )


async def found(
    installations: SlackInstallations, team: str | None, enterprise: str | None = None, by_enterprise: bool = False
) -> Bot | None:
    return await installations.async_find_bot(
        enterprise_id=enterprise, team_id=team, is_enterprise_install=by_enterprise
    )


class TestWhatIsKept:
    async def test_a_workspace_has_its_own_token(self, installations: SlackInstallations) -> None:
        await installations.async_save(granted("T01", "xoxb-1"))
        await installations.async_save(granted("T02", "xoxb-2"))
        first, second = await found(installations, "T01"), await found(installations, "T02")
        assert first is not None
        assert second is not None
        assert (first.bot_token, second.bot_token) == ("xoxb-1", "xoxb-2")
        assert first.bot_scopes == ["chat:write", "commands"]
        assert await found(installations, "T03") is None

    async def test_installing_again_replaces_the_token(self, installations: SlackInstallations) -> None:
        await installations.async_save(granted(token="xoxb-old"))
        await installations.async_save(granted(token="xoxb-new"))
        bot = await found(installations, "T01")
        assert bot is not None
        assert bot.bot_token == "xoxb-new"
        assert len(await installations.all()) == 1

    async def test_a_persons_own_token_is_not_kept(
        self, installations: SlackInstallations, kept: Installations
    ) -> None:
        await installations.async_save(granted())
        (record,) = await kept.all("slack")
        assert (record.id, record.platform) == ("slack:T01", "slack")
        assert "xoxp" not in str(record.data)

    async def test_an_installation_for_an_organisation_serves_its_workspaces(
        self, installations: SlackInstallations
    ) -> None:
        await installations.async_save(granted(None, "xoxb-all", enterprise_id="E01", is_enterprise_install=True))
        for_all = await found(installations, "T09", "E01", by_enterprise=True)
        one_of_them = await found(installations, "T09", "E01")
        assert for_all is not None
        assert one_of_them is not None
        assert for_all.bot_token == one_of_them.bot_token == "xoxb-all"

    async def test_a_workspaces_own_installation_comes_before_that_of_its_organisation(
        self, installations: SlackInstallations
    ) -> None:
        await installations.async_save(granted(None, "xoxb-all", enterprise_id="E01", is_enterprise_install=True))
        await installations.async_save(granted("T01", "xoxb-own", enterprise_id="E01"))
        bot = await found(installations, "T01", "E01")
        assert bot is not None
        assert bot.bot_token == "xoxb-own"


class TestTheEnd:
    async def test_a_removed_app_leaves_no_token(self, installations: SlackInstallations) -> None:
        await installations.async_save(granted("T01"))
        await installations.async_save(granted("T02"))
        for _ in range(2):  # Slack tells of it twice: app_uninstalled and tokens_revoked
            await installations.async_delete_all(enterprise_id=None, team_id="T01")
        assert [bot.team_id for bot in await installations.all()] == ["T02"]

    async def test_a_person_who_revokes_their_own_token_does_not_remove_the_app(
        self, installations: SlackInstallations
    ) -> None:
        await installations.async_save(granted())
        await installations.async_delete_installation(enterprise_id=None, team_id="T01", user_id="U0ADA")
        assert await found(installations, "T01") is not None


class TestWhoWeAre:
    async def test_a_request_is_authorized_from_what_is_kept_without_asking_slack(
        self, installations: SlackInstallations
    ) -> None:
        await installations.async_save(granted())
        result = await installations.authorize(None, "T01")
        assert result is not None
        assert (result.bot_token, result.bot_user_id, result.bot_id) == (TOKEN, "U0BOT", "B01")
        assert await installations.authorize(None, "T02") is None

    async def test_a_workspace_that_is_no_longer_listed_is_not_served(self, kept: Installations) -> None:
        await SlackInstallations(kept, Installation).async_save(granted())
        narrow = SlackInstallations(kept, Installation, SlackSetup(teams=frozenset({"T02"})).serves)
        assert await narrow.authorize(None, "T01") is None


async def test_a_workspace_that_is_not_listed_cannot_install_it(kept: Installations) -> None:
    narrow = SlackInstallations(kept, Installation, SlackSetup(teams=frozenset({"T02", "E05"})).serves)
    with pytest.raises(NotServed):
        await narrow.async_save(granted("T01"))
    await narrow.async_save(granted("T02"))
    await narrow.async_save(granted("T03", enterprise_id="E05"))
    assert [bot.team_id for bot in await narrow.all()] == ["T02", "T03"]


class TestStates:
    async def test_a_state_is_good_once(self, kept: Installations) -> None:
        states = InstallStates(kept)
        state = await states.async_issue()
        assert await states.async_consume(state)
        assert not await states.async_consume(state)

    @pytest.mark.parametrize("guess", ["", "x", "ü" * 500])
    async def test_a_state_that_was_never_handed_out_is_no_good(self, kept: Installations, guess: str) -> None:
        await InstallStates(kept).async_issue()
        assert not await InstallStates(kept).async_consume(guess)

    async def test_a_state_runs_out_after_ten_minutes(self, kept: Installations) -> None:
        now = datetime(2026, 11, 21, 9, tzinfo=UTC)
        state = await InstallStates(kept, lambda: now).async_issue()
        later = InstallStates(kept, lambda: now + timedelta(minutes=10, seconds=1))
        assert not await later.async_consume(state)

    async def test_two_states_are_never_the_same(self, kept: Installations) -> None:
        states = InstallStates(kept)
        assert len({await states.async_issue() for _ in range(50)}) == 50


@dataclass
class Broken:
    """Records that cannot be written."""

    async def put(self, installation: object) -> None:
        raise OSError(f"disk full while writing {installation}")


@dataclass
class Site:
    """The app's pages for installing, and a browser that keeps their cookie."""

    app: AsyncApp
    cookie: str = ""

    async def get(self, path: str, **query: str) -> BoltResponse:
        flow = self.app.oauth_flow
        assert flow is not None
        request = AsyncBoltRequest(body="", query=query, headers={"cookie": [self.cookie]})
        if path == flow.install_path:
            response = await flow.handle_installation(request)
        else:
            assert path == flow.redirect_uri_path
            response = await flow.handle_callback(request)
        for line in response.headers.get("set-cookie", []):
            self.cookie = line.split(";")[0]
        return response

    async def begin(self) -> str:
        """Open the page and follow its button; return the state that Slack is given."""
        response = await self.get("/slack/install")
        address = str(response.body).split('href="https://', 1)[1].split('"')[0].replace("&amp;", "&")
        return parse_qs(urlsplit(f"https://{address}").query)["state"][0]


def site(slack: SlackServer, installations: SlackInstallations, kept: Installations, **setup: object) -> Site:
    made = SlackSetup(
        transport="http",
        client_id="1.2",
        client_secret="hush",
        signing_secret="hush",
        **setup,  # type: ignore[arg-type]
    )
    settings = oauth_settings(made, installations, InstallStates(kept), say)
    return Site(AsyncApp(client=plain_client(None, slack.api_url), signing_secret="hush", oauth_settings=settings))


class TestInstalling:
    async def test_from_the_page_to_the_token(self, kept: Installations, installations: SlackInstallations) -> None:
        ward = Workspace(scopes=frozenset({"chat:write"}))
        async with SlackServer(workspaces=[ward], codes={"code-1": ward}).running() as slack:
            browser = site(slack, installations, kept)
            state = await browser.begin()
            done = await browser.get("/slack/oauth_redirect", state=state, code="code-1")
        assert done.status == 200
        bot = await found(installations, ward.id)
        assert bot is not None
        assert (bot.bot_token, bot.bot_user_id, bot.bot_id) == (ward.token, ward.bot, ward.bot_id)
        assert ward.token not in str(done.body)

    async def test_every_scope_is_asked_for(self, kept: Installations, installations: SlackInstallations) -> None:
        async with SlackServer().running() as slack:
            page = str((await site(slack, installations, kept).get("/slack/install")).body)
        assert "https://slack.com/oauth/v2/authorize?" in page
        assert "chat:write" in page

    async def test_a_server_that_stands_in_for_slack_is_asked_itself(
        self, kept: Installations, installations: SlackInstallations
    ) -> None:
        async with SlackServer().running() as slack:
            page = str((await site(slack, installations, kept, api_url=slack.api_url).get("/slack/install")).body)
        assert f"{slack.url}oauth/v2/authorize?" in page

    async def test_the_same_page_twice_installs_once(
        self, kept: Installations, installations: SlackInstallations
    ) -> None:
        ward = Workspace()
        async with SlackServer(workspaces=[ward], codes={"code-1": ward, "code-2": ward}).running() as slack:
            browser = site(slack, installations, kept)
            state = await browser.begin()
            cookie = browser.cookie
            await browser.get("/slack/oauth_redirect", state=state, code="code-1")
            browser.cookie = cookie
            again = await browser.get("/slack/oauth_redirect", state=state, code="code-2")
        assert again.status == 401
        assert say("slack.install.invalid_state").split(".")[0] in str(again.body)
        assert "code-2" in slack.codes, "Slack was not asked"

    async def test_another_browser_cannot_end_what_one_began(
        self, kept: Installations, installations: SlackInstallations
    ) -> None:
        ward = Workspace()
        async with SlackServer(workspaces=[ward], codes={"code-1": ward}).running() as slack:
            state = await site(slack, installations, kept).begin()
            other = await site(slack, installations, kept).get("/slack/oauth_redirect", state=state, code="code-1")
        assert other.status == 400
        assert await installations.all() == []

    async def test_whoever_declines_is_told_that_nothing_was_changed(
        self, kept: Installations, installations: SlackInstallations
    ) -> None:
        async with SlackServer().running() as slack:
            done = await site(slack, installations, kept).get("/slack/oauth_redirect", error="access_denied")
        assert "nothing was changed" in str(done.body)

    async def test_what_slack_reports_is_shown_as_text(
        self, kept: Installations, installations: SlackInstallations
    ) -> None:
        async with SlackServer().running() as slack:
            done = await site(slack, installations, kept).get(
                "/slack/oauth_redirect", error="<script>alert(1)</script>"
            )
        assert "<script>" not in str(done.body)

    async def test_a_workspace_that_is_not_listed_is_told_so(self, kept: Installations) -> None:
        ward = Workspace()
        narrow = SlackInstallations(kept, Installation, lambda team, enterprise: False)
        async with SlackServer(workspaces=[ward], codes={"code-1": ward}).running() as slack:
            browser = site(slack, narrow, kept)
            done = await browser.get("/slack/oauth_redirect", state=await browser.begin(), code="code-1")
        assert "THREADTUNE_SLACK_TEAMS" in str(done.body)
        assert await kept.all("slack") == []

    async def test_a_database_that_is_away_is_told_and_no_token_is_logged(
        self, kept: Installations, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG, "bot")
        ward = Workspace(token="xoxb-1-very-hush")
        broken = SlackInstallations(Broken(), Installation)  # type: ignore[arg-type]  # it only fails to write
        async with SlackServer(workspaces=[ward], codes={"code-1": ward}).running() as slack:
            browser = site(slack, broken, kept)
            done = await browser.get("/slack/oauth_redirect", state=await browser.begin(), code="code-1")
        assert done.status == 500
        assert "Try again later" in str(done.body)
        assert "very-hush" not in caplog.text + str(done.body)


async def test_neither_keeping_nor_finding_nor_removing_logs_a_token(
    installations: SlackInstallations, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "bot")
    await installations.async_save(granted())
    await installations.authorize(None, "T01")
    await installations.async_delete_all(enterprise_id=None, team_id="T01")
    assert "T01" in caplog.text
    assert "hush" not in caplog.text + repr(installations)
