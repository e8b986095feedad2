"""Whether a target is reached: a mean at it proves nothing, and people's scores may be looked at as often as one likes."""

import random

import pytest

from agent.evaluation.intervals import FEWEST
from agent.evaluation.measures import Measure
from agent.evaluation.rubric import RUBRIC
from agent.evaluation.targets import Target, targets_of


def scored(scores: list[float], code: str = "judged_accuracy") -> Measure:
    people = code.startswith("scored_")
    return Measure(
        code=code,
        scored_by="people" if people else "judge",
        role="content",
        unit="score",
        n=len(scores),
        base=2.0,
        tuned=sum(scores) / len(scores),
        difference=None,
        pairs={f"near_{at}": (2.0, score) for at, score in enumerate(scores)},
    )


def target(*measures: Measure) -> Target:
    (found,) = targets_of(measures, RUBRIC)
    return found


@pytest.mark.parametrize(
    ("scores", "code"),
    [
        ([5.0] * 24, "reached"),
        ([4.5] * 20 + [5.0] * 8, "reached"),
        ([4.0] * 28, "open"),
        ([3.0, 5.0] * 14 + [4.5], "open"),
        ([3.0] * 20 + [4.0] * 8, "missed"),
        ([5.0] * (FEWEST - 1), "too_few"),
    ],
)
def test_it_is_told_by_the_interval(scores: list[float], code: str) -> None:
    assert target(scored(scores)).code == code


def test_a_model_whose_true_mean_is_the_target_is_seldom_said_to_have_reached_it() -> None:
    """Said by the mean alone it would be every other one."""
    rng = random.Random(4)
    rounds = 400
    found = [target(scored([float(rng.choice((3, 4, 5))) for _ in range(24)])) for _ in range(rounds)]
    assert sum(one.mean >= 4 for one in found) > 0.4 * rounds
    assert sum(one.code == "reached" for one in found) <= 0.04 * rounds


def test_people_stand_above_a_judge_once_they_scored_enough() -> None:
    judge = scored([5.0] * 28)
    assert target(judge, scored([3.0] * FEWEST, "scored_accuracy")).scored_by == "people"
    assert target(judge, scored([3.0] * 5, "scored_accuracy")).scored_by == "judge"


def test_people_who_look_again_and_again_need_more_scores_than_a_judge() -> None:
    scores = [4.0, 5.0, 4.0, 5.0, 5.0] * 4
    assert target(scored(scores)).low > target(scored(scores, "scored_accuracy")).low


def test_what_nobody_scored_has_no_target_to_reach() -> None:
    assert targets_of([], RUBRIC) == []
    assert targets_of([scored([5.0])], RUBRIC) == []
