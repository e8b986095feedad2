"""People's ratings, looked at after every three requests: what a fixed interval makes of that, and what ours does."""

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from agent.evaluation.anytime import anytime_interval, anytime_t_interval
from agent.evaluation.intervals import FEWEST, LEVEL, Interval, adjusted_interval, share_interval
from bench.truth.shown import Shown, by_chance, percent

_MOST = 60
"""Requests that are rated."""
_USUAL = 28
"""That a run has (``agent.evaluation.requests.IN_ALL``)."""
_LOOKS = range(FEWEST, _MOST + 1, 3)
Method = Callable[[Sequence[float]], Interval | None]
_LEAST, _BOUND = 0.5, 4.0
"""Of differences of scores, as in ``agent.evaluation.people``."""


def stopping(rounds: int) -> Shown:
    """Votes with 20 % ties; scores 1 to 5 whose differences have a standard deviation of about 1."""
    votes: tuple[Method, Method] = (share_interval, anytime_interval)
    scores: tuple[Method, Method] = (
        partial(adjusted_interval, least=_LEAST, bound=_BOUND),
        partial(anytime_t_interval, least=_LEAST, bound=_BOUND),
    )
    rows = []
    for name, draw, effect, methods in (
        ("votes, no difference", _votes, 0.0, votes),
        ("votes, a lead of 30 of 100", _votes, 0.3, votes),
        ("votes, a lead of 50 of 100", _votes, 0.5, votes),
        ("scores, no difference", _scores, 0.0, scores),
        ("scores, half a point", _scores, 0.5, scores),
        ("scores, 0.8 points", _scores, 0.8, scores),
    ):
        chance = np.random.default_rng(6)
        drawn = [draw(chance, effect) for _ in range(rounds)]
        ever = [sum(_claims(method, values, _LOOKS) for values in drawn) for method in methods]
        once = [sum(_claims(method, values, [_USUAL]) for values in drawn) for method in methods]
        rows.append([name, *(percent(hits, rounds) for hits in (*ever, *once))])
    return Shown(
        title="People's ratings, with a look after every three requests",
        note=f"Percent of {rounds} rows of ratings in which a difference was claimed: at some look from {FEWEST} to {_MOST} "
        f"requests, and at {_USUAL} requests alone. Where there is none, 5 at most is wanted ({by_chance(rounds)} by chance).",
        head=["ratings", "fixed, ever", "ours, ever", f"fixed, at {_USUAL}", f"ours, at {_USUAL}"],
        rows=rows,
    )


def _claims(method: Method, values: Sequence[float], looks: Sequence[int]) -> bool:
    return any(found.p <= LEVEL for look in looks if (found := method(values[:look])))


def _votes(chance: np.random.Generator, lead: float) -> Sequence[float]:
    return list(chance.choice([-1.0, 0.0, 1.0], _MOST, p=[0.4 - lead / 2, 0.2, 0.4 + lead / 2]))


def _scores(chance: np.random.Generator, effect: float) -> Sequence[float]:
    """How hard a request is moves both of its answers."""
    base = chance.normal(3, 0.9, _MOST)
    tuned = 0.4 * base + 0.6 * 3 + effect + chance.normal(0, 0.8, _MOST)
    return list(_score(tuned) - _score(base))


def _score(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.clip(np.round(values), 1, 5)
