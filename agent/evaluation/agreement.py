"""How far a judge agrees with people, and people with each other; with 95 % intervals that respect clusters.

It knows neither who judged nor what was judged.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

import numpy as np

from agent.evaluation.distributions import ndtri
from agent.evaluation.intervals import adjusted_interval
from agent.evaluation.jackknife import Coefficient, coefficient

FEWEST_CLUSTERS = 10
"""Requests below which no agreement is told."""
_STEP = 0.5
"""The smallest step between two scores."""
_RANGE = 4.0
"""Between the lowest score and the highest."""

Array = np.ndarray[tuple[int, ...], np.dtype[np.float64]]
Level = Literal["nominal", "ordinal", "interval"]
"""How ratings differ: in kind; in rank; by how much."""
Ratings = Mapping[str, Mapping[str, float]]
"""By unit (an answer, a pair) and rater. A rater who did not rate a unit is left out of it."""


@dataclass(frozen=True, kw_only=True)
class Rated:
    """The scores that one answer was given by one criterion, by a judge and by a person."""

    cluster: str
    """The request: its answers are alike, and so are the scores of its criteria."""
    judge: float
    person: float


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """How far a judge agrees with people. A coefficient is None where one of them gave all answers the same score."""

    n: int
    """Answers that both scored."""
    clusters: int
    """Requests: the number that counts for certainty."""
    spearman: Coefficient | None
    """Whether both rank answers alike; ties share their rank."""
    kendall: Coefficient | None
    """The same by pairs of answers: tau-b, which allows for ties."""
    weighted_kappa: Coefficient | None
    """Whether both give the same scores, with squared distances; 0 is what chance gives."""
    bias: Coefficient
    """By how much the judge scores higher than people, in points of the scale."""


def agreement(rated: Sequence[Rated]) -> Agreement | None:
    """None of fewer than ``FEWEST_CLUSTERS`` requests."""
    clusters = by_cluster(rated)
    if len(clusters) < FEWEST_CLUSTERS:
        return None
    gaps = [math.fsum(one.judge - one.person for one in cluster) / len(cluster) for cluster in clusters]
    bias = adjusted_interval(gaps, least=_STEP, bound=_RANGE)
    assert bias is not None
    return Agreement(
        n=len(rated),
        clusters=len(clusters),
        spearman=coefficient(clusters, _spearman),
        kendall=coefficient(clusters, _kendall),
        weighted_kappa=coefficient(clusters, _weighted_kappa),
        bias=Coefficient(value=bias.mean, low=bias.low, high=bias.high),
    )


def by_cluster(rated: Sequence[Rated]) -> list[list[Rated]]:
    """What was scored, request by request."""
    ordered = sorted(rated, key=lambda one: one.cluster)
    return [list(group) for _, group in groupby(ordered, key=lambda one: one.cluster)]


def _scores(clusters: Sequence[Sequence[Rated]]) -> tuple[list[float], list[float]]:
    every = [one for cluster in clusters for one in cluster]
    return [one.judge for one in every], [one.person for one in every]


def _spearman(clusters: Sequence[Sequence[Rated]]) -> float | None:
    """The correlation of ranks."""
    judge, person = _scores(clusters)
    if len(set(judge)) < 2 or len(set(person)) < 2:
        return None
    return float(np.corrcoef(_ranks(judge), _ranks(person))[0, 1])


def _ranks(scores: Sequence[float]) -> Array:
    """From 1; those that are the same have the mean of their ranks."""
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(counts) - (counts - 1) / 2)[places])


def _kendall(clusters: Sequence[Sequence[Rated]]) -> float | None:
    """Tau-b: pairs in the same order less those in the other one, of the pairs that either does not tie (Kendall 1945)."""
    judge, person = _scores(clusters)
    if len(set(judge)) < 2 or len(set(person)) < 2:
        return None
    one, other = (np.sign(np.subtract.outer(scores, scores)) for scores in (judge, person))
    return float((one * other).sum() / math.sqrt(float((one**2).sum() * (other**2).sum())))


def _weighted_kappa(clusters: Sequence[Sequence[Rated]]) -> float | None:
    """Cohen's kappa with squared weights (Cohen 1968; Fleiss & Cohen 1973), for scores between two steps as well.

    With squared weights it needs no categories: 1 less the mean squared distance, divided by that of all pairs of a
    judge's and a person's score.
    """
    judge, person = (np.array(scores) for scores in _scores(clusters))
    if len(set(judge)) < 2 or len(set(person)) < 2:
        return None
    expected = judge.var() + person.var() + (judge.mean() - person.mean()) ** 2
    return float(1 - np.mean((judge - person) ** 2) / expected)


def krippendorff_alpha(ratings: Ratings, level: Level) -> Coefficient | None:
    """Krippendorff's alpha: agreement of any number of raters beyond chance, with gaps.

    Krippendorff, Content Analysis, 4th ed. (2019), ch. 12: 1 less the observed disagreement divided by the expected one.
    None of fewer than ``FEWEST_CLUSTERS`` units that two raters rated, and where all ratings are the same.
    """
    units = [list(of_unit.values()) for of_unit in ratings.values() if len(of_unit) >= 2]
    if len(units) < FEWEST_CLUSTERS:
        return None
    values = sorted({value for unit in units for value in unit})
    counts = np.array([[unit.count(value) for value in values] for unit in units], dtype=float)
    return coefficient(list(counts), lambda left: alpha(np.array(left), np.array(values), level))


def alpha(counts: Array, values: Array, level: Level) -> float | None:
    """Without an interval; None where all ratings are the same. ``counts``: how often each unit was given each value, units by
    values; each unit twice at least."""
    raters = counts.sum(axis=1)
    shares = counts / (raters - 1)[:, None]
    coincidences = counts.T @ shares - np.diag(shares.sum(axis=0))
    totals = counts.sum(axis=0)
    distance = _distances(values, totals, level)
    expected = float((np.outer(totals, totals) * distance).sum()) / (totals.sum() - 1)
    return float(1 - (coincidences * distance).sum() / expected) if expected else None


def _distances(values: Array, totals: Array, level: Level) -> Array:
    """Squared, values by values. Of ordinal ones: how many ratings lie between, half of those at both ends included."""
    if level == "nominal":
        return 1.0 - np.eye(len(values))
    places = values if level == "interval" else np.cumsum(totals) - totals / 2
    return np.subtract.outer(places, places) ** 2


def raw_agreement(ratings: Mapping[str, Mapping[str, Hashable]]) -> Coefficient | None:
    """The share of pairs of raters who rated the same unit and said the same: 0 to 1, each unit counting once.

    What chance alone gives is not taken off: of blind votes it is a third or more. None of fewer than
    ``FEWEST_CLUSTERS`` units that two raters rated. The interval is Agresti and Coull's (1998, Am. Stat. 52:119), with the
    variance that is seen: two units that agree and two that do not are added.
    """
    shares = [_alike(list(of_unit.values())) for of_unit in ratings.values() if len(of_unit) >= 2]
    if len(shares) < FEWEST_CLUSTERS:
        return None
    count = len(shares) + 4
    centre = (math.fsum(shares) + 2) / count
    variance = (math.fsum(share**2 for share in shares) + 2) / count - centre**2
    reach = ndtri(0.975) * math.sqrt(variance / count)
    value = math.fsum(shares) / len(shares)
    return Coefficient(value=value, low=max(0.0, centre - reach), high=min(1.0, centre + reach))


def _alike(said: Sequence[Hashable]) -> float:
    same = sum(said.count(one) - 1 for one in said)
    return same / (len(said) * (len(said) - 1))
