"""Raters of known skill: whether the intervals of their agreement hold the truth, and when calibration is called a help."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import stats

from agent.evaluation.agreement import Agreement, Level, Rated, agreement, alpha, krippendorff_alpha
from agent.evaluation.calibration import calibrate
from agent.evaluation.jackknife import Coefficient
from bench.truth.rivals import Draws
from bench.truth.shown import Shown, by_chance, percent

_SIZES = (10, 20, 40)
_LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval")
_MANY = 50_000
"""Requests that the truth is taken from."""


@dataclass(frozen=True)
class Skill:
    noise: float
    """Standard deviation of a score about the answer's quality, in points; half of it is shared by both answers of a request."""
    bias: float = 0.0
    slope: float = 1.0


_JUDGES = {
    "superb": Skill(0.05),
    "good, 0.3 too high": Skill(0.5, 0.3),
    "fair, 0.5 too high": Skill(1.0, 0.5),
    "poor": Skill(3.0),
    "blind": Skill(0.0, 0.0, 0.0),
}


def scored(chance: np.random.Generator, requests: int, skill: Skill) -> tuple[Draws, Draws]:
    """Scores of a judge, to the half point, and of a person, to the point: two answers to each request."""
    quality = 3 + 0.7 * chance.normal(0, 1, (requests, 1)) + 0.7 * chance.normal(0, 1, (requests, 2))
    noise = 0.5**0.5 * (chance.normal(0, 1, (requests, 1)) + chance.normal(0, 1, (requests, 2)))
    blind = chance.normal(0, 1, (requests, 2)) * (skill.slope == 0)
    given = 3 + skill.bias + skill.slope * (quality - 3) + skill.noise * noise + blind
    person = quality + chance.normal(0, 0.3, (requests, 2))
    return np.clip(np.rint(given * 2) / 2, 1, 5), np.clip(np.rint(person), 1, 5)


def rated(judge: Draws, person: Draws) -> list[Rated]:
    return [
        Rated(cluster=f"row_{place}", judge=float(one), person=float(other))
        for place, (ours, theirs) in enumerate(zip(judge, person, strict=True))
        for one, other in zip(ours, theirs, strict=True)
    ]


def agreements(rounds: int) -> Shown:
    rows = []
    for name, skill in _JUDGES.items():
        truth = _true(skill)
        for requests in _SIZES:
            chance = np.random.default_rng(requests)
            found = [agreement(rated(*scored(chance, requests, skill))) for _ in range(rounds)]
            held = [_held([_four(one)[place] for one in found if one], true) for place, true in enumerate(truth)]
            rows.append([f"{name}, {requests} requests", *held, f"{truth[0]:.2f}", f"{truth[2]:.2f}"])
    return Shown(
        title="Agreement of a judge with people",
        note=f"Percent of {rounds} rounds whose interval holds the true figure: jackknife by request, two answers of each; 95 "
        f"or more is wanted ({by_chance(rounds)} by chance). Last, two of the true figures.",
        head=["judge", "Spearman", "Kendall", "kappa", "bias", "true rho", "true kappa"],
        rows=rows,
    )


def _four(one: Agreement) -> tuple[Coefficient | None, ...]:
    return one.spearman, one.kendall, one.weighted_kappa, one.bias


def _true(skill: Skill) -> tuple[float, float, float, float]:
    judge, person = scored(np.random.default_rng(1), _MANY, skill)
    expected = judge.var() + person.var() + (judge.mean() - person.mean()) ** 2
    return (
        float(stats.spearmanr(judge.ravel(), person.ravel()).statistic),
        float(stats.kendalltau(judge.ravel(), person.ravel()).statistic),
        float(1 - np.mean((judge - person) ** 2) / expected),
        float(np.mean(judge - person)),
    )


def _held(found: Sequence[Coefficient | None], truth: float) -> str:
    known = [one for one in found if one is not None]
    return percent(sum(one.low <= truth <= one.high for one in known), len(known))


def alphas(rounds: int) -> Shown:
    """Three raters, of whom each leaves out a fifth."""
    rows = []
    for name, noise in (("skilled", 0.4), ("middling", 1.0), ("careless", 3.0)):
        for level in _LEVELS:
            cells, truth = [], _true_alpha(noise, level)
            for units in (*_SIZES, 60):
                chance = np.random.default_rng(units)
                cells.append(
                    _held([krippendorff_alpha(_three(chance, units, noise), level) for _ in range(rounds)], truth)
                )
            rows.append([f"{name}, {level}", *cells, f"{truth:.2f}"])
    return Shown(
        title="Krippendorff's alpha of three raters",
        note=f"Percent of {rounds} rounds whose interval holds the true alpha, by number of answers: jackknife by answer, with "
        f"every fifth rating missing ({by_chance(rounds)} by chance).",
        head=["raters, level", *map(str, _SIZES), "60", "true alpha"],
        rows=rows,
    )


def _true_alpha(noise: float, level: Level) -> float:
    units = [list(one.values()) for one in _three(np.random.default_rng(1), _MANY, noise).values() if len(one) > 1]
    values = sorted({value for unit in units for value in unit})
    counts = np.array([[unit.count(value) for value in values] for unit in units], dtype=float)
    return alpha(counts, np.array(values), level) or 0.0


def _three(chance: np.random.Generator, units: int, noise: float) -> dict[str, dict[str, float]]:
    quality = 3 + chance.normal(0, 1, (units, 1))
    given = np.clip(np.rint(quality + noise * chance.normal(0, 1, (units, 3))), 1, 5)
    there = chance.random((units, 3)) < 0.8
    return {
        str(unit): {str(rater): float(given[unit, rater]) for rater in range(3) if there[unit, rater]}
        for unit in range(units)
    }


def calibrations(rounds: int) -> Shown:
    """Whether it is called a help, and whether it is one on 2000 other requests."""
    judges = {
        "just right": Skill(0.4),
        "0.2 too high": Skill(0.4, 0.2),
        "0.5 too high": Skill(0.6, 0.5),
        "1 too high": Skill(0.6, 1.0),
        "half the scale": Skill(0.3, 0.0, 0.5),
        "noisy": Skill(1.5),
    }
    rows = []
    for name, skill in judges.items():
        cells = []
        judge, person = scored(np.random.default_rng(2), 2000, skill)
        before = float(np.mean((judge - person) ** 2))
        harm = helps = 0
        for requests in (20, 30, 60):
            chance = np.random.default_rng(requests)
            found = [calibrate(rated(*scored(chance, requests, skill))) for _ in range(rounds)]
            used = [one for one in found if one and one.helps]
            cells.append(percent(len(used), rounds))
            helps += len(used)
            harm += sum(float(np.mean((np.vectorize(one.apply)(judge) - person) ** 2)) > before for one in used[:50])
        rows.append([name, *cells, percent(harm, min(helps, 150)), f"{before**0.5:.2f}"])
    return Shown(
        title="Calibration of a judge on people's scores",
        note=f"Percent of {rounds} rounds in which it is called a help, by number of rated requests; in which it then did harm "
        "on 2000 other requests (of up to 50 of each); and the judge's typical distance to people's scores without it.",
        head=["judge", "20", "30", "60", "harm", "distance"],
        rows=rows,
    )
