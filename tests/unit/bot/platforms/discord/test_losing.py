"""Servers that we come to, and places that we lose: who talked to us there is told, and nothing breaks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from simcord import ChannelHandle, GuildHandle

from agent.words import say
from tests.unit.bot.platforms.discord.simulated import Simulated, simulated


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Simulated]:
    async with simulated(tmp_path) as there:
        yield there


class TestComing:
    async def test_is_said_once_where_the_server_greets_newcomers(self, there: Simulated) -> None:
        guild = arrived(there)
        await there.settled()
        (channel,) = guild.channels.values()
        assert there.answers(channel) == [say("discord.hello")]
        (hello,) = channel.history()
        assert hello.flags.suppress_notifications

    async def test_is_not_said_elsewhere(self, there: Simulated) -> None:
        guild = arrived(there, greets=False)
        await there.settled()
        (channel,) = guild.channels.values()
        assert there.answers(channel) == []

    async def test_nor_in_a_server_that_is_not_served(self, tmp_path: Path) -> None:
        async with simulated(tmp_path, servers=frozenset({"1"})) as there:
            guild = arrived(there)
            await there.settled()
            (channel,) = guild.channels.values()
            assert there.answers(channel) == []


class TestLosing:
    async def test_a_channel_is_told_to_those_who_talked_there_each_once(self, there: Simulated) -> None:
        for who in (there.ada, there.ada, there.ben):
            await there.begun(who=who)
        there.chat.env.backend.delete_channel(there.chat.channel.id)
        await there.settled()
        for person in (there.ada, there.ben):
            assert there.answers(person.direct) == [say("discord.lost.channel")]

    async def test_a_thread_is_told_to_whoever_talked_there_last(self, there: Simulated) -> None:
        thread = await there.begun()
        await there.ben.say("bed 4", thread)
        there.chat.env.backend.delete_channel(thread.id)
        await there.settled()
        assert there.answers(there.ben.direct) == [say("discord.lost.thread")]

    async def test_a_server_is_told_too(self, there: Simulated) -> None:
        await there.begun()
        there.chat.env.backend.remove_guild(there.chat.guild.id)
        await there.settled()
        assert there.answers(there.ada.direct) == [say("discord.lost.server")]

    async def test_places_in_which_nothing_was_said_to_us_are_nothing_to_us(self, there: Simulated) -> None:
        await there.begun()
        other = there.chat.guild.create_text_channel("other")
        there.chat.env.backend.delete_channel(other.id)
        await there.settled()
        assert there.answers(there.ada.direct) == []

    async def test_a_thread_that_is_archived_is_not_lost_and_goes_on_with_the_next_message(
        self, there: Simulated
    ) -> None:
        thread = await there.begun()
        await closed(there, thread, archived=True)
        assert there.answers(there.ada.direct) == []
        await there.ben.say("back again", thread)
        assert there.house.texts == ["begin", "back again"]

    async def test_one_that_is_locked_besides_is(self, there: Simulated) -> None:
        thread = await there.begun()
        await closed(there, thread, archived=True, locked=True)
        assert there.answers(there.ada.direct) == [say("discord.lost.locked")]


async def closed(there: Simulated, thread: ChannelHandle, **state: bool) -> None:
    metadata = there.chat.env.backend.get_thread(thread.id).thread_metadata
    assert metadata is not None
    for name, value in state.items():
        setattr(metadata, name, value)
    there.chat.env.backend.announce_channel_update(thread.id)
    await there.settled()


def arrived(there: Simulated, greets: bool = True) -> GuildHandle:
    """We are added to a server, which has a channel in which it greets newcomers."""
    guild = there.chat.env.create_guild("St. Luke")
    channel = guild.create_text_channel("welcome")
    if greets:
        there.chat.env.backend.edit_guild(guild.id, {"system_channel_id": channel.id})
    handled = there.platform.client.get_guild(guild.id)
    assert handled is not None
    there.platform.client.dispatch("guild_join", handled)
    return guild
