"""What goes on beside is never silent, things that must come in order do, and what is remembered has an end."""

import asyncio

import pytest

from bot.chat.background import Background
from bot.chat.errors import Refused
from bot.chat.ordering import InOrder
from bot.chat.remembering import Latest


async def failing(error: Exception) -> None:
    raise error


async def test_what_fails_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    background = Background()
    background.start(failing(ValueError("a fault of ours")), "opening a form")
    background.start(failing(Refused("not_in_channel")), "saying hello")
    await background.finished()
    assert "opening a form failed" in caplog.text
    assert "a fault of ours" in caplog.text
    assert "saying hello failed: not_in_channel" in caplog.text


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


def test_what_was_noted_longest_ago_is_forgotten_for_what_is_new() -> None:
    known = Latest[str, int](2)
    for name, number in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        known[name] = number
    assert known == {"a": 3, "c": 4}
