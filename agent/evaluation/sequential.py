"""Blind votes, looked at after every one of them: whether they suffice, and if not, about how many are missing.

It knows neither who voted nor what was shown.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from agent.evaluation.anytime import Array, anytime_bounds
from agent.evaluation.intervals import FEWEST
from agent.evaluation.power import MOST_MISSING

MATTERS = 0.2
"""A preference of 60 to 40 among those who see a difference: what is smaller matters to nobody."""
Code = Literal["tuned", "base", "alike", "open"]
"""Which answers are preferred; ``alike``: by no more than ``MATTERS``, either way; ``open``: it cannot be told yet."""


@dataclass(frozen=True, kw_only=True)
class VoteStanding:
    code: Code
    prompts: int
    mean: float
    """Requests at which tuned is preferred less those at which base is, as a share of all: -1 to 1."""
    low: float
    high: float
    """Bounds that hold the true mean at all times at once, in 95 of 100 runs of votes."""
    missing: int | None
    """About how many more requests have to be voted on, at the present rate; ``power.MOST_MISSING`` for as many or more.
    None where votes suffice."""


def standing_of_votes(values: Mapping[str, Sequence[float]]) -> VoteStanding | None:
    """Where the votes stand; None if there are none. ``values``: of each request its votes, 1 for tuned, -1 for base, 0 for same.

    Many votes of one request count once, as their mean. With it one may look after every vote and stop when one likes:
    the chance that the bounds are ever wrong is at most 5 % (``agent.evaluation.anytime``). Below ``FEWEST`` requests it is
    always ``open``.
    """
    means = np.array([math.fsum(votes) / len(votes) for votes in values.values() if votes])
    if not len(means):
        return None
    low, high = anytime_bounds(means, len(means))
    code = _code(low, high) if len(means) >= FEWEST else "open"
    return VoteStanding(
        code=code,
        prompts=len(means),
        mean=float(means.mean()),
        low=low,
        high=high,
        missing=_missing(means) if code == "open" else None,
    )


def _code(low: float, high: float) -> Code:
    if low > 0:
        return "tuned"
    if high < 0:
        return "base"
    return "alike" if low > -MATTERS and high < MATTERS else "open"


def _missing(means: Array) -> int:
    """Until votes suffice, if those to come are like those that came. A lower bound by bisection: more never say less."""
    fewest, most = max(FEWEST, len(means) + 1), len(means) + MOST_MISSING
    while fewest < most:
        middle = (fewest + most) // 2
        fewest, most = (fewest, middle) if _code(*anytime_bounds(means, middle)) != "open" else (middle + 1, most)
    return fewest - len(means)
