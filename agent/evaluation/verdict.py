"""What may be said of two models, by what was measured: a code, and how each criterion ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.evaluation.belonging import Belonging
from agent.evaluation.intervals import FEWEST, Interval, holm
from agent.evaluation.measures import Measure
from agent.evaluation.power import missing_for

Code = Literal[
    "better",
    "better_form",
    "worse",
    "mixed",
    "no_difference",
    "by_length",
    "request_ignored",
    "request_repeated",
    "too_few",
    "no_interval",
    "nothing_measured",
]
"""``better``: by what answers say, and nothing got worse. ``better_form``: by form alone. ``request_ignored``: the answers
fit other requests as well as their own, whatever their form. ``request_repeated``: they fit it by saying it back.
``no_interval``: enough requests, of which only sums are known. ``by_length``: a judge alone found a difference, which may be
for the length of answers."""
_WON: tuple[Code, ...] = ("better", "better_form", "mixed")
"""What answers that fit any request, or repeat it, are not called, whatever else they won."""
_UNTOLD: tuple[Code, ...] = ("no_difference", "by_length", "too_few")
Outcome = Literal["better", "worse", "no_difference", "by_length", "too_few", "no_interval", "beside"]
"""``by_length``: told from chance, and not at equal length (``Measure.tested``)."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    code: Code
    outcomes: Mapping[str, Outcome]
    """By the code of the measure."""
    belonging: Belonging | None = None
    request_ignored: bool = False
    request_repeated: bool = False
    missing: int | None = None
    """About how many more requests it would take until some criterion of the task can be told from chance, if it stays as it
    was seen (``power.missing_of``); ``power.MOST_MISSING`` for as many or more. None where something is told already, or
    nothing has an interval."""
    nearest: str = ""
    """The code of that criterion; empty where ``missing`` is None."""
    tests: int = 0
    """Criteria that were tested together, those of comparisons beside this one among them."""

    def ended(self, outcome: Outcome) -> tuple[str, ...]:
        return tuple(code for code, ended in self.outcomes.items() if ended == outcome)


def verdict(measures: Sequence[Measure], belonging: Belonging | None, together: Sequence[Measure] = ()) -> Verdict:
    """Criteria with fewer than ``FEWEST`` requests decide nothing. The others are tested together (Holm), at 0.05 in all.

    ``together``: the criteria of other comparisons that are told beside this one, and so are tested with it.
    """
    outcomes = {measure.code: outcome for measure, outcome in zip(measures, _outcomes(measures, together), strict=True)}
    content = {outcomes[measure.code] for measure in measures if measure.role == "content"}
    form = {outcomes[measure.code] for measure in measures if measure.role == "form"}
    ignored = belonging is not None and belonging.lost and not (belonging.by == "shared" and "better" in content)
    repeated = belonging is not None and belonging.repeated
    code = _code(content, form)
    if ignored and code in _WON:
        code = "request_ignored"
    if repeated and code in _WON and not _asserted(measures, outcomes):
        code = "request_repeated"
    nearest, missing = _nearest(measures, together) if code in _UNTOLD else ("", None)
    return Verdict(
        code=code,
        outcomes=outcomes,
        belonging=belonging,
        request_ignored=ignored,
        request_repeated=repeated,
        missing=missing,
        nearest=nearest,
        tests=sum(_is_tested(one) and one.gain is not None for one in (*measures, *together)),
    )


def _asserted(measures: Sequence[Measure], outcomes: Mapping[str, Outcome]) -> bool:
    """Whether people or a judge find that answers say something better: they see whether one only repeats its request."""
    return any(
        one.role == "content" and one.scored_by != "measured" and outcomes[one.code] == "better" for one in measures
    )


def _nearest(measures: Sequence[Measure], together: Sequence[Measure]) -> tuple[str, int | None]:
    """The criterion that takes the fewest more requests to tell something, and how many. Holm asks of it what Bonferroni asks
    of all. Where some have ``FEWEST`` requests it is one of these: what a handful promises is no estimate."""
    tested = [one for one in measures if one.role != "beside" and one.difference]
    tests = len(tested) + sum(one.role != "beside" and one.difference is not None for one in together)
    counted = [one for one in tested if one.n >= FEWEST] or tested
    missing = {one.code: count for one in counted if (count := missing_for(one, tests=tests)) is not None}
    return min(missing.items(), key=lambda item: item[1], default=("", None))


def _outcomes(measures: Sequence[Measure], together: Sequence[Measure]) -> list[Outcome]:
    certain = _certain(measures, together, lambda one: one.tested)
    # Whether other abilities suffered is a question of its own, and no part of the verdict on the task.
    certain |= {one.code for one in measures if one.beyond and _is_certain_beyond(one, together)}
    unless_length = _certain(measures, together, lambda one: one.difference)
    return [_outcome(one, one.code in certain, one.code in unless_length) for one in measures]


def _certain(
    measures: Sequence[Measure], together: Sequence[Measure], interval: Callable[[Measure], Interval | None]
) -> frozenset[str]:
    others = {
        f"{at}/{one.code}": found.p for at, one in enumerate(together) if _is_tested(one) and (found := interval(one))
    }
    return holm({one.code: found.p for one in measures if _is_tested(one) and (found := interval(one))} | others)


def _is_certain_beyond(measure: Measure, together: Sequence[Measure]) -> bool:
    """Of several comparisons the same check is tested together too: with five contenders one would else seem to forget in
    every fifth evaluation, by chance."""
    same = [one for one in (measure, *together) if one.code == measure.code]
    return "0" in holm({str(at): one.gain.p for at, one in enumerate(same) if one.n >= FEWEST and one.gain})


def _is_tested(measure: Measure) -> bool:
    return measure.role != "beside" and measure.n >= FEWEST


def _outcome(measure: Measure, certain: bool, unless_length: bool) -> Outcome:
    if measure.role == "beside" and not measure.beyond:
        return "beside"
    if measure.n < FEWEST:
        return "too_few"
    if measure.gain is None:
        return "no_interval"
    if not certain:
        return "by_length" if unless_length and measure.at_equal_length else "no_difference"
    return "better" if measure.gain.mean > 0 else "worse"


def _code(content: set[Outcome], form: set[Outcome]) -> Code:
    every = content | form
    if not every:
        return "nothing_measured"
    if every <= {"too_few", "no_interval"}:
        return "no_interval" if "no_interval" in every else "too_few"
    if "worse" in every:
        return "mixed" if "better" in every else "worse"
    if "better" in content:
        return "better"
    if "better" in form:
        return "better_form"
    return "by_length" if "by_length" in every else "no_difference"
