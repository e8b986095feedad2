"""Where blind votes stand, whoever looks and however often."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evaluation.intervals import FEWEST
from agent.evaluation.power import MOST_MISSING
from agent.evaluation.sequential import VoteStanding, standing_of_votes


def of(*votes: float) -> VoteStanding:
    found = standing_of_votes({str(place): [vote] for place, vote in enumerate(votes)})
    assert found is not None
    return found


def test_nobody_has_voted() -> None:
    assert standing_of_votes({}) is None
    assert standing_of_votes({"row": []}) is None


@pytest.mark.parametrize(("vote", "code"), [(1.0, "tuned"), (-1.0, "base"), (0.0, "open")])
def test_twenty_that_agree(vote: float, code: str) -> None:
    assert of(*[vote] * 20).code == code
    assert of(*[vote] * 19).code == "open"
    assert of(*[vote] * 19).missing is not None


def test_that_nobody_sees_a_difference_takes_more_to_say() -> None:
    found = of(*[0.0] * 20)
    assert found.missing is not None
    assert of(*[0.0] * (20 + found.missing)).code == "alike"
    assert of(*[0.0] * (19 + found.missing)).code == "open"


def test_votes_that_are_divided_miss_many() -> None:
    assert of(*[1.0, -1.0] * 10).missing == MOST_MISSING or (of(*[1.0, -1.0] * 10).missing or 0) > 100


def test_what_is_missing_comes_true_if_votes_go_on_as_they_are() -> None:
    now = [1.0, 1.0, 1.0, 0.0, -1.0] * 5
    found = of(*now)
    assert found.code == "open"
    assert found.missing is not None
    assert of(*now * 4).code == "tuned"
    assert found.missing <= 3 * len(now)


def test_many_votes_of_a_request_count_once() -> None:
    one = standing_of_votes({str(place): [1.0] for place in range(5)})
    many = standing_of_votes({str(place): [1.0] * 40 for place in range(5)})
    assert one == many
    assert one is not None
    assert one.code == "open"


@given(st.lists(st.sampled_from([-1.0, 0.0, 1.0, 0.5, -1 / 3]), min_size=1, max_size=60), st.randoms())
def test_bounds_hold_the_mean_and_no_order_matters(votes: list[float], chance) -> None:  # type: ignore[no-untyped-def]
    found = of(*votes)
    assert -1 <= found.low <= found.mean + 1e-6
    assert found.mean - 1e-6 <= found.high <= 1
    shuffled = chance.sample(votes, len(votes))
    assert of(*shuffled).low == pytest.approx(found.low, abs=1e-4)
    turned = of(*[-vote for vote in votes])
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low), abs=1e-4)
    assert found.code == "open" or len(votes) >= FEWEST
