"""The rubric is the guide's, and what a judge says in another form is not read as scores."""

import json
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from agent.evaluation.rubric import CRITERIA, RUBRIC, SHORT_REASON, TARGET, is_ours, opinion_of, rubric_of
from storage.domain import Brief, Criterion
from tests.fakes.judges import all_of

FORM = opinion_of(CRITERIA)
PLAIN = Criterion(name="plain", label="Plain words", asks="A?", poor="p", good="g", excellent="e")


def test_it_has_the_five_criteria_of_the_guide_each_with_its_anchors() -> None:
    assert CRITERIA == ("accuracy", "format", "relevance", "completeness", "tone")
    assert TARGET == 4
    assert all(one.asks and len({one.poor, one.good, one.excellent}) == 3 for one in RUBRIC)


def test_a_project_has_its_own_criteria_or_those_of_the_guide() -> None:
    assert rubric_of(Brief(project_id="p")) == RUBRIC
    assert rubric_of(Brief(project_id="p", criteria=(PLAIN,))) == (PLAIN,)


def test_a_criterion_is_ours_by_its_wording_whatever_it_is_called_and_whatever_is_wanted() -> None:
    assert is_ours(replace(RUBRIC[0], label="Correct facts", target=4.5))
    assert not is_ours(replace(RUBRIC[0], excellent="Every word is right."))
    assert not is_ours(PLAIN)


def test_a_judge_gives_a_score_by_every_criterion_and_the_reason_before() -> None:
    schema = FORM.model_json_schema()
    assert list(schema["properties"]) == ["reason", "answer_a", "answer_b"]
    scores = schema["$defs"]["Scores"]
    assert tuple(scores["properties"]) == tuple(scores["required"]) == CRITERIA
    assert all((one["minimum"], one["maximum"]) == (1, 5) for one in scores["properties"].values())


@pytest.mark.parametrize("name", ["copy", "json", "model_config", "schema", "class", "5_whys", "_x", "reason"])
def test_a_criterion_may_have_any_name(name: str) -> None:
    said = json.dumps({"reason": "B.", "answer_a": {name: 4}, "answer_b": {name: 1}})
    read = opinion_of((name,)).model_validate_json(said)
    assert (read.answer_a.by_criterion(), read.answer_b.by_criterion()) == ({name: 4}, {name: 1})


def test_ten_criteria_are_as_good_as_one() -> None:
    names = tuple(f"criterion_{place}" for place in range(10))
    said = json.dumps({"reason": "B.", "answer_a": dict.fromkeys(names, 4), "answer_b": dict.fromkeys(names, 1)})
    assert opinion_of(names).model_validate_json(said).answer_a.by_criterion() == dict.fromkeys(names, 4)


def opinion(**changed: Any) -> str:
    return json.dumps({"reason": "B is shorter.", "answer_a": all_of(4), "answer_b": all_of(2), **changed})


def test_scores_are_read_by_criterion() -> None:
    read = FORM.model_validate_json(opinion())
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
        FORM.model_validate_json(opinion(**changed))


def test_a_reason_that_is_longer_than_asked_for_is_no_fault() -> None:
    assert FORM.model_validate_json(opinion(reason="because " * SHORT_REASON)).answer_b.by_criterion()["tone"] == 2
