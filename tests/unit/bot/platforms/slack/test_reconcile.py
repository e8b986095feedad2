"""What was said while nobody listened is looked up: little of it, and nothing older than what was heard."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.chat.catching_up import CatchingUp
from bot.chat.port import Known
from bot.platforms.slack.conversing import Conversing
from bot.platforms.slack.homes import Homes
from bot.platforms.slack.inbound import address_of, at
from bot.platforms.slack.reconcile import Reconciler, missed_in
from bot.platforms.slack.room import Room
from tests.fakes.house import FakeHouse
from tests.fakes.slack_workspace import Message
from tests.unit.bot.platforms.slack.recorded import THREAD, US, recorded
from tests.unit.bot.platforms.slack.served import Served, room_of, running, served


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as there:
        there.slack.echo = False
        yield there


async def missed(there: Served) -> list[str]:
    """Slack loses what comes next; then the connection is made anew."""
    heard = len(there.house.texts)
    there.slack.socket.drop()
    await there.slack.socket.until_connected(there.slack.socket.connected + 1)
    await there.until(lambda: len(there.house.texts) > heard)
    await there.settled()
    return there.house.texts[heard:]


def lose(there: Served, count: int = 1) -> None:
    there.slack.delivery.tricks += ["lost"] * count


async def test_a_message_in_a_thread_that_we_know_is_handed_in_under_the_id_it_would_have_had(there: Served) -> None:
    root = await there.ada.say("C0WARD", "@app begin")
    await there.settled()
    lose(there)
    ts = await there.ben.say("C0WARD", "bed 4 slept well", thread=root)
    assert await missed(there) == ["bed 4 slept well"]
    assert there.house.messages[-1].id == f"slack:T0WARD:C0WARD:{ts}"


async def test_direct_messages_are_looked_up_in_and_outside_their_thread(there: Served) -> None:
    first = await there.ada.dm("hello")
    await there.settled()
    lose(there, 2)
    await there.ada.dm("in the thread", thread=first)
    await there.ada.dm("outside")
    assert await missed(there) == ["in the thread", "outside"]


async def test_what_bots_and_we_said_stays_out(there: Served) -> None:
    root = await there.ada.say("C0WARD", "@app begin")
    await there.settled()
    for user, bot in (("U0BOT", "B0BOT"), ("U0CI", "B0CI")):
        there.slack.ward.post(Message("C0WARD", there.slack.ward.ts(), user, "beep", thread_ts=root, bot_id=bot))
    lose(there)
    await there.ben.say("C0WARD", "bed 4", thread=root)
    assert await missed(there) == ["bed 4"]


async def test_threads_in_which_nothing_was_said_to_us_are_not_read(there: Served) -> None:
    await there.ada.say("C0WARD", "@app begin")
    await there.settled()
    lose(there, 2)
    await there.ben.say("C0WARD", "lunch?", thread=await there.ada.say("C0WARD", "who is hungry?"))
    there.slack.calls.clear()
    there.slack.socket.drop()
    await there.slack.socket.until_connected(2)
    await there.until(lambda: there.slack.called("conversations.replies"))
    await there.settled()
    assert there.house.texts == ["begin"]
    assert there.slack.called("conversations.history") == []


async def test_what_came_before_the_latest_that_was_heard_is_not_asked_for(there: Served) -> None:
    root = await there.ada.say("C0WARD", "@app begin")
    lose(there)
    await there.ben.say("C0WARD", "lost, and nobody knows", thread=root)
    await there.ben.say("C0WARD", "heard", thread=root)
    await there.settled()
    lose(there)
    await there.ben.say("C0WARD", "lost, and looked up", thread=root)
    assert await missed(there) == ["lost, and looked up"]


async def test_a_connection_that_was_replaced_in_time_missed_nothing(there: Served) -> None:
    await there.ada.dm("hello")
    await there.settled()
    there.slack.calls.clear()
    await there.slack.socket.open[0].send_json({"type": "disconnect", "reason": "refresh_requested"})
    await there.slack.socket.until_connected(2)
    await there.ada.dm("again")
    await there.settled()
    assert there.slack.called("conversations.history") == []


async def test_at_the_start_what_was_said_meanwhile_is_looked_up(there: Served, tmp_path: Path) -> None:
    await there.ada.dm("hello")
    await there.settled()
    lose(there)
    await there.ada.dm("nobody there?")
    later = FakeHouse(events=there.house.events[:1])
    async with running(room_of(there.slack, tmp_path, http=True), later):
        await there.until(lambda: later.texts == ["hello", "nobody there?"])


def test_what_slack_adds_of_before_is_left_out() -> None:
    root = recorded("message_channel_mention")["event"]
    reply = recorded("message_channel_reply")["event"]
    known = Known(conversation_id=THREAD, address=address_of(THREAD), project=None, heard_last=at(root["ts"]))
    (missed,) = missed_in([root, reply, reply], "C0WARD", US, known)
    assert missed.ts == reply["ts"]


class TestWithinTheLimits:
    @pytest.fixture
    def waited(self) -> list[float]:
        return []

    @pytest.fixture
    def reconciler(self, there: Served, waited: list[float]) -> Reconciler:
        async def sleep(seconds: float) -> None:
            waited.append(seconds)
            there.clock.seconds += seconds

        platform = there.platform
        homes = Homes(there.house, platform.workspaces, platform.words, platform.background)
        room = Room(there.house, platform.workspaces, platform.words, platform.posting, platform.background, homes)
        now = lambda: there.house.events[-1].at + timedelta(minutes=1)  # shorter than a function of its own
        catching_up = CatchingUp(clock=now, sleep=sleep)
        return Reconciler(there.house, platform.workspaces, Conversing(room).take, catching_up)

    async def test_slack_is_asked_again_when_it_says(
        self, there: Served, reconciler: Reconciler, waited: list[float]
    ) -> None:
        await there.ada.dm("hello")
        await there.settled()
        lose(there)
        await there.ada.dm("and?")
        there.slack.faults.add("conversations.history", "limited", seconds=7)
        await reconciler.run()
        assert there.house.texts == ["hello", "and?"]
        assert waited == [7]

    async def test_an_app_that_is_sold_asks_about_few_conversations_and_few_messages(
        self, there: Served, reconciler: Reconciler, waited: list[float]
    ) -> None:
        there.platform.clients.pace.sold = True
        for _ in range(6):
            await there.ada.say("C0WARD", "@app begin")
        await there.settled()
        await reconciler.run()
        called = there.slack.called("conversations.replies")
        assert len(called) == 3
        assert {str(call["limit"]) for call in called} == {"15"}
        assert sum(waited) >= 2 * 59

    async def test_the_conversations_heard_from_last_come_first(self, there: Served, reconciler: Reconciler) -> None:
        roots = [await there.ada.say("C0WARD", f"@app {number}") for number in range(25)]
        await there.settled()
        await reconciler.run()
        asked = [call["ts"] for call in there.slack.called("conversations.replies")]
        assert asked == roots[:4:-1]

    async def test_those_of_long_ago_are_left_alone(self, there: Served, reconciler: Reconciler) -> None:
        await there.ada.dm("hello")
        await there.settled()
        reconciler.catching_up = CatchingUp(clock=lambda: there.house.events[-1].at + timedelta(days=4))
        await reconciler.run()
        assert there.slack.called("conversations.history") == []

    async def test_a_channel_that_is_lost_keeps_nobody_from_the_others(
        self, there: Served, reconciler: Reconciler
    ) -> None:
        await there.ada.dm("hello")
        await there.settled()
        await there.ada.say("C0WARD", "@app begin")
        await there.settled()
        there.ward.members.discard(there.slack.ward.bot)
        lose(there)
        await there.ada.dm("and?")
        await reconciler.run()
        assert there.house.texts[-1] == "and?"

    async def test_a_workspace_without_a_token_is_left_alone(self, there: Served, reconciler: Reconciler) -> None:
        await there.ada.dm("hello")
        await there.settled()
        await there.platform.workspaces.lost("T0WARD", "app_uninstalled")
        there.slack.calls.clear()
        await reconciler.run()
        assert there.slack.calls == []
