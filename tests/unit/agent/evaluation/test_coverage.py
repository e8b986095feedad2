"""Of how many repetitions the 95 % intervals hold the truth, with as few requests as a verdict may rest on. Seeded."""

import numpy as np
import pytest
from scipy.stats import bootstrap

from agent.evaluation.belonging import FEWEST
from agent.evaluation.intervals import adjusted_interval, mean_interval, share_interval

REPETITIONS = 1000


def covered(draws: "np.ndarray[tuple[int, int], np.dtype[np.float64]]", truth: float, of_shares: bool) -> float:
    """The share of rows of draws whose interval holds the truth."""
    interval = share_interval if of_shares else mean_interval
    found = [interval(list(row)) for row in draws]
    return float(np.mean([one is not None and one.low <= truth <= one.high for one in found]))


@pytest.mark.parametrize(
    ("went_up", "went_down"), [(0.0, 0.0), (0.05, 0.0), (0.5, 0.05), (0.9, 0.0), (0.2, 0.2), (0.98, 0.0)]
)
def test_shares(went_up: float, went_down: float) -> None:
    chance = np.random.default_rng(4)
    odds = [went_down, 1 - went_up - went_down, went_up]
    draws = chance.choice([-1.0, 0.0, 1.0], p=odds, size=(REPETITIONS, FEWEST))
    assert covered(draws, went_up - went_down, of_shares=True) >= 0.93


@pytest.mark.parametrize("shape", ["normal", "uniform", "two humps", "heavy tails"])
def test_means(shape: str) -> None:
    chance = np.random.default_rng(4)
    size = (REPETITIONS, FEWEST)
    draws = {
        "normal": chance.normal(0, 1, size),
        "uniform": chance.uniform(-1, 1, size),
        "two humps": chance.choice([-1.0, 1.0], size=size) + chance.normal(0, 0.3, size),
        "heavy tails": chance.standard_t(3, size),
    }[shape]
    assert covered(draws, 0.0, of_shares=False) >= 0.935


@pytest.mark.parametrize(
    ("centre", "spread", "none"),
    [(0.0, 10.0, 0.0), (28.0, 3.5, 0.0), (60.0, 20.0, 0.1), (95.0, 0.5, 0.05), (2.0, 4.0, 0.5)],
)
def test_points(centre: float, spread: float, none: float) -> None:
    """Likeness: about alike, and now and then an answer with nothing right."""
    chance = np.random.default_rng(4)
    size = (REPETITIONS, FEWEST)
    draws = np.where(chance.random(size) < none, 0.0, chance.normal(centre, spread, size).clip(-100, 100))
    truth = float(
        np.where(chance.random(200_000) < none, 0.0, chance.normal(centre, spread, 200_000).clip(-100, 100)).mean()
    )
    found = [adjusted_interval(list(row), least=5.0, bound=100.0) for row in draws]
    assert np.mean([one is not None and one.low <= truth <= one.high for one in found]) >= 0.935


def test_skewed_means_are_covered_better_than_by_a_bootstrap() -> None:
    """Differences of losses are skewed: a few rows gain much. BCa is what is often recommended then; at 20 it is too narrow."""
    chance = np.random.default_rng(4)
    draws = chance.exponential(1.0, (400, FEWEST))
    students = covered(draws, 1.0, of_shares=False)
    found = bootstrap((draws,), np.mean, axis=1, n_resamples=400, method="BCa", rng=chance, vectorized=True)
    low, high = found.confidence_interval
    bootstrapped = float(np.mean((low <= 1.0) & (high >= 1.0)))
    assert students >= 0.90
    assert students > bootstrapped


def test_a_weighted_mean_covers_too() -> None:
    """Test losses: rows of 20 to 200 tokens, each with a mean of its own that its length tells nothing of."""
    chance = np.random.default_rng(4)
    tokens = chance.integers(20, 200, (REPETITIONS, FEWEST))
    values = chance.normal(-0.8, 0.5, (REPETITIONS, FEWEST))
    found = [mean_interval(list(row), list(map(float, weights))) for row, weights in zip(values, tokens, strict=True)]
    assert np.mean([one is not None and one.low <= -0.8 <= one.high for one in found]) >= 0.93
