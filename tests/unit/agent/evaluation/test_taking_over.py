"""A version takes over where it is shown to be better and nothing that must not get worse is; everything else waits."""

from dataclasses import replace
from typing import cast

import pytest

from agent.evaluation.intervals import Interval
from agent.evaluation.measures import Measure
from agent.evaluation.pinned import PinnedResult, PinOutcome
from agent.evaluation.taking_over import taking_over
from agent.evaluation.verdict import Code, Outcome, Verdict

SURE = Interval(mean=0.4, low=0.2, high=0.6, n=30, p=0.001)


def verdict(code: Code = "better", **outcomes: Outcome) -> Verdict:
    return Verdict(code=code, outcomes=outcomes)


def beyond() -> Measure:
    return Measure(
        code="general", role="beside", unit="answers", beyond=True, n=30, base=0.9, tuned=0.5, difference=SURE
    )


def giving_away(code: str, pairs: dict[str, tuple[float, float]]) -> Measure:
    return Measure(
        code=code,
        role="beside",
        unit="answers",
        higher_is_better=False,
        n=len(pairs),
        base=0.0,
        tuned=0.1,
        difference=None,
        pairs=pairs,
    )


def test_one_that_is_shown_to_be_better_takes_over() -> None:
    assert taking_over(verdict(), (), None, verdict()) == "better"
    assert taking_over(verdict(), (), None, None) == "better", "where the base's answers were deleted, it is not asked"


@pytest.mark.parametrize(
    ("code", "why"),
    [
        ("better_form", "form_only"),
        ("worse", "worse"),
        ("mixed", "mixed"),
        ("no_difference", "not_shown"),
        ("request_ignored", "not_the_request"),
        ("request_repeated", "not_the_request"),
        ("too_few", "too_few"),
        ("no_interval", "too_few"),
        ("nothing_measured", "too_few"),
    ],
)
def test_any_other_verdict_waits_and_says_why(code: Code, why: str) -> None:
    assert taking_over(verdict(code), (), None, verdict()) == why


@pytest.mark.parametrize("code", ["leaked", "private"])
def test_one_answer_that_gives_something_away_is_enough_to_wait(code: str) -> None:
    found = giving_away(code, {f"r{at}": (0.0, float(at == 7)) for at in range(40)})
    assert taking_over(verdict(), [found], None, verdict()) == "private"
    the_other_way = replace(found, pairs={f"r{at}": (float(at == 7), 0.0) for at in range(40)})
    assert taking_over(verdict(), [the_other_way], None, verdict()) == "better"


def test_other_abilities_that_were_lost_are_not_made_up_for_beside_either_of_both() -> None:
    lost = verdict(general="worse")
    assert taking_over(lost, [beyond()], None, verdict()) == "other_abilities"
    assert taking_over(verdict(), (), None, lost, [beyond()]) == "other_abilities", "little by little is lost too"
    assert taking_over(verdict(general="no_difference"), [beyond()], None, verdict()) == "better"


@pytest.mark.parametrize("code", ["worse", "request_ignored", "request_repeated"])
def test_one_that_does_not_hold_beside_the_base_waits(code: Code) -> None:
    assert taking_over(verdict(), (), None, verdict(code)) == "below_base"


@pytest.mark.parametrize(("change", "why"), [("regressed", "pins"), ("failing", "better"), ("fixed", "better")])
def test_a_pinned_request_that_fails_anew_waits(change: str, why: str) -> None:
    outcome = cast(PinOutcome, type("Outcome", (), {"number": 1, "change": change})())
    assert taking_over(verdict(), (), PinnedResult(by="v2", outcomes=(outcome,)), verdict()) == why
