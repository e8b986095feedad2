"""What the selection of what is told does to it: a difference that was found in few requests is shown larger than it is."""

import numpy as np

from agent.evaluation.intervals import LEVEL, Interval, adjusted_interval
from bench.truth.shown import Shown, percent

_SIZES = (20, 40, 60)
_GAINS = (0.25, 0.5, 0.75, 1.0)
"""Points of a score."""
_TESTS = 5
"""Criteria that are tested together."""
_MORE = 10
"""Times the rounds of other tables: of a small gain in few requests hardly any is told."""


def exaggerated(rounds: int) -> Shown:
    """Scores to the half point, whose differences by request have a standard deviation of 1 point.

    The mean of the estimates that were told, by the true difference, is the "exaggeration ratio" (type M error) of Gelman &
    Carlin 2014, Perspectives on Psychological Science 9:641.
    """
    rounds *= _MORE
    rows = [[f"{gain:g} points", *(cell for n in _SIZES for cell in _cells(rounds, gain, n))] for gain in _GAINS]
    return Shown(
        title="Differences that are told",
        note=f"Percent of {rounds} comparisons in which a gain in scores is told from chance, by number of requests, where "
        f"{_TESTS} criteria are tested together (Holm's first step); times the true gain that those show which are told, in "
        "the mean; and percent of those whose interval holds the true gain. Scores differ by request with a standard "
        "deviation of 1 point. A dash: none was told.",
        head=["true gain", *(f"{n} {what}" for n in _SIZES for what in ("told", "times", "holds"))],
        rows=rows,
    )


def _cells(rounds: int, gain: float, n: int) -> tuple[str, str, str]:
    chance = np.random.default_rng([n, round(100 * gain)])
    drawn = np.rint(2 * chance.normal(gain, 1, (rounds, n))) / 2
    told = [one for row in drawn if (one := _of_scores(row.tolist())) and one.p <= LEVEL / _TESTS and one.mean > 0]
    times = f"{float(np.mean([one.mean for one in told])) / gain:.2f}" if told else "-"
    holds = percent(sum(one.low <= gain <= one.high for one in told), len(told))
    return percent(len(told), rounds), times, holds


def _of_scores(values: list[float]) -> Interval | None:
    return adjusted_interval(values, least=0.5, bound=4.0)
