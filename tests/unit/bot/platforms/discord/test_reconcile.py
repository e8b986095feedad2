"""What was said while there was no session is looked up: little of it, and nothing older than what was heard."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.words import say
from bot.chat.catching_up import CatchingUp
from bot.platforms.discord.listeners import Listeners
from bot.platforms.discord.reconcile import Reconciler
from tests.fakes.house import FakeHouse
from tests.unit.bot.platforms.discord.connected import Connected, connected, platform_of, serving


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Connected]:
    async with connected(tmp_path) as there:
        yield there


async def missed(there: Connected, count: int) -> list[str]:
    """The session ends, and after that a new one begins; what of the meantime is handed in."""
    heard = len(there.house.texts)
    there.gateway.drop()
    await there.gateway.until(lambda gateway: gateway.connected)
    await there.until(lambda: len(there.house.texts) == heard + count)
    await there.settled()
    return there.house.texts[heard:]


async def test_a_message_in_a_thread_is_handed_in_under_the_id_it_would_have_had(there: Connected) -> None:
    thread = await there.begun()
    there.gateway.forget()
    said = there.say("bed 4 slept well", thread)
    assert await missed(there, 1) == ["bed 4 slept well"]
    assert there.house.messages[-1].id == f"discord:{thread.id}:{said['id']}"
    assert there.house.messages[-1].sender.conversation_id == there.house.messages[0].sender.conversation_id


async def test_with_the_roles_of_whoever_said_it(there: Connected) -> None:
    nurses = there.world.add_role(there.guild, "nurses")
    there.world.add_member(there.guild, there.ada, nurses)
    thread = await there.begun()
    there.gateway.forget()
    there.say("bed 4", thread)
    await missed(there, 1)
    assert there.house.messages[-1].sender.groups == (f"discord:{there.guild.id}:role:{nurses}",)


async def test_without_them_where_the_connection_breaks_meanwhile(there: Connected) -> None:
    thread = await there.begun()
    there.gateway.forget()
    there.discord.faults.add(r"GET /guilds/\d+/members/\d+", "dropped_before", times=2)  # aiohttp asks twice
    there.say("bed 4", thread)
    assert await missed(there, 1) == ["bed 4"]
    assert there.house.messages[-1].sender.groups is None


async def test_direct_messages_are_in_the_order_in_which_they_were_written(there: Connected) -> None:
    there.dm("hello")
    await there.until(lambda: there.house.texts)
    there.gateway.forget()
    for number in range(3):
        there.dm(str(number))
    assert await missed(there, 3) == ["0", "1", "2"]


async def test_what_bots_and_we_said_stays_out(there: Connected) -> None:
    thread = await there.begun()
    there.gateway.forget()
    robot = there.world.add_user("ci", bot=True)
    for author in (robot, there.world.bot):
        there.world.say(thread, author, "beep")
    there.say("bed 4", thread)
    assert await missed(there, 1) == ["bed 4"]


async def test_threads_in_which_nothing_was_said_to_us_are_not_read(there: Connected) -> None:
    thread = await there.begun()
    others = there.world.add_thread(there.ward, "between us")
    there.gateway.forget()
    there.say("lunch?", others)
    there.say("bed 4", thread)
    there.discord.calls.clear()
    assert await missed(there, 1) == ["bed 4"]
    assert there.discord.called(f"GET /channels/{others.id}/messages") == []


class TestAMentionInAChannel:
    """Of those in which people talk to us the latest messages are looked through for what names us."""

    async def test_begins_its_thread_as_if_it_came_now(self, there: Connected) -> None:
        await there.begun()
        there.gateway.forget()
        root = there.say("@app and the letters")
        there.say("lunch?")
        assert await missed(there, 1) == ["and the letters"]
        heard = there.house.messages[-1]
        assert heard.id == f"discord:{there.ward.id}:{root['id']}"
        assert heard.sender.conversation_id == f"discord:{there.guild.id}:{there.ward.id}:{root['id']}"
        assert int(root["id"]) in there.world.channels, "the thread was begun"

    async def test_several_are_taken_in_the_order_in_which_they_were_said(self, there: Connected) -> None:
        await there.begun()
        there.gateway.forget()
        for number in range(3):
            there.say(f"@app {number}")
        assert await missed(there, 3) == ["0", "1", "2"]

    async def test_that_was_heard_is_not_heard_again(self, there: Connected) -> None:
        await there.begun()
        there.discord.calls.clear()
        await reconciler_of(there).run()
        assert there.house.texts == ["begin"]
        assert there.discord.called("POST /threads") == []

    async def test_that_was_answered_with_a_sentence_is_not_answered_again(self, there: Connected) -> None:
        await there.begun()
        there.discord.faults.add("POST /threads", "refused", status=400, code=160006)
        there.say("@app one thread more")
        await there.until(lambda: say("discord.threads_full") in there.ward.texts)
        before = len(there.ward.said)
        await reconciler_of(there).run()
        await there.settled()
        assert len(there.ward.said) == before
        assert there.house.texts == ["begin"], "whoever was asked to say it again may have done so elsewhere"

    async def test_of_long_ago_is_left_alone(self, there: Connected) -> None:
        await there.begun()
        told, there.world.dispatch = there.world.dispatch, lambda event, data: None
        there.say("@app long ago")
        there.world.dispatch = told
        there.world.passed += timedelta(days=3, hours=1).total_seconds()
        thread = there.world.channels[int(there.ward.said[0]["id"])]
        there.say("bed 4", thread)
        await there.until(lambda: len(there.house.texts) == 2)
        reconciler = reconciler_of(there)
        reconciler.catching_up = CatchingUp(clock=lambda: there.house.events[-1].at)
        await reconciler.run()
        assert there.house.texts == ["begin", "bed 4"]

    async def test_in_a_channel_where_nobody_talks_to_us_is_not_looked_for(self, there: Connected) -> None:
        await there.begun()
        other = there.world.add_channel(there.guild, "canteen")
        there.discord.calls.clear()
        await reconciler_of(there).run()
        assert there.discord.called(f"GET /channels/{there.ward.id}/messages")
        assert there.discord.called(f"GET /channels/{other.id}/messages") == []


async def test_what_came_before_the_latest_that_was_heard_is_not_asked_for(there: Connected) -> None:
    thread = await there.begun()
    tell, there.world.dispatch = there.world.dispatch, lambda event, data: None
    there.say("lost, and nobody knows", thread)
    there.world.dispatch = tell
    there.world.passed += 1
    there.say("heard", thread)
    await there.until(lambda: there.house.texts[-1] == "heard")
    there.gateway.forget()
    there.world.passed += 1
    there.say("lost, and looked up", thread)
    assert await missed(there, 1) == ["lost, and looked up"]


async def test_a_conversation_of_long_ago_is_left_alone(there: Connected) -> None:
    thread = await there.begun()
    said = there.say("bed 4", thread)
    await there.until(lambda: len(there.house.texts) == 2)
    reconciler = reconciler_of(there)
    reconciler.catching_up = CatchingUp(clock=lambda: there.house.events[-1].at + timedelta(days=4))
    there.discord.calls.clear()
    await reconciler.run()
    assert (there.discord.called("GET /messages"), said["content"]) == ([], "bed 4")


async def test_a_channel_that_is_lost_keeps_nobody_from_the_others(there: Connected) -> None:
    there.dm("hello")
    await there.until(lambda: there.house.texts)
    thread = await there.begun()
    thread.denied.add("view")
    there.gateway.forget()
    there.dm("and?")
    assert await missed(there, 1) == ["and?"]


async def test_discord_is_asked_again_when_it_says(there: Connected) -> None:
    there.dm("hello")
    await there.until(lambda: there.house.texts)
    there.gateway.forget()
    there.dm("and?")
    there.discord.faults.add("GET /messages", "garbled", seconds=7)
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    reconciler_of(there).catching_up = CatchingUp(sleep=sleep)
    assert await missed(there, 1) == ["and?"]
    assert waited == [7]


async def test_a_thread_that_was_begun_by_a_process_that_died_is_answered(there: Connected, tmp_path: Path) -> None:
    """It had begun the thread, and stored nothing yet."""
    thread = await there.begun()
    there.serving.cancel()
    house = FakeHouse()
    async with serving(platform_of(there.discord, tmp_path), house):
        await there.gateway.until(lambda gateway: len(gateway.identified) == 2)
        await there.until(lambda: house.texts)
    assert house.texts == ["begin"]
    assert house.messages[0].id == there.house.messages[0].id
    assert house.messages[0].sender.conversation_id.endswith(f":{thread.id}")


async def test_one_that_we_began_ourselves_for_a_command_is_left_alone(there: Connected) -> None:
    root = there.world.post(there.ward, {"content": "A model of your own"})
    there.world.add_thread(there.ward, "A model of your own", int(root["id"]))
    there.gateway.forget()
    there.gateway.drop()
    await there.gateway.until(lambda gateway: gateway.connected and len(gateway.identified) == 2)
    await there.until(lambda: there.discord.called(f"GET /channels/{there.ward.id}/messages/{root['id']}"))
    await there.settled()
    assert there.house.events == []


def reconciler_of(there: Connected) -> Reconciler:
    hearing = there.platform.client.hearing
    assert isinstance(hearing, Listeners)
    return hearing.reconciler
