"""The interval of any figure that is computed of clusters, by leaving out one cluster at a time.

It does not know what the figure means.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from agent.evaluation.distributions import stdtrit
from agent.evaluation.intervals import LEVEL

Cluster = TypeVar("Cluster")


@dataclass(frozen=True, kw_only=True)
class Coefficient:
    """A figure of agreement and the bounds of its 95 % interval."""

    value: float
    low: float
    high: float


def coefficient(clusters: Sequence[Cluster], figure: Callable[[Sequence[Cluster]], float | None]) -> Coefficient | None:
    """A figure between -1 and 1 with its interval; None where it is not defined, with any one cluster left out too.

    The jackknife over clusters (Efron & Tibshirani, An Introduction to the Bootstrap, 1993, ch. 11) of Fisher's z
    (arctanh), with Student's t of k - 1 for k clusters: whatever hangs together within a cluster is left out together.
    No sample proves a figure of exactly 1: none counts as more than ``1 - 1 / (4 * (k + 1))``, and no standard error of z
    as less than ``0.5 / sqrt(k)``. Up to 0.9 it covers from 10 clusters on (``docs/evaluation.md``, "Known truth"); where
    the true figure is 0.98 and more, its lower bound is often a hundredth or two too high.
    """
    value = figure(clusters)
    without = [figure([*clusters[:at], *clusters[at + 1 :]]) for at in range(len(clusters))]
    known = [one for one in without if one is not None]
    if value is None or len(known) < len(without):
        return None
    count = len(clusters)
    most = 1 - 1 / (4 * (count + 1))
    turned = [math.atanh(max(-most, min(most, one))) for one in known]
    centre = math.fsum(turned) / count
    error = math.sqrt((count - 1) / count * math.fsum((one - centre) ** 2 for one in turned))
    error = max(error, 0.5 / math.sqrt(count))
    z = math.atanh(max(-most, min(most, value)))
    reach = float(stdtrit(count - 1, 1 - LEVEL / 2)) * error
    low, high = math.tanh(z - reach), math.tanh(z + reach)
    return Coefficient(
        value=value,
        low=-1.0 if value <= -most else min(low, value),
        high=1.0 if value >= most else max(high, value),
    )
