"""How many test requests a difference needs before it can be told from chance.

All of it is an estimate: it takes the difference and its spread to stay as they were seen.
"""

import math
from typing import Protocol

import numpy as np

from agent.evaluation.distributions import brentq, nctdtr, stdtrit
from agent.evaluation.intervals import FEWEST, LEVEL, Interval

POWER = 0.8
"""How often a difference that is there should be found (Cohen 1988)."""
_CERTAIN = 30.0
"""Standard errors from 0 from which on any difference is found; from 38 on the noncentral distribution cannot be computed."""
MOST_MISSING = 500
"""The most requests that are ever said to be missing; this number means: so many or more."""


def items_needed(effect: float, spread: float, *, tests: int = 1, power: float = POWER) -> int:
    """Test requests after which a difference is found with probability ``power``, by a paired, two-sided t test.

    ``effect`` and ``spread``: the mean and the standard deviation of the differences by request, in any one unit
    (``spread_of_shares`` for shares). ``tests``: how many criteria are tested together; Holm asks of the first of them
    what Bonferroni asks of all. By the noncentral t distribution (Cohen 1988, ch. 2); never fewer than ``FEWEST``, and
    ``MOST_MISSING`` for as many or more.
    """
    if not effect:
        return MOST_MISSING
    if not spread:
        return FEWEST
    low, high = FEWEST, MOST_MISSING
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _power(abs(effect) / spread, middle, tests) >= power else (middle + 1, high)
    return low


def _power(effect: float, n: int, tests: int) -> float:
    least = stdtrit(n - 1, 1 - LEVEL / tests / 2)
    return 1 - nctdtr(n - 1, min(_CERTAIN, effect * math.sqrt(n)), least)


def spread_of_shares(up: float, down: float) -> float:
    """The standard deviation of differences of yes and no, of which the shares ``up`` and ``down`` are +1 and -1."""
    return math.sqrt(up + down - (up - down) ** 2)


class Compared(Protocol):
    """A measure (``agent.evaluation.measures.Measure``)."""

    @property
    def tested(self) -> Interval | None: ...


def missing_for(measure: Compared, *, tests: int = 1) -> int | None:
    """How many more requests it would take until what decides of a measure leaves out 0; None where it does, or has none.

    ``tests``: how many criteria are tested together, as in ``items_needed``.
    """
    return missing_of(measure.tested, tests=tests) if measure.tested else None


def missing_of(interval: Interval, *, tests: int = 1) -> int | None:
    """How many more requests it would take until an interval leaves out 0 if mean and spread stay as they are.

    None where it does so already, with ``FEWEST`` requests. At least as many as are missing to these, at most
    ``MOST_MISSING``. After as many the chance to have told it is about one half: a difference that stays exactly as it
    is does not happen. ``items_needed`` says how many make it likely.
    """
    if interval.n >= FEWEST and interval.p <= LEVEL / tests:
        return None
    spread = _spread(interval)
    sizes = np.arange(max(FEWEST, interval.n + 1), interval.n + MOST_MISSING)
    told = abs(interval.mean) * np.sqrt(sizes) > spread * stdtrit(sizes - 1, 1 - LEVEL / tests / 2)
    return int(sizes[told.argmax()]) - interval.n if told.any() else MOST_MISSING


def _spread(interval: Interval) -> float:
    """The standard deviation of differences by request that makes a t interval as wide as this one."""
    return (interval.high - interval.low) / 2 / float(stdtrit(interval.n - 1, 1 - LEVEL / 2)) * math.sqrt(interval.n)


def smallest_found(interval: Interval, *, tests: int = 1, power: float = POWER) -> float:
    """The true difference that would have been found with probability ``power``, of a spread like the one that was seen.

    What "no difference shown" is worth: a smaller one may well be there. In the unit of the interval; ``tests`` as in
    ``items_needed``.
    """
    spread = _spread(interval)
    if not spread:
        return 0.0
    most = 20.0 / math.sqrt(interval.n)  # of spreads: as good as certain with 20 requests, also where 100 are tested
    return spread * brentq(lambda effect: _power(effect, interval.n, tests) - power, 0.0, most)
