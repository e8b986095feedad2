"""Tables over time: what versions reached, and what became of evaluations."""

from collections.abc import Mapping, Sequence

from agent.evaluation.measures import Measure
from agent.evaluation.rubric import Rubric
from agent.numbers import figure
from agent.replies import ShowTable
from agent.reports.criteria import label_of_name
from agent.reports.measure_words import criterion_of, heading, reached
from agent.reports.naming import who
from agent.words import knows, say
from storage.domain import Evaluation, EvaluationState

MOST_VERSIONS = 4
"""The latest: more columns are read by nobody on a phone."""


def versions_face(measures: Mapping[int, Sequence[Measure]], rubric: Rubric) -> ShowTable | None:
    """A row for each criterion that a verdict rests on, a column for each version: what it reached, and the difference from
    the base on the same requests."""
    codes = dict.fromkeys(
        one.code for found in measures.values() for one in found if one.role != "beside" or one.code == "general"
    )
    rows = []
    for code in codes:
        cells = [next((one for one in found if one.code == code), None) for found in measures.values()]
        first = next(one for one in cells if one is not None)
        rows.append((_name(first, rubric), *(_cell(one) for one in cells)))
    header = (say("compare.header"), *(heading(say("evaluate.version", number=version)) for version in measures))
    text = say("evaluate.versions_text")
    return ShowTable(title=say("evaluate.versions"), header=header, rows=tuple(rows), text=text) if rows else None


def evaluations_face(evaluations: Sequence[Evaluation]) -> ShowTable | None:
    rows = tuple(
        (
            str(one.number),
            ", ".join(who(name) for name in one.contenders),
            say(f"evaluate.state_{one.state.value}"),
            " ".join(str(text) for text in one.results.get("headlines") or ()) or figure(None),
        )
        for one in reversed(evaluations)
    )
    header = tuple(say(f"evaluate.column_{name}") for name in ("number", "contenders", "state", "verdict"))
    return ShowTable(title=say("evaluate.list"), header=header, rows=rows, text=_again(evaluations)) if rows else None


def _again(evaluations: Sequence[Evaluation]) -> str:
    """How to come back to one that is done; empty where none is."""
    done = [one.number for one in evaluations if one.state is EvaluationState.DONE]
    return say("evaluate.list_text", number=done[-1]) if done else ""


def _name(measure: Measure, rubric: Rubric) -> str:
    if criterion := criterion_of(measure):
        return heading(say(f"measure.by_{measure.scored_by}", criterion=label_of_name(criterion, rubric)))
    key = f"measure.{measure.code}"
    return heading(say(key)) if knows(key) else measure.code


def _cell(measure: Measure | None) -> str:
    if measure is None:
        return figure(None)
    value, difference = reached(measure)
    return say("evaluate.reached", value=value, difference=difference)
