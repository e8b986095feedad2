"""What is proposed while an option is typed: quickly, few, and never an error."""

import asyncio
from collections.abc import Sequence
from unittest import mock

import pytest

from agent.words import say
from bot.chat.events import Sender
from bot.chat.messages import Option
from bot.platforms.discord.autocomplete import proposed
from bot.platforms.discord.options import MORE
from tests.fakes.house import FakeHouse

ADA = Sender(
    person_id="discord:1",
    display_name="Ada",
    conversation_id="discord:7:8:0",
    address={},
    groups=("discord:7:role:9",),
)
VERSIONS = [Option(value="notes-v2", label="Notes, version 2"), Option(value="notes-v1", label="Notes, version 1")]


async def values(house: FakeHouse, kind: str, text: str = "") -> list[str]:
    return [choice.value for choice in await proposed(house, kind, ADA, text, say)]


async def test_what_the_house_has_is_proposed() -> None:
    found = await proposed(FakeHouse(options=VERSIONS), "project", ADA, "", say)
    assert [(one.name, one.value) for one in found] == [(one.label, one.value) for one in VERSIONS]


async def test_whoever_has_a_role_by_a_group_is_known_before_it_is_asked_what_is_open_to_them() -> None:
    class Groups(FakeHouse):
        async def choices(self, kind: str, person_id: str, prefix: str) -> Sequence[Option]:
            assert self.met == [ADA]
            return VERSIONS

    assert await values(Groups(), "project") == ["notes-v2", "notes-v1"]


async def test_no_more_than_25_are_proposed() -> None:
    house = FakeHouse(options=[Option(value=f"p{number}", label="P") for number in range(60)])
    assert len(await values(house, "project")) == 25


async def test_what_discord_could_not_carry_is_left_out_and_long_names_are_shortened() -> None:
    house = FakeHouse(options=[Option(value="x" * 101, label="too long"), Option(value="y", label="long " * 50)])
    (only,) = await proposed(house, "project", ADA, "", say)
    assert (only.value, len(only.name) <= 100) == ("y", True)


async def test_a_database_that_is_away_proposes_nothing() -> None:
    assert await values(FakeHouse(away=True), "run") == []


async def test_nobody_waits_for_a_house_that_is_slow() -> None:
    class Slow(FakeHouse):
        async def choices(self, kind: str, person_id: str, prefix: str) -> Sequence[Option]:
            await asyncio.Event().wait()
            return VERSIONS

    with mock.patch("bot.platforms.discord.autocomplete.WITHIN", 0.01):
        assert await values(Slow(), "project") == []


class TestWhomToAsk:
    async def test_is_a_version_or_the_base_or_both(self) -> None:
        assert await values(FakeHouse(options=VERSIONS), "whom") == ["notes-v2", "notes-v1", "base", "both"]

    async def test_is_narrowed_by_what_is_typed(self) -> None:
        assert await values(FakeHouse(), "whom", "Bo") == ["both"]


class TestSeveralModels:
    async def test_each_comes_behind_those_that_are_named(self) -> None:
        assert await values(FakeHouse(options=VERSIONS), "models", "notes-v2, ") == [
            "notes-v2 notes-v1",
            "notes-v2 base",
        ]

    async def test_a_comma_parts_them_as_a_space_does(self) -> None:
        found = await proposed(FakeHouse(), "models", ADA, "v1,v3 ba", say)
        assert [one.value for one in found] == ["v1 v3 base"]
        assert found[0].name.startswith("v1, v3, base")


@pytest.mark.parametrize("text", ["", "P", "pi"])
async def test_the_words_that_stand_together_are_narrowed_by_what_is_typed(text: str) -> None:
    expected = [word for word in sorted(MORE) if word.startswith(text.casefold())]
    assert await values(FakeHouse(away=True), "more", text) == expected
