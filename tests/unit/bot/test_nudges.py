"""Reminders fire once: when they are due, after a kill between any two steps, after a while away, and never when stale."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from agent.reminding import when
from bot.nudges import LEASE, LOOK_EVERY, PLAN_EVERY, Nudges
from storage.domain import (
    Conversation,
    EventKind,
    Habits,
    InboxEvent,
    Reminder,
    ReminderKind,
    ReminderState,
    Schedule,
    stable_id,
)
from storage.errors import StoreUnavailable
from storage.memory import memory_store
from storage.memory.facts import Facts
from storage.memory.reminders import MemoryReminders
from storage.memory.schedules import MemorySchedules
from storage.ports import Store
from tests.fakes.mortal import Fate, Killed, mortal_store
from tests.unit.bot.conftest import Clock

ANA = "console:ana"
BERLIN = "Europe/Berlin"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def nudges(store: Store, clock: Clock, worker: str = "w") -> Nudges:
    """Of a process that has just started."""
    return Nudges(store, worker, clock=clock)


async def set_schedule(store: Store, clock: Clock, said: str = "every Tuesday at 9") -> Schedule:
    understood = when.read(said, clock.now, BERLIN)
    schedule = Schedule(
        id="s",
        person_id=ANA,
        conversation_id=ANA,
        rule=understood.rule,
        zone=BERLIN,
        said=said,
        event_id="e",
        created_at=clock.now,
        next_at=understood.first_at,
    )
    await store.schedules.put(schedule)
    return schedule


async def opt_in(store: Store, **habits: object) -> None:
    wanted = Habits(person_id=ANA, wanted=True, zone=BERLIN)
    await store.habits.change(ANA, lambda _: replace(wanted, **habits))  # type: ignore[arg-type]


async def of_ana(store: Store) -> list[Reminder]:
    return list(await store.reminders.of_person(ANA))


async def events(store: Store, clock: Clock) -> list[InboxEvent]:
    """What waits in the person's direct conversation; it is answered."""
    found: list[InboxEvent] = []
    while (event := await store.inbox.claim("reader", clock.now, timedelta(hours=1))) is not None:
        found.append(event)
        await store.inbox.finish(event.id, "reader", clock.now, [], [])
    return found


async def look(store: Store, clock: Clock, at: datetime) -> datetime | None:
    """Another process looks at that time."""
    clock.now = at
    return await nudges(store, clock, at.isoformat()).look()


TUESDAY = datetime(2026, 11, 24, 8, tzinfo=UTC)
"""09:00 in Berlin."""


async def test_a_schedule_fires_when_it_is_due_and_moves_on(store: Store, clock: Clock) -> None:
    schedule = await set_schedule(store, clock)
    before = TUESDAY - timedelta(minutes=5)
    assert await look(store, clock, before) == TUESDAY, "it says when to look next"
    assert await events(store, clock) == []
    await look(store, clock, TUESDAY)
    [event] = await events(store, clock)
    [reminder] = await of_ana(store)
    assert event.kind is EventKind.REMINDER
    assert (event.id, event.payload) == (f"reminder:{reminder.id}", {"reminder_id": reminder.id})
    assert (event.person_id, event.conversation_id) == (ANA, ANA)
    assert (reminder.kind, reminder.slot) == (ReminderKind.SCHEDULED, "schedule:s:2026-11-24T09:00")
    assert reminder.about["schedule_id"] == schedule.id
    assert (await store.schedules.get("s")).next_at == TUESDAY + 7 * DAY
    await look(store, clock, TUESDAY + HOUR)
    assert await events(store, clock) == []


async def test_what_comes_once_ends(store: Store, clock: Clock) -> None:
    await set_schedule(store, clock, "tomorrow at 10")
    await look(store, clock, clock.now + 2 * DAY)
    assert [one.state for one in await of_ana(store)] == [ReminderState.DROPPED], "it is a day late"
    assert await store.schedules.all() == []


