"""Whatever a call to Discord ends with, the outbox knows what to do."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import aiohttp
import discord
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.words import knows
from bot.chat.errors import ChatError, PlaceLost, Refused, RetryLater, Uncertain
from bot.chat.messages import ChatMessage
from bot.platforms.discord.errors import (
    CHANNEL_LOST,
    CODES,
    LATER,
    LEAST_WAIT,
    LIMITED_FOR,
    LOGGED_OUT_FOR,
    LONGEST_WAIT,
    chat_error,
    translated,
)
from tests.unit.bot.platforms.discord.posted import Posted, posted

POST = r"POST /channels/\d+/messages"
HELLO = ChatMessage(text="Hello.")


def http_error(status: int, code: int = 0, headers: Mapping[str, str] | None = None) -> discord.HTTPException:
    response: Any = SimpleNamespace(status=status, reason="", headers=headers or {})
    return discord.HTTPException(response, {"code": code, "message": "no"})


def seconds(error: ChatError) -> float:
    assert isinstance(error, RetryLater)
    return error.seconds


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Posted]:
    async with posted(tmp_path) as there:
        yield there


class TestAnswers:
    @pytest.mark.parametrize(("code", "name"), CODES.items())
    def test_each_code_that_is_known_is_a_refusal_by_its_name(self, code: int, name: str) -> None:
        error = chat_error(http_error(403, code))
        assert isinstance(error, Refused)
        assert error.code == name

    @pytest.mark.parametrize(("code", "wait"), LATER.items())
    def test_not_now_is_tried_again(self, code: int, wait: float) -> None:
        assert seconds(chat_error(http_error(403, code))) == wait

    def test_a_limit_says_how_long(self) -> None:
        assert seconds(chat_error(http_error(429, headers={"Retry-After": "7.5"}))) == 7.5
        assert seconds(chat_error(discord.RateLimited(12))) == 12
        assert seconds(chat_error(http_error(429))) == LIMITED_FOR
        assert seconds(chat_error(http_error(429, headers={"Retry-After": "soon"}))) == LIMITED_FOR

    def test_a_wait_is_kept_within_reason(self) -> None:
        assert seconds(chat_error(discord.RateLimited(0))) == LEAST_WAIT
        assert seconds(chat_error(discord.RateLimited(1e9))) == LONGEST_WAIT

    def test_a_token_that_is_not_accepted_loses_no_message_and_the_operator_is_told(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert seconds(chat_error(http_error(401))) == LOGGED_OUT_FOR
        assert "does not accept the token any more" in caplog.text

    @pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
    def test_a_failure_inside_discord_tells_nothing(self, status: int) -> None:
        assert isinstance(chat_error(http_error(status)), Uncertain)

    @given(status=st.integers(400, 499).filter(lambda status: status not in (401, 429)), code=st.integers(0, 10**6))
    def test_any_other_answer_is_a_refusal(self, status: int, code: int) -> None:
        assert isinstance(chat_error(http_error(status, code)), Refused | RetryLater)

    def test_each_reason_to_lose_a_place_has_a_sentence(self) -> None:
        for code in CHANNEL_LOST - {"not_a_text_channel"} | {"dms_closed"}:
            assert knows(f"outbox.reason_{code}"), code


class TestConnections:
    def test_without_one_nothing_was_sent(self) -> None:
        key: Any = SimpleNamespace(host="discord.com", port=443, ssl=True)
        error = aiohttp.ClientConnectorError(key, OSError(111, "refused"))
        assert isinstance(chat_error(error), RetryLater)

    @pytest.mark.parametrize("error", [aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError()])
    def test_one_that_broke_leaves_it_open(self, error: Exception) -> None:
        assert isinstance(chat_error(error), Uncertain)

    def test_a_fault_of_ours_stays_one(self) -> None:
        for fault in (KeyError, RuntimeError, AttributeError):
            with pytest.raises(fault), translated():
                raise fault("ours")

    def test_what_is_translated_already_stays(self) -> None:
        with pytest.raises(PlaceLost), translated():
            raise PlaceLost("x")


class TestOverTheNetwork:
    @pytest.mark.parametrize("wrong", ["dropped_before", "dropped_after"])
    async def test_a_dropped_connection(self, there: Posted, wrong: Any) -> None:
        there.server.faults.add(POST, wrong)
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, HELLO, "tt-1")
        assert len(there.thread.said) == (wrong == "dropped_after")

    async def test_a_gateway_in_between_that_failed_after_it_was_done(self, there: Posted) -> None:
        there.server.faults.add(POST, "gateway", status=503)
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, HELLO, "tt-1")
        receipt = await there.posting.post(there.address, HELLO, "tt-1")
        assert [one["id"] for one in there.thread.said] == receipt["ids"]

    async def test_what_discord_py_tries_again_by_itself_shows_nothing_twice(self, there: Posted) -> None:
        there.server.faults.add(POST, "gateway")
        receipt = await there.posting.post(there.address, HELLO, "tt-1")
        assert [one["id"] for one in there.thread.said] == receipt["ids"]
        assert len(there.server.called(POST)) == 2

    async def test_a_token_that_was_reset_meanwhile(self, there: Posted) -> None:
        there.server.world.token = "another"
        with pytest.raises(RetryLater) as later:
            await there.posting.post(there.address, HELLO, "tt-1")
        assert later.value.seconds == LOGGED_OUT_FOR

    async def test_a_client_that_is_opened_anew_meanwhile(self, there: Posted) -> None:
        await there.client.http.close()
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, HELLO, "tt-1")
        there.client.http.clear()
        with pytest.raises(Uncertain):
            await there.posting.post(there.address, HELLO, "tt-1")
