"""One process serves whatever is set up: each platform is checked before, greeted by name, and closed once nobody posts."""

import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from discord import Permissions

from agent.words import say
from bot import rooms
from bot.bootstrap import QUIET, SILENT, quieten
from bot.chat.errors import Refused
from bot.chat.port import ChatPlatform
from bot.failures import bad_setup, explain
from bot.platforms.discord.checks import signed_in
from bot.platforms.discord.setup import BadSetup as BadDiscord
from bot.platforms.discord.setup import DiscordSetup
from bot.platforms.slack.setup import BadSetup as BadSlack
from bot.rooms import check, discord_platform, greetings, made, serve_platforms
from bot.settings import Settings
from bot.terminal import _farewell
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.discord_portal import TOKEN, Guild, Portal
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_workspace import APP_TOKEN

NOWHERE = "http://127.0.0.1:9/api"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if "SLACK" in name or "DISCORD" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("discord.http.Route.BASE", NOWHERE)
    monkeypatch.setattr("discord.gateway.DiscordWebSocket.DEFAULT_GATEWAY", None)  # put back with the other


@pytest.fixture
async def portal() -> AsyncIterator[Portal]:
    async with Portal().running() as portal:
        yield portal


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer().running() as server:
        yield server


def of_discord(url: str = NOWHERE, **more: Any) -> dict[str, Any]:
    return {"discord_token": TOKEN, "discord_api_url": url} | more


def of_slack(server: SlackServer | None = None, **more: Any) -> dict[str, Any]:
    token, url = (server.ward.token, server.api_url) if server else ("xoxb-1-hush", NOWHERE)
    return {"slack_bot_token": token, "slack_app_token": APP_TOKEN, "slack_api_url": url} | more


class TestWhatIsMade:
    def test_each_platform_that_is_set_up_and_no_other(self, tmp_path: Path) -> None:
        names = [
            [room.name for room in made(Settings(home=tmp_path, **variables), memory_store())]
            for variables in ({}, of_slack(), of_discord(), of_slack() | of_discord())
        ]
        assert names == [[], ["slack"], ["discord"], ["slack", "discord"]]

    def test_no_file_outside_of_the_home_folder_is_shown_in_discord(self, tmp_path: Path) -> None:
        room = discord_platform(Settings(home=tmp_path), DiscordSetup(token=TOKEN))
        assert room.path_of("exports/rows.jsonl") == tmp_path.resolve() / "exports" / "rows.jsonl"
        with pytest.raises(Refused, match="unsafe_path"):
            room.path_of("../secret")


class TestASettingThatCannotBeUsed:
    def test_of_discord_is_named_although_slack_is_well(self, tmp_path: Path) -> None:
        settings = Settings(home=tmp_path, **of_slack() | of_discord(discord_token="hush"))
        with pytest.raises(BadDiscord) as caught:
            check(settings)
        assert (explain(caught.value, settings) or "").startswith("The setting DISCORD_TOKEN is not usable")

    def test_of_slack_is_named_although_discord_is_well(self, tmp_path: Path) -> None:
        settings = Settings(home=tmp_path, **of_discord() | of_slack(slack_app_token="hush"))
        with pytest.raises(BadSlack) as caught:
            check(settings)
        assert (explain(caught.value, settings) or "").startswith("The setting SLACK_APP_TOKEN is not usable")

    def test_a_list_of_servers_without_a_token_is_a_token_forgotten(self, tmp_path: Path) -> None:
        settings = Settings(home=tmp_path, discord_servers=frozenset({"1098765432109876543"}))
        with pytest.raises(BadDiscord) as caught:
            check(settings)
        assert "DISCORD_TOKEN is not usable: It is not set" in bad_setup(caught.value)


