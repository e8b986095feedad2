"""Judges of known worth beside people: how many requests it takes until the bar keeps them, or leaves them out."""

from collections import Counter
from collections.abc import Iterator

import numpy as np
from scipy import stats

from agent.evaluation.agreement import Rated
from agent.evaluation.bar import Code, with_people
from bench.truth.shown import Shown, by_chance, percent

_ERRORS = (0.5, 0.8, 1.2, 1.8, 2.6, None)
"""Standard deviation of a judge's score around people's, in points; None: it has nothing to do with people's."""
_REQUESTS = (20, 30, 60)
_MANY = 5000
"""Requests by which a judge's true correlation is told."""
_CODES: tuple[Code, ...] = ("agrees", "below")


def kept(rounds: int) -> Shown:
    rows = []
    for error in _ERRORS:
        chance = np.random.default_rng(5)
        codes = {
            count: Counter(with_people(list(_rated(count, error, chance))).code for _ in range(rounds))
            for count in _REQUESTS
        }
        shares = [percent(codes[count][code], rounds) for count in _REQUESTS for code in _CODES]
        rows.append([f"{_truth(error):z.2f}", *shares])
    return Shown(
        title="Judges at the bar",
        note=f"Percent of {rounds} judges of a true rank correlation with people that are believed for it (agrees), or shown to be "
        f"below the bar of 0.80 (below), by requests that both scored, two answers each; the rest is not shown either way "
        f"({by_chance(rounds)} by chance). Of judges at 0.80 and above less than 5 should be below; of weak ones few should agree.",
        head=["correlation", *(f"{count}: {code}" for count in _REQUESTS for code in _CODES)],
        rows=rows,
    )


def _rated(requests: int, error: float | None, chance: np.random.Generator) -> Iterator[Rated]:
    for place in range(requests):
        for person in chance.integers(1, 6, 2):
            near = chance.integers(2, 11) / 2 if error is None else round(2 * chance.normal(person, error)) / 2
            yield Rated(cluster=str(place), judge=float(min(5.0, max(1.0, near))), person=float(person))


def _truth(error: float | None) -> float:
    many = list(_rated(_MANY, error, np.random.default_rng(6)))
    return float(stats.spearmanr([one.judge for one in many], [one.person for one in many]).statistic)
