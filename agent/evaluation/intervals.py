"""95 % intervals of paired differences, one observation for each test request, and several tests at once.

Requests are the clusters: whoever has several observations of one (two orders, several raters) averages them first.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from scipy.special import ndtr, stdtr, stdtrit

LEVEL = 0.05
"""Of the tests; the intervals are of 1 - LEVEL."""
_Z = 1.959964
"""The normal quantile of 1 - LEVEL / 2."""
_ROUNDING = 1e-9
"""Of any unit that is measured here: a mean or a spread below it is how a computer adds, and no difference."""


@dataclass(frozen=True, kw_only=True)
class Interval:
    """A mean, and bounds that hold the true one in 95 of 100 comparisons with other requests of the same kind."""

    mean: float
    low: float
    high: float
    n: int
    """Test requests."""
    p: float
    """Of a mean of 0, two-sided, by the same approximation as the interval."""

    def scaled(self, factor: float) -> "Interval":
        """The same in another unit; a negative factor turns it round."""
        low, high = sorted((self.low * factor, self.high * factor))
        return Interval(mean=self.mean * factor, low=low, high=high, n=self.n, p=self.p)


def mean_interval(differences: Sequence[float], weights: Sequence[float] = ()) -> Interval | None:
    """Student's t interval of the mean; None of fewer than two values.

    With ``weights`` (the tokens behind each value) it is that of the weighted mean, a ratio of sums: its standard error
    is taken from the linearised residuals, as for a cluster sample (Cochran, Sampling Techniques, 3rd ed., 6.3; for
    evaluations of language models: Miller 2024, arXiv 2411.00640). On skewed differences of 20 requests it covers
    better than a BCa bootstrap, which ``tests/unit/agent/evaluation/test_coverage.py`` shows.
    """
    n = len(differences)
    if n < 2:
        return None
    each = list(weights) or [1.0] * n
    total = math.fsum(each)
    mean = math.fsum(weight * value for weight, value in zip(each, differences, strict=True)) / total
    residuals = [weight * (value - mean) * n / total for weight, value in zip(each, differences, strict=True)]
    error = math.sqrt(math.fsum(residual**2 for residual in residuals) / (n - 1) / n)
    if abs(mean) <= _ROUNDING:
        mean = 0.0
    if error <= _ROUNDING:  # all alike
        return Interval(mean=mean, low=mean, high=mean, n=n, p=0.0 if mean else 1.0)
    reach = float(stdtrit(n - 1, 1 - LEVEL / 2)) * error
    p = 2 * float(stdtr(n - 1, -abs(mean) / error))
    return Interval(mean=mean, low=mean - reach, high=mean + reach, n=n, p=p)


def adjusted_interval(differences: Sequence[float], *, least: float, bound: float = math.inf) -> Interval | None:
    """The interval of the mean of differences that may all be alike; None of fewer than two.

    Student's t would call 24 differences of 100 points a certainty, and the next request may be another matter. As for
    shares (``share_interval``), two requests are added: one that went up and one that went down as far as the furthest
    that was seen, or by ``least``. So no interval is without a width: where all are alike it is the one that
    Bonett & Price give to shares, at that size. Where they differ it is a little wider than Student's.
    No mean is further from 0 than ``bound``.
    """
    n = len(differences)
    if n < 2:
        return None
    furthest = max(least, *(abs(value) for value in differences))
    mean = math.fsum(differences) / n
    centre = math.fsum(differences) / (n + 2)
    variance = ((math.fsum(value**2 for value in differences) + 2 * furthest**2) / (n + 2) - centre**2) / (n + 2)
    error = math.sqrt(variance)
    reach = float(stdtrit(n - 1, 1 - LEVEL / 2)) * error
    return Interval(
        mean=0.0 if abs(mean) <= _ROUNDING else mean,
        low=max(-bound, centre - reach),
        high=min(bound, centre + reach),
        n=n,
        p=2 * float(stdtr(n - 1, -abs(centre) / error)),
    )


def share_interval(differences: Sequence[float]) -> Interval | None:
    """The interval of the mean of differences between -1 and 1; None of fewer than two.

    For differences of yes and no it is the adjusted Wald interval of paired proportions (Bonett & Price 2012, J. Educ.
    Behav. Stat. 37:479, recommended by Fagerland et al. 2014, Stat. Med. 33:2850): one request that went up wholly and
    one that went down wholly are added. So it keeps a width when all requests agree. The same is done to shares in between.
    """
    n = len(differences)
    if n < 2:
        return None
    mean = math.fsum(differences) / n
    centre = math.fsum(differences) / (n + 2)
    variance = ((math.fsum(value**2 for value in differences) + 2) / (n + 2) - centre**2) / (n + 2)
    error = math.sqrt(variance)
    low, high = max(-1.0, centre - _Z * error), min(1.0, centre + _Z * error)
    return Interval(mean=mean, low=low, high=high, n=n, p=2 * float(ndtr(-abs(centre) / error)))


def holm(p_values: Mapping[str, float], level: float = LEVEL) -> frozenset[str]:
    """The names whose test rejects when all are tested at once: the chance of even one false alarm stays below ``level``.

    Holm 1979, Scand. J. Statist. 6:65: it needs no independence, and rejects whatever Bonferroni does.
    """
    rejected = []
    ordered = sorted(p_values, key=lambda name: (p_values[name], name))
    for place, name in enumerate(ordered):
        if p_values[name] > level / (len(ordered) - place):
            break
        rejected.append(name)
    return frozenset(rejected)
