"""Scores that are moved to where people's are, and when that is called a help."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evaluation.agreement import Rated
from agent.evaluation.calibration import calibrate

scores = st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=10, max_size=40)


def rated(count: int, gap: float, slope: float = 1.0) -> list[Rated]:
    """People give 1 to 5 in turn, and half a point more or less now and then."""
    wobble = itertools.cycle((0.0, 0.5, -0.5, 0.0, 0.0, 0.5, -0.5))
    return [
        Rated(cluster=str(at), judge=3 + slope * (at % 5 - 2) + gap, person=min(5, max(1, at % 5 + 1 + next(wobble))))
        for at in range(count)
    ]


def test_who_scores_a_point_too_high_is_moved() -> None:
    found = calibrate(rated(30, 1.0))
    assert found is not None
    assert found.helps
    assert found.missing is None
    assert found.after < found.before
    assert found.apply(4.0) == pytest.approx(3.0, abs=0.2)


def test_who_is_right_is_left_alone() -> None:
    found = calibrate(rated(30, 0.0))
    assert found is not None
    assert not found.helps
    assert found.apply(4.0) == pytest.approx(4.0, abs=0.1)


def test_below_twenty_requests_nothing_is_proven() -> None:
    found = calibrate(rated(19, 1.0))
    assert found is not None
    assert not found.helps
    assert found.missing == 1
    assert calibrate(rated(9, 1.0)) is None


def test_ratings_of_one_request_are_one() -> None:
    many = [Rated(cluster="one", judge=one.judge, person=one.person) for one in rated(60, 1.0)]
    assert calibrate(many) is None


def test_a_judge_that_is_turned_round_is_not_turned_back() -> None:
    """That it means the opposite is a guess; its scores lose their weight instead."""
    found = calibrate([Rated(cluster=str(at), judge=5 - at % 5, person=at % 5 + 1) for at in range(40)])
    assert found is not None
    assert found.line.slope == 0
    assert found.apply(1.0) == found.apply(5.0)


@given(scores)
def test_no_score_leaves_the_scale_or_its_order(pairs: list[tuple[int, int]]) -> None:
    found = calibrate([Rated(cluster=str(at), judge=judge, person=person) for at, (judge, person) in enumerate(pairs)])
    assert found is not None
    moved = [found.apply(score / 2) for score in range(2, 11)]
    assert moved == sorted(moved)
    assert all(1 <= one <= 5 for one in moved)