async def test_what_was_missed_is_sent_once_on_return(store: Store, clock: Clock) -> None:
    await set_schedule(store, clock, "every day at 9")
    back = datetime(2026, 11, 27, 15, tzinfo=UTC)
    await look(store, clock, back)
    assert [one.slot for one in await of_ana(store)] == ["schedule:s:2026-11-27T09:00"]
    assert len(await events(store, clock)) == 1
    assert (await store.schedules.get("s")).next_at == datetime(2026, 11, 28, 8, tzinfo=UTC)


async def test_what_was_missed_for_a_day_is_dropped_and_says_why(store: Store, clock: Clock) -> None:
    await set_schedule(store, clock)
    await look(store, clock, TUESDAY + DAY)
    [reminder] = await of_ana(store)
    assert (reminder.state, reminder.about["dropped"]) == (ReminderState.DROPPED, "stale")
    assert await events(store, clock) == []


async def test_a_suggestion_comes_at_the_persons_hour(store: Store, clock: Clock) -> None:
    await opt_in(store, hour="14:00")
    assert await look(store, clock, clock.now) == clock.now + PLAN_EVERY
    at = datetime(2026, 11, 21, 13, tzinfo=UTC)
    assert await look(store, clock, at - timedelta(minutes=3)) == at
    await look(store, clock, at)
    [reminder] = await of_ana(store)
    assert (reminder.slot, reminder.state) == ("suggestion:2026-11-21", ReminderState.SENT)
    for hours in range(1, 40):
        await look(store, clock, at + hours * HOUR)
    assert len(await of_ana(store)) == 1, "left unanswered, the next one comes two days later"


async def test_an_answered_suggestion_is_followed_by_one_on_the_next_day(store: Store, clock: Clock) -> None:
    await opt_in(store, hour="14:00")
    at = datetime(2026, 11, 21, 13, tzinfo=UTC)
    await look(store, clock, at)
    await store.reminders.answered((await of_ana(store))[0].id, at + HOUR)
    await look(store, clock, at + DAY)
    assert [one.slot for one in await of_ana(store)] == ["suggestion:2026-11-21", "suggestion:2026-11-22"]


@pytest.mark.parametrize("shared", [False, True])
async def test_a_suggestion_comes_where_it_was_asked_for_if_nobody_else_reads_along(
    store: Store, clock: Clock, shared: bool
) -> None:
    asked = InboxEvent(
        id="asked",
        conversation_id="fake:1",
        person_id=ANA,
        kind=EventKind.MESSAGE,
        payload={"text": "/tune remind on"},
        received_at=clock.now,
    )
    await store.inbox.put(asked, Conversation(id="fake:1", platform="fake", address={}, shared=shared), None)
    await events(store, clock)
    await opt_in(store, event_id="asked")
    await look(store, clock, clock.now + HOUR)
    assert [one.conversation_id for one in await of_ana(store)] == [ANA if shared else "fake:1"]


@pytest.mark.parametrize(("habits", "why"), [({"wanted": False}, "unwanted"), ({"snoozed_until": True}, "snoozed")])
async def test_a_suggestion_that_waits_is_dropped_once_it_is_not_wanted(
    store: Store, clock: Clock, habits: dict[str, object], why: str
) -> None:
    """Another process planned it, and the person pressed Stop or Snooze before it was claimed."""
    later = clock.now + DAY
    await opt_in(store, **{name: later if name == "snoozed_until" else value for name, value in habits.items()})
    await store.reminders.put(suggestion(clock.now))
    await look(store, clock, clock.now)
    [reminder] = await of_ana(store)
    assert (reminder.state, reminder.about["dropped"]) == (ReminderState.DROPPED, why)


def suggestion(at: datetime, kind: ReminderKind = ReminderKind.SUGGESTION, slot: str = "suggestion:x") -> Reminder:
    return Reminder(
        id=stable_id("reminder", ANA, slot),
        person_id=ANA,
        conversation_id=ANA,
        kind=kind,
        slot=slot,
        due_at=at,
        stale_at=at + HOUR,
    )


