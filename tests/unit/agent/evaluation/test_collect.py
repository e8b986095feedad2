"""What to collect next: weak kinds with enough evidence first, then what the plan wants, in numbers that rest on it."""

import random
from dataclasses import replace

from agent.evaluation.collect import GAP, Kind, collect
from agent.evaluation.facts import Answered
from agent.evaluation.faults import answer_faults
from bench.truth import support

FULL = [Kind(id=kind, plural=f"{kind}s", have=8, want=8) for kind in support.KINDS]


def weak_repairs(count: int) -> list[Answered]:
    """Answers that are good but those to repairs."""
    return [
        replace(one, tuned="Done.") if one.category == "repair" else one
        for one in support.good(random.Random(3), count)
    ]


def test_a_kind_whose_answers_fail_comes_first_with_what_the_guide_adds_after_a_round() -> None:
    given = weak_repairs(30)
    faults = answer_faults(given, support.lessons(random.Random(4)))
    (need,) = collect(given, faults, {}, FULL).needs
    assert (need.kind, need.why, need.failing, need.n, need.examples) == ("repair", "weak", 10, 10, GAP)


def test_a_kind_of_few_answers_is_not_called_weak() -> None:
    given = weak_repairs(12)
    assert collect(given, (), {one.id: -1.0 for one in given if one.category == "repair"}, FULL).needs == ()


def test_answers_that_got_worse_count_as_failing() -> None:
    given = support.good(random.Random(3), 30)
    (need,) = collect(given, (), {one.id: -0.2 for one in given if one.category == "refund"}, FULL).needs
    assert (need.kind, need.failing, need.n) == ("refund", 10, 10)


def test_then_comes_what_the_plan_wants_the_thinnest_first() -> None:
    kinds = [
        Kind(id="refund", plural="refunds", have=6, want=8),
        Kind(id="repair", plural="repairs", have=1, want=8),
        Kind(id="delivery", plural="deliveries", have=8, want=8),
    ]
    needs = collect(support.good(random.Random(3)), (), {}, kinds).needs
    assert [(need.kind, need.examples, need.why) for need in needs] == [("repair", 7, "plan"), ("refund", 2, "plan")]


def test_requests_with_a_known_answer_are_missing_up_to_twenty() -> None:
    known, unknown = support.good(random.Random(3), 6), support.good(random.Random(3), 6, known=False)
    assert collect(known, (), {}, ()).requests == 14
    assert collect(unknown, (), {}, ()).requests == 20
    assert collect(support.good(random.Random(3), 28), (), {}, ()).requests == 0


def test_where_nothing_is_known_nothing_is_wanted() -> None:
    assert collect([], (), {}, ()).needs == ()
