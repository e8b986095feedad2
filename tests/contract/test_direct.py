"""Messages that go to a person directly, whatever conversation they come out of, on every adapter."""

import asyncio
from dataclasses import replace

import pytest

from storage.domain import Conversation, OutboxKind, OutboxState
from storage.errors import LeaseLost, NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, card, conversation, edit, message, post, to

ONE = conversation("one")
BO = "slack:T:bo"
MADE = Conversation(id=BO, platform="slack", address={"person": BO})


@pytest.fixture(autouse=True)
async def _conversation(store: Store) -> None:
    await store.inbox.put(message("e1"), ONE, ADA)


async def queued(store: Store, cause: str) -> list[tuple[str, int]]:
    return [(item.conversation_id, item.position) for item in await store.outbox.by_cause(cause)]


async def test_the_persons_conversation_is_made(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [post(0), to(BO, 1), post(2)], START)
    assert await store.conversations.get(BO) == MADE
    assert await queued(store, "e1") == [(ONE.id, 0), (BO, 1), (ONE.id, 2)]
    item = await store.outbox.claim("w", ["slack"], START, MINUTE)
    assert item is not None
    assert (item.conversation_id, item.cause, item.position) == (BO, "e1", 1)


async def test_one_that_is_there_is_left_as_it_is(store: Store) -> None:
    spoken = Conversation(id=BO, platform="slack", address={"team": "T", "channel": "D1", "thread": "3"})
    await store.inbox.put(message("bo1", spoken), spoken, None)
    await store.conversations.set_project(BO, "project_one")
    await store.outbox.put(ONE.id, "e1", [to(BO)], START)
    assert await store.conversations.get(BO) == replace(spoken, project_id="project_one")


async def test_the_person_speaks_there_later_and_is_answered_where_they_spoke(store: Store) -> None:
    await store.outbox.put(ONE.id, "e1", [to(BO)], START)
    spoken = Conversation(id=BO, platform="slack", address={"channel": "D1"})
    await store.inbox.put(message("bo1", spoken), spoken, None)
    assert await store.conversations.get(BO) == spoken


async def test_queueing_again_changes_nothing(store: Store) -> None:
    for _ in range(2):
        await store.outbox.put(ONE.id, "e1", [to(BO), to("slack:T:cy", 1), post(2)], START)
    assert await queued(store, "e1") == [(BO, 0), ("slack:T:cy", 1), (ONE.id, 2)]


async def test_a_message_behind_another_keeps_the_order_of_the_conversation_it_goes_to(store: Store) -> None:
    await store.outbox.put(ONE.id, "first", [to(BO)], START)
    await store.outbox.put(BO, "second", [post()], START)
    await store.outbox.put(ONE.id, "third", [to(BO)], START)
    causes = []
    while (item := await store.outbox.claim("w", ["slack"], START, MINUTE)) is not None:
        causes.append(item.cause)
        await store.outbox.finish(item.id, "w", OutboxState.POSTED)
    assert causes == ["first", "second", "third"]


async def test_a_person_without_a_conversation_can_be_written_to_from_their_own(store: Store) -> None:
    await store.outbox.put(BO, "reminder", [to(BO)], START)
    assert await store.outbox.waiting(BO) == 1


async def test_the_conversation_it_comes_out_of_must_be_known(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.outbox.put("slack:T:C:9", "e1", [to(BO)], START)
    with pytest.raises(NotFound):
        await store.conversations.get(BO)
    assert await queued(store, "e1") == []


async def test_of_several_edits_that_wait_for_a_person_the_latest_wins(store: Store) -> None:
    faces = [replace(edit("card_1", number), to=BO) for number in (1, 2)]
    await store.outbox.put(ONE.id, "e1", [to(BO, 0, "card_1"), *faces], START)
    states = [item.state for item in await store.outbox.by_cause("e1")]
    assert states == [OutboxState.WAITING, OutboxState.SUPERSEDED, OutboxState.WAITING]
    assert {item.kind for item in await store.outbox.by_cause("e1")} == {OutboxKind.POST, OutboxKind.EDIT}


async def test_a_turn_ends_with_the_card_that_it_shows_to_somebody_else(store: Store) -> None:
    await store.inbox.claim("w", START, MINUTE)
    shown = card("consent", MADE)
    for _ in range(2):
        await store.inbox.finish("e1", "w", START, [post(0), to(BO, 1, "consent")], [shown])
    assert await queued(store, "e1") == [(ONE.id, 0), (BO, 1)]
    assert await store.cards.latest(BO) == shown
    assert await store.inbox.is_finished("e1")


async def test_a_turn_whose_lease_is_lost_tells_nobody(store: Store) -> None:
    with pytest.raises(LeaseLost):
        await store.inbox.finish("e1", "w", START, [to(BO)], [card("consent", MADE)])
    with pytest.raises(NotFound):
        await store.conversations.get(BO)
    assert await queued(store, "e1") == []


async def test_a_card_of_an_unknown_conversation_ends_nothing(store: Store) -> None:
    await store.inbox.claim("w", START, MINUTE)
    with pytest.raises(NotFound):
        await store.inbox.finish("e1", "w", START, [to("slack:T:cy")], [card("consent", MADE)])
    assert not await store.inbox.is_finished("e1")
    assert await queued(store, "e1") == []
    with pytest.raises(NotFound):
        await store.conversations.get("slack:T:cy")


async def test_people_who_write_to_each_other_at_once_do_not_wait_for_one_another(store: Store) -> None:
    people = [f"slack:T:{name}" for name in ("ada", "bo", "cy")]
    for person_id in people:
        await store.outbox.put(ONE.id, "hello", [to(person_id)], START)

    async def round_of(number: int) -> None:
        told = [to(person_id, position) for position, person_id in enumerate(people[::-1] if number % 2 else people)]
        await store.outbox.put(people[number % 3], f"cause {number}", told, START)

    await asyncio.gather(*(round_of(number) for number in range(30)))
    for person_id in people:
        assert await store.outbox.waiting(person_id) == 31


async def test_turns_that_end_at_once_may_tell_each_other(store: Store) -> None:
    people = [f"slack:T:{name}" for name in ("ada", "bo")]
    for number in range(12):
        for person_id in people:
            of = Conversation(id=person_id, platform="slack", address={})
            await store.inbox.put(message(f"{person_id} {number}", of), of, None)
    await store.inbox.claim("w", START, MINUTE)  # the one of the fixture
    await store.inbox.finish("e1", "w", START, [], [])

    async def converse(person_id: str, other: str) -> None:
        while any([await store.inbox.pending(one) for one in people]):
            event = await store.inbox.claim(person_id, START, MINUTE)
            if event is None:
                await asyncio.sleep(0.001)
                continue
            there = other if event.conversation_id == person_id else person_id
            await store.inbox.finish(event.id, person_id, START, [post(0), to(there, 1)], [])

    await asyncio.gather(converse(people[0], people[1]), converse(people[1], people[0]))
    for person_id in people:
        assert await store.inbox.pending(person_id) == 0
        assert await store.outbox.waiting(person_id) == 24
