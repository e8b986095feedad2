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
    if error <= 1e-12 * max(1.0, abs(mean)):  # all alike
        return Interval(mean=mean, low=mean, high=mean, n=n, p=0.0 if mean else 1.0)
    reach = float(stdtrit(n - 1, 1 - LEVEL / 2)) * error
    p = 2 * float(stdtr(n - 1, -abs(mean) / error))
    return Interval(mean=mean, low=mean - reach, high=mean + reach, n=n, p=p)


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
