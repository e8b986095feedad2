"""The supervisor, with real subprocesses that obey the run folder's protocol, or do not."""

import asyncio
import json
import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.domain import Job, JobKind, JobState, Machine
from storage.errors import LeaseLost, StoreUnavailable
from storage.memory import MemoryJobs
from tests.unit.trainer.house import EXPORT, GENERATE, QUICK, TRAIN, House, eventually, now
from trainer.machine import Owner, is_alive
from trainer.run_dir import read_json_lines
from trainer.staging import Attempt, Ledger


def folder(house: House, number: int, kind: JobKind = JobKind.TRAIN) -> Attempt:
    return Attempt(number, house.run.attempt(kind, number))


def steps(path: Path) -> list[tuple[int, int]]:
    """(step, attempt that made it) of a metrics file."""
    return [(point["step"], point["attempt"]) for point in read_json_lines(path)]


async def worker_of(house: House, number: int) -> str:
    """The process identity of an attempt's worker, once it runs."""
    found: list[str] = []

    async def runs() -> bool:
        ledger = folder(house, number).ledger
        found[:] = [ledger.worker] if ledger and ledger.worker else []
        return bool(found) and folder(house, number).folder.metrics.exists()

    await eventually(runs)
    return found[0]


def dead_owner(house: House) -> Owner:
    """A supervisor of this home whose process number now belongs to a later process."""
    ours = Owner.of(house.home, os.getpid())
    key, pid, started = ours.process.split(":")
    return replace(ours, process=f"{key}:{pid}:{int(started) - 1}")


class TestWhatAJobLeaves:
    async def test_a_training_run_leaves_its_adapter_its_curve_and_one_event(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor())
        assert job.state is JobState.DONE
        assert job.result == {"steps": 6, "attempt": 1}
        published = sorted(path.name for path in (house.run.path / "adapter").iterdir())
        assert published == ["adapter_config.json", "adapter_model.safetensors"]
        assert [step for step, _ in steps(house.run.metrics)] == [1, 2, 3, 4, 5, 6]
        assert await house.finished_events() == [f"run:run_1:train:{job.id}:done"]

    async def test_progress_is_merged_from_the_metrics_and_published(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor())
        assert job.progress["step"] == job.progress["steps"] == 6
        assert job.progress["loss"] == 0.5
        assert "attempt" not in job.progress

    async def test_a_comparison_leaves_its_answers_and_an_export_its_version(self, house: House) -> None:
        await house.work(await house.submit(), house.supervisor())
        answered = await house.work(await house.submit(GENERATE, "req_2"), house.supervisor())
        saved = await house.work(await house.submit(EXPORT, "req_3"), house.supervisor())
        assert (answered.state, saved.state) == (JobState.DONE, JobState.DONE)
        assert [answer["tuned"] for answer in read_json_lines(house.run.answers)] == ["b"]
        assert (house.home / "models/summaries/1/adapter_model.safetensors").is_file()

    async def test_a_request_that_the_model_cannot_read_is_a_result_and_no_fault(self, house: House) -> None:
        await house.work(await house.submit(), house.supervisor())
        job = await house.work(await house.submit(GENERATE, "req_2"), house.supervisor("too-long"))
        assert (job.state, job.attempt) == (JobState.DONE, 1)
        assert job.result == {"answers": 0, "skipped": ["ask"]}
        assert not house.run.answers.exists()

    async def test_the_same_kind_of_job_twice_in_one_run_does_not_meet_the_first_ones_files(self, house: House) -> None:
        await house.work(await house.submit(), house.supervisor())
        first = await house.work(await house.submit(GENERATE, "req_2"), house.supervisor())
        second = await house.work(await house.submit(GENERATE, "req_3"), house.supervisor())
        assert second.state is JobState.DONE
        assert (house.run.path / f"attempts/generate-1.{first.id}/result.json").is_file()


