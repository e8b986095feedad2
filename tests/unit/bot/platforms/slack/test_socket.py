"""Socket Mode: connections that are kept, replaced and watched, and envelopes that are acknowledged once they were stored."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.chat.events import ChatEvent
from tests.fakes.house import FakeHouse
from tests.fakes.slack_person import person
from tests.fakes.slack_server import SlackServer
from tests.unit.bot.platforms.slack.served import QUICK, Served, room_of, running, served


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as there:
        yield there


async def heard(there: Served, text: str) -> None:
    await there.ada.dm(text)
    await there.settled()
    assert text in there.house.texts


class TestAnEnvelope:
    async def test_is_acknowledged_by_its_id_once_it_is_stored(self, there: Served) -> None:
        await heard(there, "hello")
        assert len({ack["envelope_id"] for ack in there.slack.socket.acks}) == len(there.slack.socket.acks)
        assert there.slack.delivery.lost == []

    async def test_waits_for_its_acknowledgement_until_it_is_stored(self, tmp_path: Path) -> None:
        house = SlowHouse(0.3)
        async with served(tmp_path, house=house) as there:
            await there.ada.dm("hello")
            await house.begun.wait()
            assert there.slack.socket.acks == []
            await there.settled()
            assert house.texts == ["hello"]
            assert there.slack.socket.acks

    async def test_that_is_delivered_again_is_acknowledged_and_stored_no_second_time(self, there: Served) -> None:
        there.slack.delivery.tricks.append("twice")
        await heard(there, "hello")
        assert there.house.texts == ["hello"]

    async def test_whose_connection_breaks_comes_again(self, there: Served) -> None:
        there.slack.delivery.retries = (0.2, 0.2)
        there.slack.delivery.tricks.append("dropped")
        await heard(there, "hello")
        assert there.house.texts == ["hello"]

    async def test_that_is_no_json_disturbs_nobody(self, there: Served) -> None:
        for text in ("{", "[]", '"x"', "{}", '{"type": "unknown"}'):
            await there.slack.socket.open[0].send_str(text)
        await heard(there, "hello")


class TestAConnection:
    async def test_that_breaks_is_made_anew(self, there: Served) -> None:
        there.slack.socket.drop()
        await there.slack.socket.until_connected(2)
        await heard(there, "hello")

    @pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
    async def test_that_slack_wants_replaced_is_replaced_before_it_ends(self, there: Served, reason: str) -> None:
        first = there.slack.socket.open[0]
        await first.send_json({"type": "disconnect", "reason": reason})
        await there.until(lambda: there.slack.socket.connected == 2)
        assert not first.closed
        await heard(there, "hello")
        await there.until(lambda: first not in there.slack.socket.open)
        await heard(there, "still there?")

    async def test_that_was_replaced_is_listened_to_until_it_ends(self, tmp_path: Path) -> None:
        async with served(tmp_path, patience=replace(QUICK, drain=5)) as there:
            first = there.slack.socket.open[0]
            await first.send_json({"type": "disconnect", "reason": "warning"})
            await there.until(lambda: there.slack.socket.connected == 2)
            for number in range(6):  # over both connections in turn
                await there.ada.dm(str(number))
            await there.settled()
            assert sorted(there.house.texts) == ["0", "1", "2", "3", "4", "5"]

    async def test_that_answers_no_ping_is_given_up(self, there: Served) -> None:
        there.slack.socket.silent = True
        await there.until(lambda: there.slack.socket.connected == 2)
        there.slack.socket.silent = False
        await there.slack.socket.until_connected(2)
        await heard(there, "hello")

    async def test_over_which_nothing_came_for_long_is_replaced_although_it_answers(self, tmp_path: Path) -> None:
        async with served(tmp_path, patience=replace(QUICK, quiet=0.3, heartbeat=5)) as there:
            await there.until(lambda: there.slack.socket.connected >= 2)
            await heard(there, "hello")

    async def test_is_tried_again_at_a_new_address_each_time(self, tmp_path: Path) -> None:
        async with served(tmp_path) as there:
            there.slack.socket.most = 0  # whoever connects is sent away
            there.slack.socket.drop()
            opened = len(there.slack.called("apps.connections.open"))
            await there.until(lambda: len(there.slack.called("apps.connections.open")) > opened + 2)
            there.slack.socket.most = 10
            await there.slack.socket.until_connected(2)
            await heard(there, "hello")

    async def test_waits_as_long_as_slack_says(self, there: Served, caplog: pytest.LogCaptureFixture) -> None:
        there.slack.faults.add("apps.connections.open", "limited", seconds=2)
        there.slack.socket.drop()
        await there.slack.socket.until_connected(2)
        assert "the next attempt is in 2 s" in caplog.text

    async def test_that_slack_refuses_is_told_clearly(self, there: Served, caplog: pytest.LogCaptureFixture) -> None:
        there.slack.faults.add("apps.connections.open", "refused", code="invalid_auth")
        there.slack.socket.drop()
        await there.slack.socket.until_connected(2)
        assert "Slack refuses Socket Mode: invalid_auth" in caplog.text
        assert "xapp-" not in caplog.text

    async def test_that_ends_since_socket_mode_was_switched_off_is_told_clearly(
        self, there: Served, caplog: pytest.LogCaptureFixture
    ) -> None:
        await there.slack.socket.open[0].send_json({"type": "disconnect", "reason": "link_disabled"})
        await there.until(lambda: there.slack.socket.connected == 2)
        assert "Slack ended Socket Mode: link_disabled" in caplog.text

    async def test_comes_back_when_slack_does(self, tmp_path: Path) -> None:
        house = FakeHouse()
        async with SlackServer().running() as slack:
            port = slack.port
            platform = room_of(slack, tmp_path)
            task = asyncio.create_task(platform.run(house))
            await slack.socket.until_connected()
        async with SlackServer(port=port).running() as slack:
            await slack.socket.until_connected()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await platform.aclose()


class TestTheEnd:
    async def test_lets_what_is_in_hand_be_stored_and_acknowledged(self, tmp_path: Path) -> None:
        house = SlowHouse()
        async with SlackServer().running() as slack:
            ada = person(slack, "Ada")
            async with running(room_of(slack, tmp_path), house):
                await ada.dm("hello")
                await house.begun.wait()
            assert house.texts == ["hello"]
            await slack.delivery.settled()
            assert slack.delivery.lost == []


class SlowHouse(FakeHouse):
    """One that takes its time to store."""

    def __init__(self, seconds: float = 0.1) -> None:
        super().__init__()
        self.seconds = seconds
        self.begun = asyncio.Event()

    async def receive(self, event: ChatEvent) -> bool:
        self.begun.set()
        await asyncio.sleep(self.seconds)
        return await super().receive(event)
