"""The outbox posts everything once and in order, whatever the platform does and wherever the process dies."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

import bot.outbox
from bot.chat.errors import Refused, RetryLater, Uncertain
from bot.chat.messages import CardFace, ChatMessage
from bot.chat.port import Receipt
from bot.outbox import LEASE, OutboxPoster
from storage.domain import Conversation, EventKind, InboxEvent, OutboxItem, OutboxKind, OutboxState, Outgoing
from storage.ports import Store
from tests.fakes.platform import Died, FakePlatform
from tests.unit.bot.conftest import Clock

NOTE = "I cannot tell whether it arrived."


@pytest.fixture
def platform() -> FakePlatform:
    return FakePlatform()


def poster(store: Store, platform: FakePlatform, clock: Clock, worker: str = "a") -> OutboxPoster:
    return OutboxPoster(
        store=store,
        platforms={"fake": platform},
        worker_id=worker,
        unknown_note=lambda: NOTE,
        clock=clock,
        settle=0.0,
    )


async def queue(store: Store, clock: Clock, *texts: str, cause: str = "event") -> None:
    await store.outbox.put("fake:1", cause, [_post(n, text) for n, text in enumerate(texts)], clock.now)


def _post(position: int, text: str) -> Outgoing:
    return Outgoing(position=position, kind=OutboxKind.POST, message=ChatMessage(text=text).to_json())


def _card(position: int, title: str, kind: OutboxKind) -> Outgoing:
    face = CardFace(card_id="run:1", title=title)
    return Outgoing(position=position, kind=kind, message=ChatMessage(card=face).to_json(), card_id="run:1")


async def drain(outbox: OutboxPoster) -> None:
    while await outbox.post_next(outbox.worker_id):
        pass


async def states(store: Store, cause: str = "event") -> Sequence[OutboxState]:
    return [item.state for item in await items(store, cause)]


async def items(store: Store, cause: str = "event") -> Sequence[OutboxItem]:
    return await store.outbox.by_cause(cause)


async def test_messages_are_posted_in_order_and_their_receipts_kept(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await queue(store, clock, "one", "two", "three")
    await drain(poster(store, platform, clock))
    assert platform.texts == ["one", "two", "three"]
    assert [item.receipt for item in await items(store)] == [{"ts": 1}, {"ts": 2}, {"ts": 3}]
    assert platform.finds == 0, "a fresh message is not looked up"


async def test_a_process_that_dies_after_posting_posts_nothing_twice(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await queue(store, clock, "one", "two")
    platform.after_post.append(Died())
    with pytest.raises(Died):
        await drain(poster(store, platform, clock))
    assert await states(store) == [OutboxState.POSTING, OutboxState.WAITING]

    other = poster(store, platform, clock, worker="b")
    assert not await other.post_next("b"), "the dead process holds its lease still"
    clock.pass_(LEASE.total_seconds() + 1)
    await drain(other)
    assert platform.texts == ["one", "two"]
    assert await states(store) == [OutboxState.POSTED, OutboxState.POSTED]


async def test_it_is_looked_up_where_it_was_posted_although_the_person_has_gone_on_elsewhere(
    store: Store, clock: Clock
) -> None:
    class Threads(FakePlatform):
        """Finds a message in its own thread alone."""

        async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
            there.append((address["conversation"], marker))
            return await super().post(address, message, marker)

        async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
            return {"ts": 1} if (address["conversation"], marker) in there else None

    there: list[tuple[str, str]] = []
    platform = Threads()
    await queue(store, clock, "one")
    platform.after_post.append(Died())
    with pytest.raises(Died):
        await drain(poster(store, platform, clock))
    event = InboxEvent(
        id="e", conversation_id="fake:1", person_id=None, kind=EventKind.MESSAGE, payload={}, received_at=clock.now
    )
    await store.inbox.put(event, Conversation(id="fake:1", platform="fake", address={"conversation": "other"}), None)
    clock.pass_(LEASE.total_seconds() + 1)
    await queue(store, clock, "two", cause="e")
    await drain(poster(store, platform, clock, worker="b"))
    assert platform.texts == ["one", "two"]
    assert [where for where, _ in there] == ["fake:1", "other"]


async def test_a_process_that_dies_before_posting_loses_nothing(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await queue(store, clock, "one")
    platform.before_post.append(Died())
    with pytest.raises(Died):
        await drain(poster(store, platform, clock))
    clock.pass_(LEASE.total_seconds() + 1)
    await drain(poster(store, platform, clock, worker="b"))
    assert platform.texts == ["one"]
    assert platform.finds == 1


@pytest.mark.parametrize("arrived", [True, False])
async def test_an_uncertain_message_is_looked_up_before_it_is_posted_again(
    store: Store, platform: FakePlatform, clock: Clock, arrived: bool
) -> None:
    await queue(store, clock, "one", "two")
    (platform.after_post if arrived else platform.before_post).append(Uncertain("broken connection"))
    await drain(poster(store, platform, clock))
    assert platform.texts == ["one", "two"]
    assert await states(store) == [OutboxState.POSTED, OutboxState.POSTED]


async def test_where_it_cannot_be_looked_up_yet_it_waits_and_is_never_posted_unseen(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await queue(store, clock, "one")
    platform.after_post.append(Uncertain("broken connection"))
    platform.in_find += [RetryLater(60), RetryLater(60)]
    for seconds in (0, 59, 2, 61):
        clock.pass_(seconds)
        await drain(poster(store, platform, clock))
    assert platform.texts == ["one"]
    assert platform.finds == 3
    assert await states(store) == [OutboxState.POSTED]


async def test_conversations_that_cannot_be_looked_up_yet_keep_no_other_waiting(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    for number in range(8):
        conversation = Conversation(id=f"fake:lost-{number}", platform="fake", address={"conversation": str(number)})
        event = InboxEvent(
            id=f"e-{number}",
            conversation_id=conversation.id,
            person_id=None,
            kind=EventKind.MESSAGE,
            payload={},
            received_at=clock.now,
        )
        await store.inbox.put(event, conversation, None)
        await store.outbox.put(conversation.id, f"lost-{number}", [_post(0, f"lost {number}")], clock.now)
    platform.before_post += [Uncertain("broken connection")] * 8
    platform.in_find += [RetryLater(60)] * 8
    await queue(store, clock, "one")
    await asyncio.wait_for(drain(poster(store, platform, clock)), 5)
    assert platform.texts == ["one"]
    clock.pass_(61)
    await drain(poster(store, platform, clock))
    assert sorted(platform.texts[1:]) == [f"lost {number}" for number in range(8)]


async def test_where_nobody_can_tell_it_is_not_repeated_and_the_person_is_told(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await queue(store, clock, "one", "two")
    platform.after_post.append(Uncertain("broken connection"))
    platform.in_find.append(Uncertain("no history here"))
    await drain(poster(store, platform, clock))
    assert await states(store) == [OutboxState.UNKNOWN, OutboxState.POSTED]
    assert platform.texts == ["one", "two", NOTE]


async def test_a_note_about_a_note_is_not_written(store: Store, platform: FakePlatform, clock: Clock) -> None:
    await queue(store, clock, NOTE, cause="unknown:7")
    platform.after_post.append(Uncertain("broken connection"))
    platform.in_find.append(Uncertain("no history here"))
    await drain(poster(store, platform, clock))
    assert platform.texts == [NOTE]
    assert await states(store, "unknown:7") == [OutboxState.UNKNOWN]


async def test_a_rate_limit_holds_the_conversation_back_and_keeps_its_order(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await queue(store, clock, "one", "two")
    platform.before_post.append(RetryLater(5))
    outbox = poster(store, platform, clock)
    await drain(outbox)
    assert platform.texts == []
    clock.pass_(6)
    await drain(outbox)
    assert platform.texts == ["one", "two"]


async def test_a_refused_message_is_recorded_and_the_next_goes_on(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await queue(store, clock, "one", "two")
    platform.before_post.append(Refused("channel_gone"))
    await drain(poster(store, platform, clock))
    assert platform.texts[:1] == ["two"]
    assert "channel_gone" in platform.texts[1], "and the person is told (test_undelivered)"
    first, second = await items(store)
    assert (first.state, first.error) == (OutboxState.REFUSED, "channel_gone")
    assert second.state is OutboxState.POSTED


async def test_a_platform_that_always_fails_ends_as_refused(store: Store, platform: FakePlatform, clock: Clock) -> None:
    await queue(store, clock, "one", "two")
    platform.before_post.extend([KeyError("a bug"), KeyError("a bug"), KeyError("a bug")])
    await drain(poster(store, platform, clock))
    assert platform.texts[0] == "two"
    assert (await items(store))[0].error == "broken"


async def test_a_message_that_keeps_getting_lost_waits_and_is_posted_later(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await queue(store, clock, "one")
    platform.before_post.extend([Uncertain("down"), Uncertain("down"), Uncertain("down")])
    outbox = poster(store, platform, clock)
    await drain(outbox)
    assert platform.texts == []
    clock.pass_(31)
    await drain(outbox)
    assert platform.texts == ["one"]


async def test_a_card_is_edited_by_the_receipt_of_its_post(store: Store, platform: FakePlatform, clock: Clock) -> None:
    await store.outbox.put("fake:1", "event", [_card(0, "Epoch 1", OutboxKind.POST)], clock.now)
    outbox = poster(store, platform, clock)
    await drain(outbox)
    for epoch in (2, 3):
        edit = _card(0, f"Epoch {epoch}", OutboxKind.EDIT)
        await store.outbox.put("fake:1", f"progress:{epoch}", [edit], clock.now)
    await drain(outbox)
    assert [message.card.title for message in platform.edits if message.card] == ["Epoch 3"], "the latest wins"
    assert len(platform.posted) == 1


async def test_an_edit_that_had_to_be_posted_afresh_is_edited_by_its_new_receipt(store: Store, clock: Clock) -> None:
    class Forgetful(FakePlatform):
        """The message of a card was deleted: its first edit is posted afresh."""

        async def edit(
            self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
        ) -> Receipt | None:
            receipts.append(dict(receipt))
            return {"ts": "fresh"} if len(receipts) == 1 else None

    receipts: list[dict[str, Any]] = []
    outbox = poster(store, Forgetful(), clock)
    await store.outbox.put("fake:1", "event", [_card(0, "Epoch 1", OutboxKind.POST)], clock.now)
    for epoch in (2, 3, 4):
        await drain(outbox)
        edit = _card(0, f"Epoch {epoch}", OutboxKind.EDIT)
        await store.outbox.put("fake:1", f"progress:{epoch}", [edit], clock.now)
    await drain(outbox)
    assert receipts == [{"ts": 1}, {"ts": "fresh"}, {"ts": "fresh"}]


async def test_an_edit_of_a_card_that_was_never_posted_is_dropped(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    await store.outbox.put("fake:1", "event", [_card(0, "Epoch 1", OutboxKind.POST)], clock.now)
    await store.outbox.put("fake:1", "progress:2", [_card(0, "Epoch 2", OutboxKind.EDIT), _post(1, "after")], clock.now)
    platform.before_post.append(Refused("channel_archived"))
    await drain(poster(store, platform, clock))
    assert platform.edits == []
    assert await states(store, "progress:2") == [OutboxState.REFUSED, OutboxState.POSTED]


async def test_an_uncertain_edit_is_made_again_since_that_does_no_harm(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    card, edit = _card(0, "Epoch 1", OutboxKind.POST), _card(1, "Epoch 2", OutboxKind.EDIT)
    await store.outbox.put("fake:1", "event", [card, edit], clock.now)
    platform.in_edit.append(Uncertain("broken connection"))
    outbox = poster(store, platform, clock)
    await drain(outbox)
    clock.pass_(1)
    await drain(outbox)
    assert len(platform.edits) == 1
    assert await states(store) == [OutboxState.POSTED, OutboxState.POSTED]


async def test_a_message_that_cannot_be_read_does_not_stop_the_queue(
    store: Store, platform: FakePlatform, clock: Clock
) -> None:
    broken = Outgoing(position=0, kind=OutboxKind.POST, message={"text": ["not", "text"]})
    await store.outbox.put("fake:1", "event", [broken, _post(1, "two")], clock.now)
    await drain(poster(store, platform, clock))
    assert platform.texts[0] == "two"
    assert (await items(store))[0].error == "unreadable"


async def test_a_slow_post_keeps_its_lease_and_nobody_else_posts_it(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bot.outbox, "RENEW_EVERY", 0.001)
    renewed, taken = asyncio.Event(), []
    original = store.outbox.renew

    async def renew(*args: Any) -> None:
        await original(*args)
        if clock.now > start:
            renewed.set()

    class Slow(FakePlatform):
        async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
            clock.pass_(LEASE.total_seconds() - 1)
            await renewed.wait()
            clock.pass_(2)  # past the lease that was taken at the beginning
            taken.append(await store.outbox.claim("b", ["fake"], clock.now, LEASE))
            return await super().post(address, message, marker)

    start = clock.now
    monkeypatch.setattr(store.outbox, "renew", renew)
    await queue(store, clock, "one")
    slow = Slow()
    async with asyncio.timeout(20):
        await drain(poster(store, slow, clock))
    assert taken == [None]
    assert slow.texts == ["one"]


def test_after_a_kill_a_conversation_waits_twenty_seconds_at_most() -> None:
    assert LEASE.total_seconds() <= 20
    assert LEASE.total_seconds() >= bot.outbox.RENEW_EVERY * 3
