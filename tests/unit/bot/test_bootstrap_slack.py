"""Slack as a process assembles it: one workspace by its token, or several that install the app themselves, over real HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr

from bot.chat.errors import Refused
from bot.chat.events import ChatEvent, MessageReceived
from bot.chat.port import Known
from bot.failures import bad_setup, explain
from bot.platforms.slack.setup import BadSetup, SlackSetup
from bot.rooms import slack_platform
from bot.settings import Settings
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.slack_payloads import event
from tests.fakes.slack_person import SlackPerson
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_socket import SignedHttp
from tests.fakes.slack_workspace import SECRET, Workspace

# slack_sdk 3.47.0 sends the client's id and secret in a way that aiohttp will drop in 4.0.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")


class Quiet:
    """A house that takes everything in and says nothing."""

    def __init__(self) -> None:
        self.heard: list[ChatEvent] = []

    async def receive(self, event: ChatEvent) -> bool:
        self.heard.append(event)
        return True

    async def knows(self, conversation_id: str) -> bool:
        return False

    async def known(self, prefix: str) -> list[Known]:
        return []

    @property
    def said(self) -> list[tuple[str, str]]:
        """Who said what, in order."""
        return [(one.sender.person_id, one.text) for one in self.heard if isinstance(one, MessageReceived)]


class Site:
    """The bot's public address, and a browser that opens its pages."""

    def __init__(self, base: str, browser: aiohttp.ClientSession) -> None:
        self.base = base
        self.browser = browser

    async def install(self, code: str) -> int:
        """Press the button on the page for installing, allow it at Slack, come back; returns the status of that page."""
        async with self.browser.get(f"{self.base}/slack/install") as page:
            cookie = page.headers["Set-Cookie"].split(";")[0]
            address = (await page.text()).split('href="')[2].split('"')[0].replace("&amp;", "&")
        state = parse_qs(urlsplit(address).query)["state"][0]
        back = f"{self.base}/slack/oauth_redirect"
        async with self.browser.get(back, params={"code": code, "state": state}, headers={"Cookie": cookie}) as page:
            return page.status


@contextlib.asynccontextmanager
async def served(slack: SlackServer, store: Store, home: Path, house: Quiet, **more: object) -> AsyncIterator[Site]:
    setup = SlackSetup(
        transport="http",
        client_id="1.2",
        client_secret="hush",
        signing_secret=SECRET,
        api_url=slack.api_url,
        port=0,
        **more,  # type: ignore[arg-type]
    )
    room = slack_platform(Settings(home=home), setup, store)
    running = asyncio.create_task(room.run(house))  # type: ignore[arg-type]  # what is not asked is not there
    await room.listening.wait()
    base = f"http://127.0.0.1:{room.port}"
    slack.delivery.way = SignedHttp(f"{base}/slack/events")
    try:
        async with aiohttp.ClientSession() as browser:
            yield Site(base, browser)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await room.aclose()


def somebody(slack: SlackServer, workspace: Workspace, id: str = "U0ADA") -> SlackPerson:
    workspace.people.setdefault(id, {"id": id, "name": "ada", "profile": {"display_name": "Ada"}})
    return SlackPerson(slack, id, "Ada", workspace)


def test_one_workspace_needs_no_installations(tmp_path: Path) -> None:
    setup = SlackSetup(bot_token="xoxb-1", app_token="xapp-1")
    room = slack_platform(Settings(home=tmp_path), setup, memory_store())
    assert (room.name, room.installed, room.oauth) == ("slack", None, None)


async def test_two_workspaces_install_the_app_are_heard_each_and_one_removes_it_again(tmp_path: Path) -> None:
    ward, desk = Workspace(), Workspace(id="T0DESK", name="Desk", bot="U0BOT2", bot_id="B0BOT2", token="xoxb-2-desk")
    house, store = Quiet(), memory_store()
    codes = {"ward": ward, "desk": desk}
    async with (
        SlackServer(workspaces=[ward, desk], codes=codes).running() as slack,
        served(slack, store, tmp_path, house) as site,
    ):
        slack.delivery.retries = ()
        await somebody(slack, ward).dm("nobody here knows us yet")
        await slack.delivery.settled()
        assert house.said == []

        assert await site.install("ward") == 200
        assert await site.install("desk") == 200
        await somebody(slack, ward).dm("hello")
        await somebody(slack, desk).dm("hello too")
        await slack.delivery.settled()
        assert sorted(house.said) == [("slack:T0DESK:U0ADA", "hello too"), ("slack:T0WARD:U0ADA", "hello")]

        slack.delivery.event(event(desk, {"type": "app_uninstalled"}))
        await slack.delivery.settled()
        assert [kept.id for kept in await store.installations.all("slack")] == ["slack:T0WARD"]


