"""A comparison in words: the verdict as one sentence, and the table."""

from collections.abc import Sequence

from agent.evaluation.belonging import FEWEST
from agent.evaluation.measures import Measure
from agent.evaluation.rubric import CRITERIA
from agent.numbers import figure
from agent.reports.comparison import Comparison
from agent.reports.measure_words import (
    belonging_figure,
    cells,
    echo_figure,
    figure_of,
    name_of,
    perplexity_cells,
    requests,
    test_requests,
)
from agent.reports.naming import called, head
from agent.words import say

_MOST_TELLING = (
    "votes",
    "judged_accuracy",
    "judged_relevance",
    "judged_completeness",
    "own_request",
    "own_loss",
    "format",
    "sections",
    "judged_format",
    "judged_tone",
    "likeness",
    "loss",
)
"""Which of several criteria stands in the sentence: what people say first, then what answers say, then their form."""


def headline(comparison: Comparison) -> str:
    """The verdict, with what was measured, the difference, its interval and the number of requests."""
    code = comparison.verdict.code
    return say(f"verdict.{code}", **_evidence(comparison), **called(comparison))


def _evidence(comparison: Comparison) -> dict[str, object]:
    """What the sentence of the verdict rests on."""
    verdict = comparison.verdict
    match verdict.code:
        case "nothing_measured" | "no_interval":
            return {}
        case "too_few":
            n = most_requests(comparison)
            return {"n": n, "needed": FEWEST, "missing": FEWEST - n, "requests": test_requests(FEWEST - n)}
        case "request_repeated":
            assert verdict.belonging is not None, "it is what the verdict rests on"
            assert verdict.belonging.echo is not None, "and this is how"
            return {"figure": echo_figure(verdict.belonging.echo)}
        case "request_ignored":
            assert verdict.belonging is not None, "it is what the verdict rests on"
            return {"figure": belonging_figure(verdict.belonging, comparison)}
        case "mixed":
            better, worse = (_first(comparison, outcome) for outcome in ("better", "worse"))
            return {"figure": better, "worse": worse}
        case "better":
            return {"figure": _best(comparison)}
        case "better_form":
            return {"figure": _first(comparison, "better")}
        case _:
            return {"figure": _first(comparison, verdict.code)}


def most_requests(comparison: Comparison) -> int:
    """Of the criterion that has the most, of those that may decide."""
    return max((one.n for one in decisive(comparison)), default=0)


def unscored(comparison: Comparison) -> tuple[str, ...]:
    """The criteria of the rubric that nobody trustworthy has scored; people's votes on enough requests stand for all."""
    votes = comparison.measure("votes")
    if not comparison.task or (votes and votes.n >= FEWEST):
        return ()
    measured = {"format"} if comparison.measure("format") else set()
    return tuple(one for one in CRITERIA if one not in measured and not comparison.measure(f"judged_{one}"))


def table(comparison: Comparison) -> list[list[str]]:
    """Header and rows: criterion, base, tuned, difference, verdict, who scored it on how many requests."""
    sides = [head(comparison, "base"), head(comparison, "tuned")]
    rows = [[say("compare.header"), *sides, *(say(f"compare.{key}") for key in ("difference", "outcome", "scored_by"))]]
    for measure in comparison.measures:
        end = [say(f"outcome.{comparison.verdict.outcomes[measure.code]}"), _scored(comparison, measure)]
        rows.append([*cells(measure), *end])
        if measure.code == "loss":
            losses = comparison.losses
            both = (losses.base_perplexity, losses.tuned_perplexity) if losses else (None, None)
            rows.append([*perplexity_cells(measure, *both), *end])
    if missing := unscored(comparison):
        nothing = [figure(None)] * 3
        name = name_of("unscored", criteria=names_of(missing))
        rows.append(
            [
                name,
                *nothing,
                say("outcome.unscored"),
                say("scored.nobody" if comparison.rateable else "scored.nobody_can"),
            ]
        )
    return rows


def _scored(comparison: Comparison, measure: Measure) -> str:
    scorer = say(f"scored.{measure.scored_by}", judge=comparison.judged.judge)
    return say("cell.scored", scorer=scorer, n=requests(measure.n))


def decisive(comparison: Comparison) -> list[Measure]:
    """What the verdict may rest on, the most telling first."""
    found = [one for one in comparison.measures if one.role != "beside"]
    return sorted(found, key=lambda one: _MOST_TELLING.index(one.code))


def _first(comparison: Comparison, outcome: str) -> str:
    """The figure of the most telling criterion that ended so."""
    ended = (one for one in decisive(comparison) if comparison.verdict.outcomes[one.code] == outcome)
    return figure_of(next(ended), comparison)


def _best(comparison: Comparison) -> str:
    """What got better in what answers say, and in their form."""
    won = [one for one in decisive(comparison) if comparison.verdict.outcomes[one.code] == "better"]
    best = [next((one for one in won if one.role == role), None) for role in ("content", "form")]
    return "; ".join(figure_of(one, comparison) for one in best if one)


def names_of(criteria: Sequence[str]) -> str:
    """The criteria of a rubric as a list within a sentence."""
    return ", ".join(say(f"rubric.{name}") for name in criteria)
