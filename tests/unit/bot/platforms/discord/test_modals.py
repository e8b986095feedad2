"""Forms that people fill in: opened in time, corrected with what was typed, in steps where they are long, safe from restarts."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.words import say
from bot.chat.messages import Button, CardFace, Form, FormField, Option
from bot.platforms.discord.adapter import DiscordPlatform
from bot.platforms.discord.setup import DiscordSetup
from tests.fakes.discord_chat import is_private, new_chat
from tests.fakes.house import FakeHouse
from tests.unit.bot.platforms.discord.cards import DRAFT, FORM, direct, know, show, thread_id
from tests.unit.bot.platforms.discord.simulated import Simulated, served, simulated


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Simulated]:
    async with simulated(tmp_path) as found:
        yield found


def card_with(form: Form) -> CardFace:
    return dataclasses.replace(DRAFT, buttons=(Button(label="Edit", action="edit:row_1", form=form),))


def fields(count: int) -> Form:
    asked = tuple(FormField(name=f"f{number}", label=f"Field {number}", value=str(number)) for number in range(count))
    return dataclasses.replace(FORM, fields=asked)


class TestForms:
    async def test_open_at_once_with_what_stands_there(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Edit")
        assert it.ada.form.splitlines() == ["Edit the example", "Answer", "old"]
        assert not it.house.events

    async def test_are_handed_in_with_what_they_are_about(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Edit")
        result = await it.ada.submit({"Answer": "better"})
        (form,) = it.house.submitted
        assert form.link.startswith("https://discord.com/channels/@me/")
        assert form.id == f"discord:form:{result._interaction.id}"
        assert (form.form, form.subject, form.values) == ("row", {"row_id": "row_1"}, {"output": "better"})
        assert (form.card_id, form.action, form.sender.conversation_id) == ("card_1", "edit:row_1", direct(it))
        assert result.deferred

    async def test_in_a_thread_are_about_its_conversation(self, it: Simulated) -> None:
        thread = await it.begun()
        await show(it, DRAFT, thread_id(it, thread.id))
        await it.ada.press("Edit")
        await it.ada.submit()
        (form,) = it.house.submitted
        assert (form.sender.conversation_id, form.sender.shared) == (thread_id(it, thread.id), True)
        assert form.sender.groups == ()

    async def test_that_are_there_no_more_say_so(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        it.house.forms.clear()
        await it.ada.press("Edit")
        assert it.ada.sees("has changed since")

    async def test_that_cannot_be_looked_up_say_so(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        it.house.away = True
        await it.ada.press("Edit")
        assert it.ada.sees("could not get what belongs in this form")

    async def test_longer_than_a_field_can_hold_say_so(self, it: Simulated) -> None:
        long = dataclasses.replace(FORM, fields=(FormField(name="output", label="Answer", value="x" * 4001),))
        await show(it, card_with(long), direct(it))
        await it.ada.press("Edit")
        assert it.ada.sees("longer than the 4,000 characters")

    async def test_of_somebody_elses_card_do_not_open(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        it.house.cards["card_1"] = "discord:999"
        await it.ada.press("Edit")
        assert it.ada.sees("not for you")
        assert not it.ada.forms

    async def test_of_a_card_that_went_to_somebody_else_meanwhile_are_not_taken(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Edit")
        it.house.cards["card_1"] = "discord:999"
        await it.ada.submit({"Answer": "my text"})
        assert not it.house.submitted
        assert it.ada.sees("my text"), "nothing that was typed is lost"

    async def test_leave_nothing_behind_in_the_client(self, it: Simulated) -> None:
        """It runs for months, and everything that is shown is known by its id."""
        await show(it, DRAFT, direct(it))
        kept = it.platform.client._connection._view_store
        for _ in range(3):
            await it.ada.press("Edit")
            await it.ada.submit({"Answer": "text"})
            await it.ada.press("Good")
        assert not any(kept._views.values())
        assert not kept._modals

    @pytest.mark.parametrize(
        "value", ["x" * 4000, "👩🏽\u200d⚕️" * 800, "e\u0301\u0323" * 1300, "\u202eevil\u202c", "@everyone <@1>"]
    )
    async def test_hand_in_whatever_was_typed_as_it_is(self, it: Simulated, value: str) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Edit")
        await it.ada.submit({"Answer": value})
        assert it.house.submitted[-1].values == {"output": value}


class TestWhatIsWrong:
    @pytest.fixture(autouse=True)
    async def opened(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Edit")
        it.house.wrong = {"output": "Please write `/tune review` nicely."}

    async def test_is_said_by_field_to_the_person_alone_and_nothing_is_stored(self, it: Simulated) -> None:
        result = await it.ada.submit({"Answer": "bad"})
        message = it.ada.sees("Nothing is saved yet")
        assert message is not None
        assert "**Answer**: Please write" in message.content
        assert result.ephemeral
        assert not it.house.submitted

    async def test_can_be_corrected_with_what_was_typed(self, it: Simulated) -> None:
        await it.ada.submit({"Answer": "bad"})
        await it.ada.press("Correct it")
        assert "bad" in it.ada.form
        it.house.wrong = {}
        await it.ada.submit({"Answer": "good"})
        (form,) = it.house.submitted
        assert form.values == {"output": "good"}

    async def test_leaves_what_was_typed_for_copying(self, it: Simulated) -> None:
        await it.ada.submit({"Answer": "a long text of mine"})
        assert it.ada.sees("```\nAnswer:\na long text of mine\n```")

    @pytest.mark.parametrize("text", ["x" * 3900, "```\ncode\n```", "\u202e" * 600])
    async def test_leaves_it_as_a_file_where_it_could_not_be_shown_as_it_is(self, it: Simulated, text: str) -> None:
        await it.ada.submit({"Answer": text})
        message = it.ada.sees("Nothing is saved yet")
        assert message is not None
        (file,) = message.attachments
        assert file.filename == "what-you-wrote.txt"

    async def test_a_database_that_is_away_leaves_a_way_to_try_again(self, it: Simulated) -> None:
        it.house.away = True
        await it.ada.submit({"Answer": "mine"})
        assert it.ada.sees("the database cannot be reached")
        it.house.away, it.house.wrong = False, {}
        await it.ada.press("Correct it")
        await it.ada.submit()
        assert it.house.submitted[0].values == {"output": "mine"}


class TestLongForms:
    async def test_are_asked_in_steps_and_handed_in_whole(self, it: Simulated) -> None:
        await show(it, card_with(fields(7)), direct(it))
        await it.ada.press("Edit")
        await it.ada.submit({"Field 0": "first"})
        assert it.ada.sees("Part 1 of 2 is filled in")
        assert not it.house.submitted
        await it.ada.press("Continue")
        await it.ada.submit({"Field 6": "last"})
        (form,) = it.house.submitted
        assert form.values == {"f0": "first", **{f"f{n}": str(n) for n in range(1, 6)}, "f6": "last"}

    async def test_lead_back_to_the_step_of_a_mistake(self, it: Simulated) -> None:
        await show(it, card_with(fields(7)), direct(it))
        await it.ada.press("Edit")
        await it.ada.submit()
        await it.ada.press("Continue")
        it.house.wrong = {"f2": "Not that."}
        await it.ada.submit()
        await it.ada.press("Correct it")
        assert "Field 2" in it.ada.form

    async def test_have_lists_that_do_not_fit_picked_before(self, it: Simulated) -> None:
        options = tuple(Option(value=f"v{number}", label=f"Choice {number}") for number in range(60))
        asked = (FormField(name="which", label="Which one", options=options), FormField(name="why", label="Why"))
        await show(it, card_with(dataclasses.replace(FORM, fields=asked)), direct(it))
        await it.ada.press("Edit")
        await it.ada.press("On to page 2")
        await it.ada.press("Choice 40")
        await it.ada.submit({"Why": "because"})
        (form,) = it.house.submitted
        assert form.values == {"which": "v40", "why": "because"}


class Restarted:
    """Ada's world over two processes."""

    def __init__(self, home: Path) -> None:
        self.home, self.chat, self.house = home, new_chat(), FakeHouse()
        self.ada, self.ben = self.chat.person("Ada"), self.chat.person("Ben")

    def process(self) -> tuple[Simulated, DiscordPlatform]:
        platform = DiscordPlatform(
            setup=DiscordSetup(), words=say, path_of=lambda name: self.home / name, connect=self.chat.connect
        )
        return Simulated(self.chat, self.house, platform, self.ada, self.ben), platform


