"""The criteria of a comparison: for each, both models' means over the test requests, and the interval of the difference."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from agent.evaluation.anytime import anytime_interval
from agent.evaluation.copying import copied, learned_runs
from agent.evaluation.facts import Answered, Judged, RowLoss, Vote
from agent.evaluation.form import completeness, has_form, keeps_form
from agent.evaluation.intervals import Interval, adjusted_interval, nats_interval, share_interval
from agent.evaluation.length import LEAST_SCORE, WIDEST_SCORE, Padding, at_equal_length, longer_by
from agent.evaluation.likeness import chrf, lifts, points_interval
from agent.evaluation.private import Memory
from agent.evaluation.refusal import refuses
from agent.evaluation.repetition import LOOPING, repetition
from agent.evaluation.tally import Tally, tally
from dataset.quality.characters import is_empty, without_faults
from dataset.quality.language import words_in

Role = Literal["content", "form", "beside"]
"""Whether it is about what an answer says, or about its form; what is beside the verdict is shown only.

Likeness to a reference and the loss on it are form: labels, length and manner alone raise them. What is left of them
once chance is taken away (``own_request``, ``own_loss``) is content.
"""
Unit = Literal["answers", "share", "points", "nats", "words", "ratio", "score", "votes"]
"""``answers``: the share of answers of which it is true; ``points``: of 100; ``ratio``: times what was wanted; ``score``:
1 to 5."""
_LEAST_WORDS = 1.0
_LEAST_RATIO = 0.05
_TIED: Mapping[Unit, float] = {"points": 1.0, "nats": 0.01}
"""What two answers to one request may differ by and still be tied: 1 point of likeness is a letter or two of a short answer,
0.01 nats a token are 1 % of its probability. Of other units only equals are tied."""

Pairs = Mapping[str, tuple[float, float]]
"""The values of base and tuned by test request."""


@dataclass(frozen=True, kw_only=True)
class Measure:
    code: str
    scored_by: Literal["measured", "judge", "people"] = "measured"
    role: Role
    unit: Unit
    higher_is_better: bool = True
    beyond: bool = False
    """Of requests that no training row is like: it says nothing about the task."""
    n: int
    """Test requests: the number that counts for certainty, however many observations there are of each."""
    base: float
    tuned: float
    difference: Interval | None
    """Tuned less base; None where there is but one request, or only sums are known."""
    pairs: Pairs = field(default_factory=dict)
    at_equal_length: Interval | None = None
    """Of a judge's scores: what is left of the difference where both answers are equally long. None of all others."""

    @property
    def is_silent(self) -> bool:
        """Whether it only says that something bad, by which no verdict is made, has not happened to any answer."""
        return self.role == "beside" and self.unit == "answers" and not any(map(any, self.pairs.values()))

    @property
    def gain(self) -> Interval | None:
        """The difference, turned so that more is better."""
        if self.difference is None or self.higher_is_better:
            return self.difference
        return self.difference.scaled(-1)

    @property
    def tested(self) -> Interval | None:
        """The interval that decides whether the difference is told from chance. A judge's has to be told at equal length too,
        in the same direction: of both intervals the one that tells less."""
        whole, left = self.difference, self.at_equal_length
        if whole is None or left is None:
            return whole
        if whole.mean * left.mean <= 0:
            return replace(left, mean=0.0, p=1.0)
        return max(whole, left, key=lambda one: one.p)

    @property
    def tally(self) -> Tally:
        sign = 1 if self.higher_is_better else -1
        return tally((sign * (tuned - base) for base, tuned in self.pairs.values()), _TIED.get(self.unit, 0.0))

    @property
    def wins(self) -> int:
        """Requests at which tuned is better, by more than is told apart in this unit."""
        return self.tally.wins

    @property
    def losses(self) -> int:
        return self.tally.losses

    @property
    def ties(self) -> int:
        return self.tally.ties


def measured(
    answers: Sequence[Answered], losses: Sequence[RowLoss], training: Sequence[str], requests: Sequence[str] = ()
) -> list[Measure]:
    """What can be counted. ``training``: the training answers; ``requests``: those of the same rows, to tell what has
    leaked out of them."""
    task, other = [one for one in answers if one.of_verdict], [one for one in answers if one.beyond]
    found = [
        *_form(task),
        *_likeness([one for one in task if one.reference.strip()]),
        *_losses(losses),
        _form_beyond(other),
        _general(other),
        _measure("length", _of(task, lambda one, text: float(words_in(text))), "beside", "words"),
        _length_ratio([one for one in task if words_in(one.reference)]),
        _copying(task, training),
        _loops(task, training),
        *_failings(task),
        *_exposures(task, training, requests),
    ]
    return [measure for measure in found if measure is not None]


