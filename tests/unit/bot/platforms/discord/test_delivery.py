"""The outbox and the room together: each message once, in order, through kills, limits and broken connections."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from agent.words import say
from bot.chat.messages import CardFace, ChatMessage, Field
from bot.outbox import LEASE, OutboxPoster
from bot.platforms.discord.places import conversation_id
from storage.domain import Conversation, EventKind, InboxEvent, OutboxKind, OutboxState, Outgoing
from storage.memory import memory_store
from storage.ports import Store
from tests.fakes.discord_server import logged_in
from tests.unit.bot.platforms.discord.posted import Posted, new_client, posted

POST, EDIT = r"POST /channels/\d+/messages", r"PATCH /messages/\d+"


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Posted]:
    async with posted(tmp_path) as there:
        yield there


@pytest.fixture
async def store(there: Posted) -> Store:
    store = memory_store()
    place = Conversation(id=where(there), platform="discord", shared=True, address=there.address)
    event = InboxEvent(
        id="e",
        conversation_id=place.id,
        person_id=None,
        kind=EventKind.MESSAGE,
        payload={},
        received_at=there.now(),
    )
    await store.inbox.put(event, place, None)
    return store


def where(there: Posted) -> str:
    return conversation_id(there.ward.guild or 0, there.ward.id, there.thread.id)


def poster(store: Store, there: Posted, worker: str = "a") -> OutboxPoster:
    return OutboxPoster(
        store=store,
        platforms={"discord": there.posting},  # type: ignore[dict-item]  # the part of a platform that an outbox calls
        worker_id=worker,
        unknown_note=lambda: say("outbox.unknown"),
        clock=there.now,
        settle=0.0,
    )


async def queue(store: Store, there: Posted, cause: str, *messages: ChatMessage, edit: bool = False) -> None:
    kind = OutboxKind.EDIT if edit else OutboxKind.POST
    outgoing = [
        Outgoing(position=n, kind=kind, message=one.to_json(), card_id=one.card.card_id if one.card else None)
        for n, one in enumerate(messages)
    ]
    await store.outbox.put(where(there), cause, outgoing, there.now())


async def drain(outbox: OutboxPoster, there: Posted) -> None:
    """Post all, and let what has to wait have its time."""
    for _ in range(50):
        if not await outbox.post_next(outbox.worker_id):
            if not await outbox.store.outbox.waiting(where(there)):
                return
            there.passes(minutes=1)
    raise AssertionError("something waits for ever")


def status(step: int) -> ChatMessage:
    return ChatMessage(
        card=CardFace(card_id="run:1", title="Run 1", fields=(Field(name="Step", value=f"after{step}"),))
    )


async def states(store: Store, cause: str) -> list[OutboxState]:
    return [item.state for item in await store.outbox.by_cause(cause)]


@pytest.mark.parametrize("minutes", [1, 60 * 24])
async def test_a_process_killed_between_a_post_and_its_receipt_posts_nothing_twice(
    there: Posted, store: Store, minutes: float
) -> None:
    await queue(store, there, "e1", ChatMessage(text="Saved."), ChatMessage(text="Saved."), ChatMessage(text="Next?"))
    there.server.faults.add(POST, "slow", seconds=30)
    shown = asyncio.Event()
    there.server.world.dispatch = lambda event, data: shown.set()
    dying = asyncio.create_task(drain(poster(store, there), there))
    await shown.wait()
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    there.passes(minutes=minutes + LEASE / timedelta(minutes=1))
    async with logged_in(there.server, new_client()) as client:
        there.restarted(client)
        await drain(poster(store, there, "b"), there)
    assert there.thread.texts == ["Saved.", "Saved.", "Next?"]
    assert await states(store, "e1") == [OutboxState.POSTED] * 3


async def test_broken_connections_lose_nothing_and_repeat_nothing(there: Posted, store: Store) -> None:
    texts = [f"Message {number}." for number in range(6)]
    await queue(store, there, "e1", *(ChatMessage(text=text) for text in texts))
    there.server.faults.add(POST, "dropped_before", times=2)
    there.server.faults.add(POST, "dropped_after", times=2)
    there.server.faults.add(POST, "gateway", status=503)
    there.server.faults.add(POST, "limited", seconds=40)
    await drain(poster(store, there), there)
    assert there.thread.texts == texts


async def test_of_edits_that_wait_only_the_last_is_shown(there: Posted, store: Store) -> None:
    await queue(store, there, "run", status(0))
    outbox = poster(store, there)
    await drain(outbox, there)
    there.server.faults.add(EDIT, "limited", seconds=20)
    await queue(store, there, "step 1", status(1), edit=True)
    assert await outbox.post_next("a"), "Discord lets it wait"
    for step in range(2, 9):
        await queue(store, there, f"step {step}", status(step), edit=True)
    await drain(outbox, there)
    assert [call.status for call in there.server.called(EDIT)] == [429, 200]
    assert "after8" in str(there.thread.said)
    assert await states(store, "step 1") == [OutboxState.SUPERSEDED]


async def test_a_card_that_was_posted_afresh_is_edited_there_from_then_on(there: Posted, store: Store) -> None:
    await queue(store, there, "run", status(0))
    outbox = poster(store, there)
    await drain(outbox, there)
    there.thread.messages.clear()
    for step in (1, 2):
        await queue(store, there, f"step {step}", status(step), edit=True)
        await drain(outbox, there)
    (shown,) = there.thread.said
    assert "after2" in str(shown)
    assert len(there.server.called(POST)) == 2


async def test_what_a_closed_thread_cannot_show_is_told_directly(there: Posted, store: Store) -> None:
    there.thread.denied = {"view"}
    await queue(store, there, "e1", ChatMessage(text="It is done."))
    await drain(poster(store, there), there)
    assert await states(store, "e1") == [OutboxState.REFUSED]
    (item,) = await store.outbox.by_cause("e1")
    assert item.error == "missing_access"
