"""Jobs, runs, models and machines, on every adapter."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from storage.domain import EventKind, JobFailure, JobKind, JobState, Machine, ModelVersion, RunState
from storage.errors import Conflict, LeaseLost, NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, conversation, job, message, project, run

ONE = conversation("one")
KINDS = tuple(JobKind)


@pytest.fixture
async def jobs(store: Store) -> Store:
    await store.inbox.put(message("e1"), ONE, ADA)
    await store.inbox.claim("w", START, MINUTE)
    await store.inbox.finish("e1", "w", START, [], [])
    return store


async def test_a_request_starts_one_job(jobs: Store) -> None:
    first = await jobs.jobs.submit(job("1", ONE))
    again = await jobs.jobs.submit(replace(job("1", ONE), id="job_other", spec={"epochs": 9}))
    assert first == again == await jobs.jobs.get("job_1") == job("1", ONE)
    assert len(await jobs.jobs.active()) == 1
    with pytest.raises(Conflict):
        await jobs.jobs.submit(replace(job("1"), request_id="another"))


async def test_one_request_submitted_at_once_starts_one_job(jobs: Store) -> None:
    same = [replace(job("1"), id=f"job_{n}") for n in range(6)]
    assert len({one.id for one in await asyncio.gather(*map(jobs.jobs.submit, same))}) == 1


async def test_a_job_for_nobody_known_is_refused(jobs: Store) -> None:
    with pytest.raises(NotFound):
        await jobs.jobs.submit(job("1", conversation("nowhere")))
    with pytest.raises(NotFound):
        await jobs.jobs.get("job_1")


async def test_jobs_are_leased_in_order_and_by_kind(jobs: Store) -> None:
    await jobs.jobs.submit(job("1", ONE))
    await jobs.jobs.submit(job("2", kind=JobKind.GENERATE))
    assert await jobs.jobs.lease("s", [JobKind.PROBE], START, MINUTE) is None
    first = await jobs.jobs.lease("s", KINDS, START, MINUTE)
    second = await jobs.jobs.lease("s", KINDS, START, MINUTE)
    assert first is not None
    assert second is not None
    assert (first.id, first.state, first.attempt, first.lease_owner) == ("job_1", JobState.RUNNING, 1, "s")
    assert (first.lease_until, first.started_at) == (START + MINUTE, START)
    assert second.id == "job_2"
    assert await jobs.jobs.lease("s", KINDS, START, MINUTE) is None
    assert [one.id for one in await jobs.jobs.active(ONE.id)] == ["job_1"]
    assert [one.id for one in await jobs.jobs.of_run("run_1")] == ["job_1", "job_2"]


async def test_a_job_is_leased_by_one_supervisor(jobs: Store) -> None:
    for number in range(6):
        await jobs.jobs.submit(job(str(number)))
    leased = await asyncio.gather(*(jobs.jobs.lease(f"s{n}", KINDS, START, MINUTE) for n in range(12)))
    ids = [one.id for one in leased if one]
    assert len(ids) == len(set(ids))
    while (one := await jobs.jobs.lease("s", KINDS, START, MINUTE)) is not None:
        ids.append(one.id)
    assert sorted(ids) == [f"job_{number}" for number in range(6)]


async def test_an_old_attempt_is_fenced_off(jobs: Store) -> None:
    await jobs.jobs.submit(job("1", ONE))
    await jobs.jobs.lease("old", KINDS, START, MINUTE)
    again = await jobs.jobs.lease("new", KINDS, START + MINUTE, MINUTE)
    assert again is not None
    assert (again.attempt, again.started_at) == (2, START)
    for late in (
        jobs.jobs.renew("job_1", 1, START + 9 * MINUTE),
        jobs.jobs.publish("job_1", 1, {"step": 5}),
        jobs.jobs.finish("job_1", 1, JobState.DONE, START),
        jobs.jobs.requeue("job_1", 1),
        jobs.jobs.renew("unknown", 1, START),
    ):
        with pytest.raises(LeaseLost):
            await late
    assert await jobs.jobs.get("job_1") == again
    assert await jobs.inbox.pending(ONE.id) == 0


async def test_progress_is_published_with_a_growing_version(jobs: Store) -> None:
    await jobs.jobs.submit(job("1"))
    await jobs.jobs.lease("s", KINDS, START, MINUTE)
    await jobs.jobs.publish("job_1", 1, {"step": 1})
    await jobs.jobs.publish("job_1", 1, {"loss": 0.5})
    found = await jobs.jobs.get("job_1")
    assert (found.progress, found.progress_version) == ({"loss": 0.5}, 2)


async def test_how_a_job_ended_reaches_its_conversation(jobs: Store) -> None:
    await jobs.jobs.submit(job("1", ONE))
    await jobs.jobs.lease("s", KINDS, START, MINUTE)
    failure = JobFailure(code="no_memory", numbers={"needed": 3}, detail="killed")
    await jobs.jobs.finish("job_1", 1, JobState.FAILED, START + MINUTE, {"steps": 4}, failure)
    ended = await jobs.jobs.get("job_1")
    assert (ended.state, ended.ended_at, ended.result, ended.failure) == (
        JobState.FAILED,
        START + MINUTE,
        {"steps": 4},
        failure,
    )
    event = await jobs.inbox.claim("w", START, MINUTE)
    assert event is not None
    assert (event.id, event.kind, event.person_id) == ("run:run_1:train:job_1:failed", EventKind.JOB, None)
    assert event.payload == {"job_id": "job_1", "run_id": "run_1", "kind": "train", "state": "failed"}
    with pytest.raises(LeaseLost):
        await jobs.jobs.finish("job_1", 1, JobState.DONE, START)
    with pytest.raises(ValueError, match="does not end"):
        await jobs.jobs.finish("job_1", 1, JobState.RUNNING, START)
    assert await jobs.jobs.active() == []


async def test_a_job_given_back_is_leased_again(jobs: Store) -> None:
    await jobs.jobs.submit(job("1"))
    await jobs.jobs.lease("s", KINDS, START, MINUTE)
    await jobs.jobs.requeue("job_1", 1)
    found = await jobs.jobs.get("job_1")
    assert (found.state, found.lease_owner, found.lease_until) == (JobState.QUEUED, None, None)
    again = await jobs.jobs.lease("s", KINDS, START, MINUTE)
    assert again is not None
    assert again.attempt == 2


async def test_a_running_job_is_asked_to_stop(jobs: Store) -> None:
    await jobs.jobs.submit(job("1", ONE))
    await jobs.jobs.lease("s", KINDS, START, MINUTE)
    assert await jobs.jobs.renew("job_1", 1, START + MINUTE) is False
    assert (await jobs.jobs.cancel("job_1", START)).state is JobState.RUNNING
    assert await jobs.jobs.renew("job_1", 1, START + MINUTE) is True
    await jobs.jobs.finish("job_1", 1, JobState.CANCELLED, START)
    assert (await jobs.jobs.cancel("job_1", START + MINUTE)).ended_at == START
    assert await jobs.inbox.pending(ONE.id) == 1


async def test_a_queued_job_ends_at_once_when_cancelled(jobs: Store) -> None:
    await jobs.jobs.submit(job("1", ONE))
    for _ in range(2):
        cancelled = await jobs.jobs.cancel("job_1", START)
        assert (cancelled.state, cancelled.ended_at) == (JobState.CANCELLED, START)
    assert await jobs.inbox.pending(ONE.id) == 1
    assert await jobs.jobs.lease("s", KINDS, START, MINUTE) is None
    with pytest.raises(NotFound):
        await jobs.jobs.cancel("none", START)


async def test_runs_are_numbered_within_their_project(store: Store) -> None:
    await store.projects.add(project("one"))
    await store.projects.add(project("two"))
    added = await asyncio.gather(
        *(store.runs.add(run(str(n))) for n in range(4)), store.runs.add(run("x", "project_two"))
    )
    assert sorted(one.number for one in added[:4]) == [1, 2, 3, 4]
    assert added[4].number == 1
    assert await store.runs.add(run("2")) == added[2]
    assert [one.number for one in await store.runs.of_project("project_one")] == [1, 2, 3, 4]
    with pytest.raises(NotFound):
        await store.runs.add(run("y", "none"))


async def test_results_of_a_run_are_merged(store: Store) -> None:
    await store.projects.add(project())
    await store.runs.add(run())
    await store.runs.update("run_1", RunState.TRAINED, {"train": {"loss": 1}})
    updated = await store.runs.update("run_1", RunState.COMPARING, {"generate": {"answers": 3}})
    assert updated.results == {"train": {"loss": 1}, "generate": {"answers": 3}}
    assert await store.runs.update("run_1", RunState.SAVED) == await store.runs.get("run_1")
    with pytest.raises(NotFound):
        await store.runs.update("none", RunState.SAVED)


async def test_models_are_versions_of_their_project(store: Store) -> None:
    await store.projects.add(project())
    model = ModelVersion(
        id="model_1",
        project_id="project_one",
        run_id="run_1",
        name="ticket-writer",
        version=0,
        metrics={"loss": 0.5},
        created_at=START,
    )
    first = await store.models.add(model)
    second = await store.models.add(replace(model, id="model_2", run_id="run_2"))
    assert (first.version, second.version) == (1, 2)
    assert await store.models.add(replace(model, metrics={})) == first
    assert await store.models.of_project("project_one") == await store.models.all() == [first, second]
    assert await store.models.of_run("run_2") == second
    assert await store.models.of_run("none") is None


async def test_a_machine_is_alive_while_it_is_heard_of(store: Store) -> None:
    machine = Machine(id="m1", facts={"cores": 2}, seen_at=START)
    await store.machines.put(machine)
    await store.machines.put(replace(machine, facts={"cores": 4}))
    assert await store.machines.alive(START + timedelta(seconds=30)) == [replace(machine, facts={"cores": 4})]
    assert await store.machines.alive(START + timedelta(seconds=31)) == []
    await store.machines.remove("m1")
    assert await store.machines.alive(START) == []
