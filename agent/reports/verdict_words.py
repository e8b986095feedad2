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
)
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
    verdict, number = comparison.verdict, comparison.run
    match verdict.code:
        case "nothing_measured":
            return say("verdict.nothing_measured", number=number)
        case "too_few":
            most = max(decisive(comparison), key=lambda one: one.n)
            figures = figure_of(most)
            return say("verdict.too_few", number=number, needed=FEWEST, n=most.n, figure=figures)
        case "no_interval":
            return say("verdict.no_interval", number=number, figure=_first(comparison, "no_interval"))
        case "request_repeated":
            assert verdict.belonging is not None, "it is what the verdict rests on"
            assert verdict.belonging.echo is not None, "and this is how"
            return say("verdict.request_repeated", number=number, figure=echo_figure(verdict.belonging.echo))
        case "request_ignored":
            assert verdict.belonging is not None, "it is what the verdict rests on"
            return say("verdict.request_ignored", number=number, figure=belonging_figure(verdict.belonging))
        case "mixed":
            better, worse = (_first(comparison, outcome) for outcome in ("better", "worse"))
            return say("verdict.mixed", number=number, figure=better, worse=worse)
        case "no_difference" | "worse":
            return say(f"verdict.{verdict.code}", number=number, figure=_first(comparison, verdict.code))
        case "better":
            return say("verdict.better", number=number, figure=_best(comparison))
        case _:
            return say(f"verdict.{verdict.code}", number=number, figure=_first(comparison, "better"))


def unscored(comparison: Comparison) -> tuple[str, ...]:
    """The criteria of the rubric that nobody trustworthy has scored; people's votes on enough requests stand for all."""
    votes = comparison.measure("votes")
    if not comparison.task or (votes and votes.n >= FEWEST):
        return ()
    measured = {"format"} if comparison.measure("format") else set()
    return tuple(one for one in CRITERIA if one not in measured and not comparison.measure(f"judged_{one}"))


def table(comparison: Comparison) -> list[list[str]]:
    """Header and rows: criterion, base, tuned, difference, verdict, who scored it on how many requests."""
    keys = ("header", "base", "tuned", "difference", "outcome", "scored_by")
    rows = [[say(f"compare.{key}") for key in keys]]
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
    return figure_of(next(ended))


def _best(comparison: Comparison) -> str:
    """What got better in what answers say, and in their form."""
    won = [one for one in decisive(comparison) if comparison.verdict.outcomes[one.code] == "better"]
    best = [next((one for one in won if one.role == role), None) for role in ("content", "form")]
    return "; ".join(figure_of(one) for one in best if one)


def names_of(criteria: Sequence[str]) -> str:
    """The criteria of a rubric as a list within a sentence."""
    return ", ".join(say(f"rubric.{name}") for name in criteria)
