"""How many requests a difference needs, and how many are missing."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evaluation.intervals import FEWEST, Interval, adjusted_interval, share_interval
from agent.evaluation.power import MOST_MISSING, items_needed, missing_of, smallest_found, spread_of_shares


def test_a_published_number() -> None:
    """Cohen 1988, and G*Power's example: a paired t test of an effect of 0.5, two-sided, with power 0.8: 34 pairs."""
    assert items_needed(0.5, 1.0) == 34
    assert items_needed(-5.0, 10.0) == 34


def test_more_criteria_and_smaller_effects_need_more() -> None:
    assert items_needed(0.5, 1.0) < items_needed(0.5, 1.0, tests=8) < items_needed(0.25, 1.0, tests=8)
    assert items_needed(0.3, spread_of_shares(0.3, 0.0)) < items_needed(0.2, spread_of_shares(0.3, 0.1))


def test_the_ends() -> None:
    assert items_needed(0.0, 1.0) == MOST_MISSING
    assert items_needed(0.01, 1.0) == MOST_MISSING
    assert items_needed(1.0, 0.0) == FEWEST
    assert items_needed(9.0, 1.0) == FEWEST


def interval(up: int, same: int) -> Interval:
    found = share_interval([1.0] * up + [0.0] * same)
    assert found is not None
    return found


def test_what_is_told_misses_nothing() -> None:
    assert missing_of(interval(12, 12)) is None


def test_below_twenty_so_many_are_missing_at_least() -> None:
    assert missing_of(interval(12, 0)) == FEWEST - 12


def test_a_small_difference_misses_more_and_none_is_hopeless() -> None:
    some, few = missing_of(interval(4, 16)), missing_of(interval(2, 18))
    assert some is not None
    assert few is not None
    assert 0 < some < few < MOST_MISSING
    assert missing_of(interval(0, 24)) == MOST_MISSING


def test_more_criteria_miss_more() -> None:
    one, eight = missing_of(interval(4, 16)), missing_of(interval(4, 16), tests=8)
    assert one is not None
    assert eight is not None
    assert one < eight


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0]), min_size=2, max_size=60))
def test_what_is_missing_is_a_number_that_can_be_told(differences: list[float]) -> None:
    found = share_interval(differences)
    assert found is not None
    missing = missing_of(found)
    assert missing is None or max(1, FEWEST - found.n) <= missing <= MOST_MISSING


def test_after_as_many_more_it_is_nearly_told() -> None:
    """With the same shares up and unchanged, by the same interval."""
    missing = missing_of(interval(4, 16))
    assert missing is not None
    n = 20 + missing
    assert interval(round(n * 0.2), n - round(n * 0.2)).p == pytest.approx(0.05, abs=0.02)


def test_what_could_have_been_found_is_what_the_requests_were_enough_for() -> None:
    """The other way round as ``items_needed``: a published number again."""
    differences = [1.0, -1.0] * 17
    found = adjusted_interval(differences, least=1.0)
    assert found is not None
    assert smallest_found(found) == pytest.approx(0.5, abs=0.02)


def test_more_criteria_and_fewer_requests_hide_larger_differences() -> None:
    few, many = interval(2, 18), interval(4, 36)
    assert smallest_found(many) < smallest_found(few) < smallest_found(few, tests=8)
    assert smallest_found(few, tests=100, power=0.99) < 1


def test_what_is_as_large_is_found_in_four_of_five_samples() -> None:
    chance = random.Random(3)
    sample = [chance.gauss(0, 1) for _ in range(28)]
    seen = adjusted_interval(sample, least=0.5)
    assert seen is not None
    gain = smallest_found(seen)
    spread = (sum(one**2 for one in sample) / len(sample)) ** 0.5
    rounds = 400
    drawn = (adjusted_interval([chance.gauss(gain, spread) for _ in sample], least=0.5) for _ in range(rounds))
    found = sum(one is not None and one.low > 0 for one in drawn)
    assert 0.7 * rounds < found < 0.92 * rounds
