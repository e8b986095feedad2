"""The card of what is known about the judges of a project, and of what people taught them: pure functions from facts."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from agent.evaluation.bar import WithPeople
from agent.evaluation.facts import Judged, Noise
from agent.evaluation.length import worth_of_length
from agent.evaluation.rubric import Rubric
from agent.replies import Choice, Quote, ShowCard
from agent.reports.criteria import label_of_name, labels_of
from agent.reports.measure_words import signed
from agent.reports.rubric_card import day_of
from agent.words import harmless, say
from storage.domain import Score

BACK, USE, RULE = "back", "use", "rule"
"""What the buttons do; each carries the id of the first score that it is about."""
LESSONS_SHOWN = 8


@dataclass(frozen=True, kw_only=True)
class LessonFacts:
    """A correction as one person sees it."""

    number: int
    scores: Sequence[Score]
    note: str
    withdrawn: bool
    theirs: bool
    """Whether it is the reader's own."""
    open_to_edit: bool
    """Whether the reader may take it back."""


def judge_card(
    card_id: str, project_id: str, judged: Judged | None, lessons: Sequence[LessonFacts], rubric: Rubric
) -> ShowCard:
    """``judged``: of the latest comparison; None where there is none. It is for whoever asked, alone."""
    shown = lessons[-LESSONS_SHOWN:]
    earlier = [say("judge.earlier", count=len(lessons) - len(shown))] if len(lessons) > len(shown) else []
    told = say("judge.corrections" if lessons else "judge.no_corrections")
    more = [say("judge.more")] if judged and judged.judge else [say("judge.none")]
    known = judged is not None and bool(judged.judge)
    return ShowCard(
        card_id=card_id,
        card_kind="judge",
        subject={"project_id": project_id},
        title=say("judge.title", judge=harmless(judged.judge)) if judged and known else say("judge.title_none"),
        fields=tuple(_facts(judged, rubric)) if judged and known else (),
        quoted=tuple(_quoted(one, rubric) for one in shown),
        choices=tuple(choice for one in shown for choice in _choices(one)),
        note=" ".join([*more, told, *earlier]),
        private=True,
    )


def _facts(judged: Judged, rubric: Rubric) -> Iterator[Quote]:
    """Of several judges, each under its name."""
    for one in judged.each:
        several = len(judged.each) > 1
        for key, text in _of_one(one, rubric):
            name = say(f"judge.{key}")
            yield Quote(name=say("judge.of", what=name, judge=harmless(one.judge)) if several else name, text=text)


def _of_one(judged: Judged, rubric: Rubric) -> Iterator[tuple[str, str]]:
    yield "trusted", labels_of(judged.criteria, rubric) if judged.criteria else _by_none(judged)
    if judged.probes:
        yield "probes", say("judge.probes_value", passed=judged.passed, probes=judged.probes)
    if judged.requests:
        yield "judged", say("judge.judged_value", judged=judged.judged, requests=judged.requests)
    if judged.flips is not None:
        bounds = {"low": _percent(judged.flips.low), "high": _percent(judged.flips.high)}
        yield "flips", say("judge.flips_value", share=_percent(judged.flips.value), **bounds)
    if judged.noise:
        yield "noise", "; ".join(_noise(label_of_name(name, rubric), one) for name, one in judged.noise.items())
    if worth := "; ".join(_length(judged, rubric)):
        yield "length", worth
    for name, one in judged.people.items():
        yield "people", _with_people(label_of_name(name, rubric), one)
    for name, moved in judged.moved.items():
        if name not in judged.criteria:  # its scores by that are not used, moved or not
            continue
        key = "judge.moved_used" if moved.used else "judge.moved_unused"
        yield (
            "moved",
            say(key, label=label_of_name(name, rubric), before=f"{moved.before:.2f}", after=f"{moved.after:.2f}"),
        )
    if judged.memory is not None:
        key = "judge.memory_used" if judged.memory.used else "judge.memory_unused"
        yield "memory", say(key, corrections=judged.memory.corrections)


def _by_none(judged: Judged) -> str:
    """A judge that was away, or out of what it may spend, has failed at nothing."""
    if judged.unavailable:
        return say("judge.trusted_untried")
    return say("judge.trusted_none_beside_people" if judged.not_as_people else "judge.trusted_none")


def _noise(label: str, one: Noise) -> str:
    return say("judge.noise_value", label=label, same=one.same, scores=one.scores, deviation=f"{one.deviation:.2f}")


def _length(judged: Judged, rubric: Rubric) -> Iterator[str]:
    for name in judged.criteria:
        given, label = judged.padded.get(name, ()), label_of_name(name, rubric)
        if found := worth_of_length(given):
            points, low, high = (signed(value) for value in (found.mean, found.low, found.high))
            yield say("judge.length_value", label=label, points=points, low=low, high=high)
        elif any(one.at_an_end for one in given):
            yield say("judge.length_full", label=label)


def _with_people(label: str, one: WithPeople) -> str:
    """The rank correlation with its interval; fewer requests tell nothing, which is said with their number."""
    found = one.agreement.spearman if one.agreement else None
    if one.code == "too_few" or found is None:
        return say(f"judge.people_{'too_few' if one.code == 'too_few' else 'alike'}", label=label, count=one.clusters)
    bounds = {"value": found.value, "low": found.low, "high": found.high}
    figures = {what: f"{bound:.2f}".replace("-", "−") for what, bound in bounds.items()}
    return say(f"judge.people_{one.code}", label=label, count=one.clusters, **figures)


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


def _quoted(one: LessonFacts, rubric: Rubric) -> Quote:
    """What somebody else gave is not told, for that may be scored by others still: only by which criteria."""
    order = [criterion.name for criterion in rubric]
    told = sorted(
        one.scores, key=lambda score: order.index(score.criterion) if score.criterion in order else len(order)
    )
    labels = [label_of_name(score.criterion, rubric) for score in told]
    given = zip(labels, told, strict=True)
    mine = (say("judge.score", label=label, score=score.score) for label, score in given)
    scores = dict.fromkeys(mine if one.theirs else labels)
    key = "judge.correction_back" if one.withdrawn else "judge.correction"
    who = say("judge.you" if one.theirs else "judge.colleague")
    return Quote(
        name=say(key, number=one.number, who=who, day=day_of(one.scores[0].created_at), scores=", ".join(scores)),
        text=one.note,
    )


def _choices(one: LessonFacts) -> tuple[Choice, ...]:
    """Of one's own, or an owner's. Words become a rule only by whoever wrote them."""
    if not one.open_to_edit:
        return ()
    verb, key = (USE, "judge.use") if one.withdrawn else (BACK, "judge.back")
    mine = Choice(label=say(key, number=one.number), action=f"{verb}:{one.scores[0].id}")
    rule = Choice(label=say("judge.rule", number=one.number), action=f"{RULE}:{one.scores[0].id}")
    return (mine, *([rule] if one.theirs and not one.withdrawn else []))
