"""What bears on a verdict and is not in its sentence; what was lost elsewhere; what the answers lack."""

from collections.abc import Iterator

from agent.evaluation.intervals import FEWEST, Interval
from agent.evaluation.length import WIDEST_SCORE
from agent.evaluation.measures import Measure
from agent.evaluation.power import MOST_MISSING, smallest_found
from agent.reports.comparison import Comparison
from agent.reports.measure_words import (
    belonging_figure,
    difference_of,
    echo_figure,
    figure_of,
    name_within,
    requests,
    size_of,
    test_requests,
)
from agent.reports.naming import called
from agent.reports.notes import Note
from agent.reports.verdict_words import (
    content_is_open,
    decisive,
    needs_more,
    one_is_wanted,
    rate_command,
    votes_would_tell,
)
from agent.words import say


def verdict_notes(comparison: Comparison) -> Iterator[Note]:
    yield from _too_few(comparison)
    yield from _could_be_found(comparison)
    yield from _content(comparison)
    yield from _length(comparison)
    yield from _belonging(comparison)
    yield from _other_requests(comparison)
    yield from _answers(comparison)


def _too_few(comparison: Comparison) -> Iterator[Note]:
    """What is known so far, and how to come to a verdict. Votes help where enough pairs are left to vote on."""
    code = comparison.verdict.code
    if code in ("too_few", "no_interval"):
        yield from _so_far(comparison)
    elif needs_more(comparison):
        yield Note(section="verdict", urgent=3, text=say("caveat.not_yet"))
    elif content_is_open(comparison):
        yield from _form_estimate(comparison)
        return
    else:
        return
    key = "caveat.more_requests_rate" if votes_would_tell(comparison) else "caveat.more_requests"
    yield Note(section="next", urgent=9, text=say(key, command=rate_command(comparison)))


def _form_estimate(comparison: Comparison) -> Iterator[Note]:
    missing = comparison.verdict.missing
    if missing is not None and missing < MOST_MISSING:
        text = say("caveat.form_estimate", missing=missing, requests=test_requests(missing))
        yield Note(section="verdict", text=text)


def _so_far(comparison: Comparison) -> Iterator[Note]:
    most = max(decisive(comparison), key=lambda one: one.n)
    few = comparison.verdict.code == "too_few"
    text = say("caveat.so_far" if few else "caveat.sums", figure=figure_of(most, comparison))
    yield Note(section="verdict", urgent=9, text=text)
    missing = comparison.verdict.missing or 0
    if few and FEWEST - most.n < missing < MOST_MISSING:
        text = say("caveat.estimate", missing=missing, requests=test_requests(missing))
        yield Note(section="verdict", urgent=7, text=text)


def _content(comparison: Comparison) -> Iterator[Note]:
    """Why it is not said whether better form, or any, says anything better."""
    if comparison.verdict.code not in ("better_form", "by_length", "no_difference"):
        return
    content = [one for one in decisive(comparison) if one.role == "content"]
    counted = next((one for one in content if one.n >= FEWEST), None)
    if counted:
        if comparison.verdict.code == "better_form" and comparison.verdict.outcomes[counted.code] != "by_length":
            text = say("caveat.content_same", figure=figure_of(counted, comparison))
            yield Note(section="verdict", urgent=8, text=text)
        return
    most = max((one.n for one in content), default=0)
    key = "alike" if one_is_wanted(comparison) else "too_few"
    rate = "_rate" if comparison.rateable and not votes_would_tell(comparison) else ""
    text = say(f"caveat.content_{key}{rate}", n=requests(most), needed=FEWEST, command=rate_command(comparison))
    yield Note(section="verdict", urgent=8, text=text)


def _could_be_found(comparison: Comparison) -> Iterator[Note]:
    """That no difference was shown says little where only a large one could have been."""
    verdict = comparison.verdict
    if verdict.code != "no_difference":
        return
    measure = comparison.measure(verdict.nearest) or next(
        (one for one in decisive(comparison) if verdict.outcomes[one.code] == "no_difference"), None
    )
    if measure and measure.tested and measure.n >= FEWEST:
        smallest = smallest_found(measure.tested, tests=max(1, verdict.tests))
        name = name_within(measure, comparison)
        is_beyond = measure.at_equal_length is not None and smallest > WIDEST_SCORE
        text = (
            say("caveat.could_find_none", name=name)
            if is_beyond
            else say("caveat.could_find", smallest=size_of(measure, smallest), name=name)
        )
        yield Note(section="verdict", urgent=4, text=text)


