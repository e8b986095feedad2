"""Turns that report a run, show its chart and follow its remedy: killed at any write, they end as if undisturbed."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.replies import ShowCard
from storage.domain import JobFailure, JobKind, JobState, Origin, Row, RowStatus, RunState
from tests.fakes import curves
from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.prepared import Step
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent.test_following_a_run import DIVERGED, running

Points = Sequence[dict[str, Any]]


async def with_rows(talk: Talk, output: str = "S: {number}\nB: none") -> list[Row]:
    """A project with ten approved rows, without the conversation that led to them: every kill begins with it."""
    project_id = await in_a_project(talk)
    rows = [
        Row(
            id=f"row_{number}",
            project_id=project_id,
            instruction="Write a handover",
            input=f"bed {number}",
            output=output.format(number=number),
            status=RowStatus.APPROVED,
            origin=Origin.GIVEN,
            author_id=talk.person,
            event_id="given",
            source="conversation",
            content_hash=str(number),
            created_at=talk.now,
        )
        for number in range(10)
    ]
    await talk.store.rows.add(rows)
    return rows


def begun(points: Points) -> Step:
    async def prepare(talk: Talk) -> None:
        await with_rows(talk)
        await running(talk, points)

    return prepare


def ended(state: JobState = JobState.DONE, failure: JobFailure | None = None) -> Step:
    """The job ends; what the conversation makes of it is the turn."""

    async def turn(talk: Talk) -> None:
        job = await talk.store.jobs.of_run((await _run_ids(talk))[-1])
        if not job[0].state.ended:
            await talk.end_job(JobKind.TRAIN, state, TRAINED if failure is None else None, failure)
        else:
            await talk.answer_all()

    return turn


async def _run_ids(talk: Talk) -> list[str]:
    (project,) = await talk.store.projects.all()
    return [run.id for run in await talk.store.runs.of_project(project.id)]


def reported(points: Points, output: str = "S: {number}") -> Step:
    async def prepare(talk: Talk) -> None:
        await with_rows(talk, output)
        await running(talk, points)
        await talk.end_job(JobKind.TRAIN, result=TRAINED)

    return prepare


async def spiked(talk: Talk) -> None:
    rows = await with_rows(talk)
    await running(talk, curves.spike([row.id for row in rows]))
    await talk.end_job(JobKind.TRAIN, result=TRAINED)


async def offered_against_a_fault(talk: Talk) -> None:
    """The card asks for an example of a kind, as one does that is offered after a comparison."""
    await reported(curves.BY_HEART)(talk)
    (project,) = await talk.store.projects.all()
    pack = talk.context.packs["any-task"]
    await talk.store.briefs.change(project.id, lambda brief: replace(brief, pack=pack.name))
    (card,) = [one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "remedy"]
    stored = (await talk.store.cards.get(card.card_id)).subject
    against = {"fault": "too_short", "kind": pack.categories[0].id, "words": 40}
    stored["remedy"] = json.dumps({**json.loads(stored["remedy"]), **against})  # type: ignore[index]  # the store in memory


def pressed(label: str) -> Step:
    return lambda talk: talk.press(label)


TURNS: Turns = {
    "a chart is shown": (begun(curves.LEARNING), lambda talk: talk.type("/tune chart")),
    "a run is reported that overfitted": (begun(curves.OVERFITTING), ended()),
    "a run is reported that diverged": (begun([]), ended(JobState.FAILED, DIVERGED)),
    "a run begins with the other setting": (reported(curves.OVERFITTING), pressed("Train again with 2 epochs")),
    "rows are opened": (spiked, pressed("Show 1 example")),
    "repeats are listed": (reported(curves.SUSPICIOUSLY_FAST, "S: stable"), pressed("Show what repeats")),
    "the next example is asked for": (reported(curves.BY_HEART), pressed("Give more examples")),
    "an example of a kind is asked for": (offered_against_a_fault, pressed("Give more examples")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_ends_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    (project,) = await talk.store.projects.all()
    runs = await talk.store.runs.of_project(project.id)
    jobs = [await talk.store.jobs.of_run(run.id) for run in runs]
    rows = await talk.store.rows.of_project(project.id)
    charts = sorted(path.name for path in talk.home.glob("runs/*/charts/*"))
    asked = (await talk.store.briefs.get(project.id)).asked_cell
    return {"asked": asked, "runs": runs, "jobs": jobs, "rows": rows, "posts": await talk.posts(), "charts": charts}


async def test_a_run_that_is_being_compared_does_not_stand_in_the_way_of_its_own_remedy(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await reported(curves.OVERFITTING)(talk)
    await talk.press("Train again with 2 epochs")
    (project,) = await talk.store.projects.all()
    assert [run.state for run in await talk.store.runs.of_project(project.id)] == [
        RunState.COMPARING,
        RunState.TRAINING,
    ]
    kinds = [job.kind for job in await talk.store.jobs.active()]
    assert kinds == [JobKind.GENERATE, JobKind.TRAIN]
