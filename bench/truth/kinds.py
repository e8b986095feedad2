"""Requests of a few kinds that gain alike: what becomes of intervals that take each request for an observation of its own."""

import numpy as np

from agent.evaluation.intervals import adjusted_interval
from bench.truth.rivals import Draws
from bench.truth.shown import Shown, by_chance, percent

_EACH = 4
"""Requests of a kind."""
_KINDS = (5, 7, 10, 15)
_ALIKE = (0.0, 0.1, 0.3, 0.5)
"""The correlation of two differences of one kind."""


def alike(rounds: int) -> Shown:
    rows = [[f"{share:.1f}", *(_held(share, kinds, rounds) for kinds in _KINDS)] for share in _ALIKE]
    return Shown(
        title="Requests of a few kinds",
        note=f"Percent of {rounds} rounds whose interval of scores holds the mean over all kinds that there may be, where each of the "
        f"kinds asked about has {_EACH} requests and their differences correlate so much; 95 or more is wanted "
        f"({by_chance(rounds)} by chance). For the mean over just these kinds the first line holds.",
        head=["correlation", *(f"{kinds} kinds" for kinds in _KINDS)],
        rows=rows,
    )


def _held(share: float, kinds: int, rounds: int) -> str:
    chance = np.random.default_rng(9)
    held = 0
    for _ in range(rounds):
        found = adjusted_interval(list(_drawn(chance, share, kinds)), least=0.5, bound=4.0)
        held += found is not None and found.low <= 0 <= found.high
    return percent(held, rounds)


def _drawn(chance: np.random.Generator, share: float, kinds: int) -> Draws:
    """Differences with a mean of 0 and a standard deviation of 1."""
    of_kind = np.repeat(chance.normal(0, share**0.5, kinds), _EACH)
    return np.asarray(of_kind + chance.normal(0, (1 - share) ** 0.5, kinds * _EACH))
