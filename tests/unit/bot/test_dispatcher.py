"""Events are answered once, in order within a conversation, and a turn that fails does not hold up the queue."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

import bot.dispatcher
from agent.replies import AnyReply, Say
from bot.dispatcher import Dispatcher
from storage.domain import Conversation, EventKind, InboxEvent, Person, Reminder, ReminderKind, ReminderState
from storage.errors import LeaseLost, StoreUnavailable
from storage.memory import memory_store
from storage.ports import Store


@dataclass
class Scripted:
    """Answers every event with its id; ``before`` may do something first, such as fail."""

    before: Callable[[InboxEvent], None] = lambda event: None
    handled: list[str] = field(default_factory=list)
    hold: dict[str, asyncio.Event] = field(default_factory=dict)

    async def handle(self, event: InboxEvent) -> list[AnyReply]:
        self.before(event)
        if event.id in self.hold:
            await self.hold[event.id].wait()
        self.handled.append(event.id)
        return [Say(text=f"answer to {event.id}")]

    async def handle_express(self, event: InboxEvent) -> list[AnyReply]:
        return await self.handle(event)

    async def give_up(self, event: InboxEvent, error: Exception) -> list[AnyReply]:
        return [Say(text=f"gave up: {error}")]


async def put(store: Store, event_id: str, conversation: str = "console:a", express: bool = False) -> None:
    now = datetime.now(UTC)
    await store.inbox.put(
        InboxEvent(
            id=event_id,
            conversation_id=conversation,
            person_id="console:ana",
            kind=EventKind.MESSAGE,
            payload={"text": event_id},
            received_at=now,
            express=express,
        ),
        Conversation(id=conversation, platform="console", address={}),
        Person(id="console:ana", platform="console", display_name="Ana", created_at=now),
    )


async def until_finished(store: Store, dispatcher: Dispatcher, *event_ids: str) -> None:
    stop = asyncio.Event()
    running = asyncio.create_task(dispatcher.run(stop))
    async with asyncio.timeout(20):
        while not all([await store.inbox.is_finished(event_id) for event_id in event_ids]):  # noqa: ASYNC110  # nothing signals it
            await asyncio.sleep(0.01)
    stop.set()
    await running


async def said(store: Store, event_id: str) -> list[str]:
    return [item.message["text"] for item in await store.outbox.by_cause(event_id)]


async def test_events_of_a_conversation_are_answered_in_their_order() -> None:
    store, answers = memory_store(), Scripted()
    names = [f"e{number}" for number in range(12)]
    for name in names:
        await put(store, name)
    await until_finished(store, Dispatcher(store, answers, "me", look_every=0.01), *names)
    assert answers.handled == names
    assert await said(store, "e3") == ["answer to e3"]


async def test_a_slow_turn_holds_up_neither_other_conversations_nor_express_words() -> None:
    store, answers = memory_store(), Scripted()
    answers.hold["slow"] = asyncio.Event()
    await put(store, "slow")
    await put(store, "status", express=True)
    await put(store, "other", conversation="console:b")
    dispatcher = Dispatcher(store, answers, "me", look_every=0.01)
    stop = asyncio.Event()
    running = asyncio.create_task(dispatcher.run(stop))
    async with asyncio.timeout(20):
        while not {"status", "other"} <= set(answers.handled):  # noqa: ASYNC110  # nothing signals it
            await asyncio.sleep(0.01)
    assert not await store.inbox.is_finished("slow")
    answers.hold["slow"].set()
    stop.set()
    await running
    assert await store.inbox.is_finished("slow")


async def test_a_turn_that_fails_for_good_is_told_and_the_next_one_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.dispatcher, "ATTEMPTS", 1)
    store = memory_store()

    def fail(event: InboxEvent) -> None:
        if event.id == "bad":
            raise ValueError("broken")

    await put(store, "bad")
    await put(store, "good")
    await until_finished(store, Dispatcher(store, Scripted(fail), "me", look_every=0.01), "bad", "good")
    assert await said(store, "bad") == ["gave up: broken"]
    assert await said(store, "good") == ["answer to good"]


async def test_a_turn_that_fails_once_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    store, failures = memory_store(), ["first"]

    def fail_once(event: InboxEvent) -> None:
        if failures:
            raise ValueError(failures.pop())

    await put(store, "e")
    await until_finished(store, Dispatcher(store, Scripted(fail_once), "me", look_every=0.01), "e")
    assert await said(store, "e") == ["answer to e"]


async def test_a_renewal_that_fails_once_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.dispatcher, "RENEW_EVERY", 0.001)
    store, answers = memory_store(), Scripted()
    answers.hold["slow"] = asyncio.Event()
    await put(store, "slow")
    outcomes: list[Exception | None] = [StoreUnavailable("locked"), None]

    async def renew(event_id: str, worker: str, until: datetime) -> None:
        outcome = outcomes.pop(0) if outcomes else None
        if outcome:
            raise outcome
        if not outcomes:
            answers.hold["slow"].set()  # the turn ends only after a renewal that followed the failed one

    monkeypatch.setattr(store.inbox, "renew", renew)
    await until_finished(store, Dispatcher(store, answers, "me", look_every=0.01), "slow")
    assert await said(store, "slow") == ["answer to slow"]


async def test_a_turn_whose_event_another_process_took_over_does_not_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bot.dispatcher, "RENEW_EVERY", 0.001)
    store, answers, ended = memory_store(), Scripted(), asyncio.Event()
    await put(store, "slow")

    async def handle(event: InboxEvent) -> list[AnyReply]:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()
        return []

    async def renew(event_id: str, worker: str, until: datetime) -> None:
        raise LeaseLost(event_id)

    monkeypatch.setattr(answers, "handle", handle)
    monkeypatch.setattr(store.inbox, "renew", renew)
    stop = asyncio.Event()
    running = asyncio.create_task(Dispatcher(store, answers, "me", look_every=0.01).run(stop))
    async with asyncio.timeout(20):
        await ended.wait()
    stop.set()
    await running
    assert await said(store, "slow") == []
    assert not await store.inbox.is_finished("slow")


@pytest.mark.parametrize(("late", "said_by_then"), [(timedelta(minutes=50), True), (timedelta(hours=2), False)])
async def test_a_reminder_whose_turn_comes_when_it_is_stale_says_nothing(late: timedelta, said_by_then: bool) -> None:
    """Whoever had sent it was killed before its turn, and nothing ran for a while: it may be night by now."""
    store, answers, at = memory_store(), Scripted(), datetime.now(UTC) - late
    reminder = Reminder(
        id="reminder_1",
        person_id="console:ana",
        conversation_id="console:ana",
        kind=ReminderKind.SUGGESTION,
        slot="suggestion:x",
        due_at=at,
        stale_at=at + timedelta(hours=1),
    )
    await store.reminders.put(reminder)
    assert await store.reminders.claim("killed", at, timedelta(seconds=30)) is not None
    await store.reminders.finish(reminder.id, "killed", ReminderState.SENT, {}, at)
    await until_finished(store, Dispatcher(store, answers, "me", look_every=0.01), "reminder:reminder_1")
    assert bool(await said(store, "reminder:reminder_1")) is said_by_then
    found = await store.reminders.get(reminder.id)
    assert found.state is (ReminderState.SENT if said_by_then else ReminderState.DROPPED)
    assert found.about.get("dropped") == (None if said_by_then else "stale")
