"""Several processes on one database: real ones, started together."""

import asyncio
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from storage.domain import ReminderState
from storage.sql import open_store
from storage.sql.engine import PostgresDatabase
from storage.sql.tables import reminders
from tests.contract.facts import ADA, MINUTE, START, conversation, message, reminder, to
from tests.contract.postgres_server import PostgresServer
from tests.contract.worker_process import CONVERSATIONS


async def _run_together(*commands: list[str]) -> list[str]:
    """Run Python with each list of arguments at once; what they wrote to standard error."""
    started = [
        await asyncio.create_subprocess_exec(sys.executable, *command, stderr=asyncio.subprocess.PIPE)
        for command in commands
    ]
    return [(await process.communicate())[1].decode() for process in started]


async def _start_together(*programs: list[str]) -> list[str]:
    """Run programs that say when they are ready, and let them go on at the same moment; what they said then."""
    pipe = asyncio.subprocess.PIPE
    started = [
        await asyncio.create_subprocess_exec(sys.executable, "-c", *program, stdin=pipe, stdout=pipe, stderr=pipe)
        for program in programs
    ]
    for process in started:
        assert process.stdout is not None
        assert await process.stdout.readline() == b"ready\n"
    ended = await asyncio.gather(*(process.communicate(b"go\n") for process in started))
    assert [errors for _, errors in ended] == [b""] * len(programs)
    return [said.decode() for said, _ in ended]


async def test_two_processes_share_the_inbox(database_url: str) -> None:
    store = await open_store(database_url)
    for number in range(40):
        of = conversation(f"c{number % 4}")
        await store.inbox.put(message(f"{of.id} {number:02}", of), of, None)
    worker = ["-m", "tests.contract.worker_process", database_url]
    assert await _run_together([*worker, "first"], [*worker, "second"]) == ["", ""]

    for group, name in enumerate(CONVERSATIONS):
        replies = [await store.outbox.by_cause(f"{name} {number:02}") for number in range(group, 40, 4)]
        assert [len(reply) for reply in replies] == [1] * 10
        ids = [reply[0].id for reply in replies]
        assert ids == sorted(ids)  # answered in the order in which they were said
    assert len(await store.outbox.by_cause("all")) == len(CONVERSATIONS)
    await store.aclose()


_OPEN = """
import asyncio, sys
from storage.sql import open_store
async def main():
    store = await open_store(sys.argv[1])
    async with store.checkpointer() as saver:
        await saver.aget_tuple({"configurable": {"thread_id": "t"}})
    await store.aclose()
asyncio.run(main())
"""


_CONSUME = """
import asyncio, sys
from datetime import UTC, datetime
from storage.sql import open_store
async def main():
    store = await open_store(sys.argv[1])
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(20):
        if await store.installations.consume_state(f"state {number}", datetime.now(UTC)):
            print(number, flush=True)
    await store.aclose()
asyncio.run(main())
"""


async def test_of_two_processes_that_get_one_state_one_lets_the_installation_in(database_url: str) -> None:
    store = await open_store(database_url)
    for number in range(20):
        await store.installations.issue_state(f"state {number}", datetime.now(UTC) + timedelta(minutes=9))
        await store.installations.issue_state(f"old {number}", datetime.now(UTC))
    told = await _start_together([_CONSUME, database_url], [_CONSUME, database_url])
    assert sorted(int(number) for words in told for number in words.split()) == list(range(20))
    await store.aclose()


_TELL = """
import asyncio, sys
from datetime import UTC, datetime
from storage.domain import OutboxKind, Outgoing
from storage.sql import open_store
async def main():
    url, mine, other = sys.argv[1:]
    store = await open_store(url)
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(40):
        both = [
            Outgoing(position=0, kind=OutboxKind.POST, message={}),
            Outgoing(position=1, kind=OutboxKind.POST, message={}, to=other),
        ]
        await store.outbox.put(mine, f"{mine} {number}", both, datetime.now(UTC))
    await store.aclose()
asyncio.run(main())
"""


