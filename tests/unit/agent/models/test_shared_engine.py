"""One engine for the base and for versions: nobody is answered for another, and no adapter takes the base away."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from agent.models.engine import Address, Engine, EngineDown
from agent.models.shared_engine import AdapterRefused, SharedEngine

ASK = [{"role": "user", "content": "Write a short summary of the interview for the product team."}]
Told = dict[int, float]
"""Log-probabilities by token id."""


@pytest.fixture
async def shared(tiny_gguf: Path) -> AsyncIterator[SharedEngine]:
    shared = SharedEngine(Engine(tiny_gguf, context=512, threads=1), kept=2)
    yield shared
    await shared.aclose()


async def told(shared: SharedEngine, adapter: Path | None = None, **settings: Any) -> Told:
    """The likeliest first tokens of an answer, as they are told without any cache of prompts switched off by us."""
    body = {"messages": ASK, "max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": 10}
    body["logit_bias"] = [[270, 1000]]  # a plain word: of a token without text the engine tells nothing
    response = await shared.complete({**body, **settings}, adapter)
    (token,) = response.raise_for_status().json()["choices"][0]["logprobs"]["content"]
    return {found["id"]: found["logprob"] for found in token["top_logprobs"]}


async def answers(shared: SharedEngine, adapter: Path | None = None, tokens: int = 5) -> bool:
    body = {"messages": ASK, "max_tokens": tokens, "temperature": 0, "ignore_eos": True}
    response = await shared.complete(body, adapter)
    return int(response.raise_for_status().json()["usage"]["completion_tokens"]) == tokens


# Who answers


async def test_the_base_is_the_same_before_between_and_after_versions(
    shared: SharedEngine, adapters: list[Path]
) -> None:
    """The same prompt each time: what the engine keeps of it belongs to whoever read it."""
    base = await told(shared)
    one, two = await told(shared, adapters[0]), await told(shared, adapters[1])
    assert len({frozenset(found.items()) for found in (base, one, two)}) == 3, "each answers in its own way"
    for adapter, expected in ((None, base), (adapters[0], one), (None, base), (adapters[1], two), (adapters[0], one)):
        assert await told(shared, adapter) == pytest.approx(expected, abs=1e-4)


async def test_what_was_kept_of_an_earlier_prompt_is_not_given_to_another(
    shared: SharedEngine, adapters: list[Path]
) -> None:
    base = await told(shared)
    await told(shared, adapters[0])
    await told(shared, adapters[0], messages=[{"role": "user", "content": "Something else."}])
    await told(shared, None, messages=[{"role": "user", "content": "Something else again."}])
    assert await told(shared) == pytest.approx(base, abs=1e-4)


async def test_a_version_is_loaded_once_and_then_at_hand(shared: SharedEngine, adapters: list[Path]) -> None:
    await told(shared)
    first = shared.engine.pid
    await told(shared, adapters[0])
    second = shared.engine.pid
    assert second != first, "the engine was started anew, with the adapter"
    await told(shared)
    await told(shared, adapters[0])
    assert shared.engine.pid == second


async def test_those_asked_last_stay_loaded(shared: SharedEngine, adapters: list[Path]) -> None:
    for number in (0, 1, 0, 2):
        await told(shared, adapters[number])
    assert shared.engine.adapters == (adapters[0], adapters[2]), "it keeps two: the second was asked longest ago"


# One at a time


async def test_loading_a_version_waits_for_the_answer_that_is_being_given(
    shared: SharedEngine, adapters: list[Path]
) -> None:
    await answers(shared)
    served = shared.engine.pid

    async def long_answer() -> bool:
        return await answers(shared, tokens=300) and shared.engine.pid == served

    others = (answers(shared, adapters[0]), answers(shared), answers(shared, adapters[1]))
    assert all(await asyncio.gather(long_answer(), *others))


async def test_a_caller_who_gives_up_leaves_an_engine_that_serves(shared: SharedEngine, adapters: list[Path]) -> None:
    for turns in range(12):
        asking = asyncio.create_task(answers(shared, adapters[turns % 2]))
        for _ in range(turns):
            await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
    assert await answers(shared)
    assert await answers(shared, adapters[0])


# What goes wrong


@pytest.mark.parametrize("content", [b"", b"GGUF and nothing more", None])
async def test_a_damaged_adapter_is_refused_and_the_base_is_answered(
    shared: SharedEngine, adapters: list[Path], content: bytes | None
) -> None:
    whole = adapters[0].read_bytes()
    adapters[0].write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(AdapterRefused):
        await told(shared, adapters[0])
    assert await answers(shared)
    served = shared.engine.pid
    with pytest.raises(AdapterRefused):
        await told(shared, adapters[0])
    assert shared.engine.pid == served, "it is not tried again"
    adapters[0].write_bytes(whole)
    assert await answers(shared, adapters[0]), "until its file is another"


async def test_a_damaged_neighbour_keeps_nobody_from_being_asked(shared: SharedEngine, adapters: list[Path]) -> None:
    await told(shared, adapters[0])
    adapters[0].write_bytes(b"damaged since")
    assert await answers(shared, adapters[1])
    assert shared.engine.adapters == (adapters[1],)


async def test_the_base_is_answered_although_a_loaded_adapter_was_deleted(
    shared: SharedEngine, adapters: list[Path]
) -> None:
    await told(shared, adapters[0])
    adapters[0].unlink()
    kill(shared)
    assert await answers(shared)


async def test_an_engine_that_died_answers_with_the_same_adapter_again(
    shared: SharedEngine, adapters: list[Path]
) -> None:
    before = await told(shared, adapters[0])
    kill(shared)
    assert await told(shared, adapters[0]) == pytest.approx(before, abs=1e-4)


def kill(shared: SharedEngine) -> None:
    assert shared.engine.pid
    os.kill(shared.engine.pid, signal.SIGSEGV)


class Doomed(Engine):
    """Serves the base, and dies of every request that is put to it with an adapter."""

    async def address(self) -> Address:
        address = await super().address()
        return Address(url="http://127.0.0.1:9", key="") if self.adapters else address

    async def has_died(self) -> bool:
        return bool(self.adapters)


async def test_an_adapter_that_the_engine_dies_of_is_not_asked_again(tiny_gguf: Path, adapters: list[Path]) -> None:
    shared = SharedEngine(Doomed(tiny_gguf, context=512, threads=1))
    try:
        for _ in range(2):
            with pytest.raises(AdapterRefused):
                await told(shared, adapters[0])
            assert shared.engine.adapters == ()
        assert await answers(shared)
    finally:
        await shared.aclose()


async def test_where_the_base_does_not_start_no_adapter_is_to_blame(
    tiny_gguf: Path, adapters: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "base.gguf").write_bytes(b"not there yet")
    shared = SharedEngine(Engine(tmp_path / "base.gguf", context=512, threads=1, rest_seconds=0.0))
    try:
        with pytest.raises(EngineDown):
            await told(shared, adapters[0])
        (tmp_path / "base.gguf").write_bytes(tiny_gguf.read_bytes())
        assert await answers(shared, adapters[0])
    finally:
        await shared.aclose()


async def test_a_request_that_the_engine_refuses_is_handed_back(shared: SharedEngine, adapters: list[Path]) -> None:
    response = await shared.complete({"messages": [{"role": "user", "content": "very " * 2000}]}, adapters[0])
    assert response.status_code == httpx.codes.BAD_REQUEST