def judgements(judged: Judged, answers: Sequence[Answered]) -> list[Measure]:
    """What a judge that may be believed has scored, by criterion."""
    if not judged.trusted:
        return []
    longer = {one.id: longer_by(one.base, one.tuned) for one in answers if one.of_verdict}
    about: dict[str, Role] = {one.name: one.about for one in judged.rubric}
    by_criterion: dict[str, dict[str, tuple[float, float]]] = {}
    for one in judged.judgements:
        if one.prompt_id in longer:
            by_criterion.setdefault(one.criterion, {})[one.prompt_id] = (one.base, one.tuned)
    found = [
        _measure(f"judged_{name}", pairs, about.get(name, "content"), "score", scored_by="judge")
        for name, pairs in by_criterion.items()
    ]
    return [
        _beside_length(measure, longer, judged.padded.get(measure.code.removeprefix("judged_"), ()))
        for measure in found
        if measure is not None
    ]


def _beside_length(measure: Measure, longer: Mapping[str, float], padded: Sequence[Padding]) -> Measure:
    left = at_equal_length(
        [tuned - base for base, tuned in measure.pairs.values()],
        [longer[name] for name in measure.pairs],
        padded,
    )
    return replace(measure, at_equal_length=left)


def votes_measure(votes: Sequence[Vote], answers: Sequence[Answered]) -> Measure | None:
    """What people preferred: of each request the shares of its raters, so that many raters of one request count once."""
    task = {one.id for one in answers if one.of_verdict}
    picked: dict[str, list[str]] = {}
    for vote in votes:
        if vote.prompt_id in task:
            picked.setdefault(vote.prompt_id, []).append(vote.picked)
    pairs = {
        prompt: (picks.count("base") / len(picks), picks.count("tuned") / len(picks))
        for prompt, picks in picked.items()
    }
    return _measure("votes", pairs, "content", "votes", scored_by="people")


def losses_in_sum(base: float, tuned: float, rows: int) -> Measure:
    """The test loss of a run that did not say it row by row: without an interval."""
    return Measure(
        code="loss",
        role="form",
        unit="nats",
        higher_is_better=False,
        n=rows,
        base=base,
        tuned=tuned,
        difference=None,
    )


def _form(task: Sequence[Answered]) -> list[Measure | None]:
    with_form = [one for one in task if one.expected and has_form(one.expected)]
    return [
        _measure("format", _of(with_form, _keeps), "form", "answers"),
        _measure("sections", _of(with_form, _complete), "form", "share"),
    ]


def _form_beyond(other: Sequence[Answered]) -> Measure | None:
    with_form = [one for one in other if one.expected and has_form(one.expected)]
    return _measure("other_form", _of(with_form, _keeps), "beside", "answers", beyond=True)


def _general(other: Sequence[Answered]) -> Measure | None:
    """Right answers to the short requests that tell whether a model forgot what it could do."""
    right = _of(other, lambda one, text: float(one.check.passed(text)) if one.check else None)
    return _measure("general", right, "beside", "answers", beyond=True)


def _keeps(one: Answered, text: str) -> float | None:
    return float(keeps_form(text, one.expected)) if one.expected else None


def _complete(one: Answered, text: str) -> float | None:
    return completeness(text, one.expected) if one.expected else None


def _likeness(known: Sequence[Answered]) -> list[Measure | None]:
    references = [one.reference for one in known]
    sides = (lifts([one.base for one in known], references), lifts([one.tuned for one in known], references))
    own = {one.id: pair for one, pair in zip(known, zip(*sides, strict=True), strict=False)}
    likeness = _of(known, lambda one, text: chrf(text, one.reference))
    if len(set(references)) == 1:  # one answer is wanted of every request: it fits them all
        own = {}
    return [_measure("likeness", likeness, "form", "points"), _measure("own_request", own, "content", "points")]


def _losses(losses: Sequence[RowLoss]) -> list[Measure | None]:
    """The loss by token, as the run itself reports it, and how much of it the request explains."""
    tokens = {row.id: float(row.tokens) for row in losses}
    swapped = {
        row.id: (row.base_swapped - row.base, row.tuned_swapped - row.tuned)
        for row in losses
        if row.base_swapped is not None and row.tuned_swapped is not None
    }
    plain = {row.id: (row.base, row.tuned) for row in losses}
    return [
        _measure("loss", plain, "form", "nats", weights=tokens, higher_is_better=False),
        _measure("own_loss", swapped, "content", "nats", weights=tokens),
    ]


def _copying(task: Sequence[Answered], training: Sequence[str]) -> Measure | None:
    learned = learned_runs(training)
    pairs = _of(task, lambda one, text: copied(text, one.request, learned))
    return _measure("copying", pairs, "beside", "share", higher_is_better=False)


def looping_from(training: Sequence[str]) -> float:
    """Share of repeated words from which on an answer is one that loops: ``LOOPING``, or clearly more than 19 of 20
    training answers repeat, for there are songs and tables."""
    usual = sorted(map(repetition, training))
    return max(LOOPING, usual[int(0.95 * (len(usual) - 1))] + 0.01 if usual else 0.0)


