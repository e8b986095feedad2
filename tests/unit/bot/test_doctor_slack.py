"""What the doctor finds at Slack, against a small Slack on loopback: each fault is told with what to do about it."""

import asyncio
import contextlib
import logging
import os
import re
import socket
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from aiohttp import web
from slack_bolt.app.async_app import AsyncApp

from agent.words import knows, say
from bot import slack_doctor
from bot.bootstrap import QUIET
from bot.doctor import Finding, slack
from bot.platforms.slack import checks
from bot.platforms.slack.checks import Check, Identity, clock, http_server, workspace
from bot.platforms.slack.http import HttpServer
from bot.platforms.slack.manifest import SCOPES, manifest
from bot.platforms.slack.setup import SlackSetup
from bot.settings import Settings
from storage.domain import Conversation, EventKind, InboxEvent, Installation, Person
from storage.errors import StoreUnavailable
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_workspace import APP_TOKEN, CONFIG_TOKEN, SECRET, Channel, Workspace

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
ALL = frozenset(scope.name for scope in SCOPES)


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if "SLACK" in name]:
        monkeypatch.delenv(name)


@contextlib.asynccontextmanager
async def already_open(store: Store) -> AsyncIterator[Store]:
    """A store that somebody else opened and will close."""
    yield store


class Office:
    """An installation of ours, and the small Slack that it is set up with."""

    def __init__(self, home: Path, server: SlackServer) -> None:
        self.server = server
        self.store = memory_store()
        self.home = home
        self.variables: dict[str, Any] = {
            "slack_bot_token": server.ward.token,
            "slack_app_token": APP_TOKEN,
            "slack_api_url": server.api_url,
        }

    def settings(self) -> Settings:
        settings = Settings(home=self.home, **self.variables)
        settings.database_path.touch()
        return settings

    async def findings(self) -> dict[str, Finding]:
        """By subject, without "Slack, "."""
        found = await slack(self.settings(), lambda _: already_open(self.store))
        return {finding.subject.removeprefix("Slack, "): finding for finding in found}

    async def heard(self, conversation_id: str) -> None:
        """Somebody said something there."""
        person = Person(id="slack:T0WARD:U0ADA", platform="slack", display_name="Ada", created_at=NOW)
        event = InboxEvent(
            id=f"{conversation_id}:1",
            conversation_id=conversation_id,
            person_id=person.id,
            kind=EventKind.MESSAGE,
            payload={"text": "hello", "files": []},
            received_at=NOW,
        )
        await self.store.inbox.put(event, Conversation(id=conversation_id, platform="slack", address={}), person)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    async with SlackServer().running() as server:
        yield Office(tmp_path, server)


async def test_where_nothing_of_slack_is_set_up_that_is_all(tmp_path: Path) -> None:
    (found,) = await slack(Settings(home=tmp_path), lambda _: already_open(memory_store()))
    assert (found.level, "docs/slack.md" in found.text) == ("ok", True)


async def test_a_setting_that_cannot_be_used_is_told_before_slack_is_asked(office: Office) -> None:
    office.variables["slack_app_token"] = office.server.ward.token
    (found,) = (await office.findings()).values()
    assert (found.level, "SLACK_APP_TOKEN" in found.text) == ("fail", True)
    assert office.server.calls == []


async def test_a_whole_set_up_is_well(office: Office) -> None:
    await office.heard("slack:T0WARD:U0ADA")
    found = await office.findings()
    assert {subject: finding.level for subject, finding in found.items()} == {
        "token": "ok",
        "permissions": "ok",
        "Socket Mode": "ok",
        "events": "ok",
    }
    assert found["token"].text == "Workspace Ward 7 (T0WARD), as @threadtune."
    assert "2026-11-21 09:30 UTC" in found["events"].text


