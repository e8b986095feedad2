"""Time zones in plain words: "Berlin", "New York", "Germany", "UTC+2", "CET", "it is 14:30 here" -> IANA names.

It does not know who says it. The places are those of the database of zones (tzdata), and a few large cities beside them.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files

from agent.reminding.places import ABBREVIATIONS, CITIES, COUNTRIES, KNOWN
from agent.reminding.zones import names, zone_of
from agent.words import harmless

LONGEST = 80
"""Characters; what is longer names no place."""
MOST = 8
"""Candidates that are offered."""
STEP = timedelta(minutes=15)
"""All zones differ from UTC by a multiple of it."""
EAST, WEST = timedelta(hours=14), timedelta(hours=-12)
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([+-])\s*(\d{1,2})(?::?([0-5]\d))?(?:\s*h(?:ours?)?)?")
_CLOCK = re.compile(r"(?<![\d:])(\d{1,2})(?:\s*[:.h]\s*([0-5]\d))?\s*(?:([ap])\.?m\b\.?)?(?:\s*o'?clock)?(?![\d:])")
_AROUND = re.compile(
    r"\b(?:i am|i'm|im|we are|it is|it's|its|my|our|time ?zone|timezone|time|zone|now|here|in|is|at|the|based|living|live|i|of|from|near|clock|shows|says)\b"
)


@dataclass(frozen=True)
class Zones:
    """What somebody's words may mean."""

    names: tuple[str, ...] = ()
    """IANA names: one is understood, several are to be chosen from, the likeliest first."""
    code: str = ""
    """Without a name, why: ``empty``, ``unknown`` or ``no_such_offset`` (``remind.zone.<code>``)."""
    said: str = ""
    """What was taken for a place, harmless in a sentence of ours."""


def read_zone(text: str, now: datetime) -> Zones:
    """The zone that was meant, or those to choose from. ``now`` is compared with a local time that was written."""
    said = _plain(text)
    if not said:
        return Zones(code="empty")
    shown = harmless(text)
    if len(said) > LONGEST:
        return Zones(code="unknown", said=shown)
    place = " ".join(_AROUND.sub(" ", said).split()).strip(" ,.!?")
    for one in dict.fromkeys((said, place, *(part.strip() for part in place.split(",")))):
        if found := _named(one):
            return Zones(_distinct(found, now), said=shown)
    offsets = _offsets(place, now)
    if offsets is None:
        return Zones(code="unknown", said=shown)
    found = tuple(name for offset in offsets for name in _with_offset(offset, now))
    return Zones(found[:MOST], said=shown) if found else Zones(code="no_such_offset", said=shown)


def _plain(text: str) -> str:
    """Lower case without accents; signs that look alike are one."""
    apart = unicodedata.normalize("NFKD", text[: 4 * LONGEST].replace("−", "-").replace("–", "-").replace("’", "'"))
    letters = "".join(one for one in apart if not unicodedata.combining(one))
    return " ".join(letters.casefold().replace("_", " ").split()).strip(" .!?,;:")


def _named(place: str) -> tuple[str, ...]:
    if place in ABBREVIATIONS:
        return ABBREVIATIONS[place]
    if place in CITIES:
        return (CITIES[place],)
    return _by_place().get(place, ()) or _of_country(place)


@cache
def _by_place() -> dict[str, tuple[str, ...]]:
    """Zones by their name, and by its last part; names that mean the same place as another stand behind it."""
    found: dict[str, list[str]] = defaultdict(list)
    main = {name for zones in _zones_of_countries().values() for name in zones}
    for name in sorted(names(), key=lambda name: (name not in main, name)):
        short = "" if name.startswith("Etc/") else name.rpartition("/")[2]
        for key in dict.fromkeys(_plain(one) for one in (name, short) if one):
            if not (found[key] and name not in main):
                found[key].append("UTC" if name in _UTC else name)
    return {key: tuple(dict.fromkeys(zones)) for key, zones in found.items()}


_UTC = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT", "Etc/UCT", "UCT", "Zulu", "Universal", "GMT0", "Greenwich"})


def _of_country(place: str) -> tuple[str, ...]:
    code = COUNTRIES.get(place) or _codes_of_countries().get(place, "")
    return _zones_of_countries().get(code, ())


@cache
def _codes_of_countries() -> dict[str, str]:
    """ISO 3166 codes by the plain English name."""
    lines = _table("iso3166.tab")
    return {_plain(name): code for code, name in lines}


@cache
def _zones_of_countries() -> dict[str, tuple[str, ...]]:
    """By ISO 3166 code, well-known zones first."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, _, name, *_ in _table("zone.tab"):
        if name in names():
            found[code].append(name)
    return {code: tuple(sorted(zones, key=lambda name: name not in KNOWN)) for code, zones in found.items()}


def _table(name: str) -> list[list[str]]:
    text = files("tzdata.zoneinfo").joinpath(name).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


def _distinct(found: Sequence[str], now: datetime) -> tuple[str, ...]:
    """Of zones whose clocks agree at present and in each month of a year, the first alone."""
    seen: dict[tuple[timedelta | None, ...], str] = {}
    for name in found:
        clocks = tuple((now + timedelta(days=30 * month)).astimezone(zone_of(name)).utcoffset() for month in range(13))
        seen.setdefault(clocks, name)
    return tuple(seen.values())[:MOST]


def _offsets(place: str, now: datetime) -> list[timedelta] | None:
    """How much a person's clocks may differ from UTC; None: nothing was said of that."""
    if match := _OFFSET.fullmatch(place):
        ahead = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return [ahead if match[1] == "+" else -ahead]
    match = _CLOCK.fullmatch(place)
    if match is None or not (match[2] or match[3]) or int(match[1]) > 23:
        return None
    hour, minute = int(match[1]), int(match[2] or 0)
    if match[3]:
        if not 1 <= hour <= 12:
            return None
        hours = [hour % 12 + (12 if match[3] == "p" else 0)]
    else:
        hours = [hour] if hour > 12 or hour == 0 or match[1].startswith("0") else [hour, (hour + 12) % 24]
    return [offset for hour in hours for offset in _apart(timedelta(hours=hour, minutes=minute), now)]


def _apart(shown: timedelta, now: datetime) -> Iterable[timedelta]:
    """By how much a clock that shows this is ahead of UTC: it may be on another day."""
    utc = now.astimezone(UTC)
    apart = shown - timedelta(hours=utc.hour, minutes=utc.minute, seconds=utc.second)
    nearest = round(apart / STEP) * STEP
    return [offset for days in (0, -1, 1) if WEST <= (offset := nearest + timedelta(days=days)) <= EAST]


def _with_offset(offset: timedelta, now: datetime) -> tuple[str, ...]:
    """Zones whose clocks are so far ahead of UTC now: well-known ones, else any."""
    if not offset:
        known: Iterable[str] = ("UTC", *KNOWN)
    else:
        known = KNOWN
    found = [name for name in known if now.astimezone(zone_of(name)).utcoffset() == offset]
    if not found:
        every = sorted({name for zones in _zones_of_countries().values() for name in zones})
        found = [name for name in every if now.astimezone(zone_of(name)).utcoffset() == offset]
    return _distinct(found, now)
