"""Threads that are begun from messages: what keeps one from being begun is said, and nothing is stored for it."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.words import say
from bot.platforms.discord.threads import LONGEST_NAME, NEEDED, name_of
from tests.unit.bot.platforms.discord.connected import Connected, connected


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as there:
        yield there


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (160006, "threads_full"),
        (160007, "threads_full"),
        (200001, "thread_moderated"),
        (30033, "no_thread"),
        (50013, "no_thread"),
    ],
)
async def test_a_thread_that_discord_refuses_is_told_where_it_was_asked_for(
    there: Connected, code: int, said: str
) -> None:
    there.discord.faults.add("POST /threads", "refused", status=400, code=code)
    there.say("@app begin")
    await there.until(lambda: say(f"discord.{said}") in there.ward.texts)
    assert there.house.events == []


async def test_one_that_discord_wants_to_wait_for_is_waited_for(there: Connected) -> None:
    there.discord.faults.add("POST /threads", "garbled", seconds=1)
    await there.begun()
    assert there.house.texts == ["begin"]


async def test_one_that_would_take_long_is_given_up(there: Connected) -> None:
    there.discord.faults.add("POST /threads", "garbled", times=2, seconds=600)
    there.say("@app begin")
    await there.until(lambda: say("discord.no_thread") in there.ward.texts)
    assert len(there.discord.called("POST /threads")) == 1


async def test_one_that_was_begun_though_no_answer_came_is_there_when_it_is_asked_for_again(there: Connected) -> None:
    there.discord.faults.add("POST /threads", "dropped_after")
    await there.begun()
    assert there.house.texts == ["begin"]


async def test_one_of_which_nobody_knows_whether_it_was_begun_is_looked_up_later(there: Connected) -> None:
    there.discord.faults.add("POST /threads", "dropped_after")
    there.discord.faults.add("POST /threads", "dropped_before")
    there.say("@app begin")
    await there.until(lambda: say("discord.no_thread") in there.ward.texts)
    there.gateway.forget()
    there.gateway.drop()
    await there.until(lambda: there.house.texts == ["begin"])


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("a bot for\n  handovers", "a bot for handovers"),
        ("", say("discord.thread_name")),
        ("\n ", say("discord.thread_name")),
        ("\u202egnp.exe", "<U+202E>gnp.exe"),
    ],
)
def test_it_is_called_as_what_was_said(text: str, name: str) -> None:
    assert name_of(text, say) == name


def test_a_long_name_is_shortened() -> None:
    assert len(name_of("word " * 100, say)) <= LONGEST_NAME < 100


def test_each_permission_that_it_needs_has_a_name_for_people() -> None:
    assert all(say(f"discord.permission_name.{name}") for name in NEEDED)
