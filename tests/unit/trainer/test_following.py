"""What people see of a job at work: progress, the curve so far, and what it says; nothing without the lease."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from storage.domain import Job, JobKind, JobState
from storage.errors import LeaseLost
from storage.memory import memory_store
from storage.ports import Jobs
from tests.unit.trainer.house import House
from trainer import staging
from trainer.following import Following
from trainer.lease import HeldLease
from trainer.run_dir import RunDir, read_json_lines
from trainer.staging import Attempt


@pytest.fixture
def run(tmp_path: Path) -> RunDir:
    return RunDir(tmp_path / "runs" / "run_1")


def add(attempt: Attempt, *points: Mapping[str, Any]) -> None:
    attempt.folder.path.mkdir(parents=True, exist_ok=True)
    with attempt.folder.metrics.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(point) + "\n" for point in points)


def step(number: int, loss: float | None = 2.0) -> dict[str, Any]:
    return {"step": number, "steps": 8, "epoch": number / 4, "loss": loss}


async def lease(jobs: Jobs, kind: JobKind = JobKind.TRAIN) -> HeldLease:
    at = datetime(2026, 11, 21, tzinfo=UTC)
    job = Job(id="job_1", request_id="r", kind=kind, run_id="run_1", spec={}, state=JobState.QUEUED, created_at=at)
    await jobs.submit(job)
    leased = await jobs.lease("me", [kind], at, timedelta(hours=1))
    assert leased is not None
    return HeldLease(jobs, leased, clock=lambda: at, lease=timedelta(hours=1), renew_every=9, look_every=9)


def following(held: HeldLease, run: RunDir, *attempts: Attempt) -> Following:
    return Following(held, run, attempts, publish_every=1.0, curve_every=5.0)


def attempts(run: RunDir, count: int = 1, kind: JobKind = JobKind.TRAIN) -> list[Attempt]:
    return [Attempt(number, run.attempt(kind, number)) for number in range(1, count + 1)]


async def test_the_curve_so_far_is_written_every_few_seconds(run: RunDir) -> None:
    jobs = memory_store().jobs
    (attempt,) = attempts(run)
    told = following(await lease(jobs), run, attempt)
    add(attempt, {"phase": "loading"})
    await told.tell(0.0)
    assert not run.metrics.exists(), "there is no step yet"
    add(attempt, step(1))
    await told.tell(1.0)
    assert [point["step"] for point in read_json_lines(run.metrics)] == [1]
    add(attempt, step(2))
    await told.tell(3.0)
    assert [point["step"] for point in read_json_lines(run.metrics)] == [1], "not yet again"
    await told.tell(6.1)
    assert [point["step"] for point in read_json_lines(run.metrics)] == [1, 2]


async def test_what_the_curve_says_is_part_of_the_progress(run: RunDir) -> None:
    jobs = memory_store().jobs
    (attempt,) = attempts(run)
    told = following(await lease(jobs), run, attempt)
    add(attempt, *(step(number, 3.0 - 0.2 * number) for number in range(1, 9)))
    await told.tell(0.0)
    progress = (await jobs.get("job_1")).progress
    assert progress["diagnosis"]["code"] == "learning"
    assert progress["step"] == 8


async def test_a_worker_cannot_say_itself_what_its_curve_says(run: RunDir) -> None:
    jobs = memory_store().jobs
    (attempt,) = attempts(run)
    told = following(await lease(jobs), run, attempt)
    add(attempt, {"diagnosis": {"code": "<b>fine</b>"}, "phase": "training"})
    await told.tell(0.0)
    assert "diagnosis" not in (await jobs.get("job_1")).progress


async def test_an_attempt_that_goes_on_from_a_checkpoint_goes_on_with_the_curve(run: RunDir) -> None:
    jobs = memory_store().jobs
    first, second = attempts(run, 2)
    add(first, step(1, 3.0), step(2, 2.5), step(3, 9.0))
    add(second, step(3, 2.2))
    told = following(await lease(jobs), run, first, second)
    await told.tell(0.0)
    add(second, step(4, 2.0))
    await told.tell(9.0)
    assert [(point["step"], point["loss"]) for point in read_json_lines(run.metrics)] == [
        (1, 3.0),
        (2, 2.5),
        (3, 2.2),
        (4, 2.0),
    ]


async def test_without_the_lease_nothing_is_written(run: RunDir) -> None:
    jobs = memory_store().jobs
    held = await lease(jobs)
    (attempt,) = attempts(run)
    told = following(held, run, attempt)
    await jobs.requeue("job_1", 1)
    with pytest.raises(LeaseLost):
        await held.confirm()
    add(attempt, step(1))
    with pytest.raises(LeaseLost):
        await told.tell(0.0)
    assert not run.metrics.exists()


async def test_a_disk_that_refuses_the_curve_does_not_end_the_run(run: RunDir, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(run: RunDir, points: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(staging, "write_curve", refuse)
    jobs = memory_store().jobs
    (attempt,) = attempts(run)
    told = following(await lease(jobs), run, attempt)
    add(attempt, *(step(number) for number in range(1, 9)))
    await told.tell(0.0)
    assert (await jobs.get("job_1")).progress["diagnosis"]["code"] == "not_learning"


async def test_a_job_that_trains_nothing_has_no_curve(run: RunDir) -> None:
    jobs = memory_store().jobs
    (attempt,) = attempts(run, kind=JobKind.GENERATE)
    told = following(await lease(jobs, JobKind.GENERATE), run, attempt)
    add(attempt, {"step": 1, "done": 1, "of": 3})
    await told.tell(0.0)
    assert not run.metrics.exists()


async def test_a_long_curve_is_written_less_often(run: RunDir) -> None:
    jobs = memory_store().jobs
    (attempt,) = attempts(run)
    told = following(await lease(jobs), run, attempt)
    add(attempt, *(step(number) for number in range(1, 2001)))
    await told.tell(0.0)
    add(attempt, step(2001))
    await told.tell(14.0)
    assert sum(1 for _ in read_json_lines(run.metrics)) == 2000
    await told.tell(16.0)
    assert sum(1 for _ in read_json_lines(run.metrics)) == 2001


async def test_while_a_worker_runs_its_curve_lies_where_a_chart_is_drawn_from(tmp_path: Path) -> None:
    house = House(tmp_path)
    job = await house.submit()

    async def half_way() -> bool:
        return house.run.metrics.exists() and "diagnosis" in (await house.store.jobs.get(job.id)).progress

    await house.work_until(half_way, house.supervisor("slow"))
    assert not (await house.store.jobs.get(job.id)).state.ended
    steps = [point["step"] for point in read_json_lines(house.run.metrics)]
    assert steps == list(range(1, len(steps) + 1))
