"""Intervals of paired differences, against published figures and against what must hold for any data."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from agent.evaluation.intervals import adjusted_interval, holm, nats_interval, share_interval

shares = st.lists(st.floats(-1, 1, allow_nan=False), min_size=2, max_size=60)


def test_paired_proportions_are_those_of_the_authors_own_program() -> None:
    """statpsych::ci.prop.ps(.05, 12, 4, 26, 6), by Bonett: 26 of 48 one way, 4 the other: 0.2548067 to 0.6251933.

    He reaches as far as the normal quantile, we as far as Student's with 47 degrees of freedom."""
    found = share_interval([1.0] * 26 + [-1.0] * 4 + [0.0] * 18)
    assert found is not None
    reach = (0.6251933 - 0.2548067) / 2 * stats.t.isf(0.025, 47) / stats.norm.isf(0.025)
    assert (found.low, found.high) == pytest.approx((0.44 - reach, 0.44 + reach), abs=1e-6)
    assert found.mean == pytest.approx(22 / 48), "the difference that is told is the one that was seen"


def test_shares_that_all_agree_keep_an_interval() -> None:
    same, won = share_interval([0.0] * 28), share_interval([1.0] * 28)
    assert same is not None
    assert won is not None
    assert (round(same.low, 2), round(same.high, 2)) == (-0.10, 0.10)
    assert (round(won.low, 2), won.high) == (0.80, 1.0)
    assert same.p == 1.0
    assert won.p < 1e-9


@given(shares)
def test_an_interval_of_shares_holds_its_mean_and_stays_on_the_scale(differences: list[float]) -> None:
    found = share_interval(differences)
    assert found is not None
    assert -1 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= 1
    assert found.low < found.high


@pytest.mark.parametrize("n", [20, 28, 40])
@pytest.mark.parametrize("up", range(1, 12))
def test_shares_of_one_direction_decide_as_the_exact_sign_test_does(n: int, up: int) -> None:
    """Whose p a normal quantile would halve where Holm asks for it: of eight against none."""
    found = share_interval([1.0] * up + [0.0] * (n - up))
    assert found is not None
    exact = stats.binomtest(up, up).pvalue
    assert (found.p < 0.05) == (exact < 0.05)
    assert up < 4 or 0.7 * exact < found.p < 1.4 * exact


def test_a_mean_of_many_is_students() -> None:
    """Two added requests among 1000 are of no account."""
    draws = [math.sin(at) * 3 + 1 for at in range(1000)]
    found = adjusted_interval(draws, least=0.5)
    assert found is not None
    students = stats.ttest_1samp(draws, 0).confidence_interval()
    assert (found.low, found.high) == pytest.approx((students.low, students.high), abs=0.01)


def test_interval_and_test_say_the_same() -> None:
    for differences in ([0.1, 0.4, 0.2, 0.5, 0.3, 0.2] * 3, [0.1, 0.4, 0.2, -0.5, -0.1]):
        found = nats_interval(differences)
        assert found is not None
        assert (found.p < 0.05) == (found.low > 0 or found.high < 0)


def test_weights_are_those_of_a_ratio_of_sums() -> None:
    """Ten tokens at 1 nat and thirty at 2 are 1.75 nats a token; equal weights change nothing."""
    found = nats_interval([1.0, 2.0], [10, 30])
    assert found is not None
    assert found.mean == 1.75
    assert nats_interval([1.0, 2.0, 4.0], [7, 7, 7]) == nats_interval([1.0, 2.0, 4.0])


def test_a_weighted_mean_scatters_as_its_heavy_requests_do() -> None:
    """What two requests of light weight differ by hardly widens it; what two of heavy weight do, does."""
    calm, wild = [1.0] * 20, [1.0] * 18 + [-1.0, 3.0]
    light, heavy = [50.0] * 18 + [1.0] * 2, [50.0] * 18 + [400.0] * 2
    widths = [
        found.high - found.low
        for differences, weights in ((calm, light), (wild, light), (wild, heavy))
        if (found := adjusted_interval(differences, least=3.0, weights=weights))
    ]
    assert widths[0] == pytest.approx(widths[1], rel=0.05)
    assert widths[2] > 2 * widths[1]


def test_one_request_has_no_interval() -> None:
    assert nats_interval([0.3]) is None
    assert share_interval([1.0]) is None
    assert nats_interval([]) is None


def test_what_a_computer_adds_up_wrong_is_nothing() -> None:
    for noise in ([1e-16] * 24, [-1e-16] * 24, [3e-16, -1e-16] * 12):
        for found in (nats_interval(noise), adjusted_interval(noise, least=5, bound=100)):
            assert found is not None
            assert (found.mean, found.p > 0.9) == (0, True)


def test_differences_that_are_all_alike_are_as_sure_as_shares_are() -> None:
    """24 of 24 answers that gained 100 points: by Student's t a certainty; the rule of three leaves 12 of 100 unseen."""
    found, shares = adjusted_interval([100.0] * 24, least=5, bound=100), share_interval([1.0] * 24)
    assert found is not None
    assert shares is not None
    assert (found.mean, found.high) == (100, 100)
    assert found.low == pytest.approx(100 * shares.low, abs=1)
    assert found.low < 100 * (1 - 3 / 24) < found.high


def test_no_difference_at_all_has_a_width_too() -> None:
    found = adjusted_interval([0.0] * 24, least=5, bound=100)
    assert found is not None
    assert found.low < -0.5 < 0.5 < found.high
    assert found.p == 1


@given(st.lists(st.floats(-100, 100, allow_nan=False), min_size=2, max_size=60))
def test_an_adjusted_interval_holds_its_mean_and_stays_on_its_scale(differences: list[float]) -> None:
    found = adjusted_interval(differences, least=5, bound=100)
    assert found is not None
    assert -100 <= found.low <= found.mean + 1e-9
    assert found.mean - 1e-9 <= found.high <= 100
    assert found.low < found.high


def test_turning_an_interval_round_keeps_low_below_high() -> None:
    found = nats_interval([1.0, 2.0, 4.0])
    assert found is not None
    turned = found.scaled(-100)
    assert turned.low < turned.mean < turned.high
    assert (turned.p, turned.n) == (found.p, found.n)


def test_holm_needs_more_of_each_the_more_are_tested() -> None:
    assert holm({"one": 0.04}) == {"one"}
    assert holm({"one": 0.04, "two": 0.9}) == set()
    assert holm({"one": 0.02, "two": 0.04}) == {"one", "two"}, "the second is tested alone once the first is certain"
    assert holm({}) == set()
