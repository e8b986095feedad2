"""Blind votes, looked at after each of them: how often the bounds are ever wrong, and how many votes it takes."""

from collections.abc import Iterator
from typing import Literal

import numpy as np
from scipy.special import stdtrit

from agent.evaluation.anytime import anytime_bounds
from agent.evaluation.intervals import FEWEST
from agent.evaluation.power import MOST_MISSING
from agent.evaluation.sequential import standing_of_votes
from bench.truth.rivals import Draws
from bench.truth.shown import Shown, by_chance, percent

_MOST = 60
"""Requests that are voted on."""
_LONGEST = 400
"""The same, where it is asked how many it takes."""
Values = dict[str, list[float]]


def looks(rounds: int) -> Shown:
    """A look after each vote of up to three raters of each of ``_MOST`` requests."""
    rows = []
    for name, mean, raters, alike in (
        ("no difference, one rater", 0.0, 1, 0.0),
        ("no difference, three who agree", 0.0, 3, 0.9),
        ("no difference, three who do not", 0.0, 3, 0.0),
        ("no difference, half ties", 0.0, 1, -0.5),
        ("60 to 40, one rater", 0.2, 1, 0.0),
        ("80 to 20, three who agree", 0.6, 3, 0.7),
    ):
        chance = np.random.default_rng(5)
        wrong, claimed, naive = 0, 0, 0
        for _ in range(rounds):
            outcome = _looked_at(chance, mean, raters, alike)
            wrong, claimed, naive = wrong + outcome[0], claimed + outcome[1], naive + outcome[2]
        rows.append([name, percent(wrong, rounds), percent(claimed, rounds), percent(naive, rounds)])
    return Shown(
        title="Votes, with a look after each",
        note=f"Percent of {rounds} rows of votes on up to {_MOST} requests in which the bounds were wrong at any look; in "
        f"which one was ever called preferred; and in which a t test would ever have said so from 20 requests on. Of the "
        f"first less than 5 is wanted, and of the second where there is no difference ({by_chance(rounds)} by chance).",
        head=["votes", "ever wrong", "ever preferred", "t ever"],
        rows=rows,
    )


def _looked_at(chance: np.random.Generator, mean: float, raters: int, alike: float) -> tuple[bool, bool, bool]:
    """Whether bounds were wrong, one was called preferred, and a t test said so, at any look."""
    wrong = claimed = naive = False
    for values in _growing(chance, mean, raters, alike):
        means = np.array([sum(votes) / len(votes) for votes in values.values()])
        low, high = anytime_bounds(means, len(means))
        wrong |= not low <= mean <= high
        claimed |= len(means) >= FEWEST and (low > 0 or high < 0)
        naive |= len(means) >= FEWEST and _t_says_so(means)
    return wrong, claimed, naive


def _t_says_so(means: Draws) -> bool:
    error = means.std(ddof=1) / len(means) ** 0.5
    return bool(abs(means.mean()) > stdtrit(len(means) - 1, 0.975) * error)


def _growing(chance: np.random.Generator, mean: float, raters: int, alike: float) -> Iterator[Values]:
    """The votes so far, after each. Raters come one after another through the requests, in batches of three.

    ``alike``: how likely a rater picks as the first one did; below 0: how likely is "same".
    """
    values: Values = {}
    for start in range(0, _MOST, 3):
        for _ in range(raters):
            for place in range(start, start + 3):
                votes = values.setdefault(str(place), [])
                repeats = bool(votes) and chance.random() < alike
                votes.append(votes[0] if repeats else _vote(chance, mean, -min(alike, 0.0)))
                yield values


def _vote(chance: np.random.Generator, mean: float, same: float) -> float:
    if chance.random() < same:
        return 0.0
    return 1.0 if chance.random() < (1 + mean / (1 - same)) / 2 else -1.0


def how_many(rounds: int) -> Shown:
    """Until it can be told, with a look after each vote of one rater."""
    rows = []
    for name, mean, same in (
        ("95 to 5", 0.9, 0.0), ("80 to 20", 0.6, 0.0), ("70 to 30", 0.4, 0.0), ("60 to 40", 0.2, 0.0),
        ("80 to 20 of those who see one, half ties", 0.3, 0.5), ("equal, 90 % ties", 0.0, 0.9), ("equal, no ties", 0.0, 0.0),
    ):  # fmt: skip
        chance = np.random.default_rng(6)
        ends = [_ends(chance, mean, same) for _ in range(rounds)]
        taken = [count for _, count, _ in ends]
        guessed = [guess for _, _, guess in ends if guess is not None]
        codes = [code for code, _, _ in ends]
        rows.append([name, str(int(np.median(taken))), str(int(np.quantile(taken, 0.9))),
                     *(percent(codes.count(code), rounds) for code in ("tuned", "base", "alike")),
                     _number(float(np.median(guessed))) if guessed else "-"])  # fmt: skip
    return Shown(
        title="Votes that it takes",
        note=f"Requests that are voted on until votes suffice, in {rounds} rows of votes that end at {_LONGEST}: the median, "
        "and what 9 of 10 stay below; how they end, in percent; and at how many in all the estimate at 20 puts the end.",
        head=["preference", "median", "9 of 10", "tuned", "base", "alike", "told at 20"],
        rows=rows,
    )


def _number(count: float) -> str:
    return f">{MOST_MISSING}" if count >= 20 + MOST_MISSING else f"{count:.0f}"


def _ends(
    chance: np.random.Generator, mean: float, same: float
) -> tuple[Literal["tuned", "base", "alike", "open"], int, float | None]:
    """How it ends, after how many requests, and after how many it should by the estimate at 20."""
    values = {str(place): [_vote(chance, mean, same)] for place in range(20)}
    standing, guess = standing_of_votes(values), None
    assert standing is not None
    if standing.missing is not None:
        guess = 20.0 + standing.missing
    while standing.code == "open" and len(values) < _LONGEST:
        for _ in range(max(1, len(values) // 10)):
            values[str(len(values))] = [_vote(chance, mean, same)]
        standing = standing_of_votes(values)
        assert standing is not None
    return standing.code, len(values), guess
