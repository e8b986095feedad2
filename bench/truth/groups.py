"""Of how many repetitions the intervals of groups of people hold the true figure: two groups that share nobody, and one alone."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol

import numpy as np

from agent.evaluation.groups import score_of, share_difference, share_of, value_difference
from bench.truth.shown import Shown, by_chance, percent

SIZES = (20, 40, 100)
"""People in each group: the fewest that decide anything, and more."""
_RATINGS = {"3.7": (0.05, 0.1, 0.2, 0.4, 0.25), "4.1": (0.03, 0.05, 0.12, 0.4, 0.4)}
"""Chances of the answers 1 to 5, by their mean."""

Group = Callable[[np.random.Generator, int], list[float]]
"""So many people of a group."""


class Bounds(Protocol):
    @property
    def low(self) -> float: ...

    @property
    def high(self) -> float: ...


def differences(rounds: int) -> Shown:
    rows = []
    for first, second in ((0.05, 0.05), (0.1, 0.1), (0.3, 0.3), (0.1, 0.3), (0.5, 0.7), (0.02, 0.2)):
        name = f"{first:.0%} and {second:.0%} of people"
        rows.append(_row(name, share_difference, (_yes(first), _yes(second)), second - first, rounds))
    scores = partial(value_difference, least=0.5)
    low, high = (_rating(odds) for odds in _RATINGS.values())
    rows.append(_row("scores of 3.7 and 3.7", scores, (low, low), 0.0, rounds))
    rows.append(_row("scores of 3.7 and 4.1", scores, (low, high), _mean("4.1") - _mean("3.7"), rounds))
    rows.append(_row("days, log-normal, alike", scores, (_days, _days), 0.0, rounds))
    return Shown(
        title="Two groups of people",
        note=f"{_HELD} ({by_chance(rounds)}). Behind it, the percent of rounds that would be told from chance if it were the only "
        "outcome: less than 5 is wanted where the groups are alike.",
        head=["true figures", *(f"{size} each" for size in SIZES)],
        rows=rows,
    )


def alone(rounds: int) -> Shown:
    rated = partial(score_of, lowest=1, highest=5)
    rows = [
        _row("10% of people", share_of, (_yes(0.1),), 0.1, rounds),
        _row("50% of people", share_of, (_yes(0.5),), 0.5, rounds),
        *(_row(f"scores of {name}", rated, (_rating(odds),), _mean(name), rounds) for name, odds in _RATINGS.items()),
    ]
    return Shown(
        title="One group of people",
        note=f"{_HELD} ({by_chance(rounds)}).",
        head=["true figure", *(f"{size} people" for size in SIZES)],
        rows=rows,
    )


_HELD = "Percent of rounds whose interval holds the true figure; 95 or more is wanted"


def _row(
    name: str, interval: Callable[..., Bounds | None], groups: Sequence[Group], truth: float, rounds: int
) -> list[str]:
    chance, cells = np.random.default_rng(11), []
    for size in SIZES:
        found = [interval(*(group(chance, size) for group in groups)) for _ in range(rounds)]
        held = sum(one is not None and one.low <= truth <= one.high for one in found)
        told = sum(one is not None and not one.low <= 0 <= one.high for one in found)
        cells.append(
            f"{percent(held, rounds)} ({percent(told, rounds)})" if len(groups) == 2 else percent(held, rounds)
        )
    return [name, *cells]


def _yes(share: float) -> Group:
    return lambda chance, size: (chance.random(size) < share).astype(float).tolist()


def _rating(odds: Sequence[float]) -> Group:
    return lambda chance, size: chance.choice([1.0, 2.0, 3.0, 4.0, 5.0], p=odds, size=size).tolist()


def _mean(name: str) -> float:
    return sum(rating * odds for rating, odds in enumerate(_RATINGS[name], 1))


def _days(chance: np.random.Generator, size: int) -> list[float]:
    """From the first word to the first model: some are quick, a few take for ever."""
    return [float(days) for days in chance.lognormal(1.0, 1.0, size)]
