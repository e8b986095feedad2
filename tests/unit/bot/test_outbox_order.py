"""Whatever a platform answers and wherever processes die: each message once, in order within its conversation, none forgotten."""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

import pytest

from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.chat.messages import ChatMessage
from bot.chat.port import Receipt
from bot.outbox import LEASE, OutboxPoster
from storage.domain import OutboxKind, OutboxState, Outgoing
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.platform import Died, FakePlatform
from tests.unit.bot.conftest import Clock, open_conversation

CONVERSATIONS = ("fake:c:1", "fake:c:2", "fake:d:1")
EACH = 8
PACE = 1.0
"""Seconds between two posts to one channel."""


class Paced(FakePlatform):
    """Lets one message a second into a channel, and fails by chance at every point where a platform can."""

    def __init__(self, chance: Random, clock: Clock) -> None:
        super().__init__()
        self.chance, self.clock = chance, clock
        self.free_at: dict[str, float] = {}
        self.refused: set[str] = set()

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        channel = str(address["conversation"]).rpartition(":")[0]
        now = self.clock.now.timestamp()
        if now < self.free_at.get(channel, 0.0):
            raise RetryLater(self.free_at[channel] - now)
        self.free_at[channel] = now + PACE
        match self.chance.randrange(10):
            case 0:
                raise Died
            case 1:
                raise Uncertain("not there")
            case 2 if not message.text.startswith("I could not"):
                self.refused.add(message.text)
                raise Refused("unshowable")
        receipt = await super().post(address, message, marker)
        match self.chance.randrange(10):
            case 0:
                raise Died
            case 1:
                raise Uncertain("it is there")
        return receipt


@pytest.mark.parametrize("seed", range(30))
async def test_each_message_is_posted_once_and_in_order_whatever_happens(seed: int) -> None:
    chance, clock, store = Random(seed), Clock(), memory_store()
    for conversation in CONVERSATIONS:
        await open_conversation(store, conversation, clock.now)
    platform = Paced(chance, clock)
    for number in range(EACH):
        for conversation in CONVERSATIONS:
            await _queue(store, clock, conversation, number)
    await _post_all(store, platform, clock)
    for conversation in CONVERSATIONS:
        meant = [f"{conversation} {number}" for number in range(EACH)]
        assert [text for text in platform.texts if text in meant] == [
            one for one in meant if one not in platform.refused
        ]
        items = [item for one in range(EACH) for item in await store.outbox.by_cause(f"{conversation} {one}")]
        assert {item.state for item in items} <= {OutboxState.POSTED, OutboxState.REFUSED}
    told = [text for text in platform.texts if text.startswith("I could not")]
    assert bool(told) == bool(platform.refused), "what was refused is not silent"
    assert len(told) <= len(CONVERSATIONS), "and is told once for each conversation"


async def _queue(store: Store, clock: Clock, conversation: str, number: int) -> None:
    text = f"{conversation} {number}"
    post = Outgoing(position=0, kind=OutboxKind.POST, message=ChatMessage(text=text).to_json())
    await store.outbox.put(conversation, text, [post], clock.now)


async def _post_all(store: Store, platform: FakePlatform, clock: Clock) -> None:
    """Several processes one after the other, until nothing waits; each that dies leaves its lease behind."""
    for process in range(2000):
        outbox = OutboxPoster(store, {"fake": platform}, f"w{process}", lambda: "?", clock=clock, settle=0.0)
        try:
            found = await outbox.post_next(outbox.worker_id)
        except Died:
            found = True
        if not found:
            clock.pass_(LEASE.total_seconds() / 8)
        if not any([await store.outbox.waiting(conversation) for conversation in CONVERSATIONS]):
            return
    raise AssertionError("messages wait for ever")


async def test_two_threads_of_a_channel_share_its_pace_and_a_short_one_need_not_wait_for_a_long_one() -> None:
    clock, store = Clock(), memory_store()
    for conversation in CONVERSATIONS:
        await open_conversation(store, conversation, clock.now)
    platform = FakePlatform()
    for number in range(20):
        await _queue(store, clock, "fake:c:1", number)
    await _queue(store, clock, "fake:c:2", 0)
    await _queue(store, clock, "fake:d:1", 0)
    outbox = OutboxPoster(store, {"fake": platform}, "w", lambda: "?", clock=clock, settle=0.0)
    for _ in range(4):
        await outbox.post_next("w")
        clock.pass_(1)
    assert platform.texts == ["fake:c:1 0", "fake:c:2 0", "fake:d:1 0", "fake:c:1 1"]


class Together(FakePlatform):
    """Takes no message in before all conversations' are there."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.all_there, self.passed = asyncio.Barrier(count), asyncio.Event()

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        await self.all_there.wait()
        self.passed.set()
        return await super().post(address, message, marker)


async def test_one_piece_of_news_has_all_conversations_posted_to_side_by_side() -> None:
    """Whoever posts wakes the next lane before, not after: a post may take long."""
    clock, store, stop = Clock(), memory_store(), asyncio.Event()
    platform = Together(len(CONVERSATIONS))
    outbox = OutboxPoster(store, {"fake": platform}, "w", lambda: "?", clock=clock, look_every=3600.0)
    lanes = asyncio.create_task(outbox.run(stop))
    for _ in range(10):  # all of them have looked, and rest
        await asyncio.sleep(0)
    for conversation in CONVERSATIONS:
        await open_conversation(store, conversation, clock.now)
        await _queue(store, clock, conversation, 0)
    outbox.queued.set()
    await asyncio.wait_for(platform.passed.wait(), 5)
    stop.set()
    await lanes
    assert sorted(platform.texts) == [f"{conversation} 0" for conversation in sorted(CONVERSATIONS)]
