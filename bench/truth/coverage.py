"""Of how many repetitions the 95 % intervals of a comparison hold the true difference, beside those of others."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from agent.evaluation.intervals import Interval, adjusted_interval, nats_interval, share_interval
from agent.evaluation.likeness import chrf, points_interval
from bench.truth import rivals
from bench.truth.remembering import remembered_likeness
from bench.truth.rivals import Bounds, Draws
from bench.truth.shown import Shown, by_chance, percent
from bench.truth.spoiling import Material

SIZES = (20, 28, 40, 60)
"""Requests: the fewest that decide anything, what a comparison has with a pack's prompts, and more."""
_MANY = 400_000
"""Draws that the truth is taken from where it is not known otherwise."""
_ROUNDING = 1e-9

Draw = Callable[[np.random.Generator, tuple[int, int]], Draws]
Ours = Callable[[Sequence[float]], Interval | None]


@dataclass(frozen=True)
class Case:
    draw: Draw
    """Rounds by requests."""
    truth: float


def shares(rounds: int) -> Shown:
    changes = ((0.0, 0.0), (0.05, 0.05), (0.2, 0.2), (0.1, 0.0), (0.3, 0.1), (0.5, 0.0), (0.8, 0.1), (0.97, 0.0))
    cases = {f"{up:.0%} up, {down:.0%} down": _of_steps((-1, 0, 1), (down, 1 - up - down, up)) for up, down in changes}
    rows = [
        _row(name, case, share_interval, rounds, (rivals.students, rivals.bootstrap, rivals.tangos))
        for name, case in cases.items()
    ]
    raters = Case(lambda chance, size: chance.choice([-1.0, 0.0, 1.0], p=[0.2, 0.5, 0.3], size=(*size, 2)).mean(2), 0.1)
    rows.append([*_row("30% up, 20% down, two raters", raters, share_interval, rounds, _OTHERS[:2]), "-"])
    return Shown(
        title="Intervals of shares",
        note=f"{_NOTE} ({by_chance(rounds)}).",
        head=["requests that change", *map(str, SIZES), "t 20", "boot 20", "Tango 20"],
        rows=rows,
    )


def points(rounds: int, material: Material) -> Shown:
    """Differences of likeness of real rows, spoiled in both models at different rates."""
    rows = []
    for base, tuned in ((0.3, 0.3), (0.9, 0.9), (0.9, 0.7), (0.5, 0.1), (1.0, 0.05)):
        with remembered_likeness():
            pool = _likeness_pool(material, base, tuned)
        case = Case(partial(_drawn_from, pool), float(pool.mean()))
        rows.append(_row(f"{base:.0%} spoiled, then {tuned:.0%}", case, points_interval, rounds, _OTHERS))
    return Shown(
        title="Intervals of likeness",
        note=f"chrF of answers made of `examples/*.jsonl` and spoiled at known rates. {_NOTE} ({by_chance(rounds)}).",
        head=_HEAD,
        rows=rows,
    )


def _drawn_from(pool: Draws, chance: np.random.Generator, size: tuple[int, int]) -> Draws:
    return chance.choice(pool, size=size)


def _likeness_pool(material: Material, base: float, tuned: float) -> Draws:
    chance = np.random.default_rng(3)
    found = []
    for _ in range(4000):
        row = material.rows[int(chance.integers(len(material.rows)))]
        before, after = (material.answer(row, rate, chance) for rate in (base, tuned))
        found.append(chrf(after, row.answer) - chrf(before, row.answer))
    return np.array(found)


def scores(rounds: int) -> Shown:
    steps = (-2, -1, -0.5, 0, 0.5, 1, 2)
    cases = {
        "no difference, 60 % ties": (0.03, 0.07, 0.1, 0.6, 0.1, 0.07, 0.03),
        "a small gain, 60 % ties": (0.02, 0.05, 0.08, 0.6, 0.1, 0.1, 0.05),
        "a rare gain, 90 % ties": (0, 0, 0, 0.9, 0.07, 0.03, 0),
        "a large gain": (0, 0.02, 0.03, 0.1, 0.2, 0.4, 0.25),
    }
    return Shown(
        title="Intervals of scores from 1 to 5",
        note=f"{_NOTE} ({by_chance(rounds)}).",
        head=_HEAD,
        rows=[_row(name, _of_steps(steps, odds), _of_scores, rounds, _OTHERS) for name, odds in cases.items()],
    )


