"""The inbox, on every adapter."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.domain import InboxEvent
from storage.errors import LeaseLost, NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, card, conversation, message, post

ONE = conversation("one")
TWO = conversation("two")


async def _put(store: Store, *events: InboxEvent) -> None:
    for event in events:
        of = ONE if event.conversation_id == ONE.id else TWO
        await store.inbox.put(event, of, ADA)


async def test_an_event_is_stored_once(store: Store) -> None:
    assert await store.inbox.put(message("e1"), ONE, ADA) is True
    assert await store.inbox.put(message("e1"), ONE, ADA) is False
    assert await store.inbox.pending(ONE.id) == 1


async def test_an_event_comes_back_as_it_was_put(store: Store) -> None:
    hostile = replace(message("e1"), payload={"text": "a\x00b \ud800 'x'; DROP TABLE rows;--", "files": [{"size": 1}]})
    await store.inbox.put(hostile, ONE, ADA)
    assert await store.inbox.claim("w", START, MINUTE) == hostile


async def test_an_event_can_be_looked_up_before_and_after_it_was_handled(store: Store) -> None:
    await store.inbox.put(message("e1"), ONE, ADA)
    assert await store.inbox.get("e1") == message("e1")
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.finish("e1", "w", START, [], [])
    assert (await store.inbox.get("e1")).payload == message("e1").payload
    with pytest.raises(NotFound):
        await store.inbox.get("e2")


async def test_what_is_known_of_a_person_and_a_conversation_stays(store: Store) -> None:
    await store.inbox.put(message("e1"), ONE, ADA)
    await store.conversations.set_project(ONE.id, "project_one")
    await store.inbox.put(message("e2"), replace(ONE, project_id=None), replace(ADA, display_name="Eve"))
    assert (await store.conversations.get(ONE.id)).project_id == "project_one"
    person = await store.people.get(ADA.id)
    assert person == ADA
    assert await store.people.get("console:nobody") is None


async def test_an_unknown_conversation_is_not_found(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.conversations.get("console:nowhere")
    with pytest.raises(NotFound):
        await store.conversations.set_project("console:nowhere", None)


async def test_one_event_of_a_conversation_at_a_time_and_in_order(store: Store) -> None:
    await _put(store, message("e1"), message("e2"), message("f1", TWO))
    first = await store.inbox.claim("w", START, MINUTE)
    other = await store.inbox.claim("w", START, MINUTE)
    assert (first and first.id, other and other.id) == ("e1", "f1")
    assert await store.inbox.claim("w", START, MINUTE) is None
    await store.inbox.finish("e1", "w", START, [], [])
    second = await store.inbox.claim("w", START, MINUTE)
    assert second is not None
    assert second.id == "e2"


async def test_finishing_queues_replies_and_cards_with_the_end_of_the_event(store: Store) -> None:
    await _put(store, message("e1"))
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.finish("e1", "w", START, [post(0), post(1, "card_1")], [card("card_1")])
    assert await store.inbox.is_finished("e1")
    assert await store.inbox.pending(ONE.id) == 0
    assert [item.position for item in await store.outbox.by_cause("e1")] == [0, 1]
    assert await store.cards.latest(ONE.id) == card("card_1")


async def test_finishing_again_changes_nothing(store: Store) -> None:
    await _put(store, message("e1"), message("e2"))
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.finish("e1", "w", START, [post(0)], [])
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.finish("e1", "w", START, [post(0), post(1)], [])
    assert len(await store.outbox.by_cause("e1")) == 1
    await store.inbox.renew("e2", "w", START + MINUTE)  # still held


async def test_a_lease_that_ended_is_taken_over_and_the_old_worker_may_write_nothing(store: Store) -> None:
    await _put(store, message("e1"))
    await store.inbox.claim("old", START, MINUTE)
    assert await store.inbox.claim("new", START + MINUTE / 2, MINUTE) is None
    again = await store.inbox.claim("new", START + MINUTE, MINUTE)
    assert again is not None
    assert (again.id, again.attempts) == ("e1", 1)
    for late in (
        store.inbox.finish("e1", "old", START, [post(0)], [card()]),
        store.inbox.renew("e1", "old", START + 5 * MINUTE),
    ):
        with pytest.raises(LeaseLost):
            await late
    await store.inbox.release("e1", "old", START)
    assert await store.outbox.by_cause("e1") == []
    assert await store.cards.latest(ONE.id) is None
    await store.inbox.finish("e1", "new", START, [post(0)], [])
    with pytest.raises(LeaseLost):
        await store.inbox.finish("e1", "old", START, [post(0)], [])


async def test_a_lease_that_ended_unnoticed_still_lets_its_worker_finish(store: Store) -> None:
    await _put(store, message("e1"))
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.finish("e1", "w", START + 5 * MINUTE, [], [])
    assert await store.inbox.is_finished("e1")


async def test_renewing_keeps_the_lease(store: Store) -> None:
    await _put(store, message("e1"))
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.renew("e1", "w", START + 3 * MINUTE)
    assert await store.inbox.claim("other", START + 2 * MINUTE, MINUTE) is None
    assert await store.inbox.claim("other", START + 3 * MINUTE, MINUTE) is not None


async def test_what_nobody_claimed_cannot_be_finished(store: Store) -> None:
    await _put(store, message("e1"))
    for event_id in ("e1", "unknown"):
        with pytest.raises(LeaseLost):
            await store.inbox.finish(event_id, "w", START, [], [])
        with pytest.raises(LeaseLost):
            await store.inbox.renew(event_id, "w", START)


async def test_a_released_event_waits_and_its_conversation_with_it(store: Store) -> None:
    await _put(store, message("e1"), message("e2"))
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.release("e1", "w", START + MINUTE)
    assert await store.inbox.claim("w", START, MINUTE) is None
    again = await store.inbox.claim("w", START + MINUTE, MINUTE)
    assert again is not None
    assert (again.id, again.attempts) == ("e1", 1)


async def test_an_express_event_does_not_wait(store: Store) -> None:
    await _put(store, message("e1"), message("status", express=True), message("stop", express=True))
    assert await store.inbox.claim("w", START, MINUTE) is not None
    first = await store.inbox.claim_express("w", START, MINUTE)
    second = await store.inbox.claim_express("w", START, MINUTE)
    assert (first and first.id, second and second.id) == ("status", "stop")
    assert await store.inbox.claim_express("w", START, MINUTE) is None
    await store.inbox.finish("status", "w", START, [post()], [])
    await store.inbox.renew("e1", "w", START + MINUTE)  # untouched
    await store.inbox.release("stop", "w", START + MINUTE)
    assert await store.inbox.claim_express("w", START, MINUTE) is None
    again = await store.inbox.claim_express("new", START + MINUTE, MINUTE)
    assert again is not None
    assert (again.id, again.attempts) == ("stop", 1)
    with pytest.raises(LeaseLost):
        await store.inbox.finish("stop", "w", START, [], [])
    await store.inbox.renew("stop", "new", START + 5 * MINUTE)
    assert await store.inbox.claim_express("third", START + 4 * MINUTE, MINUTE) is None


async def test_the_ordinary_queue_leaves_express_events_alone(store: Store) -> None:
    await _put(store, message("stop", express=True))
    assert await store.inbox.claim("w", START, MINUTE) is None
    assert await store.inbox.pending(ONE.id) == 1


async def test_several_workers_share_the_inbox_without_meeting(store: Store) -> None:
    conversations = [conversation(f"c{number}") for number in range(4)]
    for number in range(24):
        of = conversations[number % 4]
        await store.inbox.put(message(f"{of.id} {number:02}", of), of, None)
    handled: list[str] = []
    busy: set[str] = set()

    async def work(worker: str) -> None:
        while any([await store.inbox.pending(of.id) for of in conversations]):
            event = await store.inbox.claim(worker, START, timedelta(hours=1))
            if event is None:
                await asyncio.sleep(0.002)
                continue
            assert event.conversation_id not in busy
            busy.add(event.conversation_id)
            await asyncio.sleep(0)
            handled.append(event.id)
            busy.remove(event.conversation_id)
            await store.inbox.finish(event.id, worker, START, [post()], [])

    await asyncio.gather(*(work(f"w{number}") for number in range(4)))
    assert len(handled) == len(set(handled)) == 24
    for of in conversations:
        theirs = [event_id for event_id in handled if event_id.startswith(of.id)]
        assert theirs == sorted(theirs)
