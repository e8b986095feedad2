"""Who scored the criteria of the rubric: what stands for all of them, and where rating is offered."""

from dataclasses import replace

import pytest

from agent.evaluation.facts import Judged, Judgement
from agent.evaluation.measures import Measure
from agent.evaluation.rubric import RUBRIC
from agent.reports.comparison import Comparison, Names
from agent.reports.comparison_page import page
from agent.reports.comparison_replies import comparison_replies
from agent.reports.verdict_notes import verdict_notes
from agent.reports.verdict_words import unscored
from tests.fakes.answers import answers, chatter, ticket
from tests.fakes.comparisons import comparison


@pytest.fixture(scope="module")
def made() -> Comparison:
    return comparison(answers(chatter, ticket))


def scored(made: Comparison, n: int) -> Comparison:
    """People have given answers to so many requests one score each."""
    values = {"role": "content", "unit": "score", "base": 2.0, "tuned": 4.0, "difference": None}
    overall = Measure(code="scored_overall", scored_by="people", n=n, **values)  # type: ignore[arg-type]  # as it takes them
    outcomes = {**made.verdict.outcomes, "scored_overall": "no_interval"}
    verdict = replace(made.verdict, outcomes=outcomes)
    return replace(made, measures=(*made.measures, overall), verdict=verdict)


def test_scores_of_answers_as_a_whole_stand_for_the_rubric_once_there_are_enough(made: Comparison) -> None:
    assert set(unscored(made)) == {one.name for one in RUBRIC} - {"format"}
    assert unscored(scored(made, 19)) == unscored(made)
    assert unscored(scored(made, 20)) == ()


def test_answers_of_an_evaluation_are_nowhere_offered_for_rating(made: Comparison) -> None:
    names = Names(base="version 1", tuned="version 2")
    one = replace(made, kind="evaluation", names=names, rateable=0)
    said = page(one) + repr(comparison_replies(one, "", "page.md"))
    assert "Not scored yet by anybody who can be trusted" in said
    assert "/tune rate" not in said


def test_where_only_a_judge_liked_longer_answers_people_are_asked_if_there_are_any_to_rate() -> None:
    scores = tuple(
        Judgement(prompt_id=f"near_{at:02}", criterion="accuracy", base=2, tuned=4.5, flipped=False) for at in range(24)
    )
    judged = Judged(judge="clever", trusted=True, criteria=("accuracy",), judgements=scores)
    made = comparison(answers(chatter, lambda at: f"{chatter(at)} {chatter(at)}"), judged=judged)
    told = [note.text for note in verdict_notes(made) if "longer answers for better ones" in note.text]
    assert ["`/tune rate` tells it blind" in text for text in told] == [True]
    told = [note.text for note in verdict_notes(replace(made, rateable=0)) if "longer answers" in note.text]
    assert ["/tune rate" in text for text in told] == [False]
