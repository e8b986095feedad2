"""Discord without the message-content intent: what is said in a thread is not heard, and the same conversation goes by forms."""

from collections.abc import AsyncIterator

import discord
import pytest

from agent.words import say
from bot.platforms.discord.client import ThreadtuneClient, intents
from tests.fakes.discord_chat import new_chat, serving_files
from tests.platforms.discord import DiscordRoom
from tests.platforms.journeys import GOAL, WHOLE_EXAMPLE, finds
from tests.platforms.meaning import plain
from tests.platforms.serving import House


@pytest.fixture
async def deaf(house: House) -> AsyncIterator[DiscordRoom]:
    chat = new_chat(approved_intents=intents(content=False))
    hearing = chat.connect

    async def connect(client: discord.Client) -> None:
        """As ``connecting`` does once it was told what the application may hear."""
        assert isinstance(client, ThreadtuneClient)
        client.deafen()
        await hearing(client)

    chat.connect = connect  # type: ignore[method-assign]  # of this one world
    async with serving_files(chat) as api_url:
        room = DiscordRoom(house, chat, api_url)
        await room.open()
        yield room
        await room.aclose()


async def test_what_asks_for_words_has_a_form_for_them_and_they_count_as_a_message(deaf: DiscordRoom) -> None:
    ana, bo = deaf.together("Ana", "Bo")
    await ana.say(GOAL)
    assert say("discord.answer") in (await ana.read())[-1].buttons
    await ana.press(say("question.decide_rest"))
    asked = (await ana.read())[-1]
    assert say("discord.answer") in asked.buttons
    await bo.read()
    await ana.fill(say("discord.answer"), {say("discord.answer.label"): WHOLE_EXAMPLE})
    proposed = finds(await ana.read(), "row.title")
    assert "Item: nails" in plain(proposed.text)
    assert finds(await bo.read(), "row.title")


async def test_who_writes_all_the_same_is_told_how_they_are_heard(deaf: DiscordRoom) -> None:
    ana, _ = deaf.together("Ana", "Bo")
    await ana.say(GOAL)
    await ana.read()
    await ana.say(WHOLE_EXAMPLE)
    (told,) = await ana.read()
    assert plain(say("discord.deaf")) in plain(told.text)
    assert not await deaf.house.store.rows.of_project((await deaf.house.store.projects.all())[0].id)
