"""A reminder with the real processes: set in words, due while several serve and one is killed, and said once."""

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from storage.domain import Reminder, Schedule
from storage.sql import open_store
from tests.e2e.processes import REPOSITORY, Household, kill, until

SCRIPT = """\
Write shift handover notes for nurses on our ward
/tune remind zone UTC
/tune remind every Tuesday at 9 to look at the handovers
@wait idle 60
"""


def test_a_reminder_is_said_once_whichever_process_is_killed(tmp_path: Path, household: Household) -> None:
    script = tmp_path / "script.txt"
    script.write_text(SCRIPT, "utf-8")
    ended = household.run("chat", "--script", str(script), "--plain")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    due = asyncio.run(made_due(household))
    serving = [chat(household, number) for number in range(2)]
    until(lambda: bool(asyncio.run(reminders(household))), 60, "one of the processes plans the reminder")
    killed = serving.pop()
    kill(killed)
    killed.communicate()
    until(lambda: asyncio.run(times_said(household)) > 0, 60, "it is said")
    serving.append(chat(household, 3))
    for process in serving:
        process.communicate(b"/tune status\n", timeout=60)
    assert asyncio.run(times_said(household)) == 1
    (reminder,) = asyncio.run(reminders(household))
    assert reminder.about["schedule_id"] == due.id
    assert reminder.due_at == due.next_at


def chat(household: Household, number: int) -> "subprocess.Popen[bytes]":
    """Somebody at the terminal who types nothing, until the end."""
    with (household.home.parent / f"chat-{number}.out").open("wb") as output:
        return subprocess.Popen(
            [
                sys.executable,
                "-m",
                "bot",
                "chat",
                "--plain",
                "--conversation",
                f"c{number}",
                "--home",
                str(household.home),
            ],
            cwd=REPOSITORY,
            env=household._environment(),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )


async def made_due(household: Household) -> Schedule:
    """Have the one that was set be due now."""
    store = await open_store(f"sqlite:///{household.home / 'threadtune.db'}", household.home)
    (schedule,) = await store.schedules.all()
    assert schedule.said == "every Tuesday at 9 to look at the handovers"
    now = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
    assert await store.schedules.advance(schedule.id, schedule.next_at, now)
    await store.aclose()
    return replace(schedule, next_at=now)


async def reminders(household: Household) -> list[Reminder]:
    store = await open_store(f"sqlite:///{household.home / 'threadtune.db'}", household.home)
    found = [one for project in await store.projects.all() for one in await store.reminders.of_person(project.owner_id)]
    await store.aclose()
    return found


async def times_said(household: Household) -> int:
    store = await open_store(f"sqlite:///{household.home / 'threadtune.db'}", household.home)
    lines = await store.transcript.since("console:terminal", 0)
    await store.aclose()
    return sum(
        "remind" in str(line.message).lower() and "handovers" in str(line.message)
        for line in lines
        if line.speaker == "threadtune"
    )
