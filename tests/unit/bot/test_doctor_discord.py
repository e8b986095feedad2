"""What the doctor finds at Discord, against a small Discord on loopback: each fault is told with what to do about it."""

import contextlib
import logging
import os
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import discord
import pytest
from discord import app_commands

from agent.words import knows, say
from bot.bootstrap import QUIET, SILENT
from bot.doctor import Finding
from bot.doctor import discord as look
from bot.platforms.discord import checks, membership
from bot.platforms.discord.checks import Subject, differences
from bot.platforms.discord.invite import needed
from bot.platforms.discord.tree import commands
from bot.settings import Settings
from storage.domain import Conversation, EventKind, InboxEvent, Person
from storage.errors import StoreUnavailable
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.discord_portal import TOKEN, Guild, Portal

NOW = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
WARD, DESK = 1098765432109876543, 1098765432109876544
NOTES, RELEASES, THREAD = 1100000000000000001, 1100000000000000002, 1150000000000000001


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if "DISCORD" in name]:
        monkeypatch.delenv(name)
    monkeypatch.setattr("discord.http.Route.BASE", "https://discord.invalid/api")  # set by whoever asks, put back after


@contextlib.asynccontextmanager
async def already_open(store: Store) -> AsyncIterator[Store]:
    """A store that somebody else opened and will close."""
    yield store


def registered() -> list[dict[str, Any]]:
    """The commands of this version, as Discord would answer them."""
    tree = app_commands.CommandTree(discord.Client(intents=discord.Intents(guilds=True)))
    return [command.to_dict(tree) | {"id": "1", "version": "1"} for command in commands(say)]


class Office:
    """An installation of ours, and the small Discord that it is set up with."""

    def __init__(self, home: Path, portal: Portal) -> None:
        self.portal = portal
        self.store = memory_store()
        self.home = home
        self.variables: dict[str, Any] = {"discord_token": TOKEN, "discord_api_url": portal.url}

    @property
    def ward(self) -> Guild:
        return self.portal.guilds[0]

    def settings(self) -> Settings:
        settings = Settings(home=self.home, **self.variables)
        settings.database_path.touch()
        return settings

    async def all(self) -> list[Finding]:
        return await look(self.settings(), lambda _: already_open(self.store))

    async def findings(self, subject: str) -> list[Finding]:
        """``subject``: without "Discord, "."""
        return [one for one in await self.all() if one.subject == f"Discord, {subject}"]

    async def finding(self, subject: str) -> Finding:
        (found,) = await self.findings(subject)
        return found

    async def heard(self, conversation_id: str) -> None:
        """Somebody said something there."""
        person = Person(id="discord:1300000000000000001", platform="discord", display_name="Ada", created_at=NOW)
        event = InboxEvent(
            id=f"{conversation_id}:1",
            conversation_id=conversation_id,
            person_id=person.id,
            kind=EventKind.MESSAGE,
            payload={"text": "hello", "files": []},
            received_at=NOW,
        )
        await self.store.inbox.put(event, Conversation(id=conversation_id, platform="discord", address={}), person)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    ward = Guild(WARD, "Ward 7", needed())
    ward.channel(NOTES, "notes")
    async with Portal(guilds=[ward], commands=registered()).running() as portal:
        yield Office(tmp_path, portal)


async def test_where_nothing_of_discord_is_set_up_that_is_all(tmp_path: Path) -> None:
    (found,) = await look(Settings(home=tmp_path), lambda _: already_open(memory_store()))
    assert (found.level, "docs/discord.md" in found.text) == ("ok", True)


async def test_a_setting_that_cannot_be_used_is_told_before_discord_is_asked(office: Office) -> None:
    office.variables["discord_token"] = "0badcafe" * 8
    (found,) = await office.all()
    assert (found.level, "DISCORD_TOKEN" in found.text, "public key" in found.text) == ("fail", True, True)
    assert office.portal.asked == []


