"""Cards and the transcript, on every adapter."""

import asyncio

import pytest

from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, card, conversation, message

ONE = conversation("one")


async def _show(store: Store, *cards: str) -> None:
    for name in cards:
        await store.inbox.put(message(f"for {name}"), ONE, ADA)
        await store.inbox.claim("w", START, MINUTE)
        await store.inbox.finish(f"for {name}", "w", START, [], [card(name)])


async def test_a_card_is_answered_once_and_says_so(store: Store) -> None:
    await _show(store, "card_1")
    first = await store.cards.answer("card_1", "approve", "press_1")
    again = await store.cards.answer("card_1", "approve", "press_1")
    late = await store.cards.answer("card_1", "drop", "press_2")
    assert (first.accepted, again.accepted, late.accepted) == (True, True, False)
    assert late.card.answered_with == "approve"
    assert await store.cards.get("card_1") == late.card


async def test_of_two_presses_at_once_one_counts(store: Store) -> None:
    await _show(store, "card_1")
    answers = await asyncio.gather(*(store.cards.answer("card_1", f"a{n}", f"press_{n}") for n in range(8)))
    assert sum(answer.accepted for answer in answers) == 1


async def test_the_latest_card_is_the_one_shown_last(store: Store) -> None:
    assert await store.cards.latest(ONE.id) is None
    await _show(store, "card_9", "card_1")
    latest = await store.cards.latest(ONE.id)
    assert latest == card("card_1")
    assert list(card("card_1").actions) == list(latest.actions)  # the order of the buttons


async def test_a_card_that_was_answered_is_not_opened_again(store: Store) -> None:
    await _show(store, "card_1")
    await store.cards.answer("card_1", "approve", "press_1")
    await store.inbox.put(message("again"), ONE, ADA)
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.finish("again", "w", START, [], [card("card_1")])
    assert (await store.cards.get("card_1")).answered_with == "approve"


async def test_an_unknown_card_is_not_found(store: Store) -> None:
    for question in (store.cards.get("none"), store.cards.answer("none", "approve", "press_1")):
        with pytest.raises(NotFound):
            await question


async def test_a_post_writes_one_line(store: Store) -> None:
    first = await store.transcript.add(ONE.id, "threadtune", {"text": "hello"}, START, outbox_id=7)
    again = await store.transcript.add(ONE.id, "threadtune", {"text": "other"}, START, outbox_id=7)
    assert first == again == await store.transcript.find(7)
    assert await store.transcript.find(8) is None
    assert len(await store.transcript.since(ONE.id, 0)) == 1


async def test_lines_are_read_in_order_from_where_the_reader_was(store: Store) -> None:
    lines = [await store.transcript.add(ONE.id, ADA.id, {"text": str(n)}, START) for n in range(3)]
    await store.transcript.add("console:other", ADA.id, {"text": "elsewhere"}, START)
    assert await store.transcript.since(ONE.id, 0) == lines
    assert await store.transcript.since(ONE.id, lines[1].id) == lines[2:]


async def test_a_line_is_edited_in_place(store: Store) -> None:
    line = await store.transcript.add(ONE.id, "threadtune", {"text": "epoch 1"}, START, outbox_id=1, card_id="card_1")
    await store.transcript.edit("card_1", {"text": "epoch 2"})
    (edited,) = await store.transcript.since(ONE.id, 0)
    assert (edited.id, edited.message, edited.revision) == (line.id, {"text": "epoch 2"}, 1)
    with pytest.raises(NotFound):
        await store.transcript.edit("none", {})
