"""What people press, and the command in a message's menu: stored first, acknowledged then, and nothing passes in silence."""

import dataclasses
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import discord
import pytest

from agent.words import say
from bot.chat.messages import Button, CardFace, ChatMessage, Form, FormField
from bot.platforms.discord.adapter import DiscordPlatform
from bot.platforms.discord.setup import DiscordSetup
from tests.fakes.discord_chat import is_private, new_chat
from tests.fakes.house import FakeHouse
from tests.unit.bot.platforms.discord.cards import DRAFT, direct, know, post, show, thread_id
from tests.unit.bot.platforms.discord.simulated import Simulated, served, simulated

MENU = say("discord.use_as_example")


@pytest.fixture
async def it(tmp_path: Path) -> AsyncIterator[Simulated]:
    async with simulated(tmp_path) as found:
        yield found


class TestPresses:
    async def test_are_handed_in_for_the_conversation_of_their_card(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Approve")
        (press,) = it.house.presses
        assert re.fullmatch(r"https://discord\.com/channels/@me/\d+/\d+", press.link)
        assert (press.card_id, press.action, press.label) == ("card_1", "approve:row_1", "Approve")
        assert (press.sender.conversation_id, press.sender.shared) == (direct(it), False)
        assert press.sender.display_name == "Ada"

    async def test_in_a_thread_say_where_and_in_which_groups_the_person_is(self, it: Simulated) -> None:
        thread = await it.begun()
        await show(it, DRAFT, thread_id(it, thread.id))
        await it.ada.press("Approve")
        assert f"/{thread.id}/" in it.house.presses[-1].link
        sender = it.house.presses[-1].sender
        assert (sender.conversation_id, sender.shared) == (thread_id(it, thread.id), True)
        assert sender.address["user"] == str(it.ada.id)
        assert sender.groups == ()

    async def test_are_acknowledged_without_a_word(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        result = await it.ada.press("Approve")
        assert result.acknowledged
        assert (result.deferred, result.followups) == (True, [])

    async def test_a_second_tap_is_the_same_press(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Approve")
        again = await it.ada.press("Approve")
        assert len(it.house.presses) == 1
        assert again.followups == []

    async def test_on_another_face_of_the_card_are_others(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Approve")
        await show(it, dataclasses.replace(DRAFT, state="row_2"), direct(it), "m2")
        await it.ada.press("Approve")
        assert len(it.house.presses) == 2

    async def test_that_come_again_later_are_answered_although_they_count_once(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        await it.ada.press("Approve")
        with mock.patch("bot.chat.acting.A_TAP", timedelta(seconds=-1)):
            await it.ada.press("Approve")
        assert len(it.house.presses) == 1
        assert it.ada.sees("I have had this press before")

    async def test_of_a_judgement_may_be_changed_and_changed_back(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        for label in ("Good", "Not good", "Good"):
            await it.ada.press(label)
        assert [press.action for press in it.house.presses] == ["good", "bad", "good"]

    async def test_of_two_people_are_two(self, it: Simulated) -> None:
        thread = await it.begun()
        await show(it, DRAFT, thread_id(it, thread.id))
        await it.ada.press("Approve")
        await it.ben.press("Approve")
        assert len(it.house.presses) == 2

    async def test_work_after_a_restart(self, tmp_path: Path) -> None:
        chat, house = new_chat(), FakeHouse()
        ada, ben = chat.person("Ada"), chat.person("Ben")
        for _ in range(2):
            platform = DiscordPlatform(
                setup=DiscordSetup(), words=say, path_of=lambda name: tmp_path / name, connect=chat.connect
            )
            async with served(chat, platform, house):
                it = Simulated(chat, house, platform, ada, ben)
                if not house.cards:
                    await show(it, DRAFT, direct(it))
                else:
                    await ada.press("Approve")
        chat.env.raise_errors()
        assert [press.action for press in house.presses] == ["approve:row_1"]

    async def test_on_a_card_that_nobody_knows_any_more_say_so(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        it.house.cards.clear()
        result = await it.ada.press("Approve")
        assert not it.house.presses
        assert it.ada.sees("do nothing any more")
        assert result.ephemeral

    async def test_on_a_button_that_another_version_made_say_so(self, it: Simulated) -> None:
        view = discord.ui.View(timeout=None)
        view.add_item(discord.ui.Button(label="Ancient", custom_id="v0:approve"))
        view.stop()

        async def ask() -> None:
            user = await it.platform.client.fetch_user(it.ada.id)
            await user.send("Press it.", view=view)

        await it.chat.task(ask())
        await it.ada.press("Ancient")
        assert it.ada.sees("do nothing any more")

    async def test_that_cannot_be_stored_say_so_and_can_be_repeated(self, it: Simulated) -> None:
        await show(it, DRAFT, direct(it))
        it.house.away = True
        await it.ada.press("Approve")
        assert it.ada.sees("the database cannot be reached")
        it.house.away = False
        await it.ada.press("Approve")
        assert len(it.house.presses) == 1

    async def test_on_a_card_of_somebody_elses_direct_conversation_are_not_taken(self, it: Simulated) -> None:
        thread = await it.begun()
        await show(it, DRAFT, thread_id(it, thread.id))
        it.house.cards["card_1"] = "discord:999"
        await it.ada.press("Approve")
        assert not it.house.presses
        assert it.ada.sees("not for you")

    async def test_on_a_card_of_another_channel_are_not_taken(self, it: Simulated) -> None:
        thread = await it.begun()
        await show(it, DRAFT, thread_id(it, thread.id))
        it.house.cards["card_1"] = f"discord:{it.chat.guild.id}:999:999"
        await it.ada.press("Approve")
        assert not it.house.presses

    async def test_of_a_threads_card_that_is_shown_directly_are_taken(self, it: Simulated) -> None:
        """Its channel is gone, and it was brought to whom it is for."""
        await show(it, DRAFT, direct(it))
        it.house.cards["card_1"] = thread_id(it, 5)
        await it.ada.press("Approve")
        assert it.house.presses[-1].sender.conversation_id == thread_id(it, 5)

    async def test_with_an_action_too_long_to_carry_are_resolved_by_the_card(self, it: Simulated) -> None:
        long = dataclasses.replace(DRAFT, buttons=(Button(label="Long", action="x" * 300),))
        await show(it, long, direct(it))
        await it.ada.press("Long")
        assert it.house.presses[-1].action == "x" * 300
        it.house.faces["card_1"] = DRAFT
        await it.ada.press("Long")
        assert len(it.house.presses) == 1
        assert it.ada.sees("do nothing any more")

    async def test_in_a_server_that_is_not_served_are_refused_with_a_word(self, tmp_path: Path) -> None:
        async with simulated(tmp_path, servers=frozenset({"1"})) as it:
            await it.ada.command("tune status", it.chat.channel)
            assert it.ada.sees("not switched on for this server")
            assert not it.house.events


async def test_more_buttons_than_fit_are_paged_through(it: Simulated) -> None:
    buttons = tuple(Button(label=f"Row {number}", action=f"open:row_{number}") for number in range(60))
    await show(it, CardFace(card_id="card_9", title="Rows", buttons=buttons), direct(it))
    await it.ada.press("On to page 2")
    await it.ada.press("Row 50")
    assert it.house.presses[-1].action == "open:row_50"
    assert it.house.presses[-1].label == "Row 50"
    await it.ada.press("Back to page 1")
    await it.ada.press("Row 21")
    assert it.house.presses[-1].action == "open:row_21"


async def test_pages_of_somebody_elses_card_are_not_turned(it: Simulated) -> None:
    buttons = tuple(Button(label=f"Row {number}", action=f"open:row_{number}") for number in range(60))
    await show(it, CardFace(card_id="card_9", title="Rows", buttons=buttons), direct(it))
    it.house.cards["card_9"] = "discord:999"
    await it.ada.press("On to page 2")
    assert it.ada.sees("do nothing any more")


async def test_a_command_of_an_earlier_version_is_answered_with_what_to_do(tmp_path: Path) -> None:
    async def given() -> None:
        async with simulated(tmp_path) as it:
            it.platform.client.tree.remove_command("tune")
            await it.ada.command("tune status", it.chat.channel)
            message = it.ada.sees("Reload Discord")
            assert message is not None
            assert is_private(message)

    with pytest.raises(ExceptionGroup, match="1 error"):  # which simcord remembers, although it was dealt with
        await given()


class TestTheCommandInAMessagesMenu:
    @pytest.fixture(autouse=True)
    def form(self, it: Simulated) -> None:
        field = FormField(name="output", label="Answer", value="text", multiline=True)
        it.house.named_forms["example"] = Form(
            name="example", subject={"author": "x"}, title="An example", fields=(field,), submit="Add"
        )

    async def test_opens_a_form_with_the_text_its_author_and_a_link_back(self, it: Simulated) -> None:
        message = await it.ben.say("The **printer** is out of paper.")
        await it.ada.menu(MENU, message)
        ((name, person, subject),) = it.house.asked_for
        assert (name, person) == ("example", direct(it))
        assert subject == {
            "text": "The **printer** is out of paper.",
            "author": f"discord:{it.ben.id}",
            "author_name": "Ben",
            "link": f"https://discord.com/channels/{it.chat.guild.id}/{it.chat.channel.id}/{message.id}",
        }
        assert "An example" in it.ada.form

    async def test_is_answered_directly(self, it: Simulated) -> None:
        await it.ada.menu(MENU, await it.ben.say("Paper is out."))
        await it.ada.submit()
        (form,) = it.house.submitted
        assert (form.form, form.subject, form.card_id) == ("example", {"author": "x"}, None)
        assert (form.sender.conversation_id, form.sender.shared) == (direct(it), False)
        assert it.ada.sees("Saved.")

    async def test_says_why_there_is_no_form_for_this_person(self, it: Simulated) -> None:
        it.house.named_forms["example"] = ChatMessage(text="You have no project yet.")
        await it.ada.menu(MENU, await it.ben.say("Paper is out."))
        message = it.ada.sees("You have no project yet.")
        assert message is not None
        assert is_private(message)

    async def test_of_what_we_said_ourselves_is_refused_since_nobody_could_agree(self, it: Simulated) -> None:
        thread = await it.begun()
        await post(it, ChatMessage(text="I am the bot."), thread_id(it, thread.id))
        message = it.ada.sees("I am the bot.")
        assert message is not None
        await it.ada.menu(MENU, message)
        assert it.ada.sees("written by an app")
        assert not it.house.asked_for

    async def test_of_a_message_without_words_is_refused(self, it: Simulated) -> None:
        message = await it.ben.upload("photo.png", b"png", it.chat.channel)
        await it.ada.menu(MENU, message)
        assert it.ada.sees("no words in this message")

    async def test_of_somebody_who_has_left_is_refused(self, it: Simulated) -> None:
        message = await it.ben.say("Good bye.")
        it.chat.guild.remove_member(it.ben.member)
        await it.ada.menu(MENU, message)
        assert it.ada.sees("not in this server any more")

    async def test_tells_a_database_that_is_away(self, it: Simulated) -> None:
        message = await it.ben.say("Paper is out.")
        it.house.away = True
        await it.ada.menu(MENU, message)
        assert it.ada.sees("could not get what belongs in this form")


async def test_the_time_of_a_press_is_ours(it: Simulated) -> None:
    """Discord's payload has none."""
    await show(it, DRAFT, direct(it))
    before = datetime.now(UTC)
    await it.ada.press("Approve")
    assert before <= it.house.presses[0].at <= datetime.now(UTC)


async def test_a_card_turned_meanwhile_takes_no_press_of_the_old_face_for_the_new_one(it: Simulated) -> None:
    await show(it, DRAFT, direct(it))
    know(it, dataclasses.replace(DRAFT, state="row_2", buttons=()), direct(it))
    await it.ada.press("Approve")
    (press,) = it.house.presses
    assert press.action == "approve:row_1"
    assert ":approve:row_1:" in press.id