class TestTheToken:
    async def test_one_that_was_revoked(self, office: Office) -> None:
        office.server.ward.revoked = True
        found = (await office.findings())["token"]
        assert (found.level, "token_revoked" in found.text, "Install App" in found.text) == ("fail", True, True)

    async def test_one_that_slack_never_gave(self, office: Office) -> None:
        office.variables["slack_bot_token"] = "xoxb-guess"
        found = (await office.findings())["token"]
        assert (found.level, "invalid_auth" in found.text) == ("fail", True)

    async def test_a_slack_that_cannot_be_reached(self, office: Office) -> None:
        office.variables["slack_api_url"] = "http://127.0.0.1:9/api/"
        found = await office.findings()
        assert found["token"].level == found["Socket Mode"].level == "fail"
        assert "THREADTUNE_SLACK_API_URL" in found["token"].text

    async def test_a_slack_that_answers_no_json(self, office: Office) -> None:
        office.server.faults.add("auth.test", "gateway")
        found = (await office.findings())["token"]
        assert (found.level, "http_502" in found.text) == ("fail", True)

    async def test_a_token_that_is_a_persons_in_truth(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        person = Identity(team="T0WARD", team_name="Ward 7", bot_user="U0ADA", bot_name="ada", bot_id="")

        async def asked(token: str, api_url: str) -> Identity:
            return person

        monkeypatch.setattr(checks, "identity", asked)
        found = (await office.findings())["token"]
        assert (found.level, "of a person (@ada)" in found.text) == ("fail", True)


class TestPermissions:
    async def test_what_is_missing_is_named_with_what_will_not_work(self, office: Office) -> None:
        office.server.ward.scopes = ALL - {"reactions:write", "files:read"}
        found = (await office.findings())["permissions"]
        assert found.level == "fail"
        assert f"files:read (to {say('slack.scope.files:read')})" in found.text
        assert f"reactions:write (to {say('slack.scope.reactions:write')})" in found.text
        assert "threadtune slack manifest" in found.text

    async def test_what_is_too_much_is_named(self, office: Office) -> None:
        office.server.ward.scopes = ALL | {"channels:join"}
        found = (await office.findings())["permissions"]
        assert (found.level, "channels:join" in found.text) == ("ok", True)

    def test_a_slack_that_does_not_say_what_the_token_may_do(self) -> None:
        nobody = Identity(team="T", team_name="", bot_user="U", bot_name="", bot_id="B")
        assert checks.scopes(nobody) == Check(level="warn", subject="scopes", code="scopes_unknown")


class TestTheAllowList:
    async def test_a_token_of_a_workspace_that_is_not_listed(self, office: Office) -> None:
        office.variables["slack_teams"] = "T0OTHER"
        found = (await office.findings())["allow-list"]
        assert (found.level, "Add T0WARD" in found.text) == ("fail", True)

    async def test_a_token_of_one_that_is(self, office: Office) -> None:
        office.variables["slack_teams"] = "T0OTHER,T0WARD"
        assert "allow-list" not in await office.findings()


@pytest.mark.parametrize(
    ("skew", "level", "code"),
    [
        (59.0, None, None),
        (-59.0, None, None),
        (60.0, "warn", "clock_ahead"),
        (-299.0, "warn", "clock_behind"),
        (300.0, "fail", "clock_ahead"),
        (-4000.0, "fail", "clock_behind"),
    ],
)
def test_a_clock_that_is_wrong_is_told_before_slack_is_refused(
    skew: float, level: str | None, code: str | None
) -> None:
    who = Identity(team="T", team_name="", bot_user="U", bot_name="", bot_id="B", skew=skew)
    found = [(check.level, check.code) for check in clock(who)]
    assert found == ([(level, code)] if level else [])


async def test_the_clock_is_compared_with_what_slack_answers(office: Office) -> None:
    identity, _ = await workspace(office.server.ward.token, SlackSetup(api_url=office.server.api_url))
    assert identity is not None
    assert identity.skew is not None
    assert abs(identity.skew) < checks.SKEW_SEEN


class TestSocketMode:
    async def test_two_tokens_of_two_apps(self, office: Office) -> None:
        office.variables["slack_app_token"] = "xapp-1-A0ANOTHER-1-abc"
        found = (await office.findings())["Socket Mode"]
        assert (found.level, "A0ANOTHER" in found.text, "A0THREADTUNE" in found.text) == ("fail", True, True)

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("missing_scope", "connections:write"),
            ("invalid_auth", "generate one"),
            ("forbidden_team", "check that it is on"),
        ],
    )
    async def test_a_slack_that_opens_no_connection(self, office: Office, code: str, words: str) -> None:
        office.server.faults.add("apps.connections.open", "refused", code=code)
        found = (await office.findings())["Socket Mode"]
        assert (found.level, words in found.text) == ("fail", True)

    async def test_asking_opens_no_connection(self, office: Office) -> None:
        await office.findings()
        assert office.server.called("apps.connections.open") != []
        assert office.server.socket.connected == 0


