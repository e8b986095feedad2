"""Intervals that others use, to compare ours with. Each takes rounds by requests, and returns the lower and upper bounds."""

import math
from collections.abc import Callable

import numpy as np
from scipy import optimize, stats

Draws = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Bounds = tuple[Draws, Draws]
_RESAMPLES = 400


def students(draws: Draws) -> Bounds:
    """Student's t."""
    n = draws.shape[1]
    reach = stats.t.isf(0.025, n - 1) * draws.std(axis=1, ddof=1) / math.sqrt(n)
    return draws.mean(axis=1) - reach, draws.mean(axis=1) + reach


def bootstrap(draws: Draws) -> Bounds:
    """The percentile bootstrap, which most tools use that have an interval at all."""
    chance = np.random.default_rng(1)
    n = draws.shape[1]
    means = [row[chance.integers(0, n, (_RESAMPLES, n))].mean(axis=1) for row in draws]
    low, high = np.quantile(means, [0.025, 0.975], axis=1)
    return low, high


def halls(draws: Draws) -> Bounds:
    """Hall's transformation, which takes the skewness away (Hall 1992, J. R. Stat. Soc. B 54:221)."""
    n = draws.shape[1]
    mean, spread, skew = draws.mean(axis=1), draws.std(axis=1, ddof=1), np.nan_to_num(stats.skew(draws, axis=1))
    reach = stats.t.isf(0.025, n - 1)

    def back(t: float) -> Draws:
        straight = t / math.sqrt(n) - skew / (6 * n)
        safe = np.where(np.abs(skew) < 1e-6, 1.0, skew)
        found: Draws = np.where(np.abs(skew) < 1e-6, straight, (np.cbrt(1 + safe * straight) - 1) / (safe / 3))
        return found

    return mean - spread * back(reach), mean - spread * back(-reach)


def weighted_students(draws: Draws, weights: Draws) -> Bounds:
    """Student's t of a ratio of sums (Cochran 1977, 6.3)."""
    n, total = draws.shape[1], weights.sum(axis=1)
    mean = (weights * draws).sum(axis=1) / total
    residuals = weights * (draws - mean[:, None]) * n / total[:, None]
    reach = stats.t.isf(0.025, n - 1) * np.sqrt((residuals**2).sum(axis=1) / (n - 1) / n)
    return mean - reach, mean + reach


def tangos(draws: Draws) -> Bounds:
    """Tango's score interval of paired proportions (1998, Stat. Med. 17:891): of differences of -1, 0 and 1."""
    n = draws.shape[1]
    kinds, which = np.unique(np.stack([(draws > 0).sum(1), (draws < 0).sum(1)], 1), axis=0, return_inverse=True)
    bounds = np.array([(_tango(up, down, n), -_tango(down, up, n)) for up, down in kinds])
    found = bounds[which.ravel()]
    return found[:, 0], found[:, 1]


def _tango(up: int, down: int, n: int) -> float:
    """The lower bound."""

    def score(difference: float) -> float:
        linear = (2 * n - up + down) * difference - up - down
        root = math.sqrt(max(0.0, linear**2 + 8 * n * down * difference * (1 - difference)))
        variance = n * ((root - linear) / (2 * n) + difference * (1 - difference))
        return (up - down - n * difference) / math.sqrt(max(variance, 1e-12))

    return _crossing(lambda difference: score(difference) - stats.norm.isf(0.025), (up - down) / n)


def _crossing(falling: Callable[[float], float], mean: float) -> float:
    lowest = -1 + 1e-9
    if mean <= lowest or falling(lowest) <= 0:
        return -1.0
    return float(optimize.brentq(falling, lowest, mean))