async def test_a_whole_set_up_is_well(office: Office) -> None:
    await office.heard(f"discord:{WARD}:{NOTES}:{THREAD}")
    found = await office.all()
    assert [(one.subject.removeprefix("Discord, "), one.level) for one in found] == [
        ("token", "ok"),
        ("intents", "ok"),
        ("commands", "ok"),
        ("connections", "ok"),
        ("servers", "ok"),
        ("permissions", "ok"),
    ]
    assert found[0].text == "The bot is Threadtune, of application 1234567890123456789."
    assert found[4].text == f"The bot is on Ward 7 ({WARD})."


class TestTheToken:
    async def test_one_that_was_reset(self, office: Office) -> None:
        office.variables["discord_token"] = TOKEN[:-1] + "2"
        (found,) = await office.all()
        assert (found.level, "Reset Token" in found.text) == ("fail", True)

    async def test_a_discord_that_cannot_be_reached(self, office: Office) -> None:
        office.variables["discord_api_url"] = "http://127.0.0.1:9/api"
        (found,) = await office.all()
        assert (found.level, "THREADTUNE_DISCORD_API_URL" in found.text) == ("fail", True)

    async def test_a_discord_that_does_not_get_on(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(checks, "PATIENCE", 0.3)  # discord.py asks again for longer than that
        office.portal.refusals["gateway/bot"] = (502, {})
        found = await office.all()
        assert [(one.level, "does not answer (TimeoutError)" in one.text) for one in found[-1:]] == [("fail", True)]
        assert found[0].level == "ok", "what was found by then is told"

    async def test_something_that_is_not_discord(self, office: Office) -> None:
        office.portal.refusals["users/@me"] = (200, {"hello": "please sign in to this network"})
        (found,) = await office.all()
        assert (found.level, "NotDiscord" in found.text) == ("fail", True)

    async def test_too_many_requests_that_were_refused(self, office: Office) -> None:
        office.portal.refusals["users/@me"] = (429, {"message": "You are being blocked", "code": 0})
        (found,) = await office.all()
        assert (found.level, "Wait an hour" in found.text) == ("fail", True)


class TestTheApplication:
    async def test_commands_that_go_elsewhere(self, office: Office) -> None:
        office.portal.application["interactions_endpoint_url"] = "https://hush.example/interactions"
        found = await office.finding("application")
        assert (found.level, "Interactions Endpoint URL" in found.text, "hush" in found.text) == ("fail", True, False)

    async def test_a_bot_that_the_link_does_not_add(self, office: Office) -> None:
        office.portal.application["bot_require_code_grant"] = True
        found = await office.finding("application")
        assert (found.level, "Requires OAuth2 Code Grant" in found.text) == ("fail", True)

    async def test_without_the_message_content_intent_it_says_what_that_means(self, office: Office) -> None:
        office.portal.application["flags"] = 0
        found = await office.finding("intents")
        assert found.level == "warn"
        for words in ("Answer button", "Direct messages, mentions", "Message Content Intent"):
            assert words in found.text

    @pytest.mark.parametrize("flag", [1 << 18, 1 << 19])
    async def test_a_small_and_a_large_bot_have_different_flags_for_it(self, office: Office, flag: int) -> None:
        office.portal.application["flags"] = flag
        assert (await office.finding("intents")).level == "ok"


class TestCommands:
    async def test_before_the_first_start_there_are_none(self, office: Office) -> None:
        office.portal.commands = []
        found = await office.finding("commands")
        assert (found.level, "threadtune run" in found.text) == ("warn", True)

    async def test_those_of_another_version_are_named(self, office: Office) -> None:
        tune = office.portal.commands[0]
        del tune["options"][0]
        tune["options"][-1]["description"] = "what it was before"
        tune["options"].append({"type": 1, "name": "dance", "description": "was once", "options": []})
        office.portal.commands.append({"type": 1, "name": "ping", "description": "was once"})
        found = await office.finding("commands")
        assert found.level == "warn"
        for words in ("tune new", "tune more", "tune dance", "ping"):
            assert words in found.text
        assert "tune train" not in found.text

    async def test_an_option_that_was_added_is_a_difference(self) -> None:
        now = {"name": "ask", "description": "Ask", "options": [{"type": 3, "name": "text", "description": "What"}]}
        assert differences([now], [now | {"options": []}]) == ["ask"]
        assert differences([now], [now | {"options": [now["options"][0] | {"required": False}]}]) == []  # type: ignore[operator]  # JSON

    async def test_where_they_may_not_be_read_that_is_said(self, office: Office) -> None:
        office.portal.refusals["/commands"] = (403, {"message": "hush", "code": 50001})
        found = await office.finding("commands")
        assert (found.level, "403, 50001" in found.text, "hush" in found.text) == ("fail", True, False)


@pytest.mark.parametrize(("left", "level"), [(990, "ok"), (50, "ok"), (49, "warn"), (1, "warn"), (0, "fail")])
async def test_how_often_the_bot_may_connect_still(office: Office, left: int, level: str) -> None:
    office.portal.sessions_left = left
    found = await office.finding("connections")
    assert found.level == level
    assert str(left) in found.text
    assert level == "ok" or "2 h" in found.text


class TestServers:
    async def test_on_none_yet_it_says_how_to_add_it(self, office: Office) -> None:
        office.portal.guilds.clear()
        found = await office.finding("servers")
        assert (found.level, "threadtune discord invite" in found.text) == ("warn", True)

    async def test_a_server_that_is_not_listed_and_a_listed_one_without_the_bot(self, office: Office) -> None:
        office.variables["discord_servers"] = str(DESK)
        _, absent, unserved = await office.findings("servers")
        assert (absent.level, str(DESK) in absent.text) == ("warn", True)
        assert (unserved.level, f"Ward 7 ({WARD})" in unserved.text) == ("warn", True)
        assert await office.findings("permissions") == [], "where nobody is answered nothing need be allowed"

    async def test_a_bot_that_anybody_may_add_deserves_an_allow_list(self, office: Office) -> None:
        office.portal.application["bot_public"] = True
        assert "Public Bot" in (await office.findings("servers"))[1].text
        office.variables["discord_servers"] = f"{WARD}"
        assert (await office.finding("servers")).level == "ok"

    async def test_a_server_with_conversations_from_which_it_was_removed(self, office: Office) -> None:
        await office.heard(f"discord:{DESK}:{NOTES}:{THREAD}")
        _, gone = await office.findings("servers")
        assert (gone.level, f"threadtune discord invite --server {DESK}" in gone.text) == ("warn", True)

    async def test_of_very_many_only_some_are_looked_at_and_that_is_said(
        self, office: Office, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(membership, "MOST_SERVERS", 1)
        await office.heard(f"discord:{DESK}:{NOTES}:{THREAD}")
        desk = Guild(DESK, "Desk", needed())
        desk.channel(NOTES, "notes")
        office.portal.guilds.append(desk)
        found = await office.findings("permissions")
        assert [one.text.split(":")[0] for one in found] == ["Desk", "1 servers more were not looked at one by one."]


class TestPermissions:
    async def test_what_its_roles_lack_is_named_with_what_will_not_work(self, office: Office) -> None:
        office.ward.allowed.update(attach_files=False, create_public_threads=False)
        found = await office.finding("permissions")
        assert found.level == "warn"
        for name in ("attach_files", "create_public_threads"):
            words = f"{say(f'discord.permission_name.{name}')} (to {say(f'discord.permission.{name}')})"
            assert words in found.text
        assert "Embed Links" not in found.text
        assert f"--server {WARD}" in found.text

    async def test_a_channel_that_takes_one_away_is_named(self, office: Office) -> None:
        office.ward.channel(RELEASES, "releases", deny=discord.Permissions(embed_links=True).value)
        for channel in (NOTES, RELEASES):
            await office.heard(f"discord:{WARD}:{channel}:{THREAD}")
        server, lacks = await office.findings("permissions")
        assert server.level == "ok"
        assert (lacks.level, "Ward 7, #releases: it lacks Embed Links" in lacks.text) == ("fail", True)
        assert "notes" not in lacks.text

    async def test_a_channel_that_gives_what_the_roles_lack_is_well(self, office: Office) -> None:
        office.ward.allowed = discord.Permissions.none()
        office.ward.channel(NOTES, "notes", allow=needed().value)
        await office.heard(f"discord:{WARD}:{NOTES}:{THREAD}")
        assert [one.level for one in await office.findings("permissions")] == ["warn"]

    async def test_of_a_channel_that_it_cannot_see_only_that_is_said(self, office: Office) -> None:
        office.ward.channel(NOTES, "notes", deny=discord.Permissions(view_channel=True).value)
        await office.heard(f"discord:{WARD}:{NOTES}:{THREAD}")
        _, channel = await office.findings("permissions")
        assert "View Channels" in channel.text
        assert "Send Messages" not in channel.text

    async def test_a_channel_that_was_deleted(self, office: Office) -> None:
        await office.heard(f"discord:{WARD}:{RELEASES}:{THREAD}")
        _, channel = await office.findings("permissions")
        assert (channel.level, "is gone" in channel.text) == ("warn", True)

    async def test_a_direct_conversation_needs_none(self, office: Office) -> None:
        await office.heard("discord:1300000000000000001")
        await office.all()
        assert not any(path.endswith("/channels") for path in office.portal.asked)

    async def test_an_administrator_has_more_than_it_needs(self, office: Office) -> None:
        office.ward.allowed = discord.Permissions(administrator=True)
        found = await office.finding("permissions")
        assert (found.level, "more than it needs" in found.text) == ("ok", True)

    async def test_a_bot_that_is_timed_out(self, office: Office) -> None:
        office.ward.timed_out_until = "2126-11-21T10:00:00+00:00"
        found = await office.finding("permissions")
        assert (found.level, "2126-11-21 10:00 UTC" in found.text) == ("fail", True)

    async def test_a_server_that_does_not_tell_is_said_and_the_others_are_looked_at(self, office: Office) -> None:
        office.portal.guilds.append(Guild(DESK, "Desk", needed()))
        office.portal.refusals[f"guilds/{WARD}"] = (403, {"message": "Missing Access", "code": 50001})
        assert [one.level for one in await office.findings("permissions")] == ["fail", "ok"]


async def test_a_database_that_does_not_open_keeps_nobody_from_looking_at_discord(office: Office) -> None:
    def locked(_: Settings) -> Any:
        raise StoreUnavailable("locked")

    found = await look(office.settings(), locked)
    assert "Discord, permissions" in {finding.subject for finding in found}


async def test_nothing_is_changed_in_discord(office: Office) -> None:
    await office.heard(f"discord:{WARD}:{NOTES}:{THREAD}")
    assert all(one.level == "ok" for one in await office.all()), "the small Discord answers GET alone"


async def test_no_token_is_in_a_finding_or_in_the_log(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for name in QUIET:
        caplog.set_level(logging.WARNING, name)
    for name in SILENT:
        caplog.set_level(logging.ERROR, name)
    said = ""
    for path in ("users/@me", "applications/@me", "/commands", "gateway/bot", "guilds", f"guilds/{WARD}", "/channels"):
        for status in (400, 401, 403, 404):
            office.portal.refusals = {path: (status, {"message": TOKEN, "code": 0})}
            said += " ".join(finding.line() for finding in await office.all())
    assert "Wrong: Discord, token" in said
    assert "hush" not in said + caplog.text


def test_every_finding_has_its_words() -> None:
    code = "".join(Path(str(module.__file__)).read_text(encoding="utf-8") for module in (checks, membership))
    codes = set(re.findall(r'code="(\w+)"', code))
    assert len(codes) > 20
    assert [name for name in {*get_args(Subject), *codes} if not knows(f"doctor.discord_{name}")] == []
