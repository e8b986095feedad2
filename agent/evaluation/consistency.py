"""How steady a judge is: with itself when it is asked again, with the order turned round, and with people's votes."""

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from agent.evaluation.facts import Judgement, Noise, Vote
from agent.evaluation.intervals import share_interval
from agent.evaluation.jackknife import Coefficient


def share(values: Sequence[float]) -> Coefficient | None:
    """The mean of shares, one for each request, with its interval; None of fewer than two requests.

    ``agent.evaluation.intervals.share_interval``, moved from -1..1 to 0..1: so it keeps a width where all are alike.
    """
    found = share_interval([2 * value - 1 for value in values])
    if found is None:
        return None
    return Coefficient(value=(found.mean + 1) / 2, low=(found.low + 1) / 2, high=(found.high + 1) / 2)


@dataclass(frozen=True, kw_only=True)
class Twice:
    """What one answer was given by one criterion when the same was asked twice."""

    criterion: str
    first: int
    again: int


def noise(twice: Iterable[Twice]) -> dict[str, Noise]:
    """By criterion. Two scores of the same answer differ by twice the variance of one, so half of it is the judge's own
    (the within-subject standard deviation; Bland & Altman 1996, BMJ 312:1654)."""
    found: dict[str, list[int]] = {}
    for one in twice:
        found.setdefault(one.criterion, []).append(one.again - one.first)
    return {
        name: Noise(
            scores=len(gaps),
            same=gaps.count(0),
            deviation=math.sqrt(sum(gap**2 for gap in gaps) / (2 * len(gaps))),
        )
        for name, gaps in found.items()
    }


def flips(judgements: Iterable[Judgement]) -> Coefficient | None:
    """The share of scores whose preference turned with the order; each request counts once, whatever the criteria."""
    by_request: dict[str, list[bool]] = {}
    for one in judgements:
        by_request.setdefault(one.prompt_id, []).append(one.flipped)
    return share([sum(turned) / len(turned) for turned in by_request.values()])


def with_votes(judgements: Sequence[Judgement], votes: Sequence[Vote]) -> tuple[int, Coefficient | None]:
    """Of the votes on a request that prefer an answer, the share that prefers the one that the judge gives more.

    Requests at which the judge finds both alike are left out. Returns how many requests count, and the share.
    """
    preferred = _preferred(judgements)
    shares = [
        picks.count(preferred[prompt]) / len(picks) for prompt, picks in _picks(votes).items() if preferred.get(prompt)
    ]
    return len(shares), share(shares)


def among_voters(votes: Sequence[Vote]) -> tuple[int, Coefficient | None]:
    """The share of pairs of people that prefer the same answer, of requests on which two or more prefer one."""
    shares = []
    for picks in _picks(votes).values():
        count, of_each = len(picks), Counter(picks)
        if count >= 2:
            same = sum(one * (one - 1) for one in of_each.values())
            shares.append(same / (count * (count - 1)))
    return len(shares), share(shares)


def _picks(votes: Sequence[Vote]) -> dict[str, list[str]]:
    picks: dict[str, list[str]] = {}
    for vote in votes:
        if vote.picked != "same":
            picks.setdefault(vote.prompt_id, []).append(vote.picked)
    return picks


def _preferred(judgements: Sequence[Judgement]) -> Mapping[str, str]:
    """Whose answer has more points over all criteria together, by request."""
    gains: dict[str, float] = {}
    for one in judgements:
        gains[one.prompt_id] = gains.get(one.prompt_id, 0.0) + one.tuned - one.base
    return {prompt: "tuned" if gain > 0 else "base" for prompt, gain in gains.items() if gain}
