"""The Answer button, for where we may not read what people write: a form, whose text is taken as a message."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.chat.messages import ChatMessage
from tests.fakes.discord_markdown import read
from tests.unit.bot.platforms.discord.cards import DRAFT, direct, post, show, thread_id
from tests.unit.bot.platforms.discord.simulated import Simulated, simulated

QUESTION = ChatMessage(text="What should the model do?", asks=True)


@pytest.fixture
async def deaf(tmp_path: Path) -> AsyncIterator[Simulated]:
    """We may not read what is written in servers."""
    async with simulated(tmp_path, deaf=True) as found:
        yield found


class TestTheButton:
    async def test_stands_below_what_waits_for_an_answer(self, deaf: Simulated) -> None:
        thread = await deaf.begun()
        await post(deaf, QUESTION, thread_id(deaf, thread.id))
        await deaf.ada.press("Answer")
        assert "What you want to say" in deaf.ada.form

    async def test_stands_beside_the_buttons_of_a_card(self, deaf: Simulated) -> None:
        thread = await deaf.begun()
        await show(deaf, DRAFT, thread_id(deaf, thread.id), asks=True)
        await deaf.ada.press("Approve")
        await deaf.ada.press("Answer")
        assert len(deaf.house.presses) == 1

    async def test_stands_nowhere_else(self, deaf: Simulated) -> None:
        thread = await deaf.begun()
        await post(deaf, ChatMessage(text="Done."), thread_id(deaf, thread.id))
        await post(deaf, QUESTION, direct(deaf), "m2")
        assert not deaf.ada._can_press("Answer", "")

    async def test_is_not_needed_where_we_can_read(self, tmp_path: Path) -> None:
        async with simulated(tmp_path) as it:
            thread = await it.begun()
            await post(it, QUESTION, thread_id(it, thread.id))
            assert not it.ada._can_press("Answer", "")


class TestAnAnswer:
    @pytest.fixture(autouse=True)
    async def asked(self, deaf: Simulated) -> None:
        thread = await deaf.begun()
        await post(deaf, QUESTION, thread_id(deaf, thread.id))
        await deaf.ada.press("Answer")

    async def test_is_a_message_of_the_persons(self, deaf: Simulated) -> None:
        thread = deaf.chat.channel.threads[0]
        result = await deaf.ada.submit({"What you want to say": "Sort tickets"})
        message = deaf.house.messages[-1]
        assert message.id == f"discord:form:{result._interaction.id}"
        assert (message.text, message.privately) == ("Sort tickets", False)
        assert (message.sender.conversation_id, message.sender.shared) == (thread_id(deaf, thread.id), True)
        assert message.sender.person_id == direct(deaf)

    async def test_is_shown_to_all_as_a_message_would_be(self, deaf: Simulated) -> None:
        await deaf.ada.submit({"What you want to say": "Sort **them** @everyone\nplease"})
        message = deaf.ben.sees("Ada answered:")
        assert message is not None
        assert "> Sort \\*\\*them\\*\\* @\u200beveryone\n> please" in message.content

    async def test_does_nothing_as_markup_and_leads_nowhere(self, deaf: Simulated) -> None:
        nasty = "[gift](https://evil.example) # top\n# head\n-# small\n> quote\n||hidden|| <@1> discord.gg/abc\u202etxt"
        await deaf.ada.submit({"What you want to say": nasty})
        message = deaf.ben.sees("Ada answered:")
        assert message is not None
        found = read(message.content)
        assert found.does <= {"quote", "bold"}
        assert not found.links
        assert message.flags.suppress_embeds

    async def test_that_is_long_is_shown_as_a_file(self, deaf: Simulated) -> None:
        await deaf.ada.submit({"What you want to say": "word " * 790})
        message = deaf.ben.sees("Ada answered:")
        assert message is not None
        assert [file.filename for file in message.attachments] == ["what-you-wrote.txt"]
        assert len(deaf.house.texts[-1]) > 3900

    async def test_that_cannot_be_stored_is_given_back(self, deaf: Simulated) -> None:
        before = len(deaf.house.events)
        deaf.house.away = True
        await deaf.ada.submit({"What you want to say": "Sort tickets"})
        message = deaf.ada.sees("Sort tickets")
        assert message is not None
        assert "the database cannot be reached" in message.content
        assert deaf.ben.sees("Sort tickets") is None
        assert len(deaf.house.events) == before
