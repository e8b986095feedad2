"""Turns about the plan, the format, the goal, sharing and forgetting: killed at any write, they end as if undisturbed."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.prepared import Step
from tests.fakes.talk import Talk

BEDS = ("bed 4, insulin 8 units", "bed 7, fell at 3 am, hourly checks", "bed 9, drain 40 ml, pain 3/10")


async def project(talk: Talk) -> None:
    await talk.begin("Write shift handover notes for nurses")


async def two_rows(talk: Talk) -> None:
    await project(talk)
    for bed in BEDS[:2]:
        await give(talk, bed)
        await talk.press("Approve")


async def give(talk: Talk, bed: str) -> None:
    await talk.type(f"Instruction: Write a handover\nInput: {bed}\nOutput: Situation: {bed}\nBackground: since {bed}")


async def third(talk: Talk) -> None:
    await two_rows(talk)
    await give(talk, BEDS[2])


async def card(talk: Talk) -> None:
    await third(talk)
    await talk.press("Approve")


async def changing(talk: Talk) -> None:
    await card(talk)
    await talk.type("Write the handover for bed 12")
    await talk.press("Change")


async def plan(talk: Talk) -> None:
    await project(talk)
    await talk.type("/tune plan")


async def changing_plan(talk: Talk) -> None:
    await plan(talk)
    await talk.press("Change")


async def goal(talk: Talk) -> None:
    await two_rows(talk)
    await talk.type("/tune goal")


async def forgetting(talk: Talk) -> None:
    await card(talk)
    await talk.press("Yes, that is it")
    await talk.type("/tune forget")


def typed(text: str) -> Step:
    return lambda talk: talk.type(text)


def pressed(label: str) -> Step:
    return lambda talk: talk.press(label)


TURNS: Turns = {
    "a format is found": (third, pressed("Approve")),
    "a format is agreed": (card, pressed("Yes, that is it")),
    "there is no format": (card, pressed("No fixed format")),
    "a format is to be changed": (card, pressed("Change")),
    "a format is corrected": (changing, typed("Situation:\nPlan:\nat most 90 words")),
    "a format is left": (changing, typed("done")),
    "the plan is shown": (project, typed("/tune plan")),
    "the plan is good": (plan, pressed("Good as it is")),
    "the plan is changed": (changing_plan, typed("total 30")),
    "the plan is changed at once": (project, typed("/tune plan total 30")),
    "a kind is skipped": (two_rows, typed("/tune skip")),
    "the goal is corrected": (two_rows, typed("/tune goal Sort the tickets of a hospital's help desk by urgency")),
    "an answer is to be corrected": (goal, pressed("Change kind")),
    "everything is forgotten": (forgetting, pressed("Delete my examples")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_ends_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    project_id = (await talk.store.projects.all())[0].id
    state = await talk.interviewer.graph.aget_state({"configurable": {"thread_id": talk.conversation}})
    told = {key: state.values.get(key) for key in ("stage", "row_id", "project_id", "question_id", "came_from")}
    rows = await talk.store.rows.of_project(project_id)
    brief = await talk.store.briefs.get(project_id)
    return {"rows": rows, "posts": await talk.posts(), "state": told, "brief": brief}
