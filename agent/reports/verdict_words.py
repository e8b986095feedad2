"""A comparison in words: the verdict as one sentence, and the table."""

from agent.evaluation.intervals import FEWEST
from agent.evaluation.measures import Measure
from agent.evaluation.people import OVERALL
from agent.evaluation.power import MOST_MISSING
from agent.numbers import figure
from agent.reports.comparison import Comparison
from agent.reports.criteria import labels_of
from agent.reports.measure_words import (
    belonging_figure,
    cells,
    criterion_of,
    echo_figure,
    figure_of,
    heading,
    perplexity_cells,
    requests,
    test_requests,
)
from agent.reports.naming import called, head
from agent.words import say

_MOST_TELLING = ("votes", "own_request", "own_loss", "format", "sections", "repetition", "likeness", "loss")
"""Which of several criteria stands in the sentence: what people say first, then what answers say, then their form. Scores of
content come after ``votes``, people's before a judge's; those of form after ``sections``."""
_AFTER_SIDES = ("difference", "record", "outcome", "scored_by")


def headline(comparison: Comparison) -> str:
    """The verdict, with what was measured, the difference, its interval and the number of requests."""
    return say(f"verdict.{_sentence(comparison)}", **_evidence(comparison), **called(comparison))


def _sentence(comparison: Comparison) -> str:
    """Which of the sentences it is: that no difference was shown may mean that there were too few requests to show it."""
    verdict = comparison.verdict
    if verdict.code == "too_few" and (verdict.missing or 0) > FEWEST - most_requests(comparison):
        return "too_few_least"
    if content_is_open(comparison):
        return "content_open"
    return "not_yet" if needs_more(comparison) else verdict.code


def content_is_open(comparison: Comparison) -> bool:
    """Whether form alone could be tested, and showed nothing: of what answers say too few are known for any verdict."""
    return (
        comparison.verdict.code == "no_difference"
        and not one_is_wanted(comparison)
        and _most_content(comparison) < FEWEST
    )


def one_is_wanted(comparison: Comparison) -> bool:
    """Whether one and the same answer is wanted of all requests, as far as they are known and enough."""
    wanted = [one.reference for one in comparison.task if one.reference.strip()]
    return len(wanted) >= FEWEST and len(set(wanted)) == 1


def _most_content(comparison: Comparison) -> int:
    """Requests of the criterion of content that has the most."""
    return max((one.n for one in decisive(comparison) if one.role == "content"), default=0)


def needs_more(comparison: Comparison) -> bool:
    """Whether enough requests were asked for a verdict, and more would tell a difference like the one that was seen."""
    missing = comparison.verdict.missing
    known = comparison.verdict.code == "no_difference" and not content_is_open(comparison)
    return known and missing is not None and missing < MOST_MISSING


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
        case "no_difference" if content_is_open(comparison):
            n = _most_content(comparison)
            values = {"n": n, "needed": FEWEST, "missing": FEWEST - n, "requests": test_requests(FEWEST - n)}
            return {**values, "figure": _first(comparison, verdict.code)}
        case "no_difference" if needs_more(comparison):
            measure, missing = comparison.measure(verdict.nearest), verdict.missing or 0
            assert measure is not None, "it is what more requests are wanted for"
            values = {"n": measure.n, "missing": missing, "requests": test_requests(missing)}
            return {**values, "figure": figure_of(measure, comparison)}
        case _:
            return {"figure": _first(comparison, verdict.code)}


def most_requests(comparison: Comparison) -> int:
    """Of the criterion that has the most, of those that may decide."""
    return max((one.n for one in decisive(comparison)), default=0)


def votes_would_tell(comparison: Comparison) -> bool:
    """Whether a verdict is short of requests, and there are enough pairs of answers for people's votes to make one."""
    short = comparison.verdict.code in ("too_few", "no_interval") or needs_more(comparison)
    votes = comparison.measure("votes")
    return short and comparison.rateable + (votes.n if votes else 0) >= FEWEST


def rate_command(comparison: Comparison, what: str = "") -> str:
    """What to write for rating these answers blind."""
    of = f"evaluation {comparison.number}" if comparison.kind == "evaluation" else ""
    return " ".join(filter(None, ["/tune rate", what, of]))


