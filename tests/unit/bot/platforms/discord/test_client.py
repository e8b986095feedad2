"""The connection, with discord.py's own client: dropped, resumed, refused, slow."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agent.words import say
from bot.platforms.discord.setup import BadSetup
from tests.fakes.discord_gateway import MESSAGE_CONTENT, PRIVILEGED, Gateway
from tests.fakes.discord_server import DiscordServer
from tests.fakes.house import FakeHouse
from tests.unit.bot.platforms.discord.connected import Connected, connected, platform_of, serving


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as there:
        yield there


async def test_what_is_said_arrives_compressed_as_discord_py_asks_for_it(there: Connected) -> None:
    there.dm("hello")
    await there.until(lambda: there.house.texts)
    assert there.house.texts == ["hello"]
    assert "compress=z" in there.gateway.asked[0]


async def test_no_more_is_asked_for_than_is_needed(there: Connected) -> None:
    (identified,) = there.gateway.identified
    assert identified["intents"] & PRIVILEGED == MESSAGE_CONTENT


async def test_a_mention_begins_a_thread_over_the_network_too(there: Connected) -> None:
    thread = await there.begun()
    assert there.house.messages[0].sender.conversation_id == f"discord:{there.guild.id}:{there.ward.id}:{thread.id}"
    assert thread.parent == there.ward.id


class TestAConnectionThatBreaks:
    async def test_is_resumed_and_what_was_missed_comes_once(self, there: Connected) -> None:
        there.dm("one")
        await there.until(lambda: there.house.texts)
        there.gateway.drop()
        there.dm("two")
        there.dm("three")
        await there.gateway.until(lambda gateway: gateway.resumed == 1)
        await there.until(lambda: len(there.house.texts) == 3)
        assert there.house.texts == ["one", "two", "three"]
        assert len(there.gateway.identified) == 1

    async def test_is_resumed_when_discord_asks_for_it(self, there: Connected) -> None:
        await there.gateway.ask_to_reconnect()
        await there.gateway.until(lambda gateway: gateway.resumed == 1)
        there.dm("still there?")
        await there.until(lambda: there.house.texts)

    async def test_nothing_is_looked_up_after_it(self, there: Connected) -> None:
        there.dm("one")
        await there.until(lambda: there.house.texts)
        await there.settled()
        there.discord.calls.clear()
        there.gateway.drop()
        await there.gateway.until(lambda gateway: gateway.resumed == 1)
        await there.settled()
        assert there.discord.called("GET /messages") == []

    async def test_heartbeats_that_nobody_answers_end_it(self, tmp_path: Path) -> None:
        def silent(discord: DiscordServer, gateway: Gateway) -> None:
            gateway.heartbeat = 0.05

        async with connected(tmp_path, silent) as there:
            there.platform.client._connection.heartbeat_timeout = 0.3
            there.gateway.drop()  # the next connection has so little patience
            await there.gateway.until(lambda gateway: gateway.resumed == 1)
            there.gateway.deaf = True
            await there.gateway.until(lambda gateway: len(gateway.asked) > 2)
            there.gateway.deaf = False
            there.dm("still there?")
            await there.until(lambda: there.house.texts)

    async def test_several_times_is_nothing_special(self, there: Connected) -> None:
        for text in ("one", "two", "three"):
            there.gateway.drop()
            there.dm(text)
            await there.gateway.until(lambda gateway: gateway.connected)
        await there.until(lambda: there.house.texts == ["one", "two", "three"])


class TestASessionThatIsOver:
    async def test_is_begun_anew_and_what_was_missed_is_looked_up(self, there: Connected) -> None:
        thread = await there.begun()
        there.dm("hello")
        await there.until(lambda: len(there.house.texts) == 2)
        there.gateway.forget()
        there.gateway.drop()
        there.dm("lost in direct messages")
        there.say("lost in the thread", thread)
        await there.until(lambda: len(there.house.texts) == 4)
        assert sorted(there.house.texts[2:]) == ["lost in direct messages", "lost in the thread"]
        assert len(there.gateway.identified) == 2

    async def test_by_an_invalid_session_too(self, there: Connected) -> None:
        await there.gateway.invalidate()
        await there.gateway.until(lambda gateway: len(gateway.identified) == 2)
        await there.gateway.until(lambda gateway: gateway.connected)
        there.dm("hello")
        await there.until(lambda: there.house.texts)

    async def test_by_an_unknown_code_is_tried_again_and_logged(
        self, there: Connected, caplog: pytest.LogCaptureFixture
    ) -> None:
        await there.gateway.close(4012)
        await there.gateway.until(lambda gateway: len(gateway.identified) == 2)
        there.dm("hello")
        await there.until(lambda: there.house.texts)
        assert "Discord ended the connection with code 4012" in caplog.text


class TestTheMessageContentIntent:
    async def test_is_not_asked_for_where_the_application_does_not_have_it(self, tmp_path: Path) -> None:
        def without(discord: DiscordServer, gateway: Gateway) -> None:
            discord.world.content_intent = False
            gateway.allowed = 0

        async with connected(tmp_path, without) as there:
            assert there.platform.client.deaf
            assert [one["intents"] & MESSAGE_CONTENT for one in there.gateway.identified] == [0]
            await self.is_deaf(there)

    async def test_that_discord_refuses_all_the_same_is_done_without(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        def refused(discord: DiscordServer, gateway: Gateway) -> None:
            gateway.allowed = 0

        async with connected(tmp_path, refused) as there:
            assert there.platform.client.deaf
            assert [one["intents"] & MESSAGE_CONTENT for one in there.gateway.identified] == [MESSAGE_CONTENT, 0]
            assert "message-content intent" in caplog.text
            await self.is_deaf(there)

    async def is_deaf(self, there: Connected) -> None:
        """Heard are mentions and direct messages; of the rest it is said that it is not."""
        thread = await there.begun()
        there.say("bed 4 slept well", thread)
        there.dm("hello")
        await there.until(lambda: say("discord.deaf") in thread.texts)
        await there.until(lambda: len(there.house.texts) == 2)
        assert there.house.texts == ["begin", "hello"]


class TestAToken:
    async def test_that_discord_does_not_accept_is_a_bad_setup(self, tmp_path: Path) -> None:
        def other(discord: DiscordServer, gateway: Gateway) -> None:
            discord.faults.add("GET /users/@me", "refused", status=401, code=0)

        with pytest.raises(BadSetup) as raised:
            async with connected(tmp_path, other):
                pass
        assert (raised.value.name, raised.value.code) == ("DISCORD_TOKEN", "token_refused")

    async def test_that_is_reset_meanwhile_ends_it_too(self, there: Connected) -> None:
        await there.gateway.close(4004)
        with pytest.raises(BadSetup):
            await asyncio.wait_for(there.serving, 20)


class TestADiscordThatIsAway:
    async def test_is_asked_again_until_it_is_back(self, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
        def away(discord: DiscordServer, gateway: Gateway) -> None:
            discord.faults.add("GET /users/@me", "dropped_before", times=2)  # aiohttp asks once more by itself
            gateway.refuses = 1

        async with connected(tmp_path, away) as there:
            there.dm("hello")
            await there.until(lambda: there.house.texts)
        assert caplog.text.count("Discord cannot be reached") == 2

    async def test_that_is_slow_is_waited_for(self, tmp_path: Path) -> None:
        def slow(discord: DiscordServer, gateway: Gateway) -> None:
            discord.faults.add("GET /users/@me", "slow", seconds=0.3)

        async with connected(tmp_path, slow) as there:
            there.dm("hello")
            await there.until(lambda: there.house.texts)

    async def test_that_is_slow_for_one_keeps_nobody_else_waiting(self, there: Connected) -> None:
        there.discord.faults.add("POST /threads", "slow", seconds=1.0)
        there.say("@app begin")
        there.dm("hello")
        await there.until(lambda: there.house.texts)
        assert there.house.texts == ["hello"]
        await there.until(lambda: len(there.house.texts) == 2)


class TestCommands:
    async def test_are_sent_at_the_first_start_and_not_again(self, there: Connected, tmp_path: Path) -> None:
        assert [one["name"] for one in there.world.commands[None]] != []
        async with serving(platform_of(there.discord, tmp_path), FakeHouse()):
            pass
        assert len(there.discord.called("PUT /commands")) == 1

    async def test_that_cannot_be_sent_keep_nobody_from_talking(
        self, tmp_path: Path, caplog: pytest.LogCaptureFixture
    ) -> None:
        def refused(discord: DiscordServer, gateway: Gateway) -> None:
            discord.faults.add("PUT /commands", "refused")

        caplog.set_level(logging.WARNING)
        async with connected(tmp_path, refused) as there:
            there.dm("hello")
            await there.until(lambda: there.house.texts)
            assert "the commands cannot be sent" in caplog.text


async def test_after_the_end_things_can_be_posted_until_it_is_closed(there: Connected) -> None:
    there.dm("hello")
    await there.until(lambda: there.house.texts)
    there.serving.cancel()
    await asyncio.gather(there.serving, return_exceptions=True)
    direct = there.world.direct(there.ada)
    await there.platform.client.get_partial_messageable(direct.id).send("bye")
    assert direct.texts == ["hello", "bye"]