async def test_a_survey_waits_for_the_end_of_the_quiet_hours(store: Store, clock: Clock) -> None:
    await opt_in(store, wanted=False)
    night = datetime(2026, 11, 21, 23, tzinfo=UTC)
    await store.reminders.put(suggestion(night, ReminderKind.SURVEY, "survey:m"))
    await look(store, clock, night)
    assert await events(store, clock) == []
    await look(store, clock, datetime(2026, 11, 22, 7, tzinfo=UTC))
    assert len(await events(store, clock)) == 1
    assert [one.state for one in await of_ana(store)] == [ReminderState.DROPPED, ReminderState.SENT]


async def test_a_rule_that_cannot_be_read_keeps_no_other_from_coming(store: Store, clock: Clock) -> None:
    """Another process of a later version may read it, so that it is left as it is."""
    schedule = await set_schedule(store, clock)
    await store.schedules.put(replace(schedule, id="a", rule="no rule"))
    await look(store, clock, TUESDAY)
    assert len(await events(store, clock)) == 1
    assert [one.id for one in await store.schedules.all()] == ["a", "s"]


async def test_habits_that_cannot_be_read_keep_nobody_else_waiting(store: Store, clock: Clock) -> None:
    await opt_in(store, hour="10:00")
    broken = Habits(person_id="console:a-broken", wanted=True, hour="soon")
    await store.habits.change(broken.person_id, lambda _: broken)
    await look(store, clock, clock.now + HOUR)
    assert [one.slot for one in await of_ana(store)] == ["suggestion:2026-11-21"]
    assert await store.reminders.of_person(broken.person_id) == []


async def test_habits_that_cannot_be_read_when_it_is_sent_keep_nobody_else_waiting(store: Store, clock: Clock) -> None:
    await opt_in(store, quiet_from="late")
    await store.reminders.put(suggestion(clock.now))
    await store.reminders.put(
        replace(suggestion(clock.now), id="z", person_id="console:bo", conversation_id="console:bo")
    )
    await store.habits.change("console:bo", lambda habits: replace(habits, wanted=True))
    await look(store, clock, clock.now)
    assert [(one.state, one.about.get("dropped")) for one in await of_ana(store)] == [
        (ReminderState.DROPPED, "unreadable")
    ]
    assert [one.state for one in await store.reminders.of_person("console:bo")] == [ReminderState.SENT]


async def test_a_schedule_whose_conversation_is_gone_ends(clock: Clock) -> None:
    facts = Facts()
    store = replace(memory_store(), reminders=MemoryReminders(facts), schedules=MemorySchedules(facts))
    facts.conversations["fake:1"] = Conversation(id="fake:1", platform="fake", address={})
    schedule = await set_schedule(store, clock)
    await store.schedules.put(replace(schedule, id="a", conversation_id="fake:1"))
    del facts.conversations["fake:1"]
    await look(store, clock, TUESDAY)
    assert [one.id for one in await store.schedules.all()] == ["s"]
    assert [one.about["schedule_id"] for one in await of_ana(store)] == ["s"]


async def world(clock: Clock, due: ReminderKind) -> Store:
    """A store in which something is due at ``TUESDAY``."""
    clock.now = TUESDAY - DAY
    store = memory_store()
    if due is ReminderKind.SCHEDULED:
        await set_schedule(store, clock)
    elif due is ReminderKind.SUGGESTION:
        await opt_in(store, hour="09:00", quiet_until="09:00")
    else:
        await opt_in(store, wanted=False, quiet_from="08:30", quiet_until="09:30")
        await store.reminders.put(suggestion(TUESDAY, due, "survey:m"))
    clock.now = TUESDAY
    return store


@pytest.mark.parametrize("due", [ReminderKind.SCHEDULED, ReminderKind.SUGGESTION, ReminderKind.SURVEY])
async def test_killed_between_any_two_steps_it_is_sent_once(clock: Clock, due: ReminderKind) -> None:
    life = Fate()
    await Nudges(mortal_store(await world(clock, due), life), "w", clock=clock).look()
    assert life.calls > 5
    for at in range(1, life.calls + 1):
        for after in (False, True):
            store = await world(clock, due)
            with pytest.raises(Killed):
                await Nudges(mortal_store(store, Fate(at=at, after=after)), "killed", clock=clock).look()
            await look(store, clock, TUESDAY + LEASE)
            await look(store, clock, TUESDAY + HOUR)
            sent = [one.slot for one in await of_ana(store) if one.state is ReminderState.SENT]
            assert len(sent) == 1, f"killed {'after' if after else 'before'} call {at}"
            assert len(await events(store, clock)) == 1


