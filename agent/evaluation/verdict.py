"""What may be said of two models, by what was measured: a code, and how each criterion ended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from agent.evaluation.belonging import FEWEST, Belonging
from agent.evaluation.intervals import LEVEL, holm
from agent.evaluation.measures import Measure

Code = Literal[
    "better", "better_form", "worse", "mixed", "no_difference", "request_ignored", "too_few", "nothing_measured"
]
"""``better``: by what answers say, and nothing got worse. ``better_form``: by form alone. ``request_ignored``: the answers
fit other requests as well as their own, whatever their form."""
_WON: tuple[Code, ...] = ("better", "better_form", "mixed")
"""What answers that fit any request are not called, whatever else they won."""
Outcome = Literal["better", "worse", "no_difference", "too_few", "beside"]


@dataclass(frozen=True, kw_only=True)
class Verdict:
    code: Code
    outcomes: Mapping[str, Outcome]
    """By the code of the measure."""
    belonging: Belonging | None = None
    request_ignored: bool = False

    def ended(self, outcome: Outcome) -> tuple[str, ...]:
        return tuple(code for code, ended in self.outcomes.items() if ended == outcome)


def verdict(measures: Sequence[Measure], belonging: Belonging | None) -> Verdict:
    """Criteria with fewer than ``FEWEST`` requests decide nothing. The others are tested together (Holm), at 0.05 in all."""
    outcomes = {measure.code: outcome for measure, outcome in zip(measures, _outcomes(measures), strict=True)}
    content = {outcomes[measure.code] for measure in measures if measure.role == "content"}
    form = {outcomes[measure.code] for measure in measures if measure.role == "form"}
    ignored = belonging is not None and belonging.lost and not (belonging.by == "shared" and "better" in content)
    code = _code(content, form)
    if ignored and code in _WON:
        code = "request_ignored"
    return Verdict(code=code, outcomes=outcomes, belonging=belonging, request_ignored=ignored)


def _outcomes(measures: Sequence[Measure]) -> list[Outcome]:
    tested = {one.code: one.gain.p for one in measures if one.role != "beside" and one.n >= FEWEST and one.gain}
    certain = holm(tested)
    # Whether other abilities suffered is a question of its own, and no part of the verdict on the task.
    certain |= {one.code for one in measures if one.beyond and one.n >= FEWEST and one.gain and one.gain.p <= LEVEL}
    return [_outcome(one, one.code in certain) for one in measures]


def _outcome(measure: Measure, certain: bool) -> Outcome:
    if measure.role == "beside" and not measure.beyond:
        return "beside"
    if measure.n < FEWEST or measure.gain is None:
        return "too_few"
    if not certain:
        return "no_difference"
    return "better" if measure.gain.mean > 0 else "worse"


def _code(content: set[Outcome], form: set[Outcome]) -> Code:
    every = content | form
    if not every:
        return "nothing_measured"
    if every == {"too_few"}:
        return "too_few"
    if "worse" in every:
        return "mixed" if "better" in every else "worse"
    if "better" in content:
        return "better"
    return "better_form" if "better" in form else "no_difference"
