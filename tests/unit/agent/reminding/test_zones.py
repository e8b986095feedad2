"""Local times and quiet hours, over midnight and over changes of the clocks."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reminding.zones import (
    begin_of,
    clock,
    instant,
    is_quiet,
    local_day,
    names,
    next_quiet,
    out_of_quiet,
    zone_of,
)
from storage.domain import Habits

BERLIN = "Europe/Berlin"


def habits(begin: str = "21:00", end: str = "08:00", zone: str = BERLIN) -> Habits:
    return Habits(person_id="console:ana", zone=zone, quiet_from=begin, quiet_until=end)


def berlin(text: str) -> datetime:
    return instant(datetime.fromisoformat(text), BERLIN)


@pytest.mark.parametrize("name", [None, "", "Nowhere/City", "../../etc/passwd", "localtime", "/etc/localtime", "\x00"])
def test_a_zone_that_is_not_known_is_utc(name: str | None) -> None:
    assert zone_of(name).key == "UTC"


def test_zones_are_there_without_those_of_the_system() -> None:
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata", "UTC"} <= names()


@pytest.mark.parametrize(
    ("moment", "after"),
    [
        ("2026-11-21T20:59", "2026-11-21T20:59"),
        ("2026-11-21T21:00", "2026-11-22T08:00"),
        ("2026-11-21T23:30", "2026-11-22T08:00"),
        ("2026-11-22T00:00", "2026-11-22T08:00"),
        ("2026-11-22T07:59", "2026-11-22T08:00"),
        ("2026-11-22T08:00", "2026-11-22T08:00"),
        ("2026-12-31T23:30", "2027-01-01T08:00"),
        ("2026-03-28T23:30", "2026-03-29T08:00"),  # the night is an hour shorter
        ("2026-10-24T23:30", "2026-10-25T08:00"),
    ],
)
def test_quiet_hours_go_over_midnight(moment: str, after: str) -> None:
    assert out_of_quiet(berlin(moment), habits()) == berlin(after)


def test_quiet_hours_within_a_day() -> None:
    midday = habits("12:00", "14:00")
    assert out_of_quiet(berlin("2026-11-21T13:00"), midday) == berlin("2026-11-21T14:00")
    assert not is_quiet(berlin("2026-11-21T23:00"), midday)


def test_quiet_hours_that_end_when_they_begin_are_none() -> None:
    none = habits("08:00", "08:00")
    assert out_of_quiet(berlin("2026-11-21T08:00"), none) == berlin("2026-11-21T08:00")
    assert next_quiet(berlin("2026-11-21T08:00"), none) is None


def test_quiet_hours_that_end_while_the_clocks_are_put_forward_end_an_hour_later_by_them() -> None:
    short = habits("23:00", "02:30")
    assert clock(out_of_quiet(berlin("2026-03-29T01:00"), short), BERLIN).isoformat() == "2026-03-29T03:30:00"


def test_when_the_next_quiet_hours_begin() -> None:
    assert next_quiet(berlin("2026-11-21T10:00"), habits()) == berlin("2026-11-21T21:00")
    assert next_quiet(berlin("2026-11-21T22:00"), habits()) == berlin("2026-11-21T22:00"), "they last already"
    assert next_quiet(berlin("2026-11-21T23:30"), habits("12:00", "14:00")) == berlin("2026-11-22T12:00")


def test_a_day_begins_when_the_clocks_first_show_it() -> None:
    """In Santiago the clocks go from midnight to one on 6 September 2026."""
    day = local_day(datetime(2026, 9, 6, 12, tzinfo=UTC), "America/Santiago")
    assert clock(begin_of(day, "America/Santiago"), "America/Santiago").isoformat() == "2026-09-06T01:00:00"


_TIMES = st.times().map(lambda one: f"{one.hour:02}:{one.minute:02}")


@given(
    begin=_TIMES,
    end=_TIMES,
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Asia/Kathmandu"]
    ),
    minutes=st.integers(0, 366 * 24 * 60),
)
def test_out_of_quiet_is_never_earlier_never_quiet_and_within_two_days(
    begin: str, end: str, zone: str, minutes: int
) -> None:
    theirs, moment = habits(begin, end, zone), datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    after = out_of_quiet(moment, theirs)
    assert moment <= after <= moment + timedelta(hours=26)
    assert (after == moment) or is_quiet(moment, theirs)
    assert not is_quiet(after, theirs) or clock(after, zone).time().isoformat("minutes") != end
    upcoming = next_quiet(moment, theirs)
    assert upcoming is None or moment <= upcoming <= moment + timedelta(hours=26)
