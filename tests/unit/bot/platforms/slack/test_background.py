"""What goes on beside is never silent, and things that must come in order do."""

import asyncio

import pytest

from bot.chat.errors import Refused
from bot.platforms.slack.background import Background
from bot.platforms.slack.notices import RESPONSE_LIVES, RESPONSE_USES, ResponseUrls
from bot.platforms.slack.ordering import InOrder


async def failing(error: Exception) -> None:
    raise error


async def test_what_fails_is_in_the_log_and_whoever_waits_is_told(caplog: pytest.LogCaptureFixture) -> None:
    told: list[Exception] = []

    async def tell(error: Exception) -> None:
        told.append(error)

    background, error = Background(), ValueError("a fault of ours")
    background.start(failing(error), "opening a form", tell)
    background.start(failing(Refused("not_in_channel")), "saying hello")
    await background.finished()
    assert told == [error]
    assert "opening a form failed" in caplog.text
    assert "saying hello failed: not_in_channel" in caplog.text


async def test_a_failure_to_tell_is_in_the_log_too(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()
    background.start(failing(ValueError()), "opening a form", failing)
    await background.finished()
    assert "saying that opening a form failed failed" in caplog.text


async def test_it_ends_with_the_process() -> None:
    background = Background()
    background.start(asyncio.sleep(100), "waiting")
    await background.aclose()
    await background.finished()


async def test_one_thing_at_a_time_for_each_key_in_the_order_of_arrival() -> None:
    order, done = InOrder(), list[str]()

    async def do(key: str, number: int, seconds: float) -> None:
        async with order.of(key):
            await asyncio.sleep(seconds)
            done.append(f"{key}{number}")

    await asyncio.gather(do("a", 1, 0.02), do("a", 2, 0), do("b", 1, 0), do("a", 3, 0))
    assert done == ["b1", "a1", "a2", "a3"]
    assert order._locks == {}


async def test_a_fault_in_one_lets_the_next_come() -> None:
    order = InOrder()
    with pytest.raises(ValueError, match="x"):
        async with order.of("a"):
            raise ValueError("x")
    async with order.of("a"):
        pass


class TestResponseUrls:
    def test_serve_five_times_within_half_an_hour(self) -> None:
        now = 0.0
        urls = ResponseUrls(lambda: now)
        urls.keep("c-1", "ada", "https://hooks.slack.com/1")
        assert [urls.use("c-1", "ada") for _ in range(RESPONSE_USES)] == ["https://hooks.slack.com/1"] * 5
        assert urls.use("c-1", "ada") is None
        urls.keep("c-1", "ada", "https://hooks.slack.com/2")
        now = RESPONSE_LIVES + 1
        assert urls.use("c-1", "ada") is None

    def test_belong_to_a_card_and_a_person(self) -> None:
        urls = ResponseUrls(lambda: 0.0)
        urls.keep("c-1", "ada", "https://hooks.slack.com/1")
        urls.keep("c-2", "ada", "")
        assert urls.use("c-1", "ben") is None
        assert urls.use("c-2", "ada") is None

    def test_are_not_kept_without_end(self) -> None:
        urls = ResponseUrls(lambda: 0.0)
        for number in range(3000):
            urls.keep(f"c-{number}", "ada", "https://hooks.slack.com/1")
        assert urls.use("c-0", "ada") is None
        assert len(urls._kept) == 2000
