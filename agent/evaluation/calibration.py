"""A judge's scores, moved to where people's are; used only where that provably helps on ratings that were held out.

It knows neither the judge nor the criterion.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from agent.evaluation.agreement import FEWEST_CLUSTERS, Rated, by_cluster
from agent.evaluation.intervals import FEWEST, Interval, adjusted_interval
from agent.evaluation.power import MOST_MISSING, missing_of
from agent.evaluation.rubric import HIGHEST, LOWEST

_PRIOR = 0.5
"""Standard deviation that slopes and offsets of judges are taken to have around 1 and around 0 points, before any is seen."""
_LEAST_GAIN = 0.25
"""The smallest step between two squared errors: that of half a score."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """``offset + slope * (score - centre) + centre``, within the scale. No slope is negative: nobody's scores are turned round."""

    centre: float
    slope: float
    offset: float

    def at(self, score: float) -> float:
        return min(float(HIGHEST), max(float(LOWEST), self.centre + self.offset + self.slope * (score - self.centre)))


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """How a judge's scores become people's, and what that gains on requests that it was not fitted to."""

    n: int
    clusters: int
    line: Line
    before: float
    """The root of the mean squared distance to people's scores, in points of the scale, as the judge gave its scores."""
    after: float
    """The same with scores that were moved, each by a line that was fitted to the other requests."""
    gain: Interval
    """By how much the squared distance falls, by request."""
    missing: int | None
    """How many more rated requests it would take to prove the gain, as an estimate (``power.missing_of``)."""

    @property
    def helps(self) -> bool:
        """Whether it is proven to bring scores nearer to people's: with ``FEWEST`` requests, and an interval above 0."""
        return self.clusters >= FEWEST and self.gain.low > 0

    def apply(self, score: float) -> float:
        """A judge's score, 1 to 5, as people would give it."""
        return self.line.at(score)


def calibrate(rated: Sequence[Rated]) -> Calibration | None:
    """Fit a line to all requests, and find out what lines that are fitted without one request gain on that request.

    A line, for 20 to 60 ratings bear no more than two numbers, and both are drawn towards "as it is" in the measure in
    which ratings are few or scatter (a ridge: the posterior mean of a normal prior with deviation ``_PRIOR``). Squared
    distances, since what is wanted is the mean score that people give. None of fewer than ``FEWEST_CLUSTERS`` requests.
    A line moves means and shrinks differences; it turns none round, so whether a model is better does not depend on it.
    """
    clusters = by_cluster(rated)
    if len(clusters) < FEWEST_CLUSTERS:
        return None
    held_out = [fitted([*clusters[:at], *clusters[at + 1 :]]) for at in range(len(clusters))]
    before = [_squared(cluster, _as_it_is) for cluster in clusters]
    after = [_squared(cluster, line) for cluster, line in zip(clusters, held_out, strict=True)]
    gain = adjusted_interval([one - other for one, other in zip(before, after, strict=True)], least=_LEAST_GAIN)
    assert gain is not None
    return Calibration(
        n=len(rated),
        clusters=len(clusters),
        line=fitted(clusters),
        before=math.sqrt(math.fsum(before) / len(before)),
        after=math.sqrt(math.fsum(after) / len(after)),
        gain=gain,
        missing=missing_of(gain) if gain.mean > 0 else MOST_MISSING,
    )


_as_it_is = Line(centre=0.0, slope=1.0, offset=0.0)


def _squared(cluster: Sequence[Rated], line: Line) -> float:
    return math.fsum((line.at(one.judge) - one.person) ** 2 for one in cluster) / len(cluster)


def fitted(clusters: Sequence[Sequence[Rated]]) -> Line:
    """The line that moves a judge's scores to people's; each request weighs the same."""
    every = [(1 / len(cluster), one.judge, one.person - one.judge) for cluster in clusters for one in cluster]
    count = len(clusters)
    centre = math.fsum(weight * score for weight, score, _ in every) / count
    gap = math.fsum(weight * gap for weight, _, gap in every) / count
    scatter = math.fsum(weight * (one - gap) ** 2 for weight, _, one in every) / count
    drawn = scatter / _PRIOR**2
    spread = math.fsum(weight * (score - centre) ** 2 for weight, score, _ in every)
    together = math.fsum(weight * (score - centre) * one for weight, score, one in every)
    slope = 1 + together / (spread + drawn) if spread else 1.0
    return Line(centre=centre, slope=max(0.0, slope), offset=gap * count / (count + drawn))