def unscored(comparison: Comparison) -> tuple[str, ...]:
    """The criteria of the rubric that nobody trustworthy has scored, by name; people's votes, or their scores of answers as a
    whole, on enough requests stand for all."""
    whole = [comparison.measure(code) for code in ("votes", f"scored_{OVERALL}")]
    if not comparison.task or any(one and one.n >= FEWEST for one in whole):
        return ()
    scored = {criterion_of(one) for one in comparison.measures} | (
        {"format"} if comparison.measure("format") else set()
    )
    return tuple(one.name for one in comparison.rubric if one.name not in scored)


def table(comparison: Comparison, *, whole: bool = True) -> list[list[str]]:
    """Header and rows: criterion, both sides, difference, by request, verdict, who scored it on how many requests.

    What the verdict may rest on and what was lost elsewhere comes first, then what nobody has scored. With ``whole``, what is
    for information only stands at the end.
    """
    sides = [head(comparison, "base"), head(comparison, "tuned")]
    rows = [[say("compare.header"), *sides, *(say(f"compare.{key}") for key in _AFTER_SIDES)]]
    # Nothing leaked, nobody refused: five rows of 0 would hide what there is to read.
    told = [one for one in comparison.measures if not one.is_silent or one.beyond]
    beside = [one for one in told if comparison.verdict.outcomes[one.code] == "beside"]
    for measure in told:
        rows += _rows(comparison, measure) if measure not in beside else []
    rows += _unscored_row(comparison)
    for measure in beside if whole else []:
        rows += _rows(comparison, measure)
    return rows


def _rows(comparison: Comparison, measure: Measure) -> list[list[str]]:
    """One; of the loss another, in its other unit."""
    end = [say(f"outcome.{comparison.verdict.outcomes[measure.code]}"), _scored(comparison, measure)]
    rows = [[*cells(measure, comparison), *end]]
    if measure.code == "loss":
        losses = comparison.losses
        both = (losses.base_perplexity, losses.tuned_perplexity) if losses else (None, None)
        rows.append([*perplexity_cells(measure, *both), *end])
    return rows


def _unscored_row(comparison: Comparison) -> list[list[str]]:
    missing = unscored(comparison)
    if not missing:
        return []
    name = heading(say("measure.unscored", criteria=labels_of(missing, comparison.rubric)))
    nobody = say("scored.nobody", command=rate_command(comparison, "scores"))
    who = nobody if comparison.rateable else say("scored.nobody_can")
    return [[name, *[figure(None)] * 4, say("outcome.unscored"), who]]


def _scored(comparison: Comparison, measure: Measure) -> str:
    scorer = say(f"scored.{measure.scored_by}", judge=comparison.judged.judge)
    return say("cell.scored", scorer=scorer, n=requests(measure.n))


def decisive(comparison: Comparison) -> list[Measure]:
    """What the verdict may rest on, the most telling first."""
    found = [one for one in comparison.measures if one.role != "beside"]
    return sorted(found, key=_telling)


def _telling(measure: Measure) -> tuple[int, bool]:
    """Less is more telling."""
    if criterion_of(measure):
        after = "votes" if measure.role == "content" else "sections"
        return _MOST_TELLING.index(after) * 2 + 1, measure.scored_by != "people"
    known = measure.code in _MOST_TELLING
    return (_MOST_TELLING.index(measure.code) if known else len(_MOST_TELLING)) * 2, False


def _first(comparison: Comparison, outcome: str) -> str:
    """The figure of the most telling criterion that ended so."""
    ended = (one for one in decisive(comparison) if comparison.verdict.outcomes[one.code] == outcome)
    return figure_of(next(ended), comparison)


def _best(comparison: Comparison) -> str:
    """What got better in the form of answers, which everybody can see, and in what they say, on which the verdict rests."""
    won = [one for one in decisive(comparison) if comparison.verdict.outcomes[one.code] == "better"]
    best = [next((one for one in won if one.role == role), None) for role in ("form", "content")]
    return "; ".join(figure_of(one, comparison) for one in best if one)
