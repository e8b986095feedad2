"""Intervals that hold however often one looks: for what people say, who may go on until they like what they see.

It knows neither who said what nor when enough was said.
"""

import math
from collections.abc import Callable, Sequence

import numpy as np

from agent.evaluation.distributions import brentq
from agent.evaluation.intervals import LEVEL, Interval

_BETS = np.linspace(0.05, 0.95, 19)
"""Shares of what may be lost at most that are bet on each request; the mean of all their gains is what counts."""
_ENDS = 1.0 - 1e-9
_PRIOR = 2.0
"""Requests that the mixture of effects weighs as much as: the interval is narrowest between 20 and 40 requests."""

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]


def anytime_interval(differences: Sequence[float], bound: float = 1.0) -> Interval | None:
    """The interval of the mean of differences between ``-bound`` and ``bound``; None of fewer than two.

    Its bounds hold the true mean at all times at once, in 95 of 100 rows of looks. Its p is the anytime-valid one of a
    mean of 0: 1 divided by what the better of the two bettors of ``anytime_bounds`` has, doubled since there are two.
    """
    n = len(differences)
    if n < 2:
        return None
    shares = np.clip(np.array(differences, dtype=float) / bound, -1.0, 1.0)
    low, high = anytime_bounds(shares, n)
    fortune = max(_fortune(shares, n, 0.0), _fortune(-shares, n, 0.0))
    p = min(1.0, 2 * math.exp(-max(0.0, fortune)))
    return Interval(mean=math.fsum(differences) / n, low=low * bound, high=high * bound, n=n, p=p)


def anytime_t_interval(differences: Sequence[float], *, least: float, bound: float) -> Interval | None:
    """The same of differences that are mostly much smaller than ``bound``: scores; None of fewer than two.

    Student's t with a mixture of effects instead of a quantile (Lindon et al. 2022, arXiv 2210.08589, for one mean; Wang &
    Ramdas 2023, arXiv 2310.03722): exact for differences that are normal, at all times at once. Two requests are added as
    in ``intervals.adjusted_interval``, so that differences that are all alike keep a width.
    """
    n = len(differences)
    if n < 2:
        return None
    furthest = max(least, *(abs(value) for value in differences))
    centre = math.fsum(differences) / (n + 2)
    variance = ((math.fsum(value**2 for value in differences) + 2 * furthest**2) / (n + 2) - centre**2) / (n + 2)
    error = math.sqrt(variance)
    reach = _t_of(LEVEL, n) * error
    return Interval(
        mean=math.fsum(differences) / n,
        low=max(-bound, centre - reach),
        high=min(bound, centre + reach),
        n=n,
        p=_p_of(centre / error, n),
    )


def _p_of(t: float, n: int) -> float:
    """1 divided by the Bayes factor of a mean of 0, with effects that are normal with the variance 1 / ``_PRIOR``."""
    shrunk, squared = _PRIOR / (_PRIOR + n), t**2 / (n - 1)
    factor = 0.5 * math.log(shrunk) + n / 2 * (math.log1p(squared) - math.log1p(shrunk * squared))
    return min(1.0, math.exp(-factor))


def _t_of(level: float, n: int) -> float:
    """The t whose ``_p_of`` is ``level``; infinite where so few requests cannot reach it."""
    shrunk = _PRIOR / (_PRIOR + n)
    grown = (level**2 * shrunk) ** (-1 / n)
    return math.sqrt((n - 1) * (grown - 1) / (1 - grown * shrunk)) if grown * shrunk < 1 else math.inf


def anytime_bounds(means: Array, count: int) -> tuple[float, float]:
    """Of ``count`` requests that are distributed as ``means`` are, each between -1 and 1.

    They are those of a bettor who starts with 1 and bets a fixed share of it at each request that the mean is higher (or
    lower) than some m; if it is m, the chance ever to have 40 is at most 1 in 40 (Ville's inequality; Waudby-Smith &
    Ramdas 2023, arXiv 2010.09686, with a mixture of constant bets, so that the order of requests is of no account).
    """
    return _lower(means, count), -_lower(-means, count)


def _fortune(means: Array, count: int, m: float) -> float:
    """The logarithm of what bettors on "more than m" have in the mean: it falls with m."""
    gains = np.log1p(np.outer(_BETS, (means - m) / (1 + m))).mean(axis=1) * count
    return float(np.logaddexp.reduce(gains)) - math.log(len(_BETS))


def _lower(means: Array, count: int) -> float:
    """The largest m that bets on "more than m" have made a fortune against; -1 if there is none."""
    return _root(lambda m: _fortune(means, count, m) - math.log(2 / LEVEL))


def _root(falling: Callable[[float], float]) -> float:
    if falling(-_ENDS) <= 0:
        return -1.0
    return brentq(falling, -_ENDS, _ENDS, xtol=1e-6)
