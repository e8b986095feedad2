"""A person names their time zone as they like: by a city, a country, letters, an offset, or what their clock shows."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.reminding import told
from agent.reminding.places import ABBREVIATIONS, CITIES, KNOWN
from agent.reminding.zone_words import read_zone
from agent.reminding.zones import names

WINTER = datetime(2026, 11, 21, 13, 30, 20, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 13, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("Berlin", "Europe/Berlin"),
        ("I am in Berlin.", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("Europe Berlin", None),
        ("New York", "America/New_York"),
        ("new_york", "America/New_York"),
        ("São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "America/Sao_Paulo"),
        ("Buenos Aires", "America/Argentina/Buenos_Aires"),
        ("I live in Munich, Germany", "Europe/Berlin"),
        ("San Francisco", "America/Los_Angeles"),
        ("Germany", "Europe/Berlin"),
        ("India", "Asia/Kolkata"),
        ("UK", "Europe/London"),
        ("UTC", "UTC"),
        ("Etc/GMT+5", "Etc/GMT+5"),
        ("CET", "CET"),
        ("PST", "America/Los_Angeles"),
        ("+05:30", "Asia/Kolkata"),
        ("UTC+5:45", "Asia/Kathmandu"),
        ("19:15", "Asia/Kathmandu"),
    ],
)
def test_one_zone_is_understood(said: str, means: str | None) -> None:
    assert read_zone(said, WINTER).names == ((means,) if means else ())


@pytest.mark.parametrize(
    ("said", "first", "also"),
    [
        ("USA", "America/New_York", "Pacific/Honolulu"),
        ("Australia", "Australia/Sydney", "Australia/Perth"),
        ("Spain", "Europe/Madrid", "Atlantic/Canary"),
        ("IST", "Asia/Kolkata", "Europe/Dublin"),
        ("GMT-5", "America/New_York", "America/Bogota"),
        ("it is 14:30 here", "Europe/Berlin", "Africa/Lagos"),
        ("my clock says 2:30 pm", "Europe/Berlin", "Africa/Lagos"),
        ("8:30", "America/New_York", "Asia/Bangkok"),
    ],
)
def test_where_several_are_meant_they_are_offered(said: str, first: str, also: str) -> None:
    found = read_zone(said, WINTER).names
    assert found[0] == first
    assert also in found
    assert len(found) <= 8


@pytest.mark.parametrize("said", ["it is 15:30 here", "3:30 PM", "15.31", "15:29", "UTC+2"])
def test_the_same_offset_is_another_zone_in_summer(said: str) -> None:
    assert read_zone(said, SUMMER).names[0] == "Europe/Berlin"


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("", "empty"),
        ("  ?! ", "empty"),
        ("banana", "unknown"),
        ("../../etc/passwd", "unknown"),
        ("x" * 500, "unknown"),
        ("9", "unknown"),
        ("25:00", "unknown"),
        ("13 pm", "unknown"),
        ("UTC+3:17", "no_such_offset"),
        ("UTC+99", "no_such_offset"),
    ],
)
def test_what_is_no_zone_is_said(said: str, code: str) -> None:
    found = read_zone(said, WINTER)
    assert (found.names, found.code) == ((), code)
    assert told.no_zone(found)


@given(st.text(max_size=100))
def test_whatever_is_written_names_zones_that_exist_or_none(said: str) -> None:
    found = read_zone(said, WINTER)
    assert bool(found.names) != bool(found.code)
    assert set(found.names) <= names()
    assert not set(found.said) & set("*_`<>[]|@")


@given(st.sampled_from(sorted(names() - {"US/Pacific-New"})), st.integers(0, 365))
def test_a_local_time_finds_a_zone_that_shows_it(name: str, days: int) -> None:
    now = WINTER + timedelta(days=days)
    local = now.astimezone(ZoneInfo(name))
    found = read_zone(f"it is {local:%H:%M} here", now).names
    assert f"{local:%H:%M}" in {f"{now.astimezone(ZoneInfo(one)):%H:%M}" for one in found}


def test_the_tables_name_zones_that_exist() -> None:
    named = {*CITIES.values(), *KNOWN, *(name for zones in ABBREVIATIONS.values() for name in zones)}
    assert named <= names()


def test_a_zone_is_shown_as_people_read_it() -> None:
    assert told.zone_option("America/New_York", WINTER) == "America/New York, 08:30 now"
    assert told.place("Etc/GMT-2") == "UTC+2"
    assert told.moment(WINTER, "Europe/Berlin") == "Saturday 21 November 2026, 14:30 (Europe/Berlin)"
    assert told.which_zone().endswith("?")
