"""A comparison in words: the verdict as one sentence, the table, and what else one should know."""

from collections.abc import Sequence

from agent.evaluation.belonging import FEWEST
from agent.evaluation.measures import Measure
from agent.evaluation.rubric import CRITERIA, TARGET
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
            most = max(_decisive(comparison), key=lambda one: one.n)
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


def caveats(comparison: Comparison) -> list[str]:
    """What else one should know, the most important first: a sentence each."""
    found = [
        *_about_content(comparison),
        *_about_other_requests(comparison),
        *_about_answers(comparison),
        *_about_judge(comparison),
    ]
    if missing := unscored(comparison):
        found.append(say("caveat.rate" if comparison.rateable else "caveat.unscored", criteria=_names(missing)))
    return found


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
        name = name_of("unscored", criteria=_names(missing))
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


def _decisive(comparison: Comparison) -> list[Measure]:
    """What the verdict may rest on, the most telling first."""
    found = [one for one in comparison.measures if one.role != "beside"]
    return sorted(found, key=lambda one: _MOST_TELLING.index(one.code))


def _first(comparison: Comparison, outcome: str) -> str:
    """The figure of the most telling criterion that ended so."""
    ended = (one for one in _decisive(comparison) if comparison.verdict.outcomes[one.code] == outcome)
    return figure_of(next(ended))


def _best(comparison: Comparison) -> str:
    """What got better in what answers say, and in their form."""
    won = [one for one in _decisive(comparison) if comparison.verdict.outcomes[one.code] == "better"]
    best = [next((one for one in won if one.role == role), None) for role in ("content", "form")]
    return "; ".join(figure_of(one) for one in best if one)


def _about_content(comparison: Comparison) -> list[str]:
    verdict = comparison.verdict
    content = [one for one in _decisive(comparison) if one.role == "content"]
    counted = [one for one in content if one.n >= FEWEST]
    found = []
    if verdict.code == "better_form":
        if counted:
            found.append(say("caveat.content_same", figure=figure_of(counted[0])))
        else:
            most = max((one.n for one in content), default=0)
            key = "alike" if _one_wanted(comparison) else "too_few"
            rate = "_rate" if comparison.rateable else ""
            found.append(say(f"caveat.content_{key}{rate}", n=requests(most), needed=FEWEST))
    if verdict.request_ignored or verdict.code == "request_repeated":
        form = [one for one in _decisive(comparison) if one.role == "form" and verdict.outcomes[one.code] == "better"]
        if verdict.request_repeated:  # who says a request back is likelier and more like what was wanted, in no form
            form = [one for one in form if one.code not in ("likeness", "loss")]
        found += [say("caveat.ignored_but_form", figure=figure_of(form[0]))] if form else []
    if verdict.request_ignored and verdict.belonging and verdict.code != "request_ignored":
        found.append(say("caveat.request_ignored", figure=belonging_figure(verdict.belonging)))
    repeated = verdict.belonging.echo if verdict.belonging and verdict.request_repeated else None
    if repeated and verdict.code != "request_repeated":
        found.append(say("caveat.request_repeated", figure=echo_figure(repeated)))
    if verdict.belonging and verdict.belonging.mixed_up and verdict.code != "better":
        found.append(say("caveat.mixed_up"))
    return found


def _one_wanted(comparison: Comparison) -> bool:
    """Whether one and the same answer is wanted of all requests, as far as they are known and enough."""
    wanted = [one.reference for one in comparison.task if one.reference.strip()]
    return len(wanted) >= FEWEST and len(set(wanted)) == 1


def _about_other_requests(comparison: Comparison) -> list[str]:
    other = comparison.measure("other_form")
    if other is None or comparison.verdict.outcomes["other_form"] != "worse":
        return []
    return [say("caveat.other_form_worse", figure=figure_of(other))]


def _about_answers(comparison: Comparison) -> list[str]:
    found = []
    copied, cut_off = comparison.copied, comparison.cut_off
    if copied("tuned"):
        found.append(say("caveat.copied", tuned=copied("tuned"), base=copied("base"), n=len(comparison.task)))
    if cut_off("tuned") or cut_off("base"):
        count = len(comparison.answers)
        found.append(say("caveat.cut_off", tuned=cut_off("tuned"), base=cut_off("base"), n=count))
    if steered := sum(one.steered for one in comparison.answers):
        found.append(say("caveat.steered", count=steered))
    return found


def _about_judge(comparison: Comparison) -> list[str]:
    judged = comparison.judged
    if judged.probes and not judged.trusted and not judged.unavailable:
        failed = judged.probes - judged.passed
        return [say("caveat.judge_untrusted", judge=judged.judge, failed=failed, probes=judged.probes)]
    found = []
    if judged.unavailable in ("down", "slow", "out_of_time"):
        key = f"judge_{judged.unavailable}" if judged.requests else "judge_untested"
        found.append(say(f"caveat.{key}", judge=judged.judge, judged=judged.judged, requests=judged.requests))
    if not judged.trusted:
        return found
    if set(judged.criteria) < set(CRITERIA):
        found.append(say("caveat.judge_partly", judge=judged.judge, criteria=_names(judged.criteria)))
    if flipped := sum(one.flipped for one in judged.judgements):
        found.append(say("caveat.judge_flipped", flipped=flipped, judged=len(judged.judgements)))
    return found + _about_target(comparison)


def _about_target(comparison: Comparison) -> list[str]:
    scored = [one for one in comparison.measures if one.scored_by == "judge"]
    reached = [one.code.removeprefix("judged_") for one in scored if one.tuned >= TARGET]
    missed = [one.code.removeprefix("judged_") for one in scored if one.tuned < TARGET]
    if not scored:
        return []
    target = f"{TARGET:g}"
    if not missed:
        return [say("caveat.target_reached", target=target)]
    if not reached:
        return [say("caveat.target_missed", target=target)]
    return [say("caveat.target", target=target, reached=_names(reached), missed=_names(missed))]


def _names(criteria: Sequence[str]) -> str:
    return ", ".join(say(f"rubric.{name}") for name in criteria)
