"""The status card of an evaluation follows all of its jobs, and never goes backwards."""

from datetime import timedelta

import pytest

from bot.chat.messages import ChatMessage
from bot.notifier import Notifier
from storage.domain import Card, Evaluation, EvaluationState, Job, JobKind, JobState, OutboxState, Project
from storage.ports import Store
from tests.unit.bot.conftest import Clock
from tests.unit.bot.test_notifier import _claimed_event, face


@pytest.fixture
async def jobs(store: Store, clock: Clock) -> list[Job]:
    """An evaluation of the base and version 2; the base answers, its status card is shown in ``fake:1``."""
    await store.projects.add(
        Project(id="p", name="Notes", slug="notes", goal="", owner_id="fake:ada", created_at=clock.now)
    )
    await store.evaluations.add(
        Evaluation(
            id="eval_1",
            project_id="p",
            number=0,
            contenders=("base", "v2"),
            conversation_id="fake:1",
            asked_by="fake:ada",
            event_id="e",
            created_at=clock.now,
            state=EvaluationState.ANSWERING,
        )
    )
    for place in (0, 1):
        await store.jobs.submit(
            Job(
                id=f"j{place}",
                request_id=f"q{place}",
                kind=JobKind.GENERATE,
                run_id=f"eval_1_{place}",
                spec={},
                state=JobState.QUEUED,
                created_at=clock.now + timedelta(seconds=place),
                conversation_id="fake:1",
            )
        )
    event = await _claimed_event(store, clock)
    shown = Card(
        id="evaluation:eval_1",
        conversation_id="fake:1",
        kind="evaluation",
        subject={},
        actions={},
        created_at=clock.now,
    )
    await store.inbox.finish(event, "test", clock.now, [], [shown])
    leased = await store.jobs.lease("trainer", {JobKind.GENERATE}, clock.now, timedelta(hours=1))
    assert leased is not None
    return [leased, await store.jobs.get("j1")]


async def faces(store: Store, clock: Clock) -> list[dict[str, str]]:
    """The fields of the faces that reach the platform now, by name."""
    found = []
    while item := await store.outbox.claim("test", {"fake"}, clock.now, timedelta(seconds=9)):
        await store.outbox.finish(item.id, "test", OutboxState.POSTED, receipt={})
        if card := ChatMessage.from_json(item.message).card:
            found.append({field.name: field.value for field in card.fields})
    return found


async def test_each_contender_is_shown_with_how_far_it_is(store: Store, clock: Clock, jobs: list[Job]) -> None:
    watcher = Notifier(store=store, face=face, clock=clock)
    await watcher.look()
    await store.jobs.publish(jobs[0].id, jobs[0].attempt, {"done": 3, "of": 28})
    await watcher.look()
    assert await faces(store, clock) == [{"The base model": "3 of 28", "Version 2": "waits for the trainer"}]


async def test_the_face_at_the_end_of_a_job_says_that_the_other_goes_on(
    store: Store, clock: Clock, jobs: list[Job]
) -> None:
    watcher = Notifier(store=store, face=face, clock=clock)
    await watcher.look()
    await store.jobs.publish(jobs[0].id, jobs[0].attempt, {"done": 3, "of": 28})
    await watcher.look()
    await store.jobs.finish(jobs[0].id, jobs[0].attempt, JobState.DONE, clock.now, result={})
    clock.pass_(10)
    await watcher.look()
    assert (await faces(store, clock))[-1] == {"The base model": "has answered", "Version 2": "waits for the trainer"}


async def test_it_says_how_far_judges_are_with_each_contender(store: Store, clock: Clock, jobs: list[Job]) -> None:
    for job in jobs:
        leased = (
            job if job.id == "j0" else await store.jobs.lease("t", {JobKind.GENERATE}, clock.now, timedelta(hours=1))
        )
        assert leased is not None
        await store.jobs.finish(leased.id, leased.attempt, JobState.DONE, clock.now, result={})
    far: dict[str, tuple[int, int]] = {}
    watcher = Notifier(store=store, face=face, clock=clock, judging=far)
    await watcher.look()
    far["eval_1_1"] = (12, 40)
    await watcher.look()
    assert await faces(store, clock) == [
        {"The base model": "has answered", "Version 2": "has answered; judged: 12 of 40"}
    ]
    far["eval_1_1"] = (13, 40)
    await watcher.look()
    assert await faces(store, clock) == [], "no more often than platforms like"
    del far["eval_1_1"]
    await watcher.look()
    assert await faces(store, clock) == [{"The base model": "has answered", "Version 2": "has answered"}]
    far["eval_9_1"] = (1, 2)
    await watcher.look()
    assert await faces(store, clock) == [], "nobody knows of it"


async def test_without_its_card_nothing_is_queued(store: Store, clock: Clock) -> None:
    await store.jobs.submit(
        Job(
            id="j",
            request_id="q",
            kind=JobKind.GENERATE,
            run_id="eval_9_0",
            spec={},
            state=JobState.QUEUED,
            created_at=clock.now,
            conversation_id="fake:1",
        )
    )
    leased = await store.jobs.lease("trainer", {JobKind.GENERATE}, clock.now, timedelta(hours=1))
    assert leased is not None
    await store.jobs.publish("j", leased.attempt, {"done": 1, "of": 2})
    await Notifier(store=store, face=face, clock=clock).look()
    assert await faces(store, clock) == []