async def test_installations_outlive_the_process(tmp_path: Path) -> None:
    ward, house, store = Workspace(), Quiet(), memory_store()
    async with SlackServer(workspaces=[ward], codes={"ward": ward}).running() as slack:
        async with served(slack, store, tmp_path, house) as site:
            assert await site.install("ward") == 200
        async with served(slack, store, tmp_path, house):
            await somebody(slack, ward).dm("hello again")
            await slack.delivery.settled()
    assert house.said == [("slack:T0WARD:U0ADA", "hello again")]


async def test_a_workspace_that_is_not_listed_can_neither_install_it_nor_be_heard(tmp_path: Path) -> None:
    ward, house, store = Workspace(), Quiet(), memory_store()
    async with (
        SlackServer(workspaces=[ward], codes={"ward": ward}).running() as slack,
        served(slack, store, tmp_path, house, teams=frozenset({"T0OTHER"})) as site,
    ):
        slack.delivery.retries = ()
        assert await site.install("ward") == 500
        await somebody(slack, ward).dm("hello")
        await slack.delivery.settled()
    assert house.said == []
    assert await store.installations.all("slack") == []


async def test_a_token_that_slack_does_not_accept_ends_the_process_with_what_to_do(tmp_path: Path) -> None:
    async with SlackServer().running() as slack:
        setup = SlackSetup(bot_token="xoxb-hush", app_token="xapp-1", api_url=slack.api_url)
        room = slack_platform(Settings(home=tmp_path), setup, memory_store())
        with pytest.raises(BadSetup) as caught:
            await room.run(Quiet())  # type: ignore[arg-type]  # it is never asked
    sentence = bad_setup(caught.value)
    assert "SLACK_BOT_TOKEN is not usable: Slack does not accept it (invalid_auth)" in sentence
    assert "hush" not in sentence


async def test_a_token_of_a_workspace_that_is_not_listed_ends_it_too(tmp_path: Path) -> None:
    async with SlackServer().running() as slack:
        setup = SlackSetup(
            bot_token=slack.ward.token, app_token="xapp-1", api_url=slack.api_url, teams=frozenset({"T0OTHER"})
        )
        room = slack_platform(Settings(home=tmp_path), setup, memory_store())
        with pytest.raises(BadSetup) as caught:
            await room.run(Quiet())  # type: ignore[arg-type]  # it is never asked
    assert "THREADTUNE_SLACK_TEAMS" in bad_setup(caught.value)
    assert "T0WARD" in bad_setup(caught.value)


@pytest.mark.parametrize(("host", "words"), [("127.0.0.1", "is in use"), ("192.0.2.1", "no address of this machine")])
async def test_a_port_that_cannot_be_had_is_told(tmp_path: Path, host: str, words: str) -> None:
    ward = Workspace()
    async with SlackServer(workspaces=[ward]).running() as slack:
        settings = Settings(
            home=tmp_path,
            slack_transport="http",
            slack_bot_token=SecretStr(ward.token),
            slack_signing_secret=SecretStr(SECRET),
            slack_api_url=slack.api_url,
            slack_host=host,
            slack_port=slack.port,
        )
        assert settings.slack is not None
        room = slack_platform(settings, settings.slack, memory_store())
        with pytest.raises(OSError) as caught:
            await room.run(Quiet())  # type: ignore[arg-type]  # it is never asked
        await room.aclose()
    assert words in (explain(caught.value, settings) or "")


@pytest.mark.parametrize("name", ["../secret", "/etc/passwd", "runs/../../secret", "", "a\0b", "out/secret"])
def test_no_file_outside_of_the_home_folder_is_ever_uploaded(tmp_path: Path, name: str) -> None:
    home = tmp_path / "home"
    (home / "exports").mkdir(parents=True)
    (home / "out").symlink_to(tmp_path)
    setup = SlackSetup(bot_token="xoxb-1-abc", app_token="xapp-1-abc")
    platform = slack_platform(Settings(home=home), setup, memory_store())
    assert platform.path_of("exports/rows.jsonl") == home.resolve() / "exports" / "rows.jsonl"
    with pytest.raises(Refused, match="unsafe_path"):
        platform.path_of(name)
