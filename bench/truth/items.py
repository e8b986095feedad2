"""How many test requests a difference needs: by the formula, and by what our intervals find."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from agent.evaluation.intervals import FEWEST, LEVEL, Interval, adjusted_interval, share_interval
from agent.evaluation.power import MOST_MISSING, POWER, items_needed, spread_of_shares
from bench.truth.rivals import Draws
from bench.truth.shown import Shown

Draw = Callable[[np.random.Generator, tuple[int, int]], Draws]
"""Rounds by requests."""
_TESTS = (1, 5, 8)
"""Criteria that are tested together."""


def needed(rounds: int) -> Shown:
    rows = [
        _row(
            f"{up:.0%} up, {down:.0%} down",
            up - down,
            spread_of_shares(up, down),
            share_interval,
            rounds,
            _changes(up, down),
        )
        for up, down in ((0.9, 0.0), (0.5, 0.0), (0.3, 0.0), (0.5, 0.1), (0.3, 0.1), (0.2, 0.1))
    ]
    rows += [
        _row(f"{gain:g} points of a score", gain, 1.0, _of_scores, rounds, _gains(gain))
        for gain in (1.0, 0.75, 0.5, 0.25)
    ]
    return Shown(
        title="Requests that a difference needs",
        note=f"Requests after which it is told from chance in {POWER:.0%} of comparisons, where 1, 5 or 8 criteria are tested "
        f"together (Holm's first step): by the formula of `power.items_needed`, and as found by our intervals in {rounds} "
        f"rounds. Scores differ by request with a standard deviation of 1 point. No verdict rests on fewer than {FEWEST}; "
        f"{MOST_MISSING} means as many or more.",
        head=["difference", *(f"{tests} formula" for tests in _TESTS), *(f"{tests} found" for tests in _TESTS)],
        rows=rows,
    )


def _changes(up: float, down: float) -> Draw:
    return lambda chance, size: chance.choice([-1.0, 0.0, 1.0], p=[down, 1 - up - down, up], size=size)


def _gains(gain: float) -> Draw:
    """To the half point."""
    return lambda chance, size: np.rint(2 * chance.normal(gain, 1, size)) / 2


def _of_scores(values: Sequence[float]) -> Interval | None:
    return adjusted_interval(values, least=0.5)


def _row(
    name: str,
    effect: float,
    spread: float,
    interval: Callable[[Sequence[float]], Interval | None],
    rounds: int,
    draw: Draw,
) -> list[str]:
    formula = [str(items_needed(effect, spread, tests=tests)) for tests in _TESTS]

    def enough(tests: int, n: int) -> bool:
        found = [interval(list(row)) for row in draw(np.random.default_rng(n), (rounds, n))]
        return bool(np.mean([one is not None and one.p <= LEVEL / tests and one.mean > 0 for one in found]) >= POWER)

    return [name, *formula, *(str(_first(partial(enough, tests))) for tests in _TESTS)]


def _first(enough: Callable[[int], bool]) -> int:
    low, high = FEWEST, MOST_MISSING
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle + 1, high)
    return low
