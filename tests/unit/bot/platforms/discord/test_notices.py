"""What is for one person alone is seen by nobody else, and reaches them somehow."""

from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from agent.words import say
from bot.chat.errors import PlaceLost, Refused, Uncertain
from bot.chat.messages import Button, CardFace, ChatMessage
from bot.chat.port import Receipt
from bot.platforms.discord.drawing import GLYPHLESS
from bot.platforms.discord.notices import ANSWERED_WITHIN, MOST_KEPT, SERVES_FOR, ShowButton
from bot.platforms.discord.places import person_id
from bot.platforms.discord.replying import defer
from bot.platforms.discord.replying import say as say_to
from tests.fakes.discord_server import logged_in
from tests.fakes.discord_world import EPHEMERAL, Payload
from tests.fakes.discord_world import Interaction as Shown
from tests.unit.bot.platforms.discord.posted import Posted, new_client, posted

POST = r"POST /channels/\d+/messages"


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Posted]:
    async with posted(tmp_path) as there:
        yield there


def secret(there: Posted, text: str = "Your opinion counts.", apart: bool = False) -> ChatMessage:
    return ChatMessage(text=text, only_to=person_id(there.ada), apart=apart)


def private_card(there: Posted, title: str) -> ChatMessage:
    card = CardFace(card_id="c1", title=title, buttons=(Button(label="Next", action="next"),))
    return ChatMessage(card=card, only_to=person_id(there.ada))


def seen(shown: Shown) -> list[str]:
    """What its person alone sees by an interaction."""
    assert all(one["flags"] & EPHEMERAL for one in shown.shown.values())
    return [str(one["content"]).rstrip(GLYPHLESS) for one in shown.shown.values()]


