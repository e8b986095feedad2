"""Which criterion of the rubric was scored by whom, or is only measured, or scored by nobody: told on the page for each."""

from collections.abc import Iterator, Mapping

from agent.evaluation.measures import Measure
from agent.reports.comparison import Comparison
from agent.reports.criteria import label_of, labels_of
from agent.reports.measure_words import criterion_of, heading, name_within, requests
from agent.reports.notes import Note
from agent.words import say
from storage.domain import Criterion

_STAND_INS: Mapping[str, tuple[str, ...]] = {
    "accuracy": ("own_request", "likeness"),
    "format": ("format",),
    "completeness": ("sections",),
}
"""What is measured of a criterion of ours, in its own unit: no score, and of accuracy and completeness a part only."""


def scorer_notes(comparison: Comparison) -> Iterator[Note]:
    if not comparison.task:
        return
    for criterion in comparison.rubric:
        text = say("scorers.one", criterion=heading(label_of(criterion)), scorers=_scorers(comparison, criterion))
        yield Note(section="scores", text=text)
    scored = {criterion_of(one) for one in comparison.measures}
    if late := [name for name in comparison.late if name in scored]:
        text = say("scorers.late", criteria=heading(labels_of(late, comparison.rubric)))
        yield Note(section="scores", urgent=5, text=text)
    if twice := _scored_twice(comparison):
        text = say("scorers.people_first", criteria=heading(labels_of(twice, comparison.rubric)))
        yield Note(section="scores", text=text)


def _scorers(comparison: Comparison, criterion: Criterion) -> str:
    scored = [one for one in comparison.measures if criterion_of(one) == criterion.name]
    told = [say("scorers.by", scorer=_scorer(comparison, one), n=requests(one.n)) for one in scored]
    names = [name_within(one, comparison) for one in map(comparison.measure, _STAND_INS.get(criterion.name, ())) if one]
    if names and criterion.name == "format":
        return "; ".join([*told, say("scorers.measured", name=", ".join(names))])
    measured = [say("scorers.stand_in", name=", ".join(names))] if names else []
    return "; ".join([*(told or [say("scorers.not_scored")]), *measured])


def _scorer(comparison: Comparison, measure: Measure) -> str:
    return say(f"scored.{measure.scored_by}", judge=comparison.judged.judge)


def _scored_twice(comparison: Comparison) -> list[str]:
    """Where a judge's scores step back."""
    return [criterion_of(one) for one in comparison.measures if one.scored_by == "judge" and one.role == "beside"]
