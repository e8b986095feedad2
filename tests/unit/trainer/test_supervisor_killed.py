"""``kill -9`` of the supervisor: its worker goes, its job goes on."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from storage.domain import JobKind, JobState
from tests.unit.trainer.house import House, eventually, now
from trainer.machine import Owner, is_alive
from trainer.run_dir import read_json_lines
from trainer.staging import Attempt

ROOT = Path(__file__).resolve().parents[3]


@asynccontextmanager
async def doomed(home: Path, behaviour: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, Owner]]:
    """A supervisor process and who it is; it is dead afterwards."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.unit.trainer.doomed_supervisor", str(home), behaviour, cwd=ROOT
    )
    try:
        yield process, Owner.of(home, process.pid)
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


@pytest.fixture
def attempt(house: House) -> Attempt:
    return Attempt(1, house.run.attempt(JobKind.TRAIN, 1))


async def test_the_worker_of_a_killed_supervisor_stops_and_the_run_resumes_at_once(
    house: House, attempt: Attempt
) -> None:
    async with doomed(house.home, "slow") as (process, owner):

        async def trains() -> bool:
            return attempt.checkpoint >= 2

        await eventually(trains)
        ledger = attempt.ledger
        assert ledger is not None
        assert is_alive(ledger.worker)
        process.kill()
        await process.wait()

        async def gone() -> bool:
            return not is_alive(ledger.worker)

        await eventually(gone)

    reached = attempt.checkpoint
    job = await house.submit()
    await house.store.jobs.lease(str(owner), tuple(JobKind), now(), timedelta(hours=1))
    done = await house.work(job, house.supervisor("train"))
    assert (done.state, done.attempt) == (JobState.DONE, 2)
    steps = [(point["step"], point["attempt"]) for point in read_json_lines(house.run.metrics)]
    assert all(made_by == 1 for step, made_by in steps if step <= min(reached, 6))
    assert len({step for step, _ in steps}) == len(steps)


async def test_a_stray_worker_that_hears_nothing_is_not_killed_by_a_stranger(house: House, attempt: Attempt) -> None:
    """It is fenced off and writes into a folder of its own, so the new attempt goes on beside it."""
    worker = ""
    try:
        async with doomed(house.home, "hang") as (process, owner):

            async def launched() -> bool:
                return bool((ledger := attempt.ledger) and ledger.worker) and attempt.folder.log.exists()

            await eventually(launched)
            assert attempt.ledger is not None
            worker = attempt.ledger.worker
            process.kill()
            await process.wait()
        job = await house.submit()
        await house.store.jobs.lease(str(owner), tuple(JobKind), now(), timedelta(hours=1))
        done = await house.work(job, house.supervisor("train"))
        assert done.state is JobState.DONE
        assert attempt.folder.token.read_text() == "2"
        assert is_alive(worker)
    finally:
        if is_alive(worker):
            os.kill(int(worker.split(":")[1]), 9)
