"""What is due to people, on every adapter: each claimed by one at a time, and sent once."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import pytest

from storage.domain import EventKind, InboxEvent, Reminder, ReminderKind, ReminderState, direct_conversation
from storage.errors import Conflict, LeaseLost, NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, conversation, link, message, project, reminder

DUE, SENT, DROPPED = ReminderState.DUE, ReminderState.SENT, ReminderState.DROPPED
BO, SLACK = "console:bo", "slack:T1:U1"
EARLY, LATE = reminder("early", due_at=START - MINUTE), reminder("late", due_at=START + MINUTE)


@pytest.fixture(autouse=True)
async def _projects(store: Store) -> None:
    await store.projects.add(project())
    await store.projects.add(project("two"))


async def put(store: Store, *reminders: Reminder) -> None:
    for one in reminders:
        assert await store.reminders.put(one) is True


async def claimed(store: Store, worker: str = "w", now: datetime = START) -> str | None:
    found = await store.reminders.claim(worker, now, MINUTE)
    return None if found is None else found.id


async def sent(store: Store, one: Reminder, at: datetime = START) -> None:
    await put(store, one)
    assert await claimed(store, now=at) == one.id
    await store.reminders.finish(one.id, "w", SENT, {}, at)


class TestPutting:
    async def test_a_reminder_comes_back_whole(self, store: Store) -> None:
        hostile = reminder(
            "a\x00b'; DROP TABLE reminders;--",
            kind=ReminderKind.DIGEST,
            project_id="project_one",
            about={"row_id": None, "more": ["\ud800"]},
            due_at=START.astimezone(timezone(timedelta(hours=2))),
        )
        await put(store, hostile)
        assert await store.reminders.get(hostile.id) == hostile
        assert await store.reminders.of_project("project_one") == [hostile]

    async def test_there_is_one_for_each_person_and_slot(self, store: Store) -> None:
        await put(store, reminder(), reminder(person_id=BO), reminder("suggestion:2026-11-22"))
        again = reminder(due_at=START + MINUTE, about={"other": True})
        assert await store.reminders.put(again) is False
        assert await store.reminders.put(replace(again, id="reminder_other")) is False
        assert await store.reminders.get(reminder().id) == reminder()

    async def test_a_slot_that_was_sent_or_dropped_is_not_due_again(self, store: Store) -> None:
        await sent(store, reminder())
        assert await store.reminders.put(reminder()) is False
        assert await store.reminders.next_due() is None

    async def test_of_linked_accounts_one_has_the_slot(self, store: Store) -> None:
        await put(store, reminder())
        await link(store, ADA.id, SLACK)
        assert await store.reminders.put(reminder(person_id=SLACK)) is False
        await store.links.unlink(SLACK)
        assert await store.reminders.put(reminder(person_id=SLACK)) is True

    async def test_one_slot_that_several_plan_at_once_is_there_once(self, store: Store) -> None:
        outcomes = await asyncio.gather(*(store.reminders.put(reminder()) for _ in range(8)))
        assert sorted(outcomes) == [False] * 7 + [True]

    async def test_a_direct_conversation_is_made_and_a_known_one_left_as_it_is(self, store: Store) -> None:
        await put(store, reminder(person_id=SLACK))
        assert await store.conversations.get(SLACK) == direct_conversation(SLACK)
        known = replace(direct_conversation(BO), address={"thread": "7"}, project_id="project_one")
        await store.inbox.put(message("e1", known), known, None)
        await put(store, reminder(person_id=BO))
        assert await store.conversations.get(BO) == known

    @pytest.mark.parametrize("unknown", [{"conversation_id": "console:nowhere"}, {"project_id": "project_none"}])
    async def test_it_is_about_a_known_project_and_said_in_a_known_place(
        self, store: Store, unknown: dict[str, str]
    ) -> None:
        with pytest.raises(NotFound):
            await store.reminders.put(reminder(**unknown))
        assert await store.reminders.of_person(ADA.id) == []


class TestClaiming:
    async def test_the_one_that_was_due_first_is_claimed_first_and_none_before_its_time(self, store: Store) -> None:
        await put(store, LATE, reminder(), EARLY)
        assert [await claimed(store) for _ in range(3)] == [EARLY.id, reminder().id, None]
        assert await claimed(store, now=LATE.due_at - timedelta(microseconds=1)) is None
        assert await claimed(store, now=LATE.due_at) == EARLY.id, "its lease has ended"

    async def test_each_is_claimed_by_one(self, store: Store) -> None:
        for number in range(6):
            await put(store, reminder(f"slot {number}"))
        found = await asyncio.gather(*(store.reminders.claim(f"w{n}", START, MINUTE) for n in range(12)))
        ids = [one.id for one in found if one is not None]
        while (one := await claimed(store)) is not None:  # whoever found a row locked may have gone away with nothing
            ids.append(one)
        assert len(ids) == len(set(ids)) == 6

    async def test_a_stale_one_is_given_out_to_be_dropped(self, store: Store) -> None:
        await put(store, reminder())
        assert await claimed(store, now=reminder().stale_at + MINUTE) == reminder().id
        await store.reminders.finish(reminder().id, "w", DROPPED, {}, reminder().stale_at + MINUTE)
        found = await store.reminders.get(reminder().id)
        assert (found.state, found.sent_at) == (DROPPED, None)
        assert await store.inbox.pending(ADA.id) == 0

    async def test_a_lease_that_ended_gives_it_to_the_next_and_fences_off_the_first(self, store: Store) -> None:
        await put(store, reminder())
        assert await claimed(store, "first") == reminder().id
        assert await claimed(store, "second", START + MINUTE - timedelta(microseconds=1)) is None
        assert await claimed(store, "second", START + MINUTE) == reminder().id
        with pytest.raises(LeaseLost):
            await store.reminders.finish(reminder().id, "first", SENT, {}, START + MINUTE)
        assert (await store.reminders.get(reminder().id)).state is DUE
        assert await store.inbox.pending(ADA.id) == 0
        await store.reminders.finish(reminder().id, "second", SENT, {}, START + MINUTE)
        with pytest.raises(LeaseLost):
            await store.reminders.finish(reminder().id, "first", DROPPED, {}, START + MINUTE)
        assert (await store.reminders.get(reminder().id)).state is SENT

    async def test_a_lease_that_ended_unnoticed_is_still_the_holders(self, store: Store) -> None:
        await put(store, reminder())
        await claimed(store, "slow")
        await store.reminders.finish(reminder().id, "slow", SENT, {}, START + 9 * MINUTE)
        assert (await store.reminders.get(reminder().id)).sent_at == START + 9 * MINUTE

    async def test_nobody_ends_what_they_did_not_claim(self, store: Store) -> None:
        await put(store, reminder())
        for unclaimed in (reminder().id, "reminder_unknown"):
            with pytest.raises(LeaseLost):
                await store.reminders.finish(unclaimed, "w", SENT, {}, START)
        await claimed(store)
        with pytest.raises(ValueError, match="due"):
            await store.reminders.finish(reminder().id, "w", DUE, {}, START)


class TestNextDue:
    async def test_it_is_when_the_next_one_may_be_claimed(self, store: Store) -> None:
        assert await store.reminders.next_due() is None
        await put(store, LATE, EARLY)
        assert await store.reminders.next_due() == EARLY.due_at
        await claimed(store, now=START)
        assert await store.reminders.next_due() == START + MINUTE, "its lease ends when the later one is due"
        await store.reminders.finish(EARLY.id, "w", SENT, {}, START)
        assert await store.reminders.next_due() == LATE.due_at

    async def test_a_claimed_one_is_waited_for_until_its_lease_ends(self, store: Store) -> None:
        await put(store, reminder())
        await store.reminders.claim("killed", START, 5 * MINUTE)
        assert await store.reminders.next_due() == START + 5 * MINUTE
        assert await claimed(store, now=START + 5 * MINUTE) == reminder().id


class TestSending:
    async def test_its_event_is_put_with_it(self, store: Store) -> None:
        await sent(store, reminder(about={"schedule_id": "schedule_1"}))
        event = InboxEvent(
            id=f"reminder:{reminder().id}",
            conversation_id=ADA.id,
            person_id=ADA.id,
            kind=EventKind.REMINDER,
            payload={"reminder_id": reminder().id},
            received_at=START,
        )
        assert await store.inbox.claim("w", START, MINUTE) == event

    async def test_sending_it_again_puts_nothing_twice(self, store: Store) -> None:
        await sent(store, reminder())
        await store.inbox.claim("w", START, MINUTE)
        await store.inbox.finish(f"reminder:{reminder().id}", "w", START, [], [])
        for state in (SENT, DROPPED):
            await store.reminders.finish(reminder().id, "w", state, {"more": 1}, START + MINUTE)
        found = await store.reminders.get(reminder().id)
        assert (found.state, found.sent_at, found.about) == (SENT, START, {})
        assert await store.inbox.pending(ADA.id) == 0

    async def test_it_waits_behind_what_the_person_said_before(self, store: Store) -> None:
        mine = direct_conversation(ADA.id)
        await store.inbox.put(message("e1", mine), mine, ADA)
        await sent(store, reminder())
        event = await store.inbox.claim("w", START, MINUTE)
        assert event is not None
        assert event.id == "e1"
        assert await store.inbox.pending(ADA.id) == 2

    async def test_a_person_was_not_heard_because_they_were_reminded(self, store: Store) -> None:
        """Else what they said while we were away would be taken for read."""
        mine = direct_conversation(ADA.id)
        await store.inbox.put(message("e1", mine), mine, ADA)
        await sent(store, reminder(), at=START + 9 * MINUTE)
        assert await store.conversations.within(ADA.id) == [(mine, START)]

    async def test_what_its_message_names_is_recorded_and_corrected(self, store: Store) -> None:
        await sent(store, reminder(about={"schedule_id": "schedule_1"}))
        told = await store.reminders.composed(reminder().id, {"action": "thin_cell", "cell": "bugs"})
        assert told.about == {"schedule_id": "schedule_1", "action": "thin_cell", "cell": "bugs"}
        assert await store.reminders.composed(reminder().id, {"cell": "stories"}) == replace(
            told, about={**told.about, "cell": "stories"}
        )
        dropped = await store.reminders.composed(reminder().id, None)
        assert (dropped.state, dropped.sent_at) == (DROPPED, START)
        assert (await store.reminders.composed(reminder().id, {})).state is SENT

    async def test_nothing_is_composed_before_it_is_sent(self, store: Store) -> None:
        await put(store, reminder())
        with pytest.raises(Conflict):
            await store.reminders.composed(reminder().id, {})
        for asked in (store.reminders.composed("none", {}), store.reminders.answered("none", START)):
            with pytest.raises(NotFound):
                await asked
        with pytest.raises(NotFound):
            await store.reminders.get("none")

    async def test_the_first_answer_counts(self, store: Store) -> None:
        await sent(store, reminder())
        for later in range(3):
            found = await store.reminders.answered(reminder().id, START + (later + 1) * MINUTE)
            assert found.answered_at == START + MINUTE
        assert await store.reminders.get(reminder().id) == found


class TestFinding:
    async def test_a_persons_are_those_of_all_their_accounts(self, store: Store) -> None:
        await put(store, LATE, reminder(person_id=SLACK), reminder(person_id=BO), EARLY)
        assert await store.reminders.of_person(ADA.id) == [EARLY, LATE]
        await link(store, ADA.id, SLACK)
        for account in (ADA.id, SLACK):
            assert await store.reminders.of_person(account) == [EARLY, reminder(person_id=SLACK), LATE]

    async def test_what_was_sent_since_is_told_in_that_order(self, store: Store) -> None:
        names = ("a", "b", "c")
        for number, name in enumerate(names):
            await sent(store, reminder(name), START + number * MINUTE)
        await put(store, reminder("waits"))
        await store.reminders.composed(reminder("a").id, None)
        assert [one.slot for one in await store.reminders.sent(START)] == ["b", "c"]
        assert [one.slot for one in await store.reminders.sent(START + 2 * MINUTE)] == ["c"]


async def test_a_person_takes_back_those_of_a_project_and_of_none(store: Store) -> None:
    here, there = (reminder(name, project_id=f"project_{name}") for name in ("one", "two"))
    colleagues = reminder(person_id=BO, project_id="project_one")
    await put(store, reminder(), here, there, colleagues)
    claimed_by = await store.reminders.claim("w", START, MINUTE)
    assert claimed_by is not None
    assert await store.reminders.forget_person(ADA.id, "project_one") == 2
    assert await store.reminders.forget_person(ADA.id, "project_one") == 0
    assert await store.reminders.of_person(ADA.id) == [there]
    assert await store.reminders.of_project("project_one") == [colleagues]
    assert await store.reminders.put(reminder()) is True


async def test_one_that_was_taken_back_is_not_sent_by_whoever_had_claimed_it(store: Store) -> None:
    one = conversation("channel")
    await store.inbox.put(message("e1", one), one, None)
    await put(store, reminder(conversation_id=one.id))
    await claimed(store)
    await store.reminders.forget_person(ADA.id, "project_one")
    with pytest.raises(LeaseLost):
        await store.reminders.finish(reminder().id, "w", SENT, {}, START)
    assert await store.inbox.pending(one.id) == 1
