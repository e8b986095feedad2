"""Rules are due at the same local time all year, once each, whatever the clocks do."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.reminding.recurrence import due_by, in_words, next_after, occurrences, once, rule_text

ZONES = (
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",  # its summer time is half an hour
    "Asia/Kathmandu",
    "Africa/Casablanca",  # its clocks change around Ramadan
    "America/Santiago",  # its clocks change at midnight
    "Pacific/Auckland",
    "UTC",
)
BERLIN = "Europe/Berlin"


def daily(at: time, begin: date = date(2026, 1, 1)) -> str:
    return rule_text(datetime.combine(begin, at), "FREQ=DAILY")


def locally(moment: datetime | None, zone: str = BERLIN) -> str:
    assert moment is not None
    return f"{moment.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


@settings(max_examples=60)
@given(zone=st.sampled_from(ZONES), hour=st.integers(0, 23), minute=st.sampled_from([0, 15, 30, 59]))
def test_a_year_of_days_has_each_day_once(zone: str, hour: int, minute: int) -> None:
    at = time(hour, minute)
    begin = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)) - timedelta(seconds=1)
    moments = list(islice(occurrences(daily(at), zone, begin.astimezone(UTC)), 365))
    assert moments == sorted(set(moments))
    shown = [moment.astimezone(ZoneInfo(zone)) for moment in moments]
    assert [one.date() for one in shown] == [date(2026, 1, 1) + timedelta(days=day) for day in range(365)]
    for one in shown:
        skipped = one.time() != at
        assert not skipped or one.time() > at, "what the clocks skip is moved forward"
        assert (
            not skipped
            or datetime.combine(one.date(), at, ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone)).time() != at
        ), "and nothing else is moved"
        assert one.fold == 0, "of a time that comes twice, the first is taken"


@settings(max_examples=100)
@given(
    zone=st.sampled_from(ZONES),
    recurs=st.sampled_from(
        [
            "FREQ=DAILY",
            "FREQ=WEEKLY;BYDAY=SU",
            "FREQ=MONTHLY;BYMONTHDAY=-1",
            "FREQ=MONTHLY;BYDAY=-1SU",
            "FREQ=DAILY;INTERVAL=3",
        ]
    ),
    minutes=st.integers(0, 2 * 366 * 24 * 60),
)
def test_what_is_next_is_later_and_nothing_lies_between(zone: str, recurs: str, minutes: int) -> None:
    rule = rule_text(datetime(2025, 12, 31, 2, 30), recurs)
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    following = next_after(rule, zone, moment)
    assert following is not None
    assert following > moment
    assert next_after(rule, zone, following - timedelta(seconds=1)) == following
    assert next_after(rule, zone, moment + (following - moment) / 2) == following


def test_a_time_that_the_clocks_skip_is_moved_forward_on_that_day_alone() -> None:
    at_night = daily(time(2, 30))
    found = islice(occurrences(at_night, BERLIN, datetime(2026, 3, 27, 12, tzinfo=UTC)), 3)
    assert [locally(one) for one in found] == ["2026-03-28 02:30", "2026-03-29 03:30", "2026-03-30 02:30"]


def test_a_time_that_the_clocks_show_twice_comes_once() -> None:
    found = list(islice(occurrences(daily(time(2, 30)), BERLIN, datetime(2026, 10, 24, 12, tzinfo=UTC)), 2))
    assert [locally(one) for one in found] == ["2026-10-25 02:30", "2026-10-26 02:30"]
    assert found[1] - found[0] == timedelta(hours=25)


def test_two_times_that_become_one_come_once() -> None:
    both = rule_text(datetime(2026, 3, 28, 2, 30), "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30")
    found = islice(occurrences(both, BERLIN, datetime(2026, 3, 28, 12, tzinfo=UTC)), 3)
    assert [locally(one) for one in found] == ["2026-03-29 03:30", "2026-03-30 02:30", "2026-03-30 03:30"]


def test_a_day_that_a_zone_left_out_comes_with_the_next() -> None:
    """Samoa had no 30 December 2011."""
    rule = daily(time(9), date(2011, 12, 28))
    found = islice(occurrences(rule, "Pacific/Apia", datetime(2011, 12, 29, 12, tzinfo=UTC)), 3)
    assert [locally(one, "Pacific/Apia") for one in found] == [
        "2011-12-29 09:00",
        "2011-12-31 09:00",
        "2012-01-01 09:00",
    ]


@pytest.mark.parametrize(
    ("recurs", "due"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2027-01-31", "2027-02-28", "2027-03-31", "2027-04-30"]),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", ["2027-01-30", "2027-02-28", "2027-03-30", "2027-04-30"]),
        ("FREQ=MONTHLY;BYDAY=5SU", ["2027-01-31", "2027-05-30", "2027-08-29", "2027-10-31"]),
        (
            "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28,29;BYSETPOS=-1",
            ["2027-02-28", "2028-02-29", "2029-02-28", "2030-02-28"],
        ),
    ],
)
def test_short_months_and_leap_days(recurs: str, due: list[str]) -> None:
    rule = rule_text(datetime(2027, 1, 1, 9), recurs)
    found = islice(occurrences(rule, BERLIN, datetime(2026, 12, 31, tzinfo=UTC)), 4)
    assert [locally(one)[:10] for one in found] == due


def test_an_interval_keeps_its_weeks_over_the_turn_of_the_year() -> None:
    rule = rule_text(datetime(2026, 12, 4, 14), "FREQ=WEEKLY;INTERVAL=2;BYDAY=FR")
    found = islice(occurrences(rule, BERLIN, datetime(2026, 12, 5, tzinfo=UTC)), 3)
    assert [locally(one)[:10] for one in found] == ["2026-12-18", "2027-01-01", "2027-01-15"]


def test_what_comes_once_never_comes_again() -> None:
    rule = once(datetime(2026, 11, 22, 10))
    assert locally(next_after(rule, BERLIN, datetime(2026, 11, 21, tzinfo=UTC))) == "2026-11-22 10:00"
    assert next_after(rule, BERLIN, datetime(2026, 11, 22, 9, tzinfo=UTC)) is None


def test_of_what_was_missed_the_last_is_due() -> None:
    rule = daily(time(9))
    first = datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert due_by(rule, BERLIN, first, first) == (first, first + timedelta(days=1))
    late = first + timedelta(days=5, hours=3)
    assert due_by(rule, BERLIN, first, late) == (first + timedelta(days=5), first + timedelta(days=6))
    ended = rule_text(datetime(2026, 11, 21, 9), "FREQ=DAILY;COUNT=2")
    assert due_by(ended, BERLIN, first, late) == (first + timedelta(days=1), None)


def test_a_rule_of_ten_years_is_read_as_it_was_meant() -> None:
    assert locally(next_after(daily(time(9)), BERLIN, datetime(2036, 7, 1, 12, tzinfo=UTC))) == "2036-07-02 09:00"


@pytest.mark.parametrize(
    "text", ["", "no rule", "DTSTART:2026\nRRULE:FREQ=DAILY", "RRULE:FREQ=DAILY", "DTSTART:20261121T090000\nX:1"]
)
def test_what_is_no_rule_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        next_after(text, BERLIN, datetime(2026, 1, 1, tzinfo=UTC))
    with pytest.raises(ValueError):
        in_words(text)
