"""Where listed servers alone are served, direct messages are answered to their members alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.words import say
from bot.platforms.discord.admission import KNOWN_FOR, Admission
from bot.platforms.discord.setup import DiscordSetup
from tests.fakes.discord_chat import DiscordPerson
from tests.unit.bot.platforms.discord.simulated import Simulated, simulated

MEMBERS = "/guilds/*/members/*"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Simulated]:
    """Two servers share the bot with their people, and one of them is listed: Ada's and Ben's."""
    async with simulated(tmp_path) as it:
        listen_to(it, str(it.chat.guild.id))
        yield it


def listen_to(it: Simulated, *servers: str) -> Admission:
    admission = it.conversing.room.admission
    admission.setup = DiscordSetup(servers=frozenset(servers))
    return admission


def outsider(it: Simulated) -> DiscordPerson:
    """Eve, who shares another server with the bot."""
    user = it.chat.env.create_user("eve", global_name="Eve")
    return DiscordPerson(it.chat, user, it.chat.env.create_guild("Elsewhere").add_member(user))


async def test_a_member_is_answered(it: Simulated) -> None:
    await it.ada.dm("hello")
    assert it.house.texts == ["hello"]


async def test_whoever_is_on_another_server_is_told_so_once(it: Simulated) -> None:
    eve = outsider(it)
    await eve.dm("hello")
    await eve.dm("hello?")
    await it.settled()
    assert it.house.events == []
    assert it.answers(eve.direct) == [say("discord.no_member")]


async def test_their_commands_are_not_taken_either(it: Simulated) -> None:
    eve = outsider(it)
    await eve.command("tune status")
    assert it.house.events == []
    assert eve.sees(say("discord.no_member"))


async def test_without_a_list_everybody_is_answered_and_nobody_looked_up(it: Simulated) -> None:
    listen_to(it)
    it.chat.env.inject_error("GET", MEMBERS, status=500, code=0)
    eve = outsider(it)
    await eve.dm("hello")
    assert it.house.texts == ["hello"]


async def test_where_discord_does_not_say_nothing_is_kept_and_they_are_asked_to_come_again(it: Simulated) -> None:
    it.chat.env.inject_error("GET", MEMBERS, status=403, code=50001)
    await it.ada.dm("hello")
    await it.settled()
    assert it.house.events == []
    assert it.answers(it.ada.direct) == [say("discord.member_unknown")]
    await it.ada.dm("hello")
    assert it.house.texts == ["hello"]


async def test_it_is_asked_once_in_some_minutes(it: Simulated) -> None:
    now = 0.0
    admission = listen_to(it, str(it.chat.guild.id))
    admission.clock = lambda: now
    for _ in range(3):
        await it.ada.dm("hello")
    assert asked(it) == 1
    now = KNOWN_FOR
    await it.ada.dm("hello")
    assert asked(it) == 2


def asked(it: Simulated) -> int:
    return sum("/members/" in path for _, path in calls(it))


def calls(it: Simulated) -> list[tuple[str, str]]:
    return [(entry.method, entry.path) for entry in it.chat.env.http_requests]