class TestLostWorkers:
    async def test_a_crashed_run_goes_on_from_its_checkpoint_and_its_curve_has_no_step_twice(
        self, house: House
    ) -> None:
        job = await house.work(await house.submit(), house.supervisor("crash-later,train"))
        assert job.state is JobState.DONE
        assert steps(house.run.metrics) == [(1, 1), (2, 1), (3, 2), (4, 2), (5, 2), (6, 2)]

    async def test_three_crashes_in_a_row_fail_with_the_logs_end_and_without_its_secrets(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor("crash"))
        assert job.state is JobState.FAILED
        assert job.failure is not None
        assert (job.failure.code, job.failure.numbers["attempts"]) == ("crashed", 3)
        assert "something is wrong" in job.failure.detail
        assert "hf_" not in job.failure.detail
        assert await house.finished_events() == [f"run:run_1:train:{job.id}:failed"]

    async def test_a_new_checkpoint_starts_the_count_again(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor("crash,crash,crash-later,crash,crash,train"))
        assert (job.state, job.attempt) == (JobState.DONE, 6)

    async def test_a_worker_killed_again_and_again_ran_out_of_memory(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor("killed"))
        assert job.failure is not None
        assert (job.failure.code, job.attempt) == ("out_of_memory", 3)

    async def test_garbage_instead_of_metrics_and_result_counts_as_a_lost_worker(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor("garbage"))
        assert job.failure is not None
        assert job.failure.code == "worker_lost"

    async def test_a_torn_adapter_is_not_published_and_the_attempt_is_repeated(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor("torn,train"))
        assert (job.state, job.attempt) == (JobState.DONE, 2)

    async def test_an_adapter_that_is_always_torn_fails_the_job_and_is_never_published(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor("torn"))
        assert job.failure is not None
        assert job.failure.code == "crashed"
        assert not (house.run.path / "adapter").exists()

    async def test_a_worker_that_gives_no_sign_of_life_is_ended(self, house: House) -> None:
        pace = replace(QUICK, silence=0.3)
        job = await house.work(await house.submit(), house.supervisor("silent", pace))
        assert job.failure is not None
        assert job.failure.code == "worker_lost"

    async def test_what_the_worker_says_of_its_failure_is_the_jobs_failure(self, house: House) -> None:
        job = await house.work(await house.submit(), house.supervisor("diverged"))
        assert job.failure is not None
        assert (job.failure.code, job.failure.numbers, job.attempt) == ("diverged", {"step": 3}, 1)
        assert "abcdef" not in job.failure.detail

    async def test_the_progress_of_a_run_does_not_fall_back_to_nothing_when_its_worker_is_lost(
        self, house: House
    ) -> None:
        job = await house.work(await house.submit(), house.supervisor("crash-later,crash"))
        assert job.state is JobState.FAILED
        assert (job.progress["step"], job.progress["loss"]) == (3, 1.0)
        assert "tokens_per_second" not in job.progress


