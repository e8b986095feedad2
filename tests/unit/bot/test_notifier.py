"""The status card of a run follows its job: not too often, never backwards, and once more at the end."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from agent.replies import Quote, ShowCard
from agent.reports import run_card
from agent.reports.run_card import run_card_id
from bot.chat.messages import ChatMessage
from bot.notifier import Notifier
from storage.domain import Card, Job, JobKind, JobState, OutboxItem, OutboxState, Outgoing, Project, Run, RunState
from storage.ports import Store
from tests.unit.bot.conftest import Clock


def face(job: Job, run: Run) -> ShowCard:
    step = Quote(name="Step", text=str(job.progress.get("step", "-")))
    title = f"Run {run.number}: {job.state.value}"
    return ShowCard(card_id=run_card_id(run.id), card_kind="run", subject={}, title=title, fields=(step,), edit=True)


@pytest.fixture
async def job(store: Store, clock: Clock) -> Job:
    """A train job at work, its run's status card shown in ``fake:1``."""
    await store.projects.add(
        Project(id="p", name="Notes", slug="notes", goal="", owner_id="fake:ada", created_at=clock.now)
    )
    await store.runs.add(
        Run(
            id="r",
            project_id="p",
            conversation_id="fake:1",
            started_by="fake:ada",
            number=0,
            recipe={},
            state=RunState.TRAINING,
            created_at=clock.now,
        )
    )
    await store.jobs.submit(
        Job(
            id="j",
            request_id="q",
            kind=JobKind.TRAIN,
            run_id="r",
            spec={},
            state=JobState.QUEUED,
            created_at=clock.now,
            conversation_id="fake:1",
        )
    )
    leased = await store.jobs.lease("trainer", {JobKind.TRAIN}, clock.now, timedelta(hours=1))
    assert leased is not None
    return leased


@pytest.fixture
async def card(store: Store, clock: Clock) -> None:
    event = await _claimed_event(store, clock)
    shown = Card(
        id=run_card_id("r"), conversation_id="fake:1", kind="run", subject={}, actions={}, created_at=clock.now
    )
    await store.inbox.finish(event, "test", clock.now, [], [shown])


async def _claimed_event(store: Store, clock: Clock) -> str:
    from storage.domain import Conversation, EventKind, InboxEvent

    event = InboxEvent(
        id="train",
        conversation_id="fake:1",
        person_id=None,
        kind=EventKind.MESSAGE,
        payload={"text": "train", "files": []},
        received_at=clock.now,
    )
    await store.inbox.put(event, Conversation(id="fake:1", platform="fake", address={}), None)
    claimed = await store.inbox.claim("test", clock.now, timedelta(seconds=9))
    assert claimed is not None
    return claimed.id


def notifier(store: Store, clock: Clock) -> Notifier:
    return Notifier(store=store, face=face, clock=clock)


async def edits(store: Store, clock: Clock) -> list[str]:
    """The steps on the faces that reach the platform now."""
    found: list[OutboxItem] = []
    while item := await store.outbox.claim("test", {"fake"}, clock.now, timedelta(seconds=9)):
        await store.outbox.finish(item.id, "test", OutboxState.POSTED, receipt={})
        found.append(item)
    cards = [ChatMessage.from_json(item.message).card for item in found]
    return [card.fields[0].value for card in cards if card]


@pytest.mark.usefixtures("card")
async def test_progress_edits_the_card_and_the_same_progress_does_so_once(store: Store, clock: Clock, job: Job) -> None:
    watcher = notifier(store, clock)
    await watcher.look()
    assert await edits(store, clock) == [], "nothing was published yet"
    await store.jobs.publish(job.id, job.attempt, {"step": 1})
    await watcher.look()
    clock.pass_(10)
    await watcher.look()
    assert await edits(store, clock) == ["1"]


@pytest.mark.usefixtures("card")
async def test_a_card_is_edited_every_three_seconds_at_most_and_the_latest_wins(
    store: Store, clock: Clock, job: Job
) -> None:
    watcher = notifier(store, clock)
    shown: list[str] = []
    for step in range(1, 10):
        await store.jobs.publish(job.id, job.attempt, {"step": step})
        await watcher.look()
        shown += await edits(store, clock)
        clock.pass_(1)
    assert shown == ["1", "4", "7"]
    await watcher.look()
    assert await edits(store, clock) == ["9"], "the last state is shown although nothing new was published"


