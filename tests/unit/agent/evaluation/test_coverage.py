"""Of how many repetitions the 95 % intervals hold the truth, with as few requests as a verdict may rest on. Seeded.

``python -m bench evaluate`` does the same with more shapes, more requests and other methods beside.
"""

import numpy as np
import pytest
from scipy import stats

from agent.evaluation.intervals import FEWEST, adjusted_interval, holm, nats_interval, share_interval

REPETITIONS = 1000
LEAST = 0.935
"""0.95 less two standard errors of a share of as many repetitions."""
Draws = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def covered(draws: Draws, truth: float, least: float, weights: Draws | None = None) -> float:
    """The share of rows of draws whose interval holds the truth."""
    each = [()] * len(draws) if weights is None else [tuple(row) for row in weights]
    found = [adjusted_interval(list(row), least=least, weights=w) for row, w in zip(draws, each, strict=True)]
    return float(np.mean([one is not None and one.low <= truth <= one.high for one in found]))


@pytest.mark.parametrize(
    ("went_up", "went_down"), [(0.0, 0.0), (0.05, 0.0), (0.5, 0.05), (0.9, 0.0), (0.2, 0.2), (0.98, 0.0)]
)
def test_shares(went_up: float, went_down: float) -> None:
    chance = np.random.default_rng(4)
    odds = [went_down, 1 - went_up - went_down, went_up]
    draws = chance.choice([-1.0, 0.0, 1.0], p=odds, size=(REPETITIONS, FEWEST))
    assert covered(draws, went_up - went_down, 1.0) >= LEAST


@pytest.mark.parametrize(
    ("centre", "spread", "none"),
    [(0.0, 10.0, 0.0), (28.0, 3.5, 0.0), (60.0, 20.0, 0.1), (95.0, 0.5, 0.05), (2.0, 4.0, 0.5)],
)
def test_points(centre: float, spread: float, none: float) -> None:
    """Likeness: about alike, and now and then an answer with nothing right."""
    chance = np.random.default_rng(4)

    def draw(*size: int) -> Draws:
        return np.where(chance.random(size) < none, 0.0, chance.normal(centre, spread, size).clip(-100, 100))

    truth = float(draw(200_000).mean())
    assert covered(draw(REPETITIONS, FEWEST), truth, 5.0) >= LEAST


@pytest.mark.parametrize("odds", [(0.02, 0.05, 0.08, 0.6, 0.1, 0.1, 0.05), (0.0, 0.0, 0.0, 0.9, 0.07, 0.03, 0.0)])
def test_scores_with_ties(odds: tuple[float, ...]) -> None:
    steps = np.array([-2, -1, -0.5, 0, 0.5, 1, 2])
    draws = np.random.default_rng(4).choice(steps, p=odds, size=(REPETITIONS, FEWEST))
    assert covered(draws, float(steps @ np.array(odds)), 0.5) >= LEAST


def test_skewed_losses_are_covered_where_students_t_and_a_bootstrap_are_too_narrow() -> None:
    """Differences of losses are skewed: a few rows gain much. BCa is what is often recommended then."""
    chance = np.random.default_rng(4)
    draws = chance.exponential(1.0, (REPETITIONS, FEWEST))
    students = stats.ttest_1samp(draws, 1.0, axis=1).pvalue
    found = stats.bootstrap((draws[:300],), np.mean, axis=1, n_resamples=400, method="BCa", rng=chance, vectorized=True)
    low, high = found.confidence_interval
    assert covered(draws, 1.0, 0.01) >= LEAST
    assert np.mean(students >= 0.05) < LEAST
    assert np.mean((low <= 1.0) & (high >= 1.0)) < LEAST


@pytest.mark.parametrize("depends", [False, True])
def test_losses_by_token(depends: bool) -> None:
    """Rows of very different lengths, whose gain does or does not depend on it."""
    chance = np.random.default_rng(4)

    def draw(*size: int) -> tuple[Draws, Draws]:
        tokens = np.exp(chance.normal(4, 0.8, size)).round() + 2
        return tokens, chance.normal(-0.8, 0.5, size) - (6 / np.sqrt(tokens) if depends else 0)

    tokens, values = draw(500_000)
    truth = float((tokens * values).sum() / tokens.sum())
    tokens, values = draw(REPETITIONS, FEWEST)
    assert covered(values, truth, 0.01, tokens) >= LEAST


def test_of_criteria_that_hang_together_not_even_one_is_called_wrongly() -> None:
    """Eight criteria of the same answers, of which none differs: one false alarm in 20 comparisons at most."""
    chance = np.random.default_rng(4)
    shared = chance.normal(0, 1, (REPETITIONS, FEWEST, 1))
    draws = 0.7 * shared + 0.7 * chance.normal(0, 1, (REPETITIONS, FEWEST, 8))
    alarms = 0
    for comparison in draws:
        intervals = [nats_interval(list(comparison[:, 0])), share_interval(list(np.sign(comparison[:, 1])))]
        intervals += [adjusted_interval(list(comparison[:, at]), least=0.5) for at in range(2, 8)]
        alarms += bool(holm({str(at): one.p for at, one in enumerate(intervals) if one is not None}))
    assert alarms <= 0.05 * REPETITIONS