def _of_scores(values: Sequence[float]) -> Interval | None:
    return adjusted_interval(values, least=0.5, bound=4.0)


def losses(rounds: int) -> Shown:
    """Weighted by tokens, of rows of very different lengths."""
    cases: Mapping[str, Callable[[np.random.Generator, Draws], Draws]] = {
        "normal": lambda chance, tokens: chance.normal(-0.8, 0.5, tokens.shape),
        "skewed, no difference": lambda chance, tokens: chance.exponential(0.8, tokens.shape) - 0.8,
        "skewed": lambda chance, tokens: -chance.exponential(0.8, tokens.shape),
        "short rows gain more": lambda chance, tokens: chance.normal(-0.2, 0.1, tokens.shape) - 6 / np.sqrt(tokens),
        "15 % learned by heart": lambda chance, tokens: np.where(
            chance.random(tokens.shape) < 0.15,
            chance.uniform(-3, -1, tokens.shape),
            chance.normal(-0.1, 0.1, tokens.shape),
        ),
    }
    return Shown(
        title="Intervals of losses, weighted by tokens",
        note=f"Rows of 2 to some 500 tokens (log-normal). {_NOTE} ({by_chance(rounds)}). t is that of a ratio of sums.",
        head=["differences", *map(str, SIZES), "t 20", "t 60"],
        rows=[_weighted_row(name, values, rounds) for name, values in cases.items()],
    )


def _weighted_row(name: str, values: Callable[[np.random.Generator, Draws], Draws], rounds: int) -> list[str]:
    chance = np.random.default_rng(7)

    def draw(*size: int) -> tuple[Draws, Draws]:
        tokens = np.exp(chance.normal(4, 0.8, size)).round() + 2
        return tokens, values(chance, tokens)

    tokens, drawn = draw(_MANY)
    truth = float((tokens * drawn).sum() / tokens.sum())
    ours, students = [], {}
    for n in SIZES:
        tokens, drawn = draw(rounds, n)
        found = [nats_interval(list(row), list(weights)) for row, weights in zip(drawn, tokens, strict=True)]
        ours.append(_held(_bounds(found), truth))
        students[n] = _held(rivals.weighted_students(drawn, tokens), truth)
    return [name, *ours, students[SIZES[0]], students[SIZES[-1]]]


_OTHERS = (rivals.students, rivals.bootstrap, rivals.halls)
_HEAD = ["differences", *map(str, SIZES), "t 20", "boot 20", "Hall 20"]
_NOTE = "Percent of rounds whose interval holds the true difference, by number of requests; 95 or more is wanted"


def _of_steps(steps: Sequence[float], odds: Sequence[float]) -> Case:
    values = np.array(steps, dtype=float)
    return Case(lambda chance, size: chance.choice(values, p=odds, size=size), float(values @ np.array(odds)))


def _row(name: str, case: Case, ours: Ours, rounds: int, others: Sequence[Callable[[Draws], Bounds]]) -> list[str]:
    chance = np.random.default_rng(7)
    drawn = {n: case.draw(chance, (rounds, n)) for n in SIZES}
    held = [_held(_bounds([ours(list(row)) for row in draws]), case.truth) for draws in drawn.values()]
    return [name, *held, *(_held(other(drawn[SIZES[0]]), case.truth) for other in others)]


def _bounds(found: Sequence[Interval | None]) -> Bounds:
    known = [one for one in found if one is not None]
    return np.array([one.low for one in known]), np.array([one.high for one in known])


def _held(bounds: Bounds, truth: float) -> str:
    low, high = bounds
    return percent(float(np.sum((low <= truth + _ROUNDING) & (truth - _ROUNDING <= high))), len(low))
