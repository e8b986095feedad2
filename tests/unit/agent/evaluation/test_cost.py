"""An estimate is never too small for what it was made of, and grows with nothing but its calls."""

from agent.evaluation.cost import Cost, at_most, one_call, tokens_of


def test_tokens_are_told_by_bytes_so_that_no_script_is_cheap() -> None:
    assert (tokens_of(""), tokens_of("abc"), tokens_of("abcd"), tokens_of("水水水")) == (0, 1, 2, 3)
    assert tokens_of("half a character \ud83d") > 0


def test_it_allows_for_calls_that_come_to_nothing() -> None:
    cost = at_most([one_call(100, 20)] * 20, call_seconds=2.0, at_a_time=4, patience=300.0)
    assert (cost.calls, cost.tokens) == (22, 22 * 120)
    assert cost.seconds == 2.0 * 6
    assert cost.covers(Cost(calls=20, tokens=20 * 120))


def test_nothing_to_ask_costs_nothing_and_nobody_waits_longer_than_the_patience() -> None:
    assert at_most([], call_seconds=None, at_a_time=4, patience=300.0) == Cost()
    assert at_most([one_call(1, 1)] * 9999, call_seconds=5.0, at_a_time=1, patience=300.0).seconds == 300.0
    assert at_most([one_call(1, 1)], call_seconds=None, at_a_time=1, patience=300.0).seconds == 300.0


def test_what_is_left_is_never_less_than_nothing() -> None:
    assert Cost(calls=2, tokens=50) - Cost(calls=3, tokens=20) == Cost(calls=0, tokens=30)
    assert not Cost(calls=5, tokens=10).covers(Cost(calls=1, tokens=11))
    assert not Cost(calls=0, tokens=10).covers(Cost(calls=1, tokens=1))
