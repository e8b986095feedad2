"""What is left of a judge's preference at equal length: planted tastes are taken off, and quality stays."""

import math
from dataclasses import replace

import numpy as np
import pytest

from agent.evaluation.intervals import Interval, adjusted_interval
from agent.evaluation.length import Padding, at_equal_length, longer_by, worth_of_length

MORE = [0.3, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3, 1.5]
"""By how much padded answers are longer."""


def padded(worth: float = 0.0, each: float = 0.0) -> list[Padding]:
    return [Padding(case=str(by), longer=by, points=worth + each * by) for by in MORE]


def left(differences: list[float], longer: list[float], given: list[Padding] | None = None) -> Interval:
    found = at_equal_length(differences, longer, given or [])
    assert found is not None
    return found


def test_length_is_told_by_words_as_a_logarithm() -> None:
    assert longer_by("one two three", "one two three four five six seven") == pytest.approx(math.log(2))
    assert longer_by("so", "so") == 0
    assert longer_by("one two three", "") == pytest.approx(-math.log(4)), "an empty answer is short, and no infinity"


def test_where_all_are_equally_long_nothing_is_taken_off() -> None:
    differences = [0.5, 1.0, 1.5, 0.0] * 6
    found, plain = left(differences, [0.0] * 24), adjusted_interval(differences, least=0.5, bound=4.0)
    assert plain is not None
    assert found.mean == pytest.approx(0.75)
    assert found.low == pytest.approx(plain.low, abs=0.1)


@pytest.mark.parametrize(("step", "slope"), [(0.5, 0.0), (0.0, 0.8), (-0.5, 0.3)])
@pytest.mark.parametrize("gain", [0.0, 1.0])
def test_a_step_and_a_slope_are_taken_off_where_lengths_go_both_ways(step: float, slope: float, gain: float) -> None:
    longer = [at / 10 for at in range(-5, 20) if at]
    found = left([gain + step * np.sign(by) + slope * by for by in longer], longer)
    assert found.mean == pytest.approx(gain, abs=0.05)
    assert (found.p < 0.05) == (gain > 0)


def test_where_one_side_is_always_the_longer_one_nothing_can_be_told() -> None:
    found = left([2.0] * 24, [0.5 + at / 50 for at in range(24)])
    assert (found.mean, found.low, found.high, found.p) == (0, -4, 4, 1)


def test_but_by_what_length_alone_is_worth_it_can() -> None:
    longer = [0.5 + at / 50 for at in range(24)]
    for gain in (0.0, 1.5):
        found = left([gain + 0.5 + 0.2 * by for by in longer], longer, padded(worth=0.5, each=0.2))
        assert found.mean == pytest.approx(gain, abs=1e-6)
        assert (found.p < 0.05) == (gain > 0)


def test_far_beyond_what_was_padded_less_can_be_told() -> None:
    near, far = (left([1.0] * 24, [by + at / 100 for at in range(24)], padded()) for by in (0.8, 3.0))
    assert far.high - far.low > 1.5 * (near.high - near.low)


def test_where_both_got_all_that_there_is_it_tells_nothing_of_length() -> None:
    """A good answer has 5 points, and has 5 in more words too: what these would have been worth was not to be seen."""
    differences, longer = [1.0] * 24, [0.5 + at / 50 for at in range(24)]
    full = [replace(one, at_an_end=True) for one in padded()]
    assert left(differences, longer, full) == left(differences, longer)
    seen = padded()[:4]
    assert left(differences, longer, [*seen, *full[4:]]) == left(differences, longer, seen)
    assert worth_of_length(full) is None


def test_what_is_left_is_never_more_than_the_scale_holds() -> None:
    """Of one padded answer and of answers that are longer by all but the same, any slope may be read."""
    found = left([0.5, 1.0, 2.0] * 8, [0.5 + at / 10_000 for at in range(24)], padded()[:1])
    assert abs(found.mean) <= 4
    assert (found.low, found.high) == (-4, 4)


def test_judges_that_give_good_answers_all_they_have_claim_nothing_too_often() -> None:
    """5 of 100, and three standard errors of 300 rounds. It would give half a point more for the longer one if it could; by
    its 5 for both it would seem that length is worth nothing to it."""
    chance, claimed = np.random.default_rng(5), 0

    def given(quality: float, by: float) -> float:
        raw = 3 + quality + 0.25 * np.sign(by) + chance.normal(0, 0.5, 2)
        return float(np.clip(np.round(raw), 1, 5).mean())

    for _ in range(300):
        longer = chance.normal(0.7, 0.3, 24)
        differences = [
            given(quality, by) - given(quality, -by)
            for quality, by in zip(chance.normal(0, 0.8, 24), longer, strict=True)
        ]
        scores = [(given(2.5, -by), given(2.5, by)) for by in MORE]
        found = [
            Padding(case=str(by), longer=by, points=much - plain, at_an_end=plain == much == 5)
            for by, (plain, much) in zip(MORE, scores, strict=True)
        ]
        claimed += left(differences, longer.tolist(), found).p < 0.05
    assert claimed / 300 <= 0.05 + 0.038


def test_a_single_request_has_no_interval() -> None:
    assert at_equal_length([1.0], [0.1], padded()) is None


def test_a_single_request_of_the_other_direction_claims_nothing_too_often() -> None:
    """5 of 100, and three standard errors of 300 rounds, of a judge that gives a point for the longer answer."""
    chance, claimed = np.random.default_rng(4), 0
    for _ in range(300):
        longer = np.array([-0.1, *chance.normal(0.8, 0.2, 23).clip(0.1)])
        claimed += left((np.sign(longer) + chance.normal(0, 0.8, 24)).tolist(), longer.tolist()).p < 0.05
    assert claimed / 300 <= 0.05 + 0.038


def test_its_interval_holds_the_truth_of_noisy_judges() -> None:
    """95 of 100, less three standard errors of 300 rounds; all tuned answers are about twice as long."""
    chance = np.random.default_rng(3)
    held = 0
    for _ in range(300):
        longer = chance.normal(0.7, 0.2, 24)
        differences = 0.5 + 0.4 * np.sign(longer) + chance.normal(0, 0.8, 24)
        given = [Padding(case=str(by), longer=by, points=0.4 + chance.normal(0, 0.4)) for by in MORE]
        found = left(differences.tolist(), longer.tolist(), given)
        held += found.low <= 0.5 <= found.high
    assert held / 300 >= 0.95 - 0.038


def test_what_length_is_worth_has_an_interval() -> None:
    found = worth_of_length(padded(worth=0.5))
    assert found is not None
    assert found.mean == pytest.approx(0.5)
    assert found.n == 11
    assert found.low > 0
    assert worth_of_length([]) is None