class TestStopping:
    async def test_a_cancelled_run_keeps_the_best_adapter_so_far(self, house: House) -> None:
        job = await house.submit()

        async def cancel_half_way() -> None:
            await worker_of(house, 1)
            await house.store.jobs.cancel(job.id, now())

        ended, _ = await asyncio.gather(house.work(job, house.supervisor("slow")), cancel_half_way())
        assert ended.state is JobState.CANCELLED
        assert ended.result is not None
        assert (house.run.path / "adapter/adapter_model.safetensors").is_file()

    async def test_a_worker_that_ignores_cancelling_is_ended_by_force(self, house: House) -> None:
        job = await house.submit()
        identity = []

        async def cancel_half_way() -> None:
            async def launched() -> bool:
                return bool((ledger := folder(house, 1).ledger) and ledger.worker)

            await eventually(launched)
            identity.append(folder(house, 1).ledger.worker)  # type: ignore[union-attr]
            await house.store.jobs.cancel(job.id, now())

        ended, _ = await asyncio.gather(house.work(job, house.supervisor("hang")), cancel_half_way())
        assert ended.state is JobState.CANCELLED
        assert not is_alive(identity[0])

    async def test_stopping_the_service_gives_the_job_back_and_it_goes_on_later(self, house: House) -> None:
        job = await house.submit()

        async def has_a_checkpoint() -> bool:
            return folder(house, 1).checkpoint >= 2

        await house.work_until(has_a_checkpoint, house.supervisor("slow"))
        assert (await house.store.jobs.get(job.id)).state is JobState.QUEUED
        done = await house.work(job, house.supervisor("train"))
        assert (done.state, done.attempt) == (JobState.DONE, 2)
        assert [step for step, _ in steps(house.run.metrics)][:3] == [1, 2, 3]

    async def test_stops_of_the_service_do_not_count_as_lost_workers(self, house: House) -> None:
        job = await house.submit()
        for number in range(1, 5):

            async def launched(number: int = number) -> bool:
                return bool((ledger := folder(house, number).ledger) and ledger.worker)

            await house.work_until(launched, house.supervisor("hang"))
        assert (await house.work(job, house.supervisor())).state is JobState.DONE


class TestOtherSupervisors:
    async def test_two_supervisors_of_one_store_never_run_the_same_attempt(self, house: House) -> None:
        jobs = [await house.submit(replace(TRAIN, run_id=f"run_{n}"), f"req_{n}") for n in range(1, 7)]
        for n in range(2, 7):
            (house.home / f"runs/run_{n}").mkdir()
            (house.home / f"runs/run_{n}/rows.jsonl").write_text(house.run.rows.read_text())

        async def all_ended() -> bool:
            return all([(await house.store.jobs.get(job.id)).state.ended for job in jobs])

        await house.work_until(all_ended, house.supervisor(), house.supervisor())
        ended = [await house.store.jobs.get(job.id) for job in jobs]
        assert [(job.state, job.attempt) for job in ended] == [(JobState.DONE, 1)] * 6
        assert sum(1 for _ in house.home.glob("runs/*/attempts/*/spec.json")) == 6

    async def test_whoever_lost_the_lease_stops_its_worker_and_writes_nothing(self, house: House) -> None:
        job = await house.submit()
        stop = asyncio.Event()
        running = asyncio.create_task(house.supervisor("slow").run(stop))
        worker = await worker_of(house, 1)
        taken = await house.store.jobs.lease("another", tuple(JobKind), now() + timedelta(hours=1), timedelta(hours=2))
        assert taken is not None

        async def gone() -> bool:
            return not is_alive(worker)

        await eventually(gone)
        stop.set()
        await running
        assert await house.store.jobs.get(job.id) == taken
        assert not (house.run.path / "adapter").exists()

    async def test_a_live_supervisors_job_is_not_taken_back(self, house: House) -> None:
        job = await house.submit()
        other = Owner.of(house.home, os.getppid())
        await house.store.jobs.lease(str(other), tuple(JobKind), now(), timedelta(hours=1))
        looked = 0

        async def looked_around() -> bool:
            nonlocal looked
            looked += 1
            return looked > 10

        await house.work_until(looked_around, house.supervisor())
        assert (await house.store.jobs.get(job.id)).lease_owner == str(other)

    async def test_a_dead_supervisors_job_is_taken_back_before_its_lease_ends(self, house: House) -> None:
        job = await house.submit()
        await house.store.jobs.lease(str(dead_owner(house)), tuple(JobKind), now(), timedelta(hours=1))
        assert (await house.work(job, house.supervisor())).state is JobState.DONE

    async def test_a_result_that_came_after_the_supervisors_death_is_used(self, house: House) -> None:
        job = await house.submit()
        done = await house.work(job, house.supervisor())
        attempt = folder(house, 1)
        attempt.note(Ledger(job_id=job.id, worker="gone"))
        later = House(house.home)
        await later.submit()
        await later.store.jobs.lease(str(dead_owner(later)), tuple(JobKind), now(), timedelta(hours=1))
        again = await later.work(done, later.supervisor("crash"))
        assert (again.state, again.attempt, again.result) == (JobState.DONE, 2, done.result)
        assert not folder(later, 2).folder.path.exists()

    async def test_a_stray_worker_of_a_dead_supervisor_is_fenced_off_by_the_new_token(self, house: House) -> None:
        job = await house.submit()
        await house.store.jobs.lease(str(dead_owner(house)), tuple(JobKind), now(), timedelta(hours=1))
        stray = folder(house, 1)
        stray.folder.path.mkdir(parents=True)
        stray.folder.token.write_text("1")
        stray.note(Ledger(job_id=job.id))
        await house.work(job, house.supervisor())
        assert stray.folder.token.read_text() == "2"

    async def test_another_jobs_attempt_that_has_not_ended_is_left_alone(self, house: House) -> None:
        other = await house.submit()
        alive = Owner.of(house.home, os.getppid())
        await house.store.jobs.lease(str(alive), tuple(JobKind), now(), timedelta(hours=1))
        theirs = folder(house, 1)
        theirs.folder.path.mkdir(parents=True)
        theirs.note(Ledger(job_id=other.id))
        job = await house.work(await house.submit(TRAIN, "req_2"), house.supervisor())
        assert job.failure is not None
        assert job.failure.code == "run_busy"
        assert theirs.ledger == Ledger(job_id=other.id)

    async def test_a_cancelled_job_of_a_dead_supervisor_ends_without_another_worker(self, house: House) -> None:
        job = await house.submit()
        await house.store.jobs.lease(str(dead_owner(house)), tuple(JobKind), now(), timedelta(hours=1))
        await house.store.jobs.cancel(job.id, now())
        assert (await house.work(job, house.supervisor())).state is JobState.CANCELLED
        assert not (house.run.path / "attempts").exists()