async def test_two_processes_write_to_each_others_people_without_waiting_for_one_another(database_url: str) -> None:
    store = await open_store(database_url)
    people = ["slack:T:ada", "slack:T:bo"]
    for person_id in people:
        await store.outbox.put(person_id, "hello", [to(person_id)], START)
    await _start_together(*([_TELL, database_url, *pair] for pair in (people, people[::-1])))
    for person_id in people:
        assert await store.outbox.waiting(person_id) == 81
    await store.aclose()


_REMIND = """
import asyncio, sys
from datetime import UTC, datetime, timedelta
from storage.domain import ReminderState
from storage.sql import open_store
async def main():
    url, name = sys.argv[1:]
    store = await open_store(url)
    print("ready", flush=True)
    sys.stdin.readline()
    while (due := await store.reminders.next_due()) is not None:
        now = datetime.now(UTC)
        found = await store.reminders.claim(name, now, timedelta(minutes=5))
        if found is not None:
            await store.reminders.finish(found.id, name, ReminderState.SENT, {"by": name}, now)
            print(found.id, flush=True)
        elif due > now:
            break  # what is left is held by the other one, which ends it
        else:
            await asyncio.sleep(0.005)
    await store.aclose()
asyncio.run(main())
"""


async def test_of_two_processes_one_sends_each_reminder(database_url: str) -> None:
    store = await open_store(database_url)
    due = [reminder(f"slot {number}", f"console:{number % 4}") for number in range(40)]
    for one in due:
        await store.reminders.put(one)
    told = await _start_together([_REMIND, database_url, "first"], [_REMIND, database_url, "second"])
    assert sorted(one for words in told for one in words.split()) == sorted(one.id for one in due)
    for number in range(4):
        assert await store.inbox.pending(f"console:{number}") == 10
    await store.aclose()


@pytest.mark.postgres
async def test_nobody_waits_for_whoever_is_claiming_just_now(postgres_url: str) -> None:
    store, other = await open_store(postgres_url), await open_store(postgres_url)
    first, second = reminder("first", due_at=START - MINUTE), reminder("second")
    for one in (first, second):
        await store.reminders.put(one)
    assert isinstance(other.database, PostgresDatabase)
    async with other.database.engine.begin() as connection:
        await connection.execute(select(reminders).where(reminders.c.id == first.id).with_for_update())
        assert await store.reminders.claim("w", START, MINUTE) == second
    assert await store.reminders.claim("w", START, MINUTE) == first
    for opened in (store, other):
        await opened.aclose()


_CLAIM_AND_DIE = """
import asyncio, os, signal, sys
from datetime import datetime, timedelta
from storage.domain import ReminderState
from storage.sql import open_store
async def main():
    url, now, finishes = sys.argv[1:]
    store, now = await open_store(url), datetime.fromisoformat(now)
    found = await store.reminders.claim("killed", now, timedelta(minutes=1))
    if finishes == "finishes":
        await store.reminders.finish(found.id, "killed", ReminderState.SENT, {}, now)
    os.kill(os.getpid(), signal.SIGKILL)
asyncio.run(main())
"""


@pytest.mark.parametrize("dies", ["before", "finishes"])
async def test_a_process_that_is_killed_leaves_its_reminder_to_be_sent_once(database_url: str, dies: str) -> None:
    store = await open_store(database_url)
    await store.reminders.put(reminder())
    await _run_together(["-c", _CLAIM_AND_DIE, database_url, START.isoformat(), dies])
    assert await store.inbox.pending(ADA.id) == (1 if dies == "finishes" else 0)
    assert await store.reminders.claim("w", START, MINUTE) is None
    found = await store.reminders.claim("w", START + MINUTE, MINUTE)
    assert (found is None) == (dies == "finishes")
    if found is not None:
        await store.reminders.finish(found.id, "w", ReminderState.SENT, {}, START + MINUTE)
    assert await store.inbox.pending(ADA.id) == 1
    assert await store.reminders.next_due() is None
    await store.aclose()


async def test_processes_that_start_at_once_set_up_a_new_file_together(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'threadtune.db'}"
    assert await _run_together(*[["-c", _OPEN, url]] * 3) == ["", "", ""]


@pytest.mark.postgres
async def test_processes_that_start_at_once_set_up_a_new_database_together(postgres_server: PostgresServer) -> None:
    with postgres_server.temporary_database() as url:
        assert await _run_together(*[["-c", _OPEN, url]] * 3) == ["", "", ""]