class TestByAnInteraction:
    async def test_only_they_see_it(self, there: Posted) -> None:
        shown = there.pressed(there.ada, there.thread)
        await there.posting.post(there.address, secret(there), "tt-1")
        assert seen(shown) == ["Your opinion counts."]
        assert there.thread.texts == there.server.world.direct(there.ada).texts == []

    async def test_not_by_one_of_somebody_else_or_somewhere_else(self, there: Posted) -> None:
        others = [there.pressed(there.ben, there.thread), there.pressed(there.ada, there.ward)]
        await there.posting.post(there.address, secret(there), "tt-1")
        assert [seen(one) for one in others] == [[], []]
        assert there.server.world.direct(there.ada).texts == ["Your opinion counts."]

    async def test_what_a_command_beside_the_thread_asked_for_is_shown_where_it_was_given(self, there: Posted) -> None:
        shown = there.pressed(there.ada, there.ward)
        await there.posting.post(there.address, secret(there, apart=True), "tt-1")
        assert seen(shown) == ["Your opinion counts."]

    async def test_for_fourteen_minutes(self, there: Posted) -> None:
        shown = there.pressed(there.ada, there.thread)
        there.passes(minutes=SERVES_FOR / 60)
        await there.posting.post(there.address, secret(there), "tt-1")
        assert seen(shown) == []
        assert there.server.world.direct(there.ada).texts == ["Your opinion counts."]

    async def test_not_before_it_was_answered(self, there: Posted) -> None:
        """One that is never answered is waited for no longer than Discord takes an answer."""
        shown = there.pressed(there.ada, there.thread, deferred=False)
        waited: list[float] = []

        async def sleep(seconds: float) -> None:
            waited.append(seconds)

        there.posting.interactions.sleep = sleep
        await there.posting.post(there.address, secret(there), "tt-1")
        assert seen(shown) == []
        assert not there.server.called(r"POST /webhooks/\d+/.+")
        assert sum(waited) == pytest.approx(ANSWERED_WITHIN)

    async def test_one_that_is_being_answered_is_waited_for(self, there: Posted) -> None:
        """What came of a press can be there before the press itself was acknowledged."""
        shown, interaction = there.interaction(there.ada, there.thread)
        there.posting.interactions.keep(interaction)

        async def sleep(seconds: float) -> None:
            await defer(interaction)

        there.posting.interactions.sleep = sleep
        await there.posting.post(there.address, secret(there), "tt-1")
        assert seen(shown) == ["Your opinion counts."]
        assert there.server.world.direct(there.ada).texts == []

    async def test_never_in_the_place_of_what_all_are_waiting_to_see(self, there: Posted) -> None:
        """The first thing that follows after we said to all that we are thinking is seen by all."""
        shown, interaction = there.interaction(there.ada, there.thread)
        there.posting.interactions.keep(interaction)
        await defer(interaction, public=True)
        there.passes(minutes=1)
        await there.posting.post(there.address, secret(there), "tt-1")
        assert shown.shown == {}
        assert there.server.world.direct(there.ada).texts == ["Your opinion counts."]
        await say_to(interaction, "I am on it.", public=True)
        await there.posting.post(there.address, secret(there, "More."), "tt-2")
        assert [one["content"].rstrip(GLYPHLESS) for one in shown.shown.values() if one["flags"] & EPHEMERAL] == [
            "More."
        ]

    async def test_one_that_discord_has_forgotten_is_not_tried_again(self, there: Posted) -> None:
        shown = there.pressed(there.ada, there.thread)
        del there.server.world.interactions[shown.token]
        await there.posting.post(there.address, secret(there), "tt-1")
        await there.posting.post(there.address, secret(there, "More."), "tt-2")
        assert there.server.world.direct(there.ada).texts == ["Your opinion counts.", "More."]
        assert len(there.server.called(r"POST /webhooks/\d+/.+")) == 1

    async def test_what_is_for_all_never_comes_so(self, there: Posted) -> None:
        """A run reports by ordinary messages: an interaction serves for a quarter of an hour."""
        shown = there.pressed(there.ada, there.thread)
        receipt = await there.posting.post(there.address, ChatMessage(text="Step 5 of 40"), "tt-1")
        await there.posting.edit(there.address, receipt, ChatMessage(text="Step 9 of 40"), "tt-2")
        assert there.thread.texts == ["Step 9 of 40"]
        assert shown.shown == {}

    async def test_are_not_kept_without_end(self, there: Posted) -> None:
        first = there.pressed(there.ada, there.thread)
        for user in range(MOST_KEPT):
            other: Any = SimpleNamespace(channel_id=there.ward.id, user=SimpleNamespace(id=user), message=None)
            there.posting.interactions.keep(other)
        await there.posting.post(there.address, secret(there), "tt-1")
        assert seen(first) == []

    async def test_a_press_on_it_replaces_it(self, there: Posted) -> None:
        shown = there.pressed(there.ada, there.thread)
        receipt = await there.posting.post(there.address, private_card(there, "Page 1"), "tt-1")
        there.pressed(there.ada, there.thread, int(receipt["private"][0]))
        assert await there.posting.edit(there.address, receipt, private_card(there, "Page 2"), "tt-2") is None
        (only,) = shown.shown.values()
        assert "Page 2" in str(only)
        assert there.thread.said == []

    async def test_without_a_press_it_is_shown_once_more_and_never_openly(self, there: Posted) -> None:
        there.pressed(there.ada, there.thread)
        receipt = await there.posting.post(there.address, private_card(there, "Page 1"), "tt-1")
        afresh = await there.posting.edit(there.address, receipt, private_card(there, "Page 2"), "tt-2")
        assert afresh is not None
        assert afresh["private"] != receipt["private"]
        assert there.thread.said == []


class TestDirectly:
    async def test_is_found_again(self, there: Posted) -> None:
        there.server.faults.add(POST, "dropped_after")
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, secret(there), "tt-1")
        there.passes(minutes=60)
        receipt = await there.posting.find(there.address, secret(there), "tt-1")
        assert receipt is not None
        assert receipt["channel"] == str(there.server.world.direct(there.ada).id)

    async def test_is_edited_there(self, there: Posted) -> None:
        receipt = await there.posting.post(there.address, secret(there), "tt-1")
        assert await there.posting.edit(there.address, receipt, secret(there, "It counted."), "tt-2") is None
        assert there.server.world.direct(there.ada).texts == ["It counted."]

    async def test_reaches_nobody_of_another_platform(self, there: Posted) -> None:
        with pytest.raises(Refused, match="not_here"):
            await there.posting.post(there.address, ChatMessage(text="x", only_to="slack:T:U"), "tt-1")
        assert there.thread.said == []


