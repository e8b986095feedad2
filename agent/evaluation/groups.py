"""95 % intervals of groups of people: of one group's mean, and of the difference between two that share nobody.

``intervals`` is about the same requests before two models. Here each person is one observation: whoever has several of one
person averages them first. It does not know what is counted.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agent.evaluation.distributions import stdtr, stdtrit
from agent.evaluation.intervals import LEVEL, Interval, adjusted_interval


@dataclass(frozen=True, kw_only=True)
class Figure:
    """The mean of a group, with bounds that hold the true one in 95 of 100 such groups."""

    mean: float
    low: float
    high: float
    n: int
    """People."""


def share_of(values: Sequence[float]) -> Figure | None:
    """Of a share: values from 0 to 1. None of fewer than two. One that is wholly 0 and one that is wholly 1 are added
    (``intervals.adjusted_interval``), as Agresti & Coull (1998, Am. Stat. 52:119) do with two of each."""
    return _around(values, middle=0.5, least=0.5, bound=0.5)


def score_of(values: Sequence[float], lowest: float, highest: float) -> Figure | None:
    """Of scores on a scale of whole steps. None of fewer than two. As of paired differences, two are added, as far from
    the mean as the furthest that was seen, or a step."""
    middle = math.fsum(values) / len(values) if values else 0.0
    found = _around(values, middle=middle, least=1.0, bound=math.inf)
    if found is None:
        return None
    return Figure(mean=found.mean, low=max(lowest, found.low), high=min(highest, found.high), n=found.n)


def _around(values: Sequence[float], *, middle: float, least: float, bound: float) -> Figure | None:
    found = adjusted_interval([value - middle for value in values], least=least, bound=bound)
    if found is None:
        return None
    return Figure(mean=found.mean + middle, low=found.low + middle, high=found.high + middle, n=found.n)


def share_difference(first: Sequence[float], second: Sequence[float]) -> Interval | None:
    """The second group's share less the first's; None where either has fewer than two people.

    The adjusted Wald interval of independent proportions (Agresti & Caffo 2000, Am. Stat. 54:280): one that is wholly 0
    and one that is wholly 1 are added to each group. With Welch's t in place of the normal quantile, as ``intervals`` has
    Student's. What it holds is measured in ``docs/metrics.md``.
    """
    return _difference(first, second, added=(0.0, 1.0), bound=1.0)


def value_difference(first: Sequence[float], second: Sequence[float], *, least: float) -> Interval | None:
    """The second group's mean less the first's, of values on any scale; None where either has fewer than two people.

    To each group two values are added, as far below and above the mean of all as the furthest that was seen, or by
    ``least``: the same caution as of paired differences (``intervals.adjusted_interval``).
    """
    both = [*first, *second]
    middle = math.fsum(both) / len(both) if both else 0.0
    furthest = max([least, *(abs(value - middle) for value in both)])
    return _difference(first, second, added=(middle - furthest, middle + furthest), bound=math.inf)


def _difference(
    first: Sequence[float], second: Sequence[float], *, added: tuple[float, float], bound: float
) -> Interval | None:
    if min(len(first), len(second)) < 2:
        return None
    (low_mean, low_error), (high_mean, high_error) = (_widened(group, added) for group in (first, second))
    centre, error = high_mean - low_mean, math.hypot(low_error, high_error)
    # Welch-Satterthwaite: the degrees of freedom of a difference of means with a variance each.
    freedom = error**4 / (low_error**4 / (len(first) - 1) + high_error**4 / (len(second) - 1))
    reach = float(stdtrit(freedom, 1 - LEVEL / 2)) * error
    return Interval(
        mean=math.fsum(second) / len(second) - math.fsum(first) / len(first),
        low=max(-bound, centre - reach),
        high=min(bound, centre + reach),
        n=min(len(first), len(second)),
        p=2 * stdtr(freedom, -abs(centre) / error),
    )


def _widened(group: Sequence[float], added: tuple[float, float]) -> tuple[float, float]:
    """The mean of a group with what was added, and its standard error."""
    values = [*group, *added]
    mean = math.fsum(values) / len(values)
    return mean, math.sqrt(math.fsum((value - mean) ** 2 for value in values)) / len(values)
