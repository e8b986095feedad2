"""A rubric that changes while somebody has answers to score before them: no score is kept under words that they did not see."""

from pathlib import Path

import pytest

from agent.evaluation.rubric import RUBRIC
from agent.registered import register
from storage.files import Files
from tests.fakes.talk import Talk
from tests.unit.agent.test_rating import compared
from tests.unit.agent.test_scoring import EACH, face, given


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    """Ana has the first answer before her, with the guide's five criteria."""
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await compared(talk)
    await talk.type("/tune rate scores")
    return talk


async def names(talk: Talk) -> list[str]:
    return sorted({criterion for _, criterion, _ in await given(talk)})


async def test_a_criterion_that_was_removed_is_left_out_of_a_form_that_still_has_it(talk: Talk) -> None:
    card = face(talk)
    fields = [field.name for field in talk.form(EACH, card).fields]
    tone = next(name for name in fields if name.endswith("tone"))
    await talk.type("/tune rubric remove tone")
    await talk.fill(
        EACH, card, **dict.fromkeys([one for one in fields if one.split("_")[-1] != "why" and one != "why"], "4")
    )
    assert tone in fields
    assert await names(talk) == ["accuracy", "completeness", "format", "relevance"]


async def test_five_numbers_for_four_criteria_are_no_scores(talk: Talk) -> None:
    await talk.type("/tune rubric remove tone")
    await talk.type("4 4 4 4 1")
    assert await given(talk) == []


async def test_a_criterion_that_asks_for_something_else_meanwhile_gets_no_score_by_its_earlier_words(
    talk: Talk,
) -> None:
    card = face(talk)
    fields = [field.name for field in talk.form(EACH, card).fields if field.name != "why"]
    await talk.type("/tune rubric tone: 5 = warm")
    await talk.fill(EACH, card, **dict.fromkeys(fields, "4"))
    assert await names(talk) == ["accuracy", "completeness", "format", "relevance"]


async def test_nor_does_it_by_numbers_that_were_typed_for_the_card_as_it_was(talk: Talk) -> None:
    await talk.type("/tune rubric tone: 5 = warm")
    assert "The criteria were changed meanwhile" in await talk.type("4 4 4 4 1")
    assert not [name for name in await names(talk) if name.startswith("tone")]
    await talk.type("4 4 4 4 1")
    assert [name for name in await names(talk) if name.startswith("tone_")], "once they are before them"


async def test_what_is_scored_by_a_criterion_that_came_after_the_answers_is_told_as_that(talk: Talk) -> None:
    (run,) = [path.name for path in talk.home.glob("runs/run_*")]
    register(Files(talk.home), run, RUBRIC)
    await talk.type("/tune rubric tone: 5 = warm")
    for _ in range(6):
        await talk.type("/tune rate scores")
        for score in (1, 2, 1):
            await talk.type(f"4 4 4 4 {score}")
    await talk.type("/tune compare")
    told = (talk.home / f"runs/{run}/comparison.md").read_text("utf-8")
    late = [line for line in told.splitlines() if "after the answers were there" in line]
    assert len(late) == 1
    assert late[0].startswith("- Tone: added or worded anew")


async def score_all(talk: Talk, numbers: str) -> int:
    """Until no answer is left; returns after how many batches."""
    for batches in range(30):
        for _ in range(3):
            await talk.type(numbers)
        if "no answer left" in await talk.type("/tune rate scores"):
            return batches
    pytest.fail("the same answers come again and again")


async def test_who_scored_all_before_a_criterion_was_worded_anew_may_score_them_once_more(talk: Talk) -> None:
    """Else its scores are asked for of somebody who is then told that no answer is left."""
    await score_all(talk, "4 4 4 4 1")
    before = await given(talk)
    await talk.type("/tune rubric tone: 5 = warm")
    assert "no answer left" not in await talk.type("/tune rate scores")
    await score_all(talk, "3 3 3 3 5")
    fresh = [criterion for _, criterion, _ in await given(talk) if criterion.startswith("tone_")]
    assert len(fresh) == len([criterion for _, criterion, _ in before if criterion == "tone"])


async def test_a_criterion_that_is_gone_brings_no_answer_back(talk: Talk) -> None:
    await score_all(talk, "4 4 4 4 1")
    await talk.type("/tune rubric remove tone")
    assert "no answer left" in await talk.type("/tune rate scores")
