"""What a reminder names once there is a model: answers that nobody compared, and an evaluation that is due."""

from datetime import timedelta
from pathlib import Path

import pytest

from agent.replies import ShowCard
from storage.domain import EvaluationState
from tests.contract import facts
from tests.fakes.projects import in_a_project, save
from tests.fakes.reminding import reminded, wants
from tests.fakes.talk import Talk
from tests.unit.agent.test_rating import PROJECT, compared

DAY = timedelta(days=1)


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await in_a_project(talk)
    await wants(talk)
    return talk


def shown(talk: Talk) -> ShowCard:
    return next(one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "reminder")


async def test_answers_that_nobody_compared_are_rated_by_its_button(talk: Talk) -> None:
    await compared(talk)
    found = await reminded(talk, after=DAY)
    assert found.about["code"] == "comparison"
    assert "Too few people have voted to say whether run 1 made the answers better" in talk.text
    await talk.press("Rate now", shown(talk))
    assert any(isinstance(one, ShowCard) and one.card_kind == "rating" for one in talk.said)


@pytest.mark.parametrize(
    ("days_old", "why"), [(None, "No evaluation has put team v2 beside"), (40, "The last evaluation is 41 days old")]
)
async def test_an_evaluation_that_is_due_is_proposed_by_its_button(talk: Talk, days_old: int | None, why: str) -> None:
    for number in (1, 2):
        await save(talk, PROJECT, "team", number)
    if days_old is not None:
        done = facts.evaluation(
            project_id=PROJECT,
            contenders=("v1", "v2"),
            conversation_id=talk.conversation,
            asked_by=talk.person,
            created_at=talk.now,
            state=EvaluationState.DONE,
        )
        await talk.store.evaluations.add(done)
    found = await reminded(talk, after=DAY * ((days_old or 0) + 1))
    assert found.about["code"] == "evaluation"
    assert why in talk.text
    await talk.press("Show what it takes", shown(talk))
    assert not await talk.store.jobs.active(), "nothing starts before somebody says so"
