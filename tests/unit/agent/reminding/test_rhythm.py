"""The rhythms of the guides: which step follows from the facts, and when each is due."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice

import pytest

from agent.reminding.recurrence import occurrences
from agent.reminding.rhythm import MONTHLY, ROUNDS, WEEKS, Chosen, read_chosen, rules, step_of
from agent.reminding.zones import clock

BEGUN = date(2026, 11, 18)  # a Wednesday
BERLIN = "Europe/Berlin"


def test_a_rhythm_is_kept_with_the_day_on_which_it_was_chosen() -> None:
    chosen = Chosen(code=WEEKS, since=BEGUN)
    assert read_chosen(chosen.to_text()) == chosen


@pytest.mark.parametrize("text", ["", "weeks", "weeks:", "weeks:soon", "daily:2026-11-18"])
def test_what_is_no_rhythm_is_none(text: str) -> None:
    assert read_chosen(text) is None


@pytest.mark.parametrize(
    ("days", "step"),
    [(0, "week_1"), (6, "week_1"), (7, "week_2"), (14, "week_3"), (27, "week_4"), (28, "month_collect")],
)
def test_four_weeks_follow_each_other_and_then_the_months(days: int, step: str) -> None:
    today = BEGUN + timedelta(days=days)
    assert step_of(Chosen(code=WEEKS, since=BEGUN), today, approved=5, new=0).code == step


@pytest.mark.parametrize(
    ("approved", "step"),
    [(0, "foundation"), (49, "foundation"), (50, "specialisation"), (75, "polish"), (85, "month_collect")],
)
def test_rounds_follow_the_examples_however_long_they_take(approved: int, step: str) -> None:
    assert step_of(Chosen(code=ROUNDS, since=BEGUN), date(2027, 5, 1), approved=approved, new=0).code == step


def test_a_month_collects_until_there_is_enough_to_train_again() -> None:
    chosen = Chosen(code=MONTHLY, since=BEGUN)
    assert step_of(chosen, BEGUN, approved=90, new=9).code == "month_collect"
    compares = step_of(chosen, BEGUN, approved=90, new=10)
    assert compares.code == "month_compare"
    assert "retrain" in compares.focus


def due(code: str, count: int) -> list[str]:
    """The first times of all its rules, on the clocks of Berlin."""
    chosen = Chosen(code=code, since=BEGUN)
    begun = datetime(2026, 11, 18, 15, tzinfo=UTC)
    times = sorted(at for rule in rules(chosen, "10:00") for at in islice(occurrences(rule, BERLIN, begun), count))
    return [f"{clock(at, BERLIN):%Y-%m-%d %H:%M}" for at in times][:count]


def test_four_weeks_come_weekly_from_the_next_day_and_then_on_first_mondays() -> None:
    assert due(WEEKS, 6) == [
        "2026-11-19 10:00",
        "2026-11-26 10:00",
        "2026-12-03 10:00",
        "2026-12-10 10:00",
        "2027-01-04 10:00",
        "2027-02-01 10:00",
    ]


def test_each_of_the_four_weeks_is_told_in_its_own_step() -> None:
    chosen = Chosen(code=WEEKS, since=BEGUN)
    days = [date.fromisoformat(one[:10]) for one in due(WEEKS, 4)]
    found = [step_of(chosen, day, approved=0, new=0).code for day in days]
    assert found == ["week_1", "week_2", "week_3", "week_4"]


def test_rounds_come_weekly_and_the_update_monthly_also_over_a_change_of_the_clocks() -> None:
    assert due(ROUNDS, 2) == ["2026-11-19 10:00", "2026-11-26 10:00"]
    assert due(MONTHLY, 5)[-2:] == ["2027-03-01 10:00", "2027-04-05 10:00"]