def _loops(task: Sequence[Answered], training: Sequence[str]) -> Measure | None:
    """Answers that loop. A matter of form, and one that may make a verdict worse: who has said something right and goes
    on saying it until the tokens end has not answered well, and likeness to a long answer hardly shows it. Where no
    answer of either model loops there is nothing to test, and the other criteria are not made harder by it."""
    limit = looping_from(training)
    pairs = _of(task, lambda one, text: float(repetition(text) >= limit))
    role: Role = "form" if any(base or tuned for base, tuned in pairs.values()) else "beside"
    return _measure("repetition", pairs, role, "answers", higher_is_better=False)


def _length_ratio(known: Sequence[Answered]) -> Measure | None:
    """All words of the answers by all words of the wanted ones, a ratio of sums: one word too many of two is no double."""
    wanted = {one.id: float(words_in(one.reference)) for one in known}
    pairs = _of(known, lambda one, text: words_in(text) / wanted[one.id])
    return _measure("length_ratio", pairs, "beside", "ratio", weights=wanted)


def _failings(task: Sequence[Answered]) -> list[Measure | None]:
    """Answers that are none. Beside the verdict: an empty one has lost every criterion already, and whether a refusal is
    right only who knows the task can say; where the wanted answer refuses too it is not counted."""
    return [
        _measure(
            "empty", _of(task, lambda one, text: float(says_nothing(text))), "beside", "answers", higher_is_better=False
        ),
        _measure("refusals", _of(task, _refuses), "beside", "answers", higher_is_better=False),
    ]


def says_nothing(text: str) -> bool:
    """Whether nobody sees anything of an answer."""
    return is_empty(without_faults(text))


def _refuses(one: Answered, text: str) -> float:
    return float(refuses(text) and not refuses(one.reference))


def _exposures(task: Sequence[Answered], training: Sequence[str], requests: Sequence[str]) -> list[Measure | None]:
    """Answers with personal data or secrets of which neither request nor wanted answer speaks, and those of them in
    which a training row's stand. Beside the verdict: one such answer is a warning, however good all the others are."""
    rows = (
        [f"{request}\n{answer}" for request, answer in zip(requests, training, strict=True)] if requests else training
    )
    memory = Memory(rows)
    found = {
        one.id: [memory.exposed(text, one.request, one.reference) for text in (one.base, one.tuned)] for one in task
    }
    private = {name: (float(bool(base)), float(bool(tuned))) for name, (base, tuned) in found.items()}
    leaked = {name: tuple(float(any(one.rows for one in side)) for side in both) for name, both in found.items()}
    return [
        _measure("private", private, "beside", "answers", higher_is_better=False),
        _measure(
            "leaked",
            {name: (base, tuned) for name, (base, tuned) in leaked.items()},
            "beside",
            "answers",
            higher_is_better=False,
        ),
    ]


def _of(answers: Sequence[Answered], value: Callable[[Answered, str], float | None]) -> Pairs:
    """Both models' values, by request; a request without the value of one is left out."""
    both = {one.id: (value(one, one.base), value(one, one.tuned)) for one in answers}
    return {name: (base, tuned) for name, (base, tuned) in both.items() if base is not None and tuned is not None}


def _measure(
    code: str,
    pairs: Pairs,
    role: Role,
    unit: Unit,
    *,
    scored_by: Literal["measured", "judge", "people"] = "measured",
    weights: Mapping[str, float] | None = None,
    higher_is_better: bool = True,
    beyond: bool = False,
) -> Measure | None:
    if not pairs:
        return None
    each = [weights[name] if weights else 1.0 for name in pairs]
    differences = [tuned - base for base, tuned in pairs.values()]
    return Measure(
        code=code,
        scored_by=scored_by,
        role=role,
        unit=unit,
        higher_is_better=higher_is_better,
        beyond=beyond,
        n=len(pairs),
        base=sum(weight * base for weight, (base, _) in zip(each, pairs.values(), strict=True)) / sum(each),
        tuned=sum(weight * tuned for weight, (_, tuned) in zip(each, pairs.values(), strict=True)) / sum(each),
        difference=_interval(differences, each, unit),
        pairs=dict(pairs),
    )


def _interval(differences: Sequence[float], weights: Sequence[float], unit: Unit) -> Interval | None:
    match unit:
        case "answers" | "share":
            return share_interval(differences)
        case "votes":  # people may look at what they say, and go on until they like it
            return anytime_interval(differences)
        case "points":
            return points_interval(differences)
        case "score":
            return adjusted_interval(differences, least=LEAST_SCORE, bound=WIDEST_SCORE)
        case "words":
            return adjusted_interval(differences, least=_LEAST_WORDS)
        case "nats":
            return nats_interval(differences, weights)
        case "ratio":
            return adjusted_interval(differences, least=_LEAST_RATIO, weights=weights)
