"""Reminders on real databases: of several processes one sends each, and one that is killed leaves nothing unsent or sent twice."""

import asyncio
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.nudges import LEASE, Nudges
from storage.domain import Habits, ReminderState
from storage.ports import Store
from storage.sql import open_store
from tests.contract.facts import schedule

TUESDAY = datetime(2026, 11, 24, 8, tzinfo=UTC)
"""09:00 in Berlin."""
WEEKLY = "DTSTART:20261124T090000\nRRULE:FREQ=WEEKLY;BYDAY=TU"
PEOPLE = [f"console:{number}" for number in range(6)]


async def together(url: str, *processes: list[str]) -> list[str]:
    """Run them from the same moment on; what each said at its end, empty where it was killed."""
    pipe = asyncio.subprocess.PIPE
    command = ["-m", "tests.contract.nudging_process", url]
    started = [
        await asyncio.create_subprocess_exec(sys.executable, *command, *arguments, stdin=pipe, stdout=pipe)
        for arguments in processes
    ]
    for process in started:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    return [(await ended)[0].decode() for ended in [asyncio.ensure_future(one.communicate(b"go\n")) for one in started]]


async def all_is_due(store: Store, people: list[str]) -> None:
    """Each has asked for a reminder at ``TUESDAY``, and a colleague of each for suggestions at that hour."""
    for person_id in people:
        asked = schedule(person_id, person_id=person_id, conversation_id=person_id, rule=WEEKLY, next_at=TUESDAY)
        await store.schedules.put(asked)
        wanted = Habits(person_id=colleague(person_id), wanted=True, zone="Europe/Berlin", hour="09:00")
        await store.habits.change(wanted.person_id, lambda _, wanted=wanted: wanted)  # type: ignore[misc]


def colleague(person_id: str) -> str:
    return f"{person_id}-colleague"


async def all_were_sent_once(store: Store, people: list[str]) -> bool:
    for person_id in people:
        scheduled = f"schedule:schedule_{person_id}:2026-11-24T09:00"
        for who, slot in ((person_id, scheduled), (colleague(person_id), "suggestion:2026-11-24")):
            found = [(one.slot, one.state) for one in await store.reminders.of_person(who)]
            assert found == [(slot, ReminderState.SENT)]
            assert await store.inbox.pending(who) == 1
    return [one.next_at for one in await store.schedules.all()] == [TUESDAY + timedelta(days=7)] * len(people)


async def test_of_several_processes_one_sends_each_reminder(database_url: str) -> None:
    store = await open_store(database_url)
    await all_is_due(store, PEOPLE)
    await together(database_url, *([name, TUESDAY.isoformat()] for name in ("one", "other", "third")))
    assert await all_were_sent_once(store, PEOPLE)
    await store.aclose()


async def test_a_process_that_is_killed_at_any_call_leaves_it_to_be_sent_once(database_url: str) -> None:
    store = await open_store(database_url)
    people = [f"console:killed-{number}" for number in range(4)]
    await all_is_due(store, people)
    for call in ("3", "5+", "8", "11+", "14"):
        moment = TUESDAY.isoformat()
        assert await together(database_url, [f"killed at {call}", moment, call]) == [""]
    await Nudges(store, "last", clock=lambda: TUESDAY + LEASE).look()
    assert await all_were_sent_once(store, people)
    assert replace(await store.schedules.get(f"schedule_{people[0]}"), next_at=TUESDAY).ended_at is None
    await store.aclose()
