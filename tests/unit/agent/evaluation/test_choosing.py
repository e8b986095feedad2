"""The three answers that are shown are chosen by measurement."""

import pytest

from agent.evaluation.choosing import changes, chosen
from agent.evaluation.measures import measured
from tests.fakes.answers import answers, chatter, mumbling, ticket


def test_one_that_gained_most_one_that_lost_most_and_one_between() -> None:
    """The base is good at one request, where the tuned model fails; else the tuned model wins, at one by far."""
    given = answers(
        lambda at: ticket(at) if at == 7 else mumbling(at) if at == 3 else chatter(at),
        lambda at: mumbling(at) if at == 7 else ticket(at),
    )
    found = chosen(given, measured(given, (), ()))
    assert [one.why for one in found] == ["gained_most", "middle", "lost_most"]
    assert (found[0].id, found[2].id) == ("near_03", "near_07")
    by_change = changes(given, measured(given, (), ()))
    assert found[0].change == max(by_change.values())


def test_one_that_gained_least_has_lost_nothing() -> None:
    given = answers(chatter, ticket)
    assert chosen(given, measured(given, (), ()))[-1].why == "gained_least"


@pytest.mark.parametrize(
    ("count", "why"),
    [
        (1, ["all"]),
        (2, ["all"]),
        (3, ["middle"]),
        (4, ["gained_most", "gained_least"]),
        (5, ["gained_most", "gained_least"]),
        (6, ["gained_most", "middle", "gained_least"]),
    ],
)
def test_of_few_some_are_left_to_be_rated_blind(count: int, why: list[str]) -> None:
    given = answers(chatter, ticket, count=count)
    found = chosen(given, measured(given, (), ()))
    assert [one.why for one in found] == why
    assert len({one.id for one in found}) == len(why)


def test_without_answers_none_is_shown() -> None:
    assert chosen([], []) == ()


def test_where_nothing_can_be_measured_the_first_are_shown() -> None:
    given = answers(chatter, ticket, known=False, expected=None)
    assert [one.id for one in chosen(given, measured(given, (), ()))] == ["near_00", "near_01", "near_02"]


def test_requests_beyond_the_task_are_shown_only_where_there_are_no_others() -> None:
    far = answers(chatter, ticket, beyond=True)
    near = answers(chatter, ticket)
    measures = measured([*near, *far], (), ())
    assert all(one.id.startswith("near") for one in chosen([*near, *far], measures))
    assert len(chosen(far, measured(far, (), ()))) == 3
