"""Answering within the three seconds that Discord gives, on a clock that really runs (simcord's stands still)."""

import asyncio
from dataclasses import dataclass, field
from typing import Any, cast
from unittest import mock

import discord
import pytest

from agent.words import say
from bot.chat.messages import Form
from bot.platforms.discord.commanding import now
from bot.platforms.discord.modals import Modals
from bot.platforms.discord.replying import IN_TIME, in_time
from bot.platforms.discord.room import Room
from tests.fakes.discord_world import World


@dataclass
class Interaction:
    """Remembers how it was answered; it is its own ``response``."""

    message: object = None
    answers: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    answered: asyncio.Event = field(default_factory=asyncio.Event)
    extras: dict[str, object] = field(default_factory=dict)

    @property
    def response(self) -> "Interaction":
        return self

    @property
    def real(self) -> discord.Interaction:
        return cast(discord.Interaction, self)

    def is_done(self) -> bool:
        return bool(self.answers)

    async def defer(self, **how: bool) -> None:
        self.answers.append(("defer", how))
        self.answered.set()

    async def send_message(self, **said: Any) -> None:
        self.answers.append(("say", said))


@pytest.fixture(autouse=True)
def no_time() -> Any:
    with (
        mock.patch("bot.platforms.discord.replying.IN_TIME", 0.01),
        mock.patch("bot.platforms.discord.modals.IN_TIME", 0.01),
    ):
        yield


class Slow:
    """Work that waits until it is let go, as a database may."""

    def __init__(self) -> None:
        self.go = asyncio.Event()
        self.ended = False

    async def work(self) -> str:
        try:
            await self.go.wait()
        finally:
            self.ended = True
        return "stored"


def test_what_takes_long_is_deferred_while_discord_still_waits() -> None:
    assert World().patience == 3.0
    assert IN_TIME <= 2.0, "a second is left for the way there"


async def test_what_is_done_in_time_is_not_deferred() -> None:
    slow, interaction = Slow(), Interaction()
    slow.go.set()
    assert await in_time(interaction.real, slow.work()) == "stored"
    assert interaction.answers == []


@pytest.mark.parametrize(
    ("message", "public", "how"),
    [
        (None, False, {"thinking": True, "ephemeral": True}),
        (None, True, {"thinking": True, "ephemeral": False}),
        (object(), False, {"thinking": False, "ephemeral": True}),
    ],
)
async def test_what_takes_longer_is_deferred_and_then_done(message: object, public: bool, how: dict[str, bool]) -> None:
    """On a message, which may be changed later, nobody is told that we are thinking."""
    slow, interaction = Slow(), Interaction(message)
    doing = asyncio.create_task(in_time(interaction.real, slow.work(), public=public))
    await interaction.answered.wait()
    assert not slow.ended
    slow.go.set()
    assert await doing == "stored"
    assert interaction.answers == [("defer", how)]


async def test_what_fails_is_told_to_whoever_waits() -> None:
    async def work() -> str:
        raise LookupError

    with pytest.raises(LookupError):
        await in_time(Interaction().real, work())


async def test_whoever_goes_away_takes_the_work_along() -> None:
    slow = Slow()
    doing = asyncio.create_task(in_time(Interaction().real, slow.work()))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    doing.cancel()
    await asyncio.gather(doing, return_exceptions=True)
    await asyncio.sleep(0)
    assert slow.ended


async def test_a_form_that_takes_too_long_says_so_instead_of_nothing() -> None:
    """Nothing can stand in the place of a form until it is there."""
    slow, interaction = Slow(), Interaction()

    async def form() -> Form | None:
        await slow.work()
        return None

    room = cast(Room, mock.Mock(spec=["words"], words=say))
    await Modals(room, now).open(interaction.real, form())
    ((kind, said),) = interaction.answers
    assert (kind, said["ephemeral"]) == ("say", True)
    assert "took too long" in said["content"]
    assert slow.ended