class TestEvents:
    async def test_where_nothing_was_heard_yet_it_says_how_to_try(self, office: Office) -> None:
        found = (await office.findings())["events"]
        assert (found.level, "hello" in found.text, "SLACK_CONFIG_TOKEN" in found.text) == ("warn", True, True)

    async def test_an_app_that_is_set_as_it_should_be(self, office: Office) -> None:
        office.server.manifest = manifest(say)
        office.variables["slack_config_token"] = CONFIG_TOKEN
        found = (await office.findings())["events"]
        assert (found.level, "threadtune slack manifest" in found.text) == ("ok", True)

    async def test_an_app_without_an_event_a_shortcut_and_buttons(self, office: Office) -> None:
        made = manifest(say)
        made["settings"]["event_subscriptions"]["bot_events"].remove("message.im")
        made["settings"]["interactivity"]["is_enabled"] = False
        made["features"]["shortcuts"] = []
        office.server.manifest = made
        office.variables["slack_config_token"] = CONFIG_TOKEN
        found = (await office.findings())["events"]
        assert found.level == "fail"
        for words in ("message.im", "buttons and forms do nothing", "Use as training example"):
            assert words in found.text

    async def test_a_configuration_token_that_has_run_out(self, office: Office) -> None:
        office.variables["slack_config_token"] = CONFIG_TOKEN
        office.server.faults.add("apps.manifest.export", "refused", code="token_expired")
        found = (await office.findings())["events"]
        assert (found.level, "12 hours" in found.text) == ("fail", True)


class TestChannels:
    async def test_a_channel_from_which_the_bot_was_removed_is_named(self, office: Office) -> None:
        ward = office.server.ward
        ward.channels["C0IN"] = Channel("C0IN", "notes", members={ward.bot})
        ward.channels["C0OUT"] = Channel("C0OUT", "releases")
        for place in ("C0IN:1.1", "C0OUT:1.1", "C0GONE:1.1", "C0OUT:2.2"):
            await office.heard(f"slack:T0WARD:{place}")
        found = (await office.findings())["channels"]
        assert (found.level, "/invite" in found.text) == ("warn", True)
        assert "C0GONE, #releases" in found.text
        assert "notes" not in found.text

    async def test_where_it_is_everywhere(self, office: Office) -> None:
        ward = office.server.ward
        for number in range(250):  # more than a page
            ward.channels[f"C{number:03}"] = Channel(f"C{number:03}", f"room-{number}", members={ward.bot})
        await office.heard("slack:T0WARD:C249:1.1")
        assert (await office.findings())["channels"].level == "ok"

    async def test_a_direct_conversation_is_no_channel(self, office: Office) -> None:
        await office.heard("slack:T0WARD:U0ADA")
        assert "channels" not in await office.findings()

    async def test_what_may_not_be_read_is_said(self, office: Office) -> None:
        office.server.ward.scopes = ALL - {"channels:read"}
        await office.heard("slack:T0WARD:C0IN:1.1")
        found = (await office.findings())["channels"]
        assert (found.level, "missing_scope" in found.text) == ("fail", True)