class TestRefusals:
    @pytest.mark.parametrize(
        ("rows", "part", "code"),
        [(9, "train", "too_few_rows"), (12, "test", "nothing_to_learn")],
    )
    async def test_too_little_to_learn_from_is_refused_before_a_worker_starts(
        self, house: House, rows: int, part: str, code: str
    ) -> None:
        house.write_rows(rows, part)
        job = await house.work(await house.submit(), house.supervisor())
        assert job.failure is not None
        assert job.failure.code == code
        assert job.failure.numbers["rows"] == rows
        assert not (house.run.path / "attempts").exists()

    async def test_missing_things_end_the_job_with_their_code(self, house: House) -> None:
        supervisor = house.supervisor()
        base = await house.work(await house.submit(replace(TRAIN, base="absent"), "req_1"), supervisor)
        unsafe = await house.work(await house.submit(replace(TRAIN, run_id="../../etc"), "req_2"), supervisor)
        adapter = await house.work(await house.submit(replace(GENERATE, adapter_run="none"), "req_3"), supervisor)
        house.run.rows.unlink()
        rows = await house.work(await house.submit(TRAIN, "req_4"), supervisor)
        codes = [job.failure.code for job in (base, unsafe, adapter, rows) if job.failure]
        assert codes == ["base_missing", "unsafe_path", "adapter_missing", "rows_missing"]

    async def test_too_little_memory_is_refused_with_both_numbers(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("trainer.machine.memory", lambda: (2**30, 2**28))
        job = await house.work(await house.submit(), house.supervisor())
        assert job.failure is not None
        assert job.failure.code == "no_memory"
        assert job.failure.numbers["needed"] > job.failure.numbers["free"] == 2**28

    async def test_a_job_whose_spec_makes_no_sense_does_not_stop_the_service(self, house: House) -> None:
        bad = Job(
            id="bad",
            request_id="bad",
            kind=JobKind.TRAIN,
            run_id="run_1",
            spec={"base": "tiny", "recipe": {"rank": "sixteen"}},
            state=JobState.QUEUED,
            created_at=now(),
        )
        await house.store.jobs.submit(bad)
        good = await house.work(await house.submit(), house.supervisor())
        assert good.state is JobState.DONE
        failure = (await house.store.jobs.get("bad")).failure
        assert failure is not None
        assert failure.code == "bad_spec"

    async def test_a_run_that_continues_a_version_needs_its_adapter(self, house: House) -> None:
        supervisor = house.supervisor()
        recipe = replace(TRAIN.recipe, from_version=2)
        nameless = await house.work(await house.submit(replace(TRAIN, recipe=recipe), "req_1"), supervisor)
        unasked = await house.work(await house.submit(replace(TRAIN, from_run="run_1"), "req_2"), supervisor)
        gone = await house.work(
            await house.submit(replace(TRAIN, recipe=recipe, from_run="run_0"), "req_3"), supervisor
        )
        outside = await house.work(
            await house.submit(replace(TRAIN, recipe=recipe, from_run="../run_0"), "req_4"), supervisor
        )
        codes = [job.failure.code for job in (nameless, unasked, gone, outside) if job.failure]
        assert codes == ["bad_spec", "bad_spec", "adapter_missing", "unsafe_path"]


class TestTheStoresBadHours:
    async def test_a_store_that_is_locked_now_and_then_costs_no_job(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Every third call of renew, publish, finish and lease is refused."""
        calls = 0
        for name in ("renew", "publish", "finish", "lease"):
            honest = getattr(MemoryJobs, name)

            async def moody(self: MemoryJobs, *args: object, honest: object = honest, **named: object) -> object:
                nonlocal calls
                calls += 1
                if calls % 3 == 0:
                    raise StoreUnavailable("locked")
                return await honest(self, *args, **named)  # type: ignore[operator]

            monkeypatch.setattr(MemoryJobs, name, moody)
        job = await house.work(await house.submit(), house.supervisor())
        assert job.state is JobState.DONE

    async def test_a_lease_that_cannot_be_renewed_in_time_is_given_up(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        job = await house.submit()
        stop = asyncio.Event()
        pace = replace(QUICK, lease=0.5)
        running = asyncio.create_task(house.supervisor("slow", pace).run(stop))
        worker = await worker_of(house, 1)

        async def unreachable(*_: object, **__: object) -> object:
            raise StoreUnavailable("unreachable")

        for name in ("renew", "get", "publish", "finish", "requeue", "lease"):
            monkeypatch.setattr(MemoryJobs, name, unreachable)

        async def gone() -> bool:
            return not is_alive(worker)

        await eventually(gone)
        stop.set()
        await running
        monkeypatch.undo()
        assert (await house.store.jobs.get(job.id)).state is JobState.RUNNING


async def test_the_machines_facts_are_published_while_the_service_runs_and_removed_at_its_end(house: House) -> None:
    seen: list[Machine] = []

    async def measured() -> bool:
        seen[:] = await house.store.machines.alive(now())
        return bool(seen) and bool(seen[0].facts["seconds_per_token"])

    await house.submit()
    await house.work_until(measured, house.supervisor())
    facts = seen[0].facts
    assert facts["seconds_per_token"] == {"tiny": 0.02}
    assert facts["pid"] == os.getpid()
    assert facts["cores"] >= 1
    assert facts["disk_free_bytes"] > 0
    assert await house.store.machines.alive(now()) == []
    assert json.loads((house.home / "logs/speeds.json").read_text()) == {"tiny": 0.02}


async def test_a_lost_lease_is_an_error_of_its_own(house: House) -> None:
    """The fence itself: the token of attempt 1 is worth nothing once attempt 2 was leased."""
    job = await house.submit()
    await house.store.jobs.lease("one", tuple(JobKind), now(), timedelta(0))
    await house.store.jobs.lease("two", tuple(JobKind), now(), timedelta(hours=1))
    with pytest.raises(LeaseLost):
        await house.store.jobs.publish(job.id, 1, {})
