"""The outbox, on every adapter."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from storage.domain import OutboxItem, OutboxState
from storage.errors import LeaseLost, NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, conversation, edit, message, post

ONE = conversation("one")
SLACK = conversation("two", "slack")


@pytest.fixture(autouse=True)
async def _conversations(store: Store) -> None:
    await store.inbox.put(message("e1"), ONE, ADA)
    await store.inbox.put(message("f1", SLACK), SLACK, None)


async def test_a_message_is_queued_once_by_cause_and_position(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post(1, text="second"), post(0, text="first")], START)
    await store.outbox.put(ONE.id, "e1", [post(0, text="other"), post(2, text="third")], START)
    assert [item.message["text"] for item in await store.outbox.by_cause("e1")] == ["first", "second", "third"]
    assert await store.outbox.waiting(ONE.id) == 3


async def test_a_message_needs_a_conversation(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.outbox.put("console:nowhere", "e1", [post()], START)


async def test_messages_leave_one_at_a_time_and_in_order(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post(0), post(1)], START)
    first = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert first is not None
    assert (first.position, first.state) == (0, OutboxState.WAITING)
    assert await store.outbox.claim("other", ["console"], START, MINUTE) is None
    await store.outbox.finish(first.id, "w", OutboxState.POSTED, {"ts": "1"})
    second = await store.outbox.claim("other", ["console"], START, MINUTE)
    assert second is not None
    assert second.position == 1
    posted, posting = await store.outbox.by_cause("e1")
    assert (posted.state, posted.receipt, posting.state) == (OutboxState.POSTED, {"ts": "1"}, OutboxState.POSTING)
    assert await store.outbox.waiting(ONE.id) == 1


async def test_a_worker_gets_messages_of_its_platforms_only(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post()], START)
    assert await store.outbox.claim("w", ["slack"], START, MINUTE) is None
    assert await store.outbox.claim("w", [], START, MINUTE) is None
    await store.outbox.put(SLACK.id, "f1", [post()], START)
    claimed = await store.outbox.claim("w", ["slack"], START, MINUTE)
    assert claimed is not None
    assert claimed.conversation_id == SLACK.id


async def test_a_post_that_was_cut_off_is_recognised_and_its_old_worker_fenced_off(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post()], START)
    item = await store.outbox.claim("old", ["console"], START, MINUTE)
    assert item is not None
    again = await store.outbox.claim("new", ["console"], START + MINUTE, MINUTE)
    assert again is not None
    assert (again.id, again.state) == (item.id, OutboxState.POSTING)
    with pytest.raises(LeaseLost):
        await store.outbox.finish(item.id, "old", OutboxState.POSTED)
    with pytest.raises(LeaseLost):
        await store.outbox.retry_later(item.id, "old", START)
    await store.outbox.finish(item.id, "new", OutboxState.UNKNOWN, error="cannot be looked up")
    (ended,) = await store.outbox.by_cause("e1")
    assert (ended.state, ended.error) == (OutboxState.UNKNOWN, "cannot be looked up")
    assert await store.outbox.claim("new", ["console"], START + 9 * MINUTE, MINUTE) is None


async def test_renewing_keeps_the_lease(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post()], START)
    item = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert item is not None
    await store.outbox.renew(item.id, "w", START + 3 * MINUTE)
    assert await store.outbox.claim("other", ["console"], START + 2 * MINUTE, MINUTE) is None
    assert await store.outbox.claim("other", ["console"], START + 3 * MINUTE, MINUTE) is not None
    with pytest.raises(LeaseLost):
        await store.outbox.renew(item.id, "w", START + 9 * MINUTE)


async def test_finishing_again_changes_nothing(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post()], START)
    item = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert item is not None
    for _ in range(2):
        await store.outbox.finish(item.id, "w", OutboxState.POSTED, {"ts": "1"})
    with pytest.raises(LeaseLost):
        await store.outbox.finish(item.id, "w", OutboxState.REFUSED)
    with pytest.raises(ValueError, match="does not end"):
        await store.outbox.finish(item.id, "w", OutboxState.WAITING)


async def test_a_rate_limit_holds_the_whole_conversation_back(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post(0), post(1)], START)
    item = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert item is not None
    await store.outbox.retry_later(item.id, "w", START + MINUTE)
    assert await store.outbox.claim("w", ["console"], START, MINUTE) is None
    again = await store.outbox.claim("w", ["console"], START + MINUTE, MINUTE)
    assert again is not None
    assert (again.id, again.state) == (item.id, OutboxState.WAITING)


async def test_what_may_have_been_posted_waits_to_be_looked_up(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post(0), post(1)], START)
    item = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert item is not None
    await store.outbox.retry_later(item.id, "w", START + MINUTE, perhaps_posted=True)
    assert await store.outbox.claim("w", ["console"], START, MINUTE) is None
    again = await store.outbox.claim("w", ["console"], START + MINUTE, MINUTE)
    assert again is not None
    assert (again.id, again.state) == (item.id, OutboxState.POSTING)
    assert again.address is not None, "that of its post"


async def test_of_several_edits_that_wait_the_latest_wins(store: Store) -> None:
    await store.outbox.put(ONE.id, "run", [post(0, "card_1")], START)
    await store.outbox.put(ONE.id, "run", [edit("card_1", 1), edit("card_2", 2)], START)
    await store.outbox.put(ONE.id, "run", [edit("card_1", 3)], START)
    await store.outbox.put(ONE.id, "run", [edit("card_1", 1)], START)  # known: supersedes nothing
    waiting, superseded = OutboxState.WAITING, OutboxState.SUPERSEDED
    states = [item.state for item in await store.outbox.by_cause("run")]
    assert states == [waiting, superseded, waiting, waiting]


async def test_an_edit_that_was_held_back_is_dropped_for_a_later_one(store: Store) -> None:
    await store.outbox.put(ONE.id, "run", [edit("card_1", 0)], START)
    item = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert item is not None
    await store.outbox.put(ONE.id, "run", [edit("card_1", 1)], START)
    await store.outbox.retry_later(item.id, "w", START)
    latest = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert latest is not None
    assert latest.position == 1


async def leave(store: Store, state: OutboxState = OutboxState.POSTED, receipt: Any = None) -> OutboxItem:
    """Claim the oldest message and end it so."""
    item = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert item is not None
    await store.outbox.finish(item.id, "w", state, receipt)
    return item


async def test_the_receipt_of_a_card_is_that_of_the_message_that_shows_it_now(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post(0, "card_1"), edit("card_1", 1)], START)
    assert await store.outbox.receipt_of_card("card_1") is None
    await leave(store, receipt={"ts": "posted"})
    assert await store.outbox.receipt_of_card("card_1") == {"ts": "posted"}
    await leave(store, receipt={"ts": "posted afresh"})
    assert await store.outbox.receipt_of_card("card_1") == {"ts": "posted afresh"}
    for number, ending in enumerate((OutboxState.REFUSED, OutboxState.UNKNOWN, OutboxState.POSTED)):
        await store.outbox.put(ONE.id, "e2", [edit("card_1", number)], START)
        await leave(store, ending)
        assert await store.outbox.receipt_of_card("card_1") == {"ts": "posted afresh"}, "what left none shows none"


class TestFaceOfACard:
    async def test_it_is_the_message_queued_last_posted_or_not(self, store: Store) -> None:
        assert await store.outbox.face_of_card("card_1") is None
        await store.outbox.put(ONE.id, "e1", [post(0, "card_1", "first"), post(1, "card_2", "other")], START)
        assert await store.outbox.face_of_card("card_1") == {"text": "first"}
        await store.outbox.put(ONE.id, "e2", [edit("card_1", 0, "second"), edit("card_1", 1, "third")], START)
        assert await store.outbox.face_of_card("card_1") == {"text": "third"}
        for _ in range(3):
            await leave(store)
        assert await store.outbox.face_of_card("card_1") == {"text": "third"}
        assert await store.outbox.face_of_card("card_2") == {"text": "other"}

    async def test_what_was_refused_was_never_seen(self, store: Store) -> None:
        await store.outbox.put(ONE.id, "e1", [post(0, "card_1", "first"), edit("card_1", 1, "second")], START)
        await leave(store)
        await leave(store, OutboxState.REFUSED)
        assert await store.outbox.face_of_card("card_1") == {"text": "first"}

    async def test_what_was_superseded_is_not_seen_even_if_what_came_instead_is_refused(self, store: Store) -> None:
        await store.outbox.put(ONE.id, "e1", [post(0, "card_1", "first")], START)
        await store.outbox.put(ONE.id, "e2", [edit("card_1", 0, "second"), edit("card_1", 1, "third")], START)
        await leave(store)
        await leave(store, OutboxState.REFUSED)
        assert await store.outbox.face_of_card("card_1") == {"text": "first"}

    async def test_a_card_that_was_refused_has_none(self, store: Store) -> None:
        await store.outbox.put(ONE.id, "e1", [post(0, "card_1")], START)
        await leave(store, OutboxState.REFUSED)
        assert await store.outbox.face_of_card("card_1") is None

    async def test_one_that_may_have_arrived_counts(self, store: Store) -> None:
        await store.outbox.put(ONE.id, "e1", [post(0, "card_1", "first")], START)
        await leave(store, OutboxState.UNKNOWN)
        assert await store.outbox.face_of_card("card_1") == {"text": "first"}


async def test_messages_queued_at_once_are_all_kept(store: Store) -> None:
    await asyncio.gather(*(store.outbox.put(ONE.id, f"cause {n % 5}", [post(n % 3)], START) for n in range(30)))
    assert await store.outbox.waiting(ONE.id) == 15


async def test_conversations_come_in_turn_so_that_a_long_queue_keeps_no_other_waiting(store: Store) -> None:
    await store.outbox.put(ONE.id, "many", [post(n) for n in range(5)], START)
    await store.outbox.put(SLACK.id, "few", [post(0), post(1)], START)
    served = []
    for second in range(7):
        item = await store.outbox.claim("w", ["console", "slack"], START + timedelta(seconds=second), MINUTE)
        assert item is not None
        served.append((item.cause, item.position))
        await store.outbox.finish(item.id, "w", OutboxState.POSTED, receipt={})
    in_turn = [("many", 0), ("few", 0), ("many", 1), ("few", 1), ("many", 2), ("many", 3), ("many", 4)]
    assert served == in_turn


async def test_a_message_keeps_the_address_at_which_it_was_handed_over_until_that_is_cleared_up(store: Store) -> None:
    here, there = {"thread": "1"}, {"thread": "2"}
    await store.inbox.put(message("e2"), replace(ONE, address=here), ADA)
    await store.outbox.put(ONE.id, "e1", [post(0)], START)
    first = await store.outbox.claim("w", ["console"], START, MINUTE)
    assert first is not None
    assert (first.state, first.address) == (OutboxState.WAITING, here)
    await store.inbox.put(message("e3"), replace(ONE, address=there), ADA)
    again = await store.outbox.claim("other", ["console"], START + 2 * MINUTE, MINUTE)
    assert again is not None
    assert (again.state, again.address) == (OutboxState.POSTING, here), "it may be there, so there it is looked up"
    await store.outbox.retry_later(again.id, "other", START + 2 * MINUTE)
    fresh = await store.outbox.claim("w", ["console"], START + 3 * MINUTE, MINUTE)
    assert fresh is not None
    assert (fresh.state, fresh.address) == (OutboxState.WAITING, there), "it is certainly not there, so it follows"


async def test_a_message_is_known_by_its_id(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post(text="hello")], START)
    (queued,) = await store.outbox.by_cause("e1")
    assert await store.outbox.get(queued.id) == queued
    with pytest.raises(NotFound):
        await store.outbox.get(queued.id + 1)