@pytest.mark.usefixtures("card")
async def test_an_edit_that_still_waits_gives_way_to_a_later_one(store: Store, clock: Clock, job: Job) -> None:
    watcher = notifier(store, clock)
    for step in (1, 2):
        await store.jobs.publish(job.id, job.attempt, {"step": step})
        await watcher.look()
        clock.pass_(4)
    assert await edits(store, clock) == ["2"]


@pytest.mark.usefixtures("card")
async def test_two_processes_queue_one_edit(store: Store, clock: Clock, job: Job) -> None:
    await store.jobs.publish(job.id, job.attempt, {"step": 1})
    await notifier(store, clock).look()
    await notifier(store, clock).look()
    assert await edits(store, clock) == ["1"]


@pytest.mark.usefixtures("card")
async def test_many_processes_edit_as_seldom_as_one_and_the_latest_progress_is_shown_at_last(
    store: Store, clock: Clock, job: Job
) -> None:
    watchers = [notifier(store, clock) for _ in range(3)]
    shown: list[str] = []
    for tick in range(1, 25):
        await store.jobs.publish(job.id, job.attempt, {"step": tick})
        await watchers[tick % 3].look()
        shown += await edits(store, clock)
        clock.pass_(0.5)
    assert len(shown) <= 12 / 3 + 1, "twelve seconds"
    clock.pass_(3)
    for watcher in watchers:
        await watcher.look()
    assert (await edits(store, clock))[-1:] == ["24"]


@pytest.mark.usefixtures("card")
async def test_progress_draws_nobodys_attention_only_what_a_turn_says_at_the_end_does(
    store: Store, clock: Clock, job: Job
) -> None:
    watcher = Notifier(store=store, face=run_card, clock=clock)
    await store.jobs.publish(job.id, job.attempt, {"step": 1, "steps": 9})
    await watcher.look()
    await store.jobs.finish(job.id, job.attempt, JobState.DONE, clock.now)
    await watcher.look()
    found = []
    while item := await store.outbox.claim("test", {"fake"}, clock.now, timedelta(seconds=9)):
        await store.outbox.finish(item.id, "test", OutboxState.POSTED, receipt={})
        found.append(ChatMessage.from_json(item.message))
    assert found
    assert not any(message.ping for message in found)


@pytest.mark.usefixtures("card")
async def test_the_end_is_shown_once_and_nothing_after_it(store: Store, clock: Clock, job: Job) -> None:
    watcher = notifier(store, clock)
    await store.jobs.publish(job.id, job.attempt, {"step": 1})
    await watcher.look()
    await store.jobs.publish(job.id, job.attempt, {"step": 2})
    await store.jobs.finish(job.id, job.attempt, JobState.DONE, clock.now)
    for _ in range(3):
        await watcher.look()
        clock.pass_(5)
    await notifier(store, clock).catch_up()
    last = await store.outbox.by_cause(f"progress:{job.id}:end")
    assert len(last) == 1
    assert await edits(store, clock) == ["2"]


@pytest.mark.usefixtures("card")
async def test_an_end_that_nobody_saw_is_shown_at_the_next_start(store: Store, clock: Clock, job: Job) -> None:
    await store.jobs.publish(job.id, job.attempt, {"step": 5})
    await store.jobs.finish(job.id, job.attempt, JobState.DONE, clock.now)
    await notifier(store, clock).catch_up()
    assert await edits(store, clock) == ["5"]


async def test_a_card_that_is_not_shown_yet_is_not_edited(store: Store, clock: Clock, job: Job) -> None:
    watcher = notifier(store, clock)
    await store.jobs.publish(job.id, job.attempt, {"step": 1})
    await watcher.look()
    assert await edits(store, clock) == []
    event = await _claimed_event(store, clock)
    shown = Card(
        id=run_card_id("r"), conversation_id="fake:1", kind="run", subject={}, actions={}, created_at=clock.now
    )
    await store.inbox.finish(event, "test", clock.now, [], [shown])
    await watcher.look()
    assert await edits(store, clock) == ["1"]


