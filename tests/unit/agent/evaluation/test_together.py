"""Several comparisons told beside each other: their criteria are tested together."""

import pytest

from agent.evaluation.intervals import Interval
from agent.evaluation.measures import Measure, Role
from agent.evaluation.verdict import verdict


def criterion(code: str, p: float, role: Role = "content", n: int = 30) -> Measure:
    difference = Interval(mean=5.0, low=1.0, high=9.0, n=n, p=p)
    return Measure(code=code, role=role, unit="points", n=n, base=10.0, tuned=15.0, difference=difference)


@pytest.mark.parametrize(
    ("others", "code"),
    [
        ([], "better"),
        ([criterion("own_request", 0.9)], "no_difference"),
        ([criterion("own_request", 0.001)], "better"),
        ([criterion("own_request", 0.9, role="beside")], "better"),
        ([criterion("own_request", 0.9, n=19)], "better"),
    ],
)
def test_one_more_contender_is_one_more_way_to_look_better_by_chance(others: list[Measure], code: str) -> None:
    """Holm at 0.05: of two criteria the likelier accident has to stay below 0.025, unless the other one is certain."""
    assert verdict([criterion("own_request", 0.04)], None, others).code == code


def test_more_requests_are_missing_the_more_is_tested() -> None:
    alone = verdict([criterion("own_request", 0.2)], None)
    beside = verdict([criterion("own_request", 0.2)], None, [criterion("own_request", 0.5)] * 20)
    assert alone.missing is not None
    assert beside.missing is not None
    assert beside.missing > alone.missing


def forgotten(p: float) -> Measure:
    difference = Interval(mean=-0.2, low=-0.3, high=-0.1, n=30, p=p)
    return Measure(
        code="general", role="beside", unit="answers", beyond=True, n=30, base=0.8, tuned=0.6, difference=difference
    )


def test_what_five_contenders_may_have_forgotten_is_tested_together_too() -> None:
    task = criterion("own_request", 0.9)
    assert verdict([task, forgotten(0.03)], None).outcomes["general"] == "worse"
    others = [forgotten(0.5)] * 4
    assert verdict([task, forgotten(0.03)], None, others).outcomes["general"] == "no_difference"
    assert verdict([task, forgotten(0.003)], None, others).outcomes["general"] == "worse"


def test_how_many_were_tested_together_is_known() -> None:
    few = criterion("format", 0.5, role="form", n=19)
    assert verdict([criterion("own_request", 0.9), few, forgotten(0.5)], None, [criterion("loss", 0.2)]).tests == 2
