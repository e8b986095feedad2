"""The rubric is the guide's, and what a judge says in another form is not read as scores."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from agent.evaluation.rubric import CRITERIA, RUBRIC, SHORT_REASON, TARGET, Opinion, Scores
from tests.fakes.judges import all_of


def test_it_has_the_five_criteria_of_the_guide_each_with_its_anchors() -> None:
    assert CRITERIA == ("accuracy", "format", "relevance", "completeness", "tone")
    assert TARGET == 4
    assert all(one.asks and len({one.poor, one.good, one.excellent}) == 3 for one in RUBRIC)


def test_a_judge_gives_a_score_by_every_criterion() -> None:
    assert tuple(Scores.model_fields) == CRITERIA


def test_the_reason_stands_before_the_scores() -> None:
    assert next(iter(Opinion.model_json_schema()["properties"])) == "reason"


def opinion(**changed: Any) -> str:
    return json.dumps({"reason": "B is shorter.", "answer_a": all_of(4), "answer_b": all_of(2), **changed})


def test_scores_are_read_by_criterion() -> None:
    read = Opinion.model_validate_json(opinion())
    assert (read.answer_a.by_criterion(), read.answer_b.by_criterion()) == (all_of(4), all_of(2))


@pytest.mark.parametrize(
    "changed",
    [
        {"answer_a": {**all_of(4), "tone": 6}},
        {"answer_a": {**all_of(4), "tone": 0}},
        {"answer_a": {**all_of(4), "tone": "high"}},
        {"answer_b": {"accuracy": 4}},
        {"reason": None},
    ],
)
def test_what_is_no_score_from_1_to_5_by_each_criterion_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Opinion.model_validate_json(opinion(**changed))


def test_a_reason_that_is_longer_than_asked_for_is_no_fault() -> None:
    assert Opinion.model_validate_json(opinion(reason="because " * SHORT_REASON)).answer_b.tone == 2
