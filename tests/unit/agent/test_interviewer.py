"""A turn may be killed at any of its writes: handled again, it ends as if nothing had happened.

Every call that a turn makes to the store or the checkpointer is tried, before it is carried out and after.
"""

from pathlib import Path
from typing import Any

import pytest

from storage.domain import JobKind
from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED, write_answers
from tests.unit.agent.test_conversation import GOAL, LABELLED, jsonl


async def before_approval(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type(LABELLED.format(n=1))


async def before_answers(talk: Talk) -> None:
    await talk.type(GOAL)


async def before_correction(talk: Talk) -> None:
    await before_approval(talk)
    await talk.type("/tune goal")
    await talk.press("Change kind")


async def before_upload(talk: Talk) -> None:
    await talk.begin(GOAL)


async def before_training(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type("", jsonl(talk.home / "given.jsonl", 12))
    await talk.type("/tune train")


async def before_report(talk: Talk) -> None:
    await before_training(talk)
    await talk.press("Start")


async def before_comparison(talk: Talk) -> None:
    await before_report(talk)
    run_id = (await talk.job(JobKind.TRAIN)).run_id
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    write_answers(talk.home, run_id)


TURNS: Turns = {
    "hello and goal": (lambda talk: talk.answer_all(), lambda talk: talk.type(GOAL)),
    "answers": (before_answers, lambda talk: talk.press("You decide the rest")),
    "correction": (before_correction, lambda talk: talk.type("user stories for our sprint")),
    "approval": (before_approval, lambda talk: talk.press("Approve")),
    "upload": (before_upload, lambda talk: talk.type("", jsonl(talk.home / "given.jsonl", 3, "not json"))),
    "start": (before_training, lambda talk: talk.press("Start")),
    "report": (before_report, lambda talk: talk.end_job(JobKind.TRAIN, result=TRAINED)),
    "comparison": (before_comparison, lambda talk: talk.end_job(JobKind.GENERATE, result={})),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_ends_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of, before=True)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    """All that a person or the trainer can see of it."""
    store = talk.store
    projects = await store.projects.all()
    rows = [row for project in projects for row in await store.rows.of_project(project.id)]
    runs = [run for project in projects for run in await store.runs.of_project(project.id)]
    return {
        "rows": [(row.id, row.status, row.part, row.near_duplicate_of) for row in rows],
        "briefs": [await store.briefs.get(project.id) for project in projects],
        "runs": [(run.id, run.number, run.state) for run in runs],
        "jobs": [(job.request_id, job.state) for run in runs for job in await store.jobs.of_run(run.id)],
        "models": [(model.name, model.version) for model in await store.models.all()],
        "posts": await talk.posts(),
        "waiting": await store.inbox.pending(talk.conversation),
    }


async def test_a_conversation_of_an_older_version_goes_on_at_its_project_and_is_told(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await before_approval(talk)
    config: Any = {"configurable": {"thread_id": talk.conversation}}
    await talk.interviewer.graph.aupdate_state(config, {"version": 0, "stage": "of another time"}, as_node="explain")
    said = await talk.type("Write the handover for bed 8")
    assert "I was updated while we talked" in said
    assert "comes with the request" in said, "and the message is taken as the next example's request"
    assert "I was updated" not in await talk.type("none")
