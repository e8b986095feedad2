"""What a reminder names once there is a model: answers that nobody compared, and an evaluation that is due."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from agent.evaluation.people import OVERALL
from agent.evaluation.rubric import CRITERIA
from agent.replies import ShowCard
from agent.scoring import items_of, records
from agent.state import Turn
from storage.domain import EvaluationState, ReminderState
from tests.contract import facts
from tests.fakes.projects import in_a_project, save
from tests.fakes.reminding import reminded, wants
from tests.fakes.talk import Talk
from tests.unit.agent.test_rating import PROJECT, compared
from tests.unit.agent.test_rating_evaluations import HOSTED, THREE, TWO, evaluation_of, vote_on

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


class TestAnEvaluation:
    """Its answers can be rated as those of a run can: in pairs, or one by one where more than two answered."""

    @pytest.mark.parametrize(
        ("contenders", "why", "ask", "kind"),
        [
            (
                TWO,
                "Too few people have voted to say whose answers are better in evaluation 1: those of the base model and version 1",
                "Compare 3 pairs of answers",
                "rating",
            ),
            (
                THREE,
                f"Too few answers of evaluation 1 are scored by people to say whose are best: those of version 1, the base model and {HOSTED}",
                "Score 3 answers from 1 to 5",
                "scores",
            ),
        ],
    )
    async def test_whose_answers_nobody_rated_is_rated_by_its_button(
        self, talk: Talk, contenders: Sequence[str], why: str, ask: str, kind: str
    ) -> None:
        await compared(talk)
        talk.wait(timedelta(hours=1))
        await evaluation_of(talk, contenders)
        found = await reminded(talk, after=DAY)
        assert found.about["code"] == "comparison"
        assert why in talk.text
        assert ask in talk.text
        await compared(talk, run_id="run_2")  # what is compared meanwhile takes no place of what was spoken of
        await talk.press("Rate now", shown(talk))
        card = next(one for one in reversed(talk.said) if isinstance(one, ShowCard) and one.card_kind == kind)
        assert card.subject["run_id"] == "eval_1"

    async def test_a_run_that_was_compared_later_comes_before_it(self, talk: Talk) -> None:
        await compared(talk)
        talk.wait(-timedelta(hours=1))
        await evaluation_of(talk)
        found = await reminded(talk, after=DAY)
        assert "whether run 1 made the answers better" in talk.text
        assert found.about["facts"]["run_id"] == "run_1"

    async def test_one_that_was_begun_for_a_run_takes_no_runs_place(self, talk: Talk) -> None:
        await compared(talk)
        talk.wait(timedelta(hours=1))
        await evaluation_of(talk)
        await talk.store.evaluations.update("eval_1", None, {"for_run": "run_1"})
        assert (await reminded(talk, after=DAY)).about["facts"]["run_id"] == "run_1"

    async def test_once_its_votes_suffice_the_run_before_it_is_spoken_of(self, talk: Talk) -> None:
        await compared(talk)
        talk.wait(timedelta(hours=1))
        await evaluation_of(talk)
        assert "The votes suffice" in await vote_on(talk, "v1", 21)
        assert (await reminded(talk, after=DAY)).about["facts"]["run_id"] == "run_1"

    async def test_of_three_it_is_spoken_of_until_twenty_requests_are_scored(self, talk: Talk) -> None:
        """Below that a criterion decides nothing, and each further score counts."""
        one = await evaluation_of(talk, THREE, requests=25)
        assert (await reminded(talk, after=DAY)).about["code"] == "comparison"
        turn = Turn({"id": "e", "person_id": talk.person, "received_at": talk.now.isoformat(), "payload": {}})
        for item in await items_of(talk.context, one, talk.person):
            if item.prompt_id in {f"row_{number}" for number in range(20)}:
                await talk.store.scores.put(records(turn, one, item, {OVERALL: 3}, "", asked=CRITERIA))
        assert (await reminded(talk, after=DAY)).state is ReminderState.DROPPED

    async def test_whose_answers_are_gone_is_spoken_of_no_more(self, talk: Talk) -> None:
        await evaluation_of(talk)
        talk.files.delete("evaluations/eval_1/answers_1.jsonl")
        assert (await reminded(talk, after=DAY)).state is ReminderState.DROPPED


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