class TestByAButton:
    @pytest.fixture(autouse=True)
    def _closed(self, there: Posted) -> None:
        there.server.world.closed.add(there.ada)

    async def line(self, there: Posted) -> tuple[Receipt, Payload]:
        message = secret(there)
        there.house.queue["tt-1"] = message
        receipt = await there.posting.post(there.address, message, "tt-1")
        (said,) = there.thread.said
        return receipt, said

    async def press(self, there: Posted, line: Payload, user: int) -> Shown:
        """As the client does, which knows the button by its id alone."""
        shown, interaction = there.interaction(user, there.thread, int(line["id"]))
        (button,) = line["components"][0]["components"]
        match = ShowButton.__discord_ui_compiled_template__.fullmatch(button["custom_id"])
        assert match is not None
        interaction.client.posting = there.posting  # type: ignore[attr-defined]  # as on ours
        item = discord.ui.Button[discord.ui.View](label=button["label"], custom_id=button["custom_id"])
        await (await ShowButton.from_custom_id(interaction, item, match)).callback(interaction)
        return shown

    async def test_everybody_sees_a_line_that_tells_nothing(self, there: Posted) -> None:
        _, line = await self.line(there)
        assert "opinion" not in str(line)
        assert f"<@{there.ada}>" in line["content"]
        assert there.server.called(POST)[-1].body["allowed_mentions"]["users"] == [there.ada]
        assert line["components"][0]["components"][0]["label"] == say("discord.show")

    async def test_the_person_is_shown_it_also_after_a_restart(self, there: Posted) -> None:
        _, line = await self.line(there)
        async with logged_in(there.server, new_client()) as client:
            there.restarted(client)
            shown = await self.press(there, line, there.ada)
        assert seen(shown) == ["Your opinion counts."]
        assert len(there.thread.said) == 1

    async def test_nobody_else_is(self, there: Posted) -> None:
        _, line = await self.line(there)
        shown = await self.press(there, line, there.ben)
        assert seen(shown) == [say("discord.show_other")]

    async def test_what_was_taken_back_is_gone(self, there: Posted) -> None:
        _, line = await self.line(there)
        there.house.queue.clear()
        shown = await self.press(there, line, there.ada)
        assert seen(shown) == [say("discord.show_gone")]

    async def test_while_nothing_can_be_looked_up_they_are_told_so(self, there: Posted) -> None:
        _, line = await self.line(there)
        there.house.away = True
        shown = await self.press(there, line, there.ada)
        assert seen(shown) == [say("discord.show_later")]

    async def test_an_edit_never_puts_it_in_the_open(self, there: Posted) -> None:
        receipt, line = await self.line(there)
        before = str(line)
        assert await there.posting.edit(there.address, receipt, secret(there, "Changed."), "tt-2") is None
        assert [str(one) for one in there.thread.said] == [before]

    async def test_the_line_is_found_again(self, there: Posted) -> None:
        there.server.faults.add(rf"POST /channels/{there.thread.id}/messages", "dropped_after")
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, secret(there), "tt-1")
        receipt = await there.posting.find(there.address, secret(there), "tt-1")
        assert receipt is not None
        assert receipt["ids"] == [one["id"] for one in there.thread.said]
        assert await there.posting.edit(there.address, receipt, secret(there, "Changed."), "tt-2") is None

    async def test_where_not_even_that_is_possible_the_place_is_lost(self, there: Posted) -> None:
        there.thread.denied = {"send"}
        with pytest.raises(PlaceLost):
            await there.posting.post(there.address, secret(there), "tt-1")


class TestSentences:
    async def test_answer_what_somebody_did(self, there: Posted) -> None:
        shown, interaction = there.interaction(there.ada, there.thread)
        await there.posting.notices.reply(interaction, "Write it in the thread.")
        await there.posting.notices.reply(interaction, "One more word.")
        assert seen(shown) == ["Write it in the thread.", "One more word."]

    async def test_come_directly_where_it_is_too_late_for_that(self, there: Posted) -> None:
        _, interaction = there.interaction(there.ada, there.thread)
        there.passes(minutes=1)
        await there.posting.notices.somehow(interaction, "That took too long.")
        assert there.server.world.direct(there.ada).texts == ["That took too long."]