class TestAfterARestart:
    async def test_a_form_that_was_open_is_taken(self, tmp_path: Path) -> None:
        world = Restarted(tmp_path)
        it, platform = world.process()
        async with served(world.chat, platform, world.house):
            await show(it, DRAFT, direct(it))
            await it.ada.press("Edit")
        it, platform = world.process()
        async with served(world.chat, platform, world.house):
            await it.ada.submit({"Answer": "better"})
        assert world.house.submitted[0].values == {"output": "better"}
        assert world.house.submitted[0].subject == {"row_id": "row_1"}

    async def test_a_form_whose_card_was_turned_meanwhile_is_given_back(self, tmp_path: Path) -> None:
        world = Restarted(tmp_path)
        it, platform = world.process()
        async with served(world.chat, platform, world.house):
            await show(it, DRAFT, direct(it))
            await it.ada.press("Edit")
        it, platform = world.process()
        async with served(world.chat, platform, world.house):
            know(it, card_with(dataclasses.replace(FORM, subject={"row_id": "row_2"})), direct(it))
            await it.ada.submit({"Answer": "better"})
            assert it.ada.sees("has changed since, so nothing was saved")
            assert it.ada.sees("better")
        assert not world.house.submitted

    async def test_the_rest_of_a_long_form_is_given_back(self, tmp_path: Path) -> None:
        world = Restarted(tmp_path)
        it, platform = world.process()
        async with served(world.chat, platform, world.house):
            await show(it, card_with(fields(7)), direct(it))
            await it.ada.press("Edit")
            await it.ada.submit({"Field 0": "my own words"})
        it, platform = world.process()
        async with served(world.chat, platform, world.house):
            await it.ada.press("Continue")
            message = it.ada.sees("What you wrote stands above")
            assert message is not None
            assert it.ada.sees("my own words")
        assert not world.house.submitted


async def test_what_one_person_is_writing_is_shown_to_no_other(it: Simulated) -> None:
    thread = await it.begun()
    await show(it, DRAFT, thread_id(it, thread.id))
    await it.ada.press("Edit")
    it.house.wrong = {"output": "No."}
    await it.ada.submit({"Answer": "my draft"})
    message = it.ada.sees("my draft")
    assert message is not None
    assert is_private(message)
    assert it.ben.sees("my draft") is None