async def titles(store: Store, clock: Clock) -> list[str]:
    """The titles on the faces that reach the platform now."""
    found: list[str] = []
    while item := await store.outbox.claim("test", {"fake"}, clock.now, timedelta(seconds=9)):
        await store.outbox.finish(item.id, "test", OutboxState.POSTED, receipt={})
        face = ChatMessage.from_json(item.message).card
        found += [face.title] if face else []
    return found


async def submit(store: Store, clock: Clock, kind: JobKind) -> None:
    await store.jobs.submit(
        Job(
            id=kind.value,
            request_id=kind.value,
            kind=kind,
            run_id="r",
            spec={},
            state=JobState.QUEUED,
            created_at=clock.now,
            conversation_id="fake:1",
        )
    )


@pytest.mark.usefixtures("card")
async def test_an_ended_job_is_not_shown_where_the_run_has_gone_on(store: Store, clock: Clock, job: Job) -> None:
    watcher = Notifier(store=store, face=run_card, clock=clock)
    await watcher.look()
    await store.jobs.finish(job.id, job.attempt, JobState.DONE, clock.now)
    clock.pass_(1)
    await submit(store, clock, JobKind.EXPORT)
    await store.jobs.lease("trainer", {JobKind.EXPORT}, clock.now, timedelta(hours=1))
    await store.runs.update("r", RunState.SAVING)
    await watcher.look()
    assert await titles(store, clock) == [], "the turn that began to save has shown so; nothing goes back behind it"
    await store.jobs.finish("export", 1, JobState.DONE, clock.now)
    await store.runs.update("r", RunState.SAVED)
    await watcher.look()
    run = await store.runs.get("r")
    assert await titles(store, clock) == [run_card(None, run).title]


@pytest.mark.usefixtures("card")
async def test_a_run_that_goes_on_while_its_face_is_queued_is_shown_once_more(
    store: Store, clock: Clock, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = store.outbox.put

    async def put(conversation_id: str, cause: str, outgoing: Sequence[Outgoing], now: datetime) -> None:
        if cause.endswith(":end"):
            await store.runs.update("r", RunState.SAVED)
        await original(conversation_id, cause, outgoing, now)

    watcher = Notifier(store=store, face=run_card, clock=clock)
    await watcher.look()
    await store.jobs.finish(job.id, job.attempt, JobState.DONE, clock.now)
    monkeypatch.setattr(store.outbox, "put", put)
    await watcher.look()
    run = await store.runs.get("r")
    assert (await titles(store, clock))[-1] == run_card(None, run).title


@pytest.mark.usefixtures("card")
async def test_how_far_judges_are_is_shown_while_they_are_at_it_and_no_longer(
    store: Store, clock: Clock, job: Job
) -> None:
    far: dict[str, tuple[int, int]] = {}

    def judged(job: Job, run: Run) -> ShowCard:
        return run_card(job, run, judging=far.get(run.id))

    async def shown() -> list[list[tuple[str, str]]]:
        found = []
        while item := await store.outbox.claim("test", {"fake"}, clock.now, timedelta(seconds=9)):
            await store.outbox.finish(item.id, "test", OutboxState.POSTED, receipt={})
            card = ChatMessage.from_json(item.message).card
            assert card is not None
            found.append([(one.name, one.value) for one in card.fields])
        return found

    watcher = Notifier(store=store, face=judged, clock=clock, judging=far)
    await watcher.look()
    assert await shown() == []
    far["r"] = (12, 40)
    await watcher.look()
    assert await shown() == [[("Requests judged", "12 of 40")]]
    await watcher.look()
    far["r"] = (13, 40)
    await watcher.look()
    assert await shown() == [], "no more often than platforms like"
    clock.pass_(10)
    await watcher.look()
    assert await shown() == [[("Requests judged", "13 of 40")]]
    del far["r"]
    await watcher.look()
    assert await shown() == [[]], "what nobody does any more is not shown"
    await watcher.look()
    assert await shown() == []
    far["run_of_an_evaluation"] = (1, 2)
    await watcher.look()
    assert await shown() == [], "it has no card"
