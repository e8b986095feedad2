"""What is left of a judge's preference where both answers are equally long.

Judges like long answers (Zheng et al. 2023, arXiv 2306.05685), some so little that no probe finds it. It asks no judge.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agent.evaluation.distributions import stdtr, stdtrit
from agent.evaluation.intervals import LEVEL, ROUNDING, Interval, adjusted_interval
from agent.evaluation.rubric import HIGHEST, LOWEST
from dataset.quality.language import words_in

LEAST_SCORE = 0.5
"""What two scores may differ by at another request: the smallest step there is, for both orders are averaged."""
WIDEST_SCORE = float(HIGHEST - LOWEST)
_ADDED = 2
"""Requests in each group that nobody made."""
_ESTIMATED = 1e-6
"""How exactly the difference at equal length has to be a sum of what was seen, to be estimated from it at all."""


@dataclass(frozen=True, kw_only=True)
class Padding:
    """What a judge gave, by one criterion, to a middling answer for being said in more words."""

    case: str
    longer: float
    """By how much the padded answer is longer (``longer_by``)."""
    points: float
    """Its score less that of the answer as it was: the mean of both orders."""
    at_an_end: bool = False
    """Whether both got the highest score there is, or the lowest, in both orders: what length is worth was not to be seen."""


def longer_by(one: str, other: str) -> float:
    """The logarithm of the ratio of their words: 0 where they are equally long, 0.69 where the other is twice as long."""
    return math.log((1 + words_in(other)) / (1 + words_in(one)))


def worth_of_length(padded: Sequence[Padding]) -> Interval | None:
    """The interval of what an answer gets for saying the same in more words, in points; None of fewer than two cases."""
    return adjusted_interval([one.points for one in telling(padded)], least=LEAST_SCORE, bound=WIDEST_SCORE)


def telling(padded: Sequence[Padding]) -> list[Padding]:
    """Those of which it was to be seen. A judge that gives good answers 5 points, and 5 in more words, would else seem to care
    nothing for length: of planted ones with a taste for half a point up to 59 of 100 called equal models different."""
    return [one for one in padded if not one.at_an_end]


def at_equal_length(
    differences: Sequence[float],
    longer: Sequence[float],
    padded: Sequence[Padding] = (),
) -> Interval | None:
    """The interval of the difference of scores that two equally long answers would have; None of fewer than two requests.

    ``longer``: for each request, by how much tuned is longer (``longer_by``). A line is fitted by least squares, with a step
    (which answer is the longer one) and a slope (by how much), for a judge may like either. Its height where both are
    equally long is what is asked for, as of length-controlled win rates (Dubois et al. 2024, arXiv 2404.04475). ``padded``
    tells the same step and slope, of answers that say the same: so it can be told also where all answers of one side are the
    longer ones. Where that is so and nothing was padded, or none of it tells (``telling``), nothing can be told, and the
    interval is as wide as the scale.

    Both have a spread of their own; the degrees of freedom of the two together are Satterthwaite's. To each, two requests of
    the usual length are added, one up and one down as far as the furthest that was seen, or by ``LEAST_SCORE``,
    as ``adjusted_interval`` does. How often it holds is shown in ``docs/evaluation.md``, "Judges and length".
    """
    n = len(differences)
    if n < 2:
        return None
    groups = [_group(1.0, longer, differences)]
    if told := telling(padded):
        groups.append(_group(0.0, [one.longer for one in told], [one.points for one in told]))
    terms, values = (np.concatenate(part) for part in zip(*groups, strict=True))
    inverse = np.linalg.pinv(terms)
    weights = inverse[0]
    if np.abs(weights @ terms - (1.0, 0.0, 0.0)).max() > _ESTIMATED:
        return Interval(mean=0.0, low=-WIDEST_SCORE, high=WIDEST_SCORE, n=n, p=1.0)
    left = values - terms @ (inverse @ values)
    loose = 1 - np.einsum("ij,ji->i", terms, inverse)  # how far each may be from the line, in degrees of freedom
    parts = [
        _variance(weights[own], left[own], loose[own])
        for own in (slice(n + _ADDED), slice(n + _ADDED, None))
        if len(left[own])
    ]
    variance = sum(part for part, _ in parts)
    freedom = variance**2 / sum(part**2 / free for part, free in parts)
    centre, error = float(weights @ values), math.sqrt(variance)
    reach = float(stdtrit(freedom, 1 - LEVEL / 2)) * error
    seen = [(terms[:-_ADDED], values[:-_ADDED]) for terms, values in groups]
    return Interval(
        mean=_height(*(np.concatenate(part) for part in zip(*seen, strict=True))),
        low=max(-WIDEST_SCORE, centre - reach),
        high=min(WIDEST_SCORE, centre + reach),
        n=n,
        p=2 * stdtr(freedom, -abs(centre) / error),
    )


def _height(terms: Any, values: Any) -> float:
    """Of the line where both answers are equally long, as far as the scale goes."""
    found = float(np.linalg.pinv(terms)[0] @ values)
    return 0.0 if abs(found) <= ROUNDING else min(WIDEST_SCORE, max(-WIDEST_SCORE, found))


def _group(height: float, longer: Sequence[float], values: Sequence[float]) -> tuple[Any, Any]:
    """Terms (height, step, slope) and values, with the two that are added. ``height``: 1 where answers may differ in more than
    their length."""
    terms = np.stack([np.full(len(longer), height), np.sign(longer), np.asarray(longer)], axis=1)
    furthest = max(LEAST_SCORE, *(abs(value) for value in values))
    usual = terms.mean(axis=0)
    return np.vstack([terms, usual, usual]), np.array([*values, furthest, -furthest])


def _variance(weights: Any, left: Any, loose: Any) -> tuple[float, float]:
    """What a group adds to the variance of the estimate, and the degrees of freedom that this is known by."""
    free = float(loose.sum())
    return float(left @ left) / free * float(weights @ weights), max(1.0, free - 2)
