"""What is counted over everything, on every adapter."""

from dataclasses import replace
from datetime import timedelta

from storage.domain import (
    EventKind,
    JobKind,
    JobState,
    MadeModel,
    ModelVersion,
    OutboxState,
    Queue,
    RunState,
    Visitor,
)
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, conversation, job, message, post, project, run

DAY = timedelta(days=1)
LEASE = timedelta(seconds=20)


async def heard(store: Store, event_id: str, days: float = 0, person: str | None = ADA.id, of: str = "one") -> None:
    event = replace(message(event_id, conversation(of)), person_id=person, received_at=START + days * DAY)
    await store.inbox.put(event, conversation(of), None)


async def test_an_account_comes_once_with_its_days_and_its_first_word(store: Store) -> None:
    for name, days in (("late", 0.1), ("early", 0), ("two days on", 2)):
        await heard(store, name, days)
    await heard(store, "bo's", 0.05, person="console:bo")
    today = START.date()
    assert await store.statistics.visitors() == [
        Visitor(person_id=ADA.id, first_at=START, days=frozenset({today, today + 2 * DAY})),
        Visitor(person_id="console:bo", first_at=START + 0.05 * DAY, days=frozenset({today})),
    ]


async def test_a_day_is_one_of_utc(store: Store) -> None:
    midnight = START.replace(hour=0, minute=0, second=0, microsecond=0)
    for name, at in (("before", midnight - MINUTE / 60), ("after", midnight)):
        await store.inbox.put(replace(message(name), received_at=at), conversation(), None)
    (visitor,) = await store.statistics.visitors()
    assert visitor.days == {midnight.date() - DAY, midnight.date()}


async def test_what_no_person_did_makes_no_visitor(store: Store) -> None:
    await heard(store, "a job ended", person=None)
    reminded = replace(message("reminder:1"), kind=EventKind.REMINDER, payload={"reminder_id": "1"})
    await store.inbox.put(reminded, conversation(), None)
    assert await store.statistics.visitors() == []


async def test_visitors_of_a_project_are_those_of_its_conversations(store: Store) -> None:
    await store.projects.add(project())
    await heard(store, "here")
    await heard(store, "elsewhere", person="console:bo", of="two")
    await store.conversations.set_project(conversation().id, "project_one")
    assert [one.person_id for one in await store.statistics.visitors(["project_one"])] == [ADA.id]
    assert await store.statistics.visitors([]) == []
    assert len(await store.statistics.visitors()) == 2


async def test_a_model_counts_once_its_run_was_saved(store: Store) -> None:
    await store.projects.add(project())
    for name, state in (("saved", RunState.SAVED), ("failed", RunState.FAILED)):
        await store.runs.add(run(name))
        await store.runs.update(f"run_{name}", state)
        await store.models.add(
            ModelVersion(
                id=f"model_{name}",
                project_id="project_one",
                run_id=f"run_{name}",
                name="ticket-writer",
                version=0,
                metrics={},
                created_at=START,
            )
        )
    expected = [MadeModel(model_id="model_saved", project_id="project_one", person_id=ADA.id, at=START)]
    assert await store.statistics.made() == expected
    assert await store.statistics.made(["project_one"]) == expected
    assert await store.statistics.made(["project_two"]) == []


async def test_nothing_waits_in_an_empty_house(store: Store) -> None:
    queues = await store.statistics.queues()
    assert queues.inbox == queues.outbox == queues.jobs == Queue(waiting=0, oldest=None)
    assert dict(queues.job_states) == {}


async def test_what_waits_and_since_when(store: Store) -> None:
    await heard(store, "first", 0)
    await heard(store, "second", 1)
    await store.outbox.put(conversation().id, "cause", [post(0), post(1)], START + MINUTE)
    await store.jobs.submit(replace(job("1"), created_at=START + 2 * MINUTE))
    await store.jobs.submit(replace(job("2"), created_at=START + 3 * MINUTE))
    queues = await store.statistics.queues()
    assert queues.inbox == Queue(waiting=2, oldest=START)
    assert queues.outbox == Queue(waiting=2, oldest=START + MINUTE)
    assert queues.jobs == Queue(waiting=2, oldest=START + 2 * MINUTE)
    assert dict(queues.job_states) == {JobState.QUEUED: 2}


async def test_what_was_done_waits_no_more(store: Store) -> None:
    await heard(store, "first")
    assert await store.inbox.claim("me", START, LEASE)
    await store.inbox.finish("first", "me", START, [post(0)], [])
    item = await store.outbox.claim("me", ["console"], START, LEASE)
    assert item is not None
    assert (await store.statistics.queues()).outbox.waiting == 1, "what is being posted is not posted yet"
    await store.outbox.finish(item.id, "me", OutboxState.POSTED)
    await store.jobs.submit(job("1"))
    leased = await store.jobs.lease("trainer", [JobKind.TRAIN], START, LEASE)
    assert leased is not None
    queues = await store.statistics.queues()
    assert (queues.inbox.waiting, queues.outbox.waiting, queues.jobs.waiting) == (0, 0, 0)
    assert dict(queues.job_states) == {JobState.RUNNING: 1}
