"""What comes too late, or about what is gone: interactions that Discord has forgotten, messages and people that are away.

What was done counts all the same: it is stored before anything is answered, and what comes of it is an ordinary message.
"""

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.messages import ChatMessage
from tests.unit.bot.platforms.discord.cards import DRAFT, direct, post, show, thread_id
from tests.unit.bot.platforms.discord.simulated import Simulated, simulated

CALLBACK = "/interactions/*/*/callback"


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Simulated]:
    async with simulated(tmp_path) as found:
        yield found


def forgotten(it: Simulated) -> None:
    """Discord takes no answer to an interaction: more than three seconds went by on the way here."""
    it.chat.env.inject_error("POST", CALLBACK, status=404, code=10062, message="Unknown interaction", times=None)


class TestAnInteractionThatDiscordHasForgotten:
    async def test_a_press_counts(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        forgotten(it)
        await it.ada.press("Approve")
        (press,) = it.house.presses
        assert press.action == "approve:row_1"

    async def test_a_command_counts(self, it: Simulated) -> None:
        forgotten(it)
        await it.ada.command("tune status")
        assert it.house.texts == ["/tune status"]

    async def test_a_form_counts_that_was_open(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Edit")
        forgotten(it)
        await it.ada.submit({"Answer": "my text"})
        (form,) = it.house.submitted
        assert form.values == {"output": "my text"}

    async def test_a_form_that_cannot_open_changes_nothing(
        self, it: Simulated, caplog: pytest.LogCaptureFixture
    ) -> None:
        await show(it, DRAFT, direct(it))
        forgotten(it)
        await it.ada.press("Edit")
        assert not it.house.events
        assert "a form could not be opened" in caplog.text

    async def test_what_comes_of_it_for_one_person_alone_goes_to_them_directly(self, it: Simulated) -> None:
        thread = await it.begun()
        await show(it, DRAFT, thread_id(it, thread.id))
        forgotten(it)
        await it.ada.press("Approve")
        it.platform.posting.interactions.sleep = _no_time
        await post(it, ChatMessage(text="You may not.", only_to=direct(it)), thread_id(it, thread.id), "m2")
        assert it.ada.sees("You may not.", it.ada.direct)
        assert it.ben.sees("You may not.") is None

    async def test_nothing_of_it_stands_in_the_log(self, it: Simulated, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG, "bot")
        await show(it, DRAFT, direct(it))
        await it.ada.press("Edit")
        forgotten(it)
        await it.ada.submit({"Answer": "my secret text"})
        await it.ada.command("tune ask", text="another secret")
        assert "secret" not in "".join(record.getMessage() for record in caplog.records if record.name[:3] == "bot")


async def _no_time(seconds: float) -> None:
    del seconds


class TestAMessageThatIsDeletedMeanwhile:
    async def test_is_answered_all_the_same(self, it: Simulated) -> None:
        thread = await it.begun()
        it.chat.env.inject_error("PUT", "/channels/*/messages/*/reactions/*/@me", status=404, code=10008)
        await it.ada.say("Sort tickets", thread)
        await it.settled()
        assert it.house.texts[-1] == "Sort tickets"

    async def test_what_was_to_be_said_of_it_in_place_is_said_directly(self, it: Simulated) -> None:
        voice = it.chat.guild.create_voice_channel("rounds")
        it.chat.env.inject_error("POST", f"/channels/{voice.id}/messages", status=400, code=50035)
        await it.ada.say("@app begin", voice)
        await it.settled()
        assert it.ada.sees("There are no threads in this kind of channel", it.ada.direct)


class TestSomebodyWhoHasLeft:
    async def test_is_named_without_harm(self, it: Simulated) -> None:
        """Whoever did something last is pinged still; the others go on."""
        thread = await it.begun()
        it.chat.guild.remove_member(it.ada.member)
        await post(it, ChatMessage(text="The run has ended.", ping=True), thread_id(it, thread.id))
        assert it.ben.sees("The run has ended.", thread)
        await it.ben.say("status", thread)
        await it.settled()
        assert it.house.texts[-1] == "status"
