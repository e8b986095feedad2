"""The rhythms of the guides: which step follows from the facts, and when each is due."""

from datetime import UTC, date, datetime, timedelta

import pytest

from agent.reminding.rhythm import MONTHLY, ROUNDS, WEEKS, Chosen, due_times, read_chosen, step_of
from storage.domain import Habits

BEGUN = date(2026, 11, 18)  # a Wednesday
BERLIN = "Europe/Berlin"


def habits(code: str, zone: str | None = BERLIN) -> Habits:
    return Habits(person_id="console:ana", rhythm=Chosen(code=code, since=BEGUN).to_text(), zone=zone, hour="10:00")


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


def test_four_weeks_are_due_at_the_persons_hour_on_the_day_after_and_each_week() -> None:
    found = due_times(habits(WEEKS), datetime(2026, 11, 18, 15, tzinfo=UTC))
    assert [(name, f"{at:%m-%d %H:%M}") for name, at in found] == [
        ("week_1", "11-19 09:00"),
        ("week_2", "11-25 09:00"),
        ("week_3", "12-02 09:00"),
        ("week_4", "12-09 09:00"),
    ]


def test_months_are_due_on_their_first_monday_also_over_a_change_of_the_clocks() -> None:
    found = due_times(habits(MONTHLY), datetime(2027, 3, 20, tzinfo=UTC))
    assert [f"{at:%Y-%m-%d %H:%M}" for name, at in found if name == "month"] == [
        "2027-03-01 09:00",
        "2027-04-05 08:00",  # ten o'clock in summer
    ]


def test_after_four_weeks_it_goes_on_monthly() -> None:
    found = due_times(habits(WEEKS), datetime(2027, 1, 20, tzinfo=UTC))
    assert {name for name, _ in found} == {"month"}


def test_nothing_is_due_of_no_rhythm_nor_where_the_time_zone_is_not_known() -> None:
    now = datetime(2026, 11, 18, 15, tzinfo=UTC)
    assert due_times(Habits(person_id="console:ana", zone=BERLIN), now) == []
    assert due_times(habits(WEEKS, zone=None), now) == []