class TestSeveralWorkspaces:
    @pytest.fixture
    def office(self, office: Office) -> Office:
        office.variables = {
            "slack_client_id": "1.2",
            "slack_client_secret": "hush",
            "slack_signing_secret": SECRET,
            "slack_transport": "http",
            "slack_api_url": office.server.api_url,
            "slack_port": free_port(),
        }
        return office

    async def test_each_that_installed_the_app_is_looked_at(self, office: Office) -> None:
        other = Workspace(id="T0DESK", name="Desk", token="xoxb-2-desk", scopes=ALL, revoked=True)
        office.server.workspaces.append(other)
        for one in office.server.workspaces:
            data = {"bot_token": one.token, "team_id": one.id}
            await office.store.installations.put(
                Installation(id=f"slack:{one.id}", platform="slack", data=data, installed_at=NOW)
            )
        found = [finding for finding in await slack(office.settings(), lambda _: already_open(office.store))]
        tokens = [finding for finding in found if finding.subject == "Slack, token"]
        assert [finding.level for finding in tokens] == ["fail", "ok"]
        assert "/slack/install" in tokens[0].text

    async def test_where_nobody_did_it_says_how(self, office: Office) -> None:
        found = (await office.findings())["token"]
        assert (found.level, "/slack/install" in found.text) == ("warn", True)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


class TestHttp:
    async def test_a_bot_that_does_not_run_here_deserves_a_look(self) -> None:
        found = await http_server(SlackSetup(transport="http", signing_secret=SECRET, port=free_port()))
        assert (found.level, found.code) == ("warn", "http_silent")

    @pytest.mark.parametrize(("theirs", "level"), [(SECRET, "ok"), ("another secret", "fail")])
    async def test_a_bot_answers_what_is_signed_with_its_own_secret(self, theirs: str, level: str) -> None:
        app = AsyncApp(signing_secret=theirs, token="xoxb-1")
        server = HttpServer(app, theirs, "127.0.0.1", 0)
        running = asyncio.create_task(server.run())
        await server.listening.wait()
        found = await http_server(SlackSetup(transport="http", signing_secret=SECRET, port=server.port))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert found.level == level

    async def test_another_program_at_that_port_is_found_out(self) -> None:
        runner = web.AppRunner(web.Application())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        port = runner.addresses[0][1]
        found = await http_server(SlackSetup(transport="http", signing_secret=SECRET, host="0.0.0.0", port=port))
        await runner.cleanup()
        assert (found.level, found.values["status"]) == ("fail", 404)


async def test_a_database_that_does_not_open_keeps_nobody_from_looking_at_slack(office: Office) -> None:
    def locked(_: Settings) -> Any:
        raise StoreUnavailable("locked")

    found = await slack(office.settings(), locked)
    assert "Slack, token" in {finding.subject for finding in found}


async def test_no_token_is_in_a_finding_or_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in QUIET:
        caplog.set_level(logging.WARNING, name)
    secrets = (office.server.ward.token, APP_TOKEN, CONFIG_TOKEN)
    office.variables["slack_config_token"] = CONFIG_TOKEN
    said = ""
    for fault in ("limited", "refused", "gateway", "dropped_before", "dropped_after"):
        office.server.faults.add("*", fault, times=50, seconds=5)
        said += " ".join(finding.line() for finding in (await office.findings()).values())
        office.server.faults.waiting.clear()
    assert "Wrong: Slack, token" in said
    assert not any(secret in said + caplog.text for secret in secrets)


def test_every_finding_has_its_words() -> None:
    subjects = get_args(get_type_hints(Check)["subject"])
    code = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (checks, slack_doctor))
    codes = set(re.findall(r'code="(\w+)"', code)) | {"clock_ahead", "clock_behind"}
    told = {f"{subject}_{why}" for subject in ("token", "socket", "events", "channels") for why in ("lost", "refused")}
    assert len(codes) > 15
    assert [name for name in {*subjects, *codes, *told} if not knows(f"doctor.slack_{name}")] == []
