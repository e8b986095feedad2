"""How each kind of task stands: weak, thin, good, or not to be known, with how much is missing."""

import random

import pytest
from scipy.stats import binomtest

from agent.evaluation.collect import FEWEST_OF_KIND, Kind
from agent.evaluation.tasks import Opinions, Task, exact_interval, tasks
from bench.truth import support

FULL = [Kind(id=kind, plural=f"{kind}s", have=8, want=8) for kind in support.KINDS]


def task(kind: str, count: int, failing: int = 0, kinds: list[Kind] = FULL) -> Task:
    """Of ``count`` answers, ten of each kind in thirty; the first so many of ``kind`` got worse."""
    answers = support.good(random.Random(3), count)
    worse = [one.id for one in answers if one.category == kind][:failing]
    found = tasks(answers, (), dict.fromkeys(worse, -0.5), kinds, {kind: Opinions(good=1, bad=2)})
    return next(one for one in found if one.kind.id == kind)


def test_a_kind_that_fails_is_weak_and_needs_what_the_guide_adds() -> None:
    found = task("repair", 30, failing=9)
    assert (found.standing, found.failing, found.n, found.examples) == ("weak", 9, 10, 10)
    assert found.requests == 0, "it is known"
    assert found.opinions.n == 3


def test_of_a_kind_with_few_test_requests_nothing_is_said() -> None:
    found = task("repair", 9, failing=3)
    assert (found.standing, found.n, found.interval, found.examples) == ("unknown", 3, None, 0)
    assert found.requests == FEWEST_OF_KIND - 3


def test_a_share_that_cannot_be_told_from_what_may_fail_says_how_many_requests_would_tell() -> None:
    found = task("repair", 30, failing=1)
    assert found.standing == "unclear"
    assert found.interval is not None
    assert found.interval[0] < 0.25 < found.interval[1]
    assert found.requests > 0


def test_a_kind_that_hardly_fails_is_good() -> None:
    found = task("repair", 90)
    assert (found.standing, found.examples, found.requests) == ("good", 0, 0)


def test_what_the_plan_wants_is_said_also_where_nothing_is_known() -> None:
    thin = [Kind(id="repair", plural="repairs", have=1, want=8)]
    found = task("repair", 9, kinds=thin)
    assert (found.standing, found.examples) == ("plan", 7)


def test_those_that_need_examples_come_first() -> None:
    answers = support.good(random.Random(3), 30)
    worse = dict.fromkeys([one.id for one in answers if one.category == "refund"], -0.5)
    assert tasks(answers, (), worse, FULL, {})[0].standing == "weak"


@pytest.mark.parametrize(("count", "n"), [(0, 5), (5, 5), (1, 10), (7, 22), (99, 100)])
def test_the_interval_is_the_exact_one(count: int, n: int) -> None:
    known = binomtest(count, n).proportion_ci(0.95, method="exact")
    assert exact_interval(count, n) == pytest.approx((known.low, known.high))
