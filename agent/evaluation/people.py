"""What people made of answers: their scores as measures, how far they agree, and whether their votes suffice.

It names nobody: how one person rates is never told, only how people do together.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from agent.evaluation.agreement import Level, Ratings, krippendorff_alpha, raw_agreement
from agent.evaluation.anytime import anytime_t_interval
from agent.evaluation.facts import Answered, Vote
from agent.evaluation.jackknife import Coefficient
from agent.evaluation.measures import Measure
from agent.evaluation.rubric import HIGHEST, LOWEST
from agent.evaluation.sequential import VoteStanding, standing_of_votes
from storage.domain import Criterion, Score

OVERALL = "overall"
"""The criterion of a single score for an answer as a whole."""
SCORED = "scored_"
"""What the codes of measures by people's scores begin with; the criterion's name follows."""
_LEAST = 0.5
"""The smallest step between two scores, as of judges': raters are averaged."""
_VALUES = {"tuned": 1.0, "base": -1.0, "same": 0.0}
"""What a vote says of the preference for tuned."""


@dataclass(frozen=True, kw_only=True)
class Consensus:
    """How far people agree, where two or more rated the same."""

    raters: int
    """Of anything, alone or together."""
    units: int
    """Pairs, or answers, that two or more of them rated."""
    alike: Coefficient | None = None
    """The share that said the same, 0 to 1."""
    alpha: Coefficient | None = None
    """Krippendorff's: 1 is perfect, 0 what chance gives."""


@dataclass(frozen=True, kw_only=True)
class Raters:
    """Who rated a comparison, in numbers."""

    voters: int = 0
    votes: int = 0
    scorers: int = 0
    answers: int = 0
    """That somebody scored; the two to one request are two."""
    own: int = 0
    """Votes and scored answers of people who gave the answer that was wanted there."""
    left: int = 0
    """Pairs that nobody has voted on, and that can still be voted on blind."""
    standing: VoteStanding | None = None
    voted_alike: Consensus | None = None
    scored_alike: Mapping[str, Consensus] = field(default_factory=dict)
    """By criterion."""


def scored(scores: Sequence[Score], answers: Sequence[Answered], rubric: Sequence[Criterion]) -> list[Measure]:
    """People's scores as measures, by criterion in the order of the rubric; the answer as a whole last.

    Requests that no verdict rests on (golden ones) take no part. Of each request the raters who scored both answers are averaged: somebody's strictness
    is then in both.
    """
    task = {one.id for one in answers if one.of_verdict}
    told = [one for one in scores if one.prompt_id in task]
    forms = {one.name for one in rubric if one.about == "form"}
    names = [*(one.name for one in rubric if one.name != OVERALL), OVERALL]
    found = ((name, _pairs([one for one in told if one.criterion == name])) for name in names)
    return [_measure(name, pairs, form=name in forms) for name, pairs in found if pairs]


def _pairs(scores: Sequence[Score]) -> dict[str, tuple[float, float]]:
    """The scores of one criterion as the means of base and tuned by request."""
    given: dict[str, dict[str, dict[str, int]]] = {}
    for one in scores:
        given.setdefault(one.prompt_id, {}).setdefault(one.rater_id, {})[one.side] = one.score
    found = {}
    for prompt, raters in given.items():
        both = [sides for sides in raters.values() if len(sides) == 2]
        if both:
            found[prompt] = (_mean([sides["base"] for sides in both]), _mean([sides["tuned"] for sides in both]))
    return found


def _measure(name: str, pairs: Mapping[str, tuple[float, float]], *, form: bool) -> Measure:
    differences = [tuned - base for base, tuned in pairs.values()]
    return Measure(
        code=f"{SCORED}{name}",
        scored_by="people",
        role="form" if form else "content",
        unit="score",
        n=len(pairs),
        base=_mean([base for base, _ in pairs.values()]),
        tuned=_mean([tuned for _, tuned in pairs.values()]),
        difference=anytime_t_interval(differences, least=_LEAST, bound=float(HIGHEST - LOWEST)),
        pairs=dict(pairs),
    )


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def raters(
    votes: Sequence[Vote],
    scores: Sequence[Score],
    answers: Sequence[Answered],
    pairs: Collection[str] = (),
    authors: Mapping[str, str] | None = None,
) -> Raters | None:
    """None if nobody has rated anything. ``pairs``: requests that can be voted on blind; ``authors``: who gave the wanted
    answer, by request."""
    known = {one.id for one in answers}
    votes = [one for one in votes if one.prompt_id in known]
    scores = [one for one in scores if one.prompt_id in known]
    if not votes and not scores:
        return None
    rated = {(one.prompt_id, one.side, one.rater_id) for one in scores}
    every = [*((one.prompt_id, one.rater_id) for one in votes), *((prompt, rater) for prompt, _, rater in rated)]
    return Raters(
        voters=len({one.rater_id for one in votes}),
        votes=len(votes),
        scorers=len({one.rater_id for one in scores}),
        answers=len({(one.prompt_id, one.side) for one in scores}),
        own=sum((authors or {}).get(prompt) == rater for prompt, rater in every),
        left=len(set(pairs) - {one.prompt_id for one in votes}),
        standing=standing(votes, answers),
        voted_alike=_consensus(_by_pair(votes), "nominal"),
        scored_alike=_by_criterion(scores),
    )


def standing(votes: Sequence[Vote], answers: Sequence[Answered]) -> VoteStanding | None:
    """Where the votes stand on the requests that a verdict may rest on; None if there are none."""
    task = {one.id for one in answers if one.of_verdict}
    values: dict[str, list[float]] = {}
    for vote in votes:
        if vote.prompt_id in task:
            values.setdefault(vote.prompt_id, []).append(_VALUES[vote.picked])
    return standing_of_votes(values)


def _by_pair(votes: Collection[Vote]) -> Ratings:
    found: dict[str, dict[str, float]] = {}
    for vote in votes:
        found.setdefault(vote.prompt_id, {})[vote.rater_id] = _VALUES[vote.picked]
    return found


def _by_criterion(scores: Collection[Score]) -> dict[str, Consensus]:
    by_name: dict[str, dict[str, dict[str, float]]] = {}
    for one in scores:
        answer = f"{one.side}:{one.prompt_id}"
        by_name.setdefault(one.criterion, {}).setdefault(answer, {})[one.rater_id] = one.score
    found = {name: _consensus(ratings, "ordinal") for name, ratings in by_name.items()}
    return {name: consensus for name, consensus in found.items() if consensus is not None}


def _consensus(ratings: Ratings, level: Level) -> Consensus | None:
    """None where nobody rated the same as somebody else."""
    units = sum(len(of_unit) >= 2 for of_unit in ratings.values())
    if not units:
        return None
    people = {rater for of_unit in ratings.values() for rater in of_unit}
    alike, alpha = raw_agreement(ratings), krippendorff_alpha(ratings, level)
    return Consensus(raters=len(people), units=units, alike=alike, alpha=alpha)
