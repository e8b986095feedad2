"""Requests over HTTP: Slack's alone, as young as they must be, and whole."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from tests.fakes.house import FakeHouse
from tests.fakes.slack_server import SlackServer
from tests.fakes.slack_socket import signed
from tests.fakes.slack_workspace import SECRET
from tests.unit.bot.platforms.slack.recorded import recorded
from tests.unit.bot.platforms.slack.served import Served, room_of, served
from tests.unit.bot.platforms.slack.test_socket import SlowHouse

BODY = json.dumps(recorded("message_im"))


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path, http=True) as there:
        yield there


async def sent(there: Served, body: str | bytes, headers: dict[str, str], path: str = "/slack/events") -> int:
    url = f"http://127.0.0.1:{there.platform.port}{path}"
    kind = {"Content-Type": "application/json"} | headers
    async with aiohttp.ClientSession() as session, session.post(url, data=body, headers=kind) as answer:
        await answer.read()
        return answer.status


async def test_what_slack_signed_is_heard(there: Served) -> None:
    assert await sent(there, BODY, signed(BODY)) == 200
    assert there.house.texts == ["Write the shift report for bed 4"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(BODY, "another secret"),
        signed(BODY + " "),
        {"X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=0"},
        {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=0"},
        {"X-Slack-Request-Timestamp": "-1", "X-Slack-Signature": "v0=0"},
    ],
)
async def test_what_is_not_signed_so_is_not(there: Served, headers: dict[str, str]) -> None:
    assert await sent(there, BODY, headers) == 401
    assert there.house.events == []


@pytest.mark.parametrize("seconds", [-301, 301, -100000])
async def test_what_was_signed_more_than_five_minutes_ago_is_a_replay(there: Served, seconds: int) -> None:
    headers = signed(BODY, SECRET, str(int(time.time()) + seconds))
    assert await sent(there, BODY, headers) == 401
    assert there.house.events == []


async def test_the_check_of_certificates_is_answered_and_lets_nothing_through(there: Served) -> None:
    assert await sent(there, "ssl_check=1&token=x", {}) == 200
    assert await sent(there, json.dumps(recorded("message_im") | {"ssl_check": "1"}), {}) == 401
    assert await sent(there, "ssl_check=1&command=/tune&team_id=T0WARD&user_id=U0ADA&text=status", {}) == 200
    assert there.house.events == []
    assert there.house.placed == []


async def test_the_question_whether_we_are_there_is_answered(there: Served) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"})
    assert await sent(there, body, signed(body)) == 200
    assert await sent(there, body, {}) == 401


@pytest.mark.parametrize("body", ["{", "", "payload=%7B", b"\xff\xfe", "null", "[" * 100_000, "a=b"])
async def test_what_nobody_signed_is_not_even_read(
    there: Served, body: str | bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert await sent(there, body, signed("")) == (401 if body else 404)
    assert "Traceback" not in caplog.text


async def test_elsewhere_there_is_nothing(there: Served) -> None:
    assert await sent(there, BODY, signed(BODY), "/") == 404
    assert await sent(there, BODY, signed(BODY), "/slack/install") == 404


async def test_what_is_in_hand_at_the_end_is_stored_and_answered(tmp_path: Path) -> None:
    house = SlowHouse()
    async with SlackServer().running() as slack:
        platform = room_of(slack, tmp_path, http=True)
        task = asyncio.create_task(platform.run(house))
        await platform.listening.wait()
        url = f"http://127.0.0.1:{platform.port}/slack/events"
        async with aiohttp.ClientSession() as session:
            asked = asyncio.create_task(session.post(url, data=BODY, headers=signed(BODY)).__aenter__())
            await house.begun.wait()
            task.cancel()
            answer = await asked
            assert answer.status == 200
        await asyncio.gather(task, return_exceptions=True)
        await platform.aclose()
    assert house.texts == ["Write the shift report for bed 4"]


async def test_a_port_that_is_in_use_is_no_mystery(there: Served, tmp_path: Path) -> None:
    other = room_of(there.slack, tmp_path, http=True)
    other.setup = type(other.setup)(**{**vars(other.setup), "port": there.platform.port})
    with pytest.raises(OSError, match="address already in use"):
        await other.run(FakeHouse())
    await other.aclose()
