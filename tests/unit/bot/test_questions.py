"""What ``@wait`` waits for: trained, evaluated and idle, as the database tells."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.terminal import Questions
from storage.domain import Job, JobKind, JobState, OutboxKind, Outgoing, Project, Run, RunState
from storage.ports import Store
from tests.unit.bot.conftest import Clock

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.fixture
async def asked(store: Store, clock: Clock) -> Questions:
    """Questions about ``fake:1``, whose project has a finished first run and a second one whose job is queued."""
    await store.projects.add(Project(id="p", name="P", slug="p", goal="", owner_id="fake:ada", created_at=NOW))
    await store.conversations.set_project("fake:1", "p")
    for run_id, state in (("first", RunState.SAVED), ("second", RunState.TRAINING)):
        await store.runs.add(
            Run(
                id=run_id,
                project_id="p",
                conversation_id="fake:1",
                started_by="fake:ada",
                number=0,
                recipe={},
                state=state,
                created_at=NOW,
            )
        )
    await store.jobs.submit(
        Job(
            id="j",
            request_id="q",
            kind=JobKind.TRAIN,
            run_id="second",
            spec={},
            state=JobState.QUEUED,
            created_at=NOW,
            conversation_id="fake:1",
        )
    )
    return Questions(store, "fake:1", "fake:ada")


async def finish_training(store: Store, state: JobState) -> None:
    job = await store.jobs.lease("trainer", {JobKind.TRAIN}, NOW, timedelta(hours=1))
    assert job is not None
    await store.jobs.finish(job.id, job.attempt, state, NOW)


async def test_it_is_the_latest_run_that_counts(asked: Questions) -> None:
    assert not await asked.trained()
    assert not await asked.evaluated()


@pytest.mark.parametrize("state", [JobState.DONE, JobState.FAILED, JobState.CANCELLED])
async def test_trained_is_when_the_train_job_has_ended(asked: Questions, store: Store, state: JobState) -> None:
    await finish_training(store, state)
    assert await asked.trained()


@pytest.mark.parametrize("state", [RunState.SAVED, RunState.FAILED, RunState.STOPPED])
async def test_evaluated_is_when_the_run_has_ended(asked: Questions, store: Store, state: RunState) -> None:
    await store.runs.update("second", state)
    assert await asked.evaluated()


async def test_a_running_job_is_not_idle_but_does_not_hold_up_the_next_line(asked: Questions) -> None:
    assert await asked.settled()
    assert not await asked.idle()


async def test_settled_is_when_events_are_answered_and_answers_posted(asked: Questions, store: Store) -> None:
    await finish_training(store, JobState.DONE)
    assert not await asked.settled(), "the end of the job waits in the inbox"
    event = await store.inbox.claim("w", NOW, timedelta(seconds=9))
    assert event is not None
    await store.inbox.finish(event.id, "w", NOW, [Outgoing(position=0, kind=OutboxKind.POST, message={})], [])
    assert not await asked.settled(), "its answer waits in the outbox"


async def test_a_conversation_that_nobody_began_has_no_run(store: Store) -> None:
    assert not await Questions(store, "fake:unknown", "fake:ada").trained()
