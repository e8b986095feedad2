"""95 % intervals of paired differences, one observation for each test request, and several tests at once.

Requests are the clusters: whoever has several observations of one (two orders, several raters) averages them first.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.evaluation.distributions import stdtr, stdtrit

FEWEST = 20
"""Test requests below which nothing is told from chance."""
LEVEL = 0.05
"""Of the tests; the intervals are of 1 - LEVEL."""
LEAST_NATS = 0.01
"""What a loss may differ by at another request: 1 % of a token's probability."""
ROUNDING = 1e-9
"""Of any unit that is measured here: a mean below it is how a computer adds, and no difference."""


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


def adjusted_interval(
    differences: Sequence[float], *, least: float, bound: float = math.inf, weights: Sequence[float] = ()
) -> Interval | None:
    """The interval of the mean of differences, however skewed they are, or all alike; None of fewer than two.

    Student's t would call 24 differences of 100 points a certainty, and of skewed ones it holds too little: 92 of 100
    exponential ones of 20 requests. So two requests are added, as Bonett & Price do with shares (``share_interval``): one
    that went up and one that went down as far as the furthest that was seen, or by ``least``. What that gains and costs
    beside Student's t, a bootstrap and Hall's transformation is shown in ``docs/evaluation.md``, "Known truth".

    With ``weights`` (the tokens behind each value) it is that of the weighted mean, a ratio of sums: its standard error
    is taken from the linearised residuals, as for a cluster sample (Cochran, Sampling Techniques, 3rd ed., 6.3; for
    evaluations of language models: Miller 2024, arXiv 2411.00640). The added requests are of mean weight.
    No bound is further from 0 than ``bound``.
    """
    n = len(differences)
    if n < 2:
        return None
    total = math.fsum(weights) or float(n)
    each = [weight * n / total for weight in weights] or [1.0] * n
    weighed = list(zip(each, differences, strict=True))
    furthest = max(least, *(abs(value) for value in differences))
    mean = math.fsum(weight * value for weight, value in weighed) / n
    centre = mean * n / (n + 2)
    squares = math.fsum((weight * (value - centre)) ** 2 for weight, value in weighed)
    error = math.sqrt(squares + (furthest - centre) ** 2 + (furthest + centre) ** 2) / (n + 2)
    reach = float(stdtrit(n - 1, 1 - LEVEL / 2)) * error
    return Interval(
        mean=0.0 if abs(mean) <= ROUNDING else mean,
        low=max(-bound, centre - reach),
        high=min(bound, centre + reach),
        n=n,
        p=2 * stdtr(n - 1, -abs(centre) / error),
    )


def share_interval(differences: Sequence[float]) -> Interval | None:
    """The interval of the mean of differences between -1 and 1; None of fewer than two.

    For differences of yes and no it is the adjusted Wald interval of paired proportions (Bonett & Price 2012, J. Educ.
    Behav. Stat. 37:479, recommended by Fagerland et al. 2014, Stat. Med. 33:2850): one request that went up wholly and
    one that went down wholly are added. So it keeps a width when all requests agree. The same is done to shares in between.
    With Student's t in place of the normal quantile: with few requests Holm asks for tails that the normal one makes too
    thin. So 6 of 20 that went up and none down are told apart and 5 are not, as by the exact sign test.
    """
    return adjusted_interval(differences, least=1.0, bound=1.0)


def nats_interval(differences: Sequence[float], weights: Sequence[float] = ()) -> Interval | None:
    """The interval of the mean of differences of losses, weighted by tokens if these are given; None of fewer than two."""
    return adjusted_interval(differences, least=LEAST_NATS, weights=weights)


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