async def test_of_two_processes_that_look_at_once_one_sends(clock: Clock) -> None:
    store = await world(clock, ReminderKind.SCHEDULED)
    both = [nudges(store, clock, worker) for worker in ("one", "other")]
    await asyncio.gather(*(one.look() for one in both))
    assert len(await events(store, clock)) == 1
    assert (await store.schedules.get("s")).next_at == TUESDAY + 7 * DAY


async def test_a_year_of_days_brings_one_each_over_both_changes_of_the_clocks(clock: Clock) -> None:
    clock.now = datetime(2026, 1, 1, tzinfo=UTC)
    store = memory_store()
    await set_schedule(store, clock, "every day at 2:30 am")
    while clock.now < datetime(2027, 1, 1, tzinfo=UTC):
        await look(store, clock, clock.now + timedelta(minutes=30))
    slots = [one.slot for one in await of_ana(store)]
    assert len(slots) == len(set(slots)) == 365
    assert all(one.state is ReminderState.SENT for one in await of_ana(store))
    assert "schedule:s:2026-03-29T03:30" in slots, "there is no 02:30 on that day"
    assert "schedule:s:2026-10-25T02:30" in slots


class Away(Nudges):
    """Its database is away for the first look."""

    looks = 0

    async def look(self) -> datetime | None:
        self.looks += 1
        if self.looks == 1:
            raise StoreUnavailable("unreachable")
        return await super().look()


async def test_it_wakes_when_the_next_is_due_and_again_after_a_database_that_was_away(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.nudges.LOOK_EVERY", timedelta(milliseconds=10))
    clock.now = TUESDAY
    await store.reminders.put(suggestion(TUESDAY, ReminderKind.SCHEDULED))
    service, stop = Away(store, "w", clock=clock), asyncio.Event()
    running = asyncio.create_task(service.run(stop))
    await service.arrived.wait()
    stop.set()
    await running
    assert len(await events(store, clock)) == 1
    assert service.looks > 1


async def test_a_fault_of_ours_ends_the_service(store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails() -> datetime | None:
        raise RuntimeError

    service = nudges(store, clock)
    monkeypatch.setattr(service, "look", fails)
    with pytest.raises(RuntimeError):
        await service.run(asyncio.Event())


async def test_the_next_look_is_no_later_than_the_next_reminder(store: Store, clock: Clock) -> None:
    await set_schedule(store, clock)
    service = nudges(store, clock)
    clock.now = TUESDAY - timedelta(seconds=20)
    assert await service._look_safely() == timedelta(seconds=20)
    clock.now = TUESDAY
    assert await service._look_safely() == LOOK_EVERY


async def test_a_clock_that_is_put_back_keeps_no_suggestion_from_being_planned(store: Store, clock: Clock) -> None:
    """It was years ahead when the process started, as that of a machine without a battery may be."""
    today, service = clock.now, nudges(store, clock)
    clock.now += 900 * DAY
    await service.look()
    clock.now = today + timedelta(hours=4)
    await opt_in(store, hour="14:00")
    await service.look()
    assert [one.slot for one in await of_ana(store)] == ["suggestion:2026-11-21"]


async def test_a_clock_that_is_put_back_keeps_it_from_no_look(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What wakes it goes by the clock of the machine, which shows an earlier time by then."""
    soon = timedelta(milliseconds=10)
    monkeypatch.setattr("bot.nudges.LOOK_EVERY", soon)
    monkeypatch.setattr("bot.nudges.SOONEST", soon)
    monkeypatch.setattr("bot.nudges._now", lambda: datetime.now(UTC) + HOUR)
    service, stop = Away(store, "w", clock=clock), asyncio.Event()
    running = asyncio.create_task(service.run(stop))
    async with asyncio.timeout(20):
        while service.looks < 3:  # noqa: ASYNC110  # it is the service that looks
            await asyncio.sleep(0.01)
    stop.set()
    await running