class TestGreetings:
    async def test_each_platform_says_as_whom_it_is_served(
        self, tmp_path: Path, portal: Portal, slack: SlackServer
    ) -> None:
        portal.guilds.append(Guild(1098765432109876543, "Ward 7", Permissions.none()))
        settings = Settings(home=tmp_path, **of_slack(slack) | of_discord(portal.url))
        assert await greetings(settings, memory_store()) == [
            "Slack: workspace Ward 7 as @threadtune, by Socket Mode.",
            "Discord: as Threadtune, on Ward 7.",
        ]

    async def test_of_many_servers_some_are_named_and_only_those_that_are_served(
        self, tmp_path: Path, portal: Portal
    ) -> None:
        ids = range(1098765432109876540, 1098765432109876546)
        portal.guilds += [Guild(id, f"Ward {id % 10}", Permissions.none()) for id in ids]
        listed = of_discord(portal.url, discord_servers=frozenset(map(str, ids[1:])))
        (told,) = await greetings(Settings(home=tmp_path, **listed), memory_store())
        assert told == "Discord: as Threadtune, on Ward 1, Ward 2, Ward 3 and 2 more."

    async def test_a_discord_that_is_away_is_no_fault(self, tmp_path: Path) -> None:
        (told,) = await greetings(Settings(home=tmp_path, **of_discord()), memory_store())
        assert told == say("discord.cli.connecting")

    async def test_on_no_server_it_says_how_to_add_it(self, tmp_path: Path, portal: Portal) -> None:
        (told,) = await greetings(Settings(home=tmp_path, **of_discord(portal.url)), memory_store())
        assert "threadtune discord invite" in told

    async def test_on_none_of_the_servers_that_are_listed_it_says_where_to_look(
        self, tmp_path: Path, portal: Portal
    ) -> None:
        portal.guilds.append(Guild(1098765432109876543, "Ward 7", Permissions.none()))
        listed = of_discord(portal.url, discord_servers=frozenset({"1098765432109876544"}))
        (told,) = await greetings(Settings(home=tmp_path, **listed), memory_store())
        assert "on none of the servers that THREADTUNE_DISCORD_SERVERS lists" in told

    async def test_a_bot_that_does_not_hear_its_threads_says_so(self, tmp_path: Path, portal: Portal) -> None:
        portal.application["flags"] = 0
        (told,) = await greetings(Settings(home=tmp_path, **of_discord(portal.url)), memory_store())
        assert "message content intent is off" in told

    async def test_a_token_that_discord_does_not_accept_ends_it_with_what_to_do(
        self, tmp_path: Path, portal: Portal
    ) -> None:
        settings = Settings(home=tmp_path, **of_discord(portal.url, discord_token=TOKEN[:-1] + "2"))
        with pytest.raises(BadDiscord) as caught:
            await greetings(settings, memory_store())
        assert "DISCORD_TOKEN is not usable: Discord does not accept it" in bad_setup(caught.value)


class Room:
    """A platform that only notes when it is closed."""

    def __init__(self, name: str, notes: list[str]) -> None:
        self.name = name
        self.notes = notes

    async def aclose(self) -> None:
        self.notes.append(f"{self.name} closed")


def unseen(step: str, done: int, total: int) -> None:
    """The progress of a base model that is there already."""


class ThisTerminal:
    def __init__(self, notes: list[str]) -> None:
        self.notes = notes

    def platform(self, store: Store) -> Room:
        return Room("console", self.notes)


class TestServingTogether:
    @pytest.fixture
    def notes(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """What happened, in order, in a process whose services and platforms do nothing."""
        notes: list[str] = []

        async def serve(settings: Settings, platforms: Callable[[Any], Awaitable[Sequence[ChatPlatform]]]) -> None:
            served = await platforms(memory_store())
            notes.append(f"{', '.join(room.name for room in served)} served")
            notes.append("nobody posts any more")

        async def ready(*_: object) -> None:
            notes.append("base model ready")

        monkeypatch.setattr(rooms, "serve", serve)
        monkeypatch.setattr(rooms, "have_base", ready)
        monkeypatch.setattr(rooms, "made", lambda *_: [Room("slack", notes), Room("discord", notes)])
        return notes

    async def test_the_terminal_comes_last_and_connections_end_once_nobody_posts(
        self, tmp_path: Path, notes: list[str]
    ) -> None:
        terminal: Any = ThisTerminal(notes)
        await serve_platforms(Settings(home=tmp_path), unseen, notes.append, terminal)
        assert notes == [
            "base model ready",
            say("cli.stop"),
            "slack, discord, console served",
            "nobody posts any more",
            "discord closed",
            "slack closed",
        ]

    async def test_whoever_leaves_the_terminal_is_told_that_the_others_are_served_on(self) -> None:
        farewell = _farewell(memory_store(), "console:terminal", beside=True)
        assert "served on" in await farewell()
        assert "served on" not in await _farewell(memory_store(), "console:terminal", beside=False)()

    async def test_a_platform_that_does_not_close_keeps_no_other_open(
        self, tmp_path: Path, notes: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def broken(room: Room) -> None:
            raise OSError("stuck")

        stuck = Room("discord", notes)
        monkeypatch.setattr(stuck, "aclose", lambda: broken(stuck))
        monkeypatch.setattr(rooms, "made", lambda *_: [Room("slack", notes), stuck])
        with pytest.raises(OSError, match="stuck"):
            await serve_platforms(Settings(home=tmp_path), unseen, notes.append)
        assert notes[-1] == "slack closed"

    async def test_nothing_is_begun_with_a_setting_that_cannot_be_used(self, tmp_path: Path, notes: list[str]) -> None:
        settings = Settings(home=tmp_path, **of_discord(discord_token="hush"))
        with pytest.raises(BadDiscord):
            await serve_platforms(settings, unseen, notes.append)
        assert notes == []


async def test_discord_s_library_logs_nothing_that_people_said(
    portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    before = {name: logging.getLogger(name).level for name in (*QUIET, *SILENT)}
    try:
        quieten()
        async with signed_in(DiscordSetup(token=TOKEN, api_url=portal.url), 10):
            pass
    finally:
        for name, level in before.items():
            logging.getLogger(name).setLevel(level)
    assert [record.name for record in caplog.records if record.name.startswith("discord")] == []
