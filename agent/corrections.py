"""People's scores of answers: what a judge is compared with, and, where they say why, examples for it.

It asks no judge. A score that is taken back as a lesson still counts as a score.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from agent.context import Context
from agent.evaluation.facts import Answered
from agent.evaluation.rubric import Rubric
from agent.judge import Correction
from agent.rated import folder_of_pair, is_evaluation, sides_of
from agent.raters import as_people
from agent.scoring import of_pair, scored_thing
from dataset.quality.duplicates import similarity
from storage.domain import Score
from storage.errors import NotFound

MOST_RATED = 30
"""Requests with people's scores that a judge is compared on: half as many again as a verdict needs."""
MOST_SHOWN = 3
"""Corrections that are shown with one question: more would cost more than the answers."""
_MOST_KEPT = 50
"""The latest ones, of which the most similar are shown."""
_LONGEST = 600
"""Characters of a correction's request, and of its answer."""
_SAME = 0.8
"""Similarity of two requests, or of two answers, from which on one gives the other away."""


@dataclass(frozen=True, kw_only=True)
class Rating:
    """One request with both answers, and what people gave them."""

    folder: str
    """Where what a judge said of its answers lies."""
    answered: Answered
    people: Mapping[tuple[str, str], float]
    """By side (``base``, ``tuned``) and criterion: the mean of all who scored it."""

    @property
    def cluster(self) -> str:
        return cluster_of(self.folder, self.answered)


def cluster_of(folder: str, one: Answered) -> str:
    """A request that several contenders of an evaluation answered is one."""
    return f"{folder.partition('/pair_')[0]}:{one.id}"


async def ratings_of(
    context: Context, project_id: str, rubric: Rubric, folder: str, answers: Sequence[Answered]
) -> tuple[list[Rating], list[Correction]]:
    """What people scored in the project by these criteria: the answers in ``folder`` first, then the latest.

    ``answers`` are those in ``folder``; those of earlier runs are read. What is about the answers of a run that is gone
    is left out.
    """
    names = {one.name for one in rubric}
    given = [one for one in await context.store.scores.of_project(project_id) if one.criterion in names]
    scores = await as_people(context, given, scored_thing)
    by_run: dict[str, list[Score]] = defaultdict(list)
    for score in sorted(scores, key=lambda one: one.created_at, reverse=True):
        by_run[score.run_id].append(score)
    ratings: list[Rating] = []
    corrections: dict[Hashable, Correction] = {}
    for run_id, of_run in by_run.items():
        for place, known, given_there in await _compared(context, run_id, of_run, folder, answers):
            ratings += _ratings(place, known, given_there)
            for one in _corrections(place, known, given_there):
                # An evaluation's reference stands in each of its pairs; one of them may have said the same.
                corrections.setdefault((one.cluster, one.answer, one.why, *sorted(one.scores.items())), one)
    ratings.sort(key=lambda one: one.folder != folder)
    return ratings, list(corrections.values())[:_MOST_KEPT]


async def _compared(
    context: Context, rated_id: str, scores: Sequence[Score], folder: str, answers: Sequence[Answered]
) -> list[tuple[str, Mapping[str, Answered], Sequence[Score]]]:
    """Each comparison of two whose answers were scored: its folder, its answers by request, and the scores of both sides."""
    try:
        sides = await sides_of(context, rated_id)
    except NotFound:
        return []
    found: list[tuple[str, Mapping[str, Answered], Sequence[Score]]] = []
    for name, there in sides.pairs.items():
        place = folder_of_pair(rated_id, sides, name)
        known = {one.id: one for one in (answers if place == folder else there)}
        of_two = of_pair(scores, sides.reference, name) if is_evaluation(rated_id) else scores
        found.append((place, known, of_two))
    return found


def _ratings(folder: str, known: Mapping[str, Answered], scores: Sequence[Score]) -> list[Rating]:
    given: dict[str, dict[tuple[str, str], list[int]]] = {}
    for one in scores:
        if one.prompt_id in known:
            given.setdefault(one.prompt_id, {}).setdefault((one.side, one.criterion), []).append(one.score)
    return [
        Rating(
            folder=folder,
            answered=known[prompt_id],
            people={key: sum(values) / len(values) for key, values in of_one.items()},
        )
        for prompt_id, of_one in given.items()
    ]


def _corrections(folder: str, known: Mapping[str, Answered], scores: Sequence[Score]) -> list[Correction]:
    """One for each answer that somebody scored and gave a reason for, by however many criteria: scores of one answer would
    else take the places of all others with a question."""
    given: dict[tuple[str, str, str, str], list[Score]] = defaultdict(list)
    for one in scores:
        if one.prompt_id in known and one.note.strip() and not one.withdrawn:
            answer = _answer_of(known[one.prompt_id], one.side)
            given[(one.rater_id, one.prompt_id, answer, one.note)].append(one)
    return [_correction(folder, known[prompt_id], answer, told) for (_, prompt_id, answer, _), told in given.items()]


def _correction(folder: str, answered: Answered, answer: str, told: Sequence[Score]) -> Correction:
    scores = {one.criterion: one.score for one in sorted(told, key=lambda one: (one.criterion, one.id))}
    return Correction(
        id=min(one.id for one in told),
        cluster=cluster_of(folder, answered),
        request=answered.request[:_LONGEST],
        answer=answer[:_LONGEST],
        scores=scores,
        why=told[0].note,
    )


def _answer_of(answered: Answered, side: str) -> str:
    return answered.base if side == "base" else answered.tuned


def shown_with(folder: str, one: Answered, corrections: Sequence[Correction]) -> tuple[Correction, ...]:
    """The corrections that may be shown where this is judged: of requests and answers that do not give it away, the most
    similar ones first. It takes some hundredths of a second."""
    others = [other for other in corrections if other.cluster != cluster_of(folder, one)]
    request, answers = one.request[:_LONGEST], [text[:_LONGEST] for text in (one.base, one.tuned) if text.strip()]
    likeness = {other.id: similarity(other.request, request) for other in others}
    apart = (
        other
        for other in sorted(others, key=lambda other: (-likeness[other.id], other.id))
        if likeness[other.id] < _SAME and not any(similarity(other.answer, text) >= _SAME for text in answers)
    )
    return tuple(islice(apart, MOST_SHOWN))