def _length(comparison: Comparison) -> Iterator[Note]:
    """What a judge found, at equal length: judges like long answers, some too little for probes to find it (planted ones, in
    ``docs/evaluation.md``)."""
    outcomes, length = comparison.verdict.outcomes, comparison.measure("length")
    told = [one for one in decisive(comparison) if one.at_equal_length]
    for outcome in ("by_length", "better", "worse"):
        measure = next((one for one in told if outcomes[one.code] == outcome), None)
        if measure is None or measure.at_equal_length is None:
            continue
        left = measure.at_equal_length
        values = {"name": name_within(measure, comparison), "left": difference_of(measure, left)}
        if outcome == "by_length" and length is not None:
            rate = say("caveat.by_length_rate", command=rate_command(comparison)) if comparison.rateable else ""
            text = say(_of_equally_long(measure, left), **values, figure=figure_of(length, comparison), rate=rate)
            yield Note(section="verdict", urgent=8, text=text)
        else:
            yield Note(section="verdict", text=say("caveat.at_equal_length", **values))


def _of_equally_long(measure: Measure, left: Interval) -> str:
    """Which sentence tells what was found there."""
    if left.low <= -WIDEST_SCORE and left.high >= WIDEST_SCORE:
        return "caveat.by_length_alone"
    whole = measure.difference.mean if measure.difference else 0.0
    is_turned = whole * left.mean < 0 and not left.low <= 0 <= left.high
    return "caveat.by_length_turned" if is_turned else "caveat.by_length"


def _belonging(comparison: Comparison) -> Iterator[Note]:
    """That answers fit any request, or repeat their own: where the verdict is another, or besides it."""
    verdict = comparison.verdict
    if verdict.request_ignored or verdict.code == "request_repeated":
        form = [one for one in decisive(comparison) if one.role == "form" and verdict.outcomes[one.code] == "better"]
        if verdict.request_repeated:  # who says a request back is likelier and more like what was wanted, in no form
            form = [one for one in form if one.code not in ("likeness", "loss")]
        if form:
            yield Note(
                section="verdict", urgent=5, text=say("caveat.ignored_but_form", figure=figure_of(form[0], comparison))
            )
    found = verdict.belonging
    if found is None:
        return
    if verdict.request_ignored and verdict.code != "request_ignored":
        yield Note(
            section="verdict", urgent=9, text=say("caveat.request_ignored", figure=belonging_figure(found, comparison))
        )
    if verdict.request_repeated and found.echo and verdict.code != "request_repeated":
        yield Note(section="verdict", urgent=9, text=say("caveat.request_repeated", figure=echo_figure(found.echo)))
    if found.mixed_up and verdict.code != "better":
        yield Note(section="verdict", urgent=8, text=say("caveat.mixed_up"))


def _other_requests(comparison: Comparison) -> Iterator[Note]:
    other = comparison.measure("other_form")
    if other and comparison.verdict.outcomes["other_form"] == "worse":
        yield Note(section="other", urgent=9, text=say("caveat.other_form_worse", figure=figure_of(other, comparison)))


def _same_answers(comparison: Comparison) -> Iterator[Note]:
    same, n = sum(one.base.strip() == one.tuned.strip() for one in comparison.task), len(comparison.task)
    if same:
        key = "caveat.same_answers_all" if same == n else "caveat.same_answers"
        if comparison.kind == "evaluation":  # it may be of models that nobody trained
            key = "caveat.same_answers_all_evaluated" if same == n else "caveat.same_answers_evaluated"
        yield Note(section="answers", urgent=7 if same == n else 0, text=say(key, count=same, n=n))


def _answers(comparison: Comparison) -> Iterator[Note]:
    yield from _same_answers(comparison)
    copied, cut_off, count = comparison.copied, comparison.cut_off, sum(one.check is None for one in comparison.answers)
    told = {fault.code for fault in comparison.faults}
    if copied("tuned") and "copied" not in told:
        text = say(
            "caveat.copied", **called(comparison), tuned=copied("tuned"), base=copied("base"), n=len(comparison.task)
        )
        yield Note(section="answers", urgent=7, text=text)
    if (cut_off("tuned") or cut_off("base")) and "cut_off" not in told:
        text = say("caveat.cut_off", **called(comparison), tuned=cut_off("tuned"), base=cut_off("base"), n=count)
        yield Note(section="answers", urgent=4 if cut_off("tuned") else 1, text=text)
    if steered := sum(one.steered for one in comparison.answers):
        yield Note(section="sets", urgent=3, text=say("caveat.steered", count=steered))
