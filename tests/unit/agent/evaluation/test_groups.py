"""Intervals of groups of people that share nobody."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evaluation.groups import score_of, share_difference, share_of, value_difference

shares = st.lists(st.sampled_from([0.0, 1.0]), min_size=2, max_size=60)
days = st.lists(st.floats(0, 100), min_size=2, max_size=60)


def yes(count: int, of: int) -> list[float]:
    return [1.0] * count + [0.0] * (of - count)


def test_a_share_is_by_agresti_and_caffo_but_for_the_quantile() -> None:
    """Their own example of 0 of 10 against 5 of 10 by hand: (1/12, 6/12), standard error sqrt(sum of p(1-p)/12)."""
    found = share_difference(yes(0, 10), yes(5, 10))
    assert found is not None
    error = math.sqrt((1 / 12) * (11 / 12) / 12 + 0.5 * 0.5 / 12)
    assert (found.low + found.high) / 2 == pytest.approx(5 / 12)
    assert 1.96 < (found.high - found.low) / 2 / error < 2.2, "Student's quantile is a little wider than the normal one"
    assert found.mean == 0.5


def test_groups_that_all_agree_keep_a_width() -> None:
    found = share_difference(yes(20, 20), yes(20, 20))
    assert found is not None
    assert found.low < -0.1
    assert found.high > 0.1
    assert found.p > 0.9


def test_a_large_difference_is_told_and_a_small_one_is_not() -> None:
    large, small = share_difference(yes(2, 40), yes(20, 40)), share_difference(yes(10, 40), yes(12, 40))
    assert large is not None
    assert small is not None
    assert large.low > 0
    assert small.low < 0 < small.high


@given(shares, shares)
def test_turned_round_it_is_the_same_with_the_other_sign(first: list[float], second: list[float]) -> None:
    there, back = share_difference(first, second), share_difference(second, first)
    assert there is not None
    assert back is not None
    assert (there.low, there.high) == pytest.approx((-back.high, -back.low))
    assert -1 <= there.low <= there.high <= 1
    assert there.p == pytest.approx(back.p)


@given(days, days)
def test_values_of_any_size_have_an_interval_around_what_was_found(first: list[float], second: list[float]) -> None:
    found = value_difference(first, second, least=0.5)
    assert found is not None
    assert found.low < found.high
    assert all(map(math.isfinite, (found.mean, found.low, found.high, found.p)))
    assert found.n == min(len(first), len(second))


def test_one_person_is_no_group() -> None:
    assert share_difference([1.0], yes(5, 10)) is None
    assert value_difference([], [1.0, 2.0], least=0.5) is None
    assert share_of([1.0]) is None
    assert score_of([], 1, 5) is None


def test_scores_stay_on_their_scale() -> None:
    found = score_of([5, 5, 5], 1, 5)
    assert found is not None
    assert (found.mean, found.high, found.n) == (5, 5, 3)
    assert found.low < 5


def test_a_share_stays_between_none_and_all() -> None:
    found = share_of(yes(0, 5))
    assert found is not None
    assert (found.mean, found.low, found.n) == (0, 0, 5)
    assert 0.2 < found.high < 0.8


@pytest.mark.parametrize(("low", "high", "n"), [(0.1, 0.1, 20), (0.1, 0.4, 30), (0.5, 0.5, 20), (0.02, 0.1, 40)])
def test_the_interval_holds_the_true_difference_in_95_of_100_rounds(low: float, high: float, n: int) -> None:
    """Of 1,000 rounds; 1.4 points is two standard errors. Known values, so a change of the method is noticed."""
    draw = random.Random(1)
    held = 0
    for _ in range(1000):
        found = share_difference(*([float(draw.random() < p) for _ in range(n)] for p in (low, high)))
        assert found is not None
        held += found.low <= high - low <= found.high
    assert held >= 936
