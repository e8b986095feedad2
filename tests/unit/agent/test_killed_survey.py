"""The question after a new model, and its answer: killed at any write, they end as if undisturbed."""

from pathlib import Path
from typing import Any

import pytest

from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.prepared import Step
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk
from tests.unit.agent.test_survey import rated, saved, survey


async def asked(talk: Talk) -> None:
    await in_a_project(talk)
    await saved(talk)


async def answered(talk: Talk) -> None:
    await asked(talk)
    await talk.press("3", survey(talk))


async def writing(talk: Talk) -> None:
    await answered(talk)
    await talk.press("Say why", rated(talk))


def pressed(label: str) -> Step:
    return lambda talk: talk.press(label, survey(talk))


TURNS: Turns = {
    "a number": (asked, pressed("4")),
    "another number": (answered, pressed("5, very much")),
    "nothing": (asked, pressed("Skip")),
    "a word in a form": (answered, lambda talk: talk.fill("Say why", rated(talk), word="quick")),
    "a word in a message": (writing, lambda talk: talk.type("quick")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_an_answer_killed_anywhere_is_one_answer(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    state = await talk.interviewer.graph.aget_state({"configurable": {"thread_id": talk.conversation}})
    card = await talk.store.cards.get(survey(talk).card_id)
    return {
        "answers": await talk.store.surveys.all(),
        "posts": await talk.posts(),
        "stage": state.values.get("stage"),
        "card": card.answered_with,
    }
