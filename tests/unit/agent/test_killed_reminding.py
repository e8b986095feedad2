"""A reminder's turn, its buttons, and how reminders are set: killed at any write, they end as if undisturbed."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.prepared import Step
from tests.fakes.projects import in_a_project
from tests.fakes.reminding import due, reminded, wants
from tests.fakes.talk import Talk
from tests.unit.agent.test_reminders import DAY, PACK, drafts, with_a_plan
from tests.unit.agent.test_setting_reminders import THREAD


async def waiting(talk: Talk) -> None:
    """She is in a project without an example, and wants suggestions."""
    await in_a_project(talk, pack=PACK)
    await with_a_plan(talk)
    await wants(talk)


async def is_due(talk: Talk) -> None:
    await waiting(talk)
    await due(talk, after=DAY)


async def with_drafts(talk: Talk) -> None:
    await waiting(talk)
    await drafts(talk, 5)
    await due(talk, after=DAY)


async def was_reminded(talk: Talk) -> None:
    await waiting(talk)
    await reminded(talk, after=DAY)


async def in_the_middle(talk: Talk) -> None:
    await waiting(talk)
    await talk.type("Write the user story for resetting a password")
    await drafts(talk, 5)
    await reminded(talk, after=DAY / 2)


async def with_schedules(talk: Talk) -> None:
    await waiting(talk)
    await talk.type("/tune remind every Tuesday at 9")
    await talk.type("/tune remind every Friday at 9")
    await talk.type("/tune remind weeks")


async def asked_where(talk: Talk) -> None:
    await in_a_project(talk)
    await talk.type("/tune remind every Tuesday at 9")


async def in_a_thread(talk: Talk) -> None:
    talk.conversation, talk.shared = THREAD, True
    await waiting(talk)
    await talk.type("/tune remind digest Monday 9")


def answered(talk: Talk) -> Any:
    return talk.answer_all()


def pressed(label: str) -> Step:
    return lambda talk: talk.press(label)


def typed(text: str) -> Step:
    return lambda talk: talk.type(text)


TURNS: Turns = {
    "a cell": (is_due, answered),
    "drafts": (with_drafts, answered),
    "an answer": (was_reminded, typed("Instruction: Write a user story\nOutput: As a user I write.")),
    "in 1 hour": (was_reminded, pressed("In 1 hour")),
    "tomorrow": (was_reminded, pressed("Tomorrow")),
    "not now": (was_reminded, pressed("Not now")),
    "stop": (was_reminded, pressed("Stop suggestions")),
    "its button": (in_the_middle, pressed("Show what waits")),
    "words": (waiting, typed("/tune remind every Tuesday at 9")),
    "delete": (with_schedules, typed("/tune remind delete 1")),
    "a rhythm": (with_schedules, typed("/tune remind rounds")),
    "a place that was asked for": (asked_where, typed("Berlin")),
    "on": (waiting, typed("/tune remind on")),
    "quiet hours": (waiting, typed("/tune remind quiet 22 to 7")),
    "another digest": (in_a_thread, typed("/tune remind digest Friday 16")),
    "no digest": (in_a_thread, typed("/tune remind digest off")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_killed_anywhere_it_ends_as_if_undisturbed(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    state = await talk.interviewer.graph.aget_state({"configurable": {"thread_id": talk.conversation}})
    return {
        "posts": await talk.posts(),
        "position": {name: state.values.get(name) for name in ("stage", "project_id", "row_id")},
        "reminders": await talk.store.reminders.of_person(talk.person),
        "schedules": await talk.store.schedules.of_person(talk.person),
        "habits": await talk.store.habits.get(talk.person),
        "rows": [one.id for one in await talk.store.rows.of_project("project_1")],
    }
