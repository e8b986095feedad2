"""Intervals that hold however often one looks; fixed ones, looked at as often, do not."""

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from agent.evaluation.anytime import anytime_interval, anytime_t_interval
from agent.evaluation.intervals import LEVEL, Interval, adjusted_interval, share_interval

LOOKS = range(5, 61, 3)
"""After each batch of three."""
Method = Callable[[Sequence[float]], Interval | None]


def by_t(differences: Sequence[float]) -> Interval | None:
    return anytime_t_interval(differences, least=0.5, bound=4.0)


def by_fixed_t(differences: Sequence[float]) -> Interval | None:
    return adjusted_interval(differences, least=0.5)


def false_alarms(method: Method, draw: Callable[[np.random.Generator], Sequence[float]], rows: int = 120) -> float:
    """How often a method says at any look that there is a difference, where there is none."""
    rng = np.random.default_rng(6)
    alarms = 0
    for _ in range(rows):
        values = draw(rng)
        alarms += any(found.p <= LEVEL for look in LOOKS if (found := method(values[:look])))
    return alarms / rows


def votes(rng: np.random.Generator) -> Sequence[float]:
    return list(rng.choice([-1.0, 0.0, 1.0], 60))


def scores(rng: np.random.Generator) -> Sequence[float]:
    """Differences of two scores from 1 to 5 that have nothing to do with each other."""
    return list(rng.integers(1, 6, 60) - rng.integers(1, 6, 60).astype(float))


@pytest.mark.parametrize(("method", "draw"), [(anytime_interval, votes), (by_t, scores)])
def test_whoever_looks_after_every_batch_is_seldom_fooled(method: Method, draw: Callable[..., Sequence[float]]) -> None:
    assert false_alarms(method, draw) <= LEVEL


@pytest.mark.parametrize(("method", "draw"), [(share_interval, votes), (by_fixed_t, scores)])
def test_by_a_fixed_interval_one_is_fooled_often(method: Method, draw: Callable[..., Sequence[float]]) -> None:
    assert false_alarms(method, draw, rows=360) > 1.5 * LEVEL


@pytest.mark.parametrize("method", [anytime_interval, by_t])
@pytest.mark.parametrize("values", [[1.0] * 20, [0.0] * 20, [1.0, -1.0] * 10, [1.0] * 12 + [0.0] * 8, [1.0] * 3])
def test_p_and_bounds_say_the_same(method: Method, values: Sequence[float]) -> None:
    found = method(values)
    assert found is not None
    assert (found.p <= LEVEL) == (not found.low <= 0 <= found.high)
    assert found.low <= found.mean <= found.high
    assert found.n == len(values)


@pytest.mark.parametrize("method", [anytime_interval, by_t])
def test_turned_round_they_are_mirrored(method: Method) -> None:
    values = [1.0, 0.0, 1.0, -1.0, 1.0, 1.0, 0.0, 1.0] * 3
    one, other = method(values), method([-value for value in values])
    assert one is not None
    assert other is not None
    assert (one.low, one.high, one.p) == pytest.approx((-other.high, -other.low, other.p), abs=1e-5)


@pytest.mark.parametrize("method", [anytime_interval, by_t])
@pytest.mark.parametrize("values", [[], [1.0]])
def test_of_fewer_than_two_there_is_none(method: Method, values: Sequence[float]) -> None:
    assert method(values) is None


def test_so_few_scores_that_nothing_can_be_told_have_the_whole_scale() -> None:
    found = by_t([4.0, 4.0])
    assert found is not None
    assert (found.low, found.high, found.p) == (-4.0, 4.0, 1.0)


def test_differences_that_are_all_alike_keep_a_width() -> None:
    found = by_t([1.0] * 28)
    assert found is not None
    assert found.high - found.low > 0.3


def test_the_mixture_is_the_bayes_factor_of_the_papers() -> None:
    """Lindon et al. 2022, for one mean: the factor at t = 3, n = 25 and a prior of 2, by its integral over effects."""
    from scipy import integrate, stats

    from agent.evaluation import anytime

    n, t, prior = 25, 3.0, anytime._PRIOR
    under = stats.t.pdf(t, n - 1)
    over, _ = integrate.quad(
        lambda effect: stats.nct.pdf(t, n - 1, effect * math.sqrt(n)) * stats.norm.pdf(effect, 0, prior**-0.5), -5, 5
    )
    assert anytime._p_of(t, n) == pytest.approx(under / over, rel=1e-6)
