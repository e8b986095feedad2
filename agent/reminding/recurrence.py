"""Recurrences: the text of a rule, when it is due next, and what it says, as codes.

A rule is two lines of RFC 5545 (iCalendar): ``DTSTART:20261124T090000`` and ``RRULE:FREQ=WEEKLY;BYDAY=TU``. The start is a
local time without a zone; the zone is kept beside the rule, so that 09:00 stays 09:00 over daylight-saving changes. A start
that ends with ``Z`` is one moment in UTC. It does not know how people say it (``when``), nor the sentences (``told``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from dateutil.rrule import rrule, rruleset, rrulestr

from agent.reminding.zones import clock, instant

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WORKING = DAYS[:5]
ONCE = "FREQ=DAILY;COUNT=1"
_START = "%Y%m%dT%H%M%S"
_AROUND = timedelta(days=2)
"""How far before a moment occurrences are looked for: more than any change of a zone's clocks (Samoa left out a day)."""


def rule_text(start: datetime, recurs: str) -> str:
    """The canonical text. ``start``: naive for a local time, in UTC for one moment. ``recurs``: an RRULE's value."""
    written = start.strftime(_START) + ("Z" if start.tzinfo else "")
    return f"DTSTART:{written}\nRRULE:{recurs}"


def once(at: datetime) -> str:
    """The rule that is due once."""
    return rule_text(at, ONCE)


def occurrences(rule: str, zone: str, after: datetime) -> Iterator[datetime]:
    """Every time at which the rule is due after a moment, in UTC, each later than the one before.

    Over a change of the clocks, see ``zones.instant``. Raises ValueError for what is no rule.
    """
    start, recurs = _parts(rule)
    in_zone = "UTC" if start.tzinfo else zone
    series = rrulestr(recurs, dtstart=start.replace(tzinfo=None))
    last = after
    for local in _from(series, clock(after, in_zone) - _AROUND):
        moment = instant(local, in_zone)
        if moment > last:
            yield moment
            last = moment


def _from(series: "rrule | rruleset", local: datetime) -> Iterator[datetime]:
    found: Iterator[datetime] = series.xafter(local, inc=True)
    return found


def next_after(rule: str, zone: str, moment: datetime) -> datetime | None:
    """When the rule is due next after a moment, in UTC; None: never again. Raises ValueError for what is no rule."""
    return next(occurrences(rule, zone, moment), None)


def due_by(rule: str, zone: str, next_at: datetime, now: datetime) -> tuple[datetime, datetime | None]:
    """Of a rule that is due at ``next_at``, which is not after ``now``: the last time that it was due by now, and when
    it is due after that. What was missed in between is left out."""
    last = next_at
    for moment in occurrences(rule, zone, next_at):
        if moment > now:
            return last, moment
        last = moment
    return last, None


def first_local(recurs: str, begin: datetime, zone: str, after: datetime) -> datetime:
    """What the clocks show the first time that something recurs, from a local time on and after a moment. Not what they show
    instead, where they skip that time: a rule that began then would stay an hour late."""
    series = rrulestr(recurs, dtstart=begin)
    return next(local for local in _from(series, begin) if instant(local, zone) > after)


@dataclass(frozen=True, kw_only=True)
class Recurrence:
    """What a rule says."""

    kind: str
    """``once``, ``daily``, ``workdays``, ``weekly``, ``monthly_day``, ``monthly_last``, ``monthly_nth``, ``monthly_working`` or
    ``yearly``."""
    every: int = 1
    """Days, weeks, months or years from one to the next."""
    days: tuple[str, ...] = ()
    """Weekdays as RFC 5545 abbreviates them, Monday first."""
    nth: tuple[int, ...] = ()
    """Which of the days of a month: of ``days``, or else of all of them. From the end: negative."""
    or_last: bool = False
    """Where a month is shorter, its last day is taken."""
    times: tuple[time, ...] = ()
    start: datetime
    """The first time: local and naive, or in UTC."""
    until: date | None = None
    """The last day on which it may be due."""
    count: int | None = None


def in_words(rule: str) -> Recurrence:
    """What the rule says, as codes and numbers for ``told``. Raises ValueError for what is no rule."""
    start, recurs = _parts(rule)
    parts = dict(part.split("=", 1) for part in recurs.split(";"))
    kind, days, nth = _kind(parts)
    hours = [int(hour) for hour in parts["BYHOUR"].split(",")] if "BYHOUR" in parts else [start.hour]
    last = parts.get("UNTIL")
    return Recurrence(
        kind=kind,
        every=int(parts.get("INTERVAL", 1)),
        days=days,
        nth=nth,
        or_last=kind in ("monthly_day", "yearly") and "BYSETPOS" in parts,
        times=tuple(time(hour, start.minute) for hour in sorted(hours)),
        start=start,
        until=datetime.strptime(last, _START).date() if last else None,
        count=int(parts["COUNT"]) if "COUNT" in parts and kind != "once" else None,
    )


def _kind(parts: dict[str, str]) -> tuple[str, tuple[str, ...], tuple[int, ...]]:
    by_day = [part for part in parts.get("BYDAY", "").split(",") if part]
    days = tuple(sorted({part[-2:] for part in by_day}, key=DAYS.index))
    of_month = [int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    match parts["FREQ"]:
        case "DAILY":
            return ("once" if parts.get("COUNT") == "1" else "daily"), (), ()
        case "WEEKLY":
            return ("workdays" if days == WORKING and "INTERVAL" not in parts else "weekly"), days, ()
        case "MONTHLY" if "BYSETPOS" in parts and by_day:
            return "monthly_working", days, (int(parts["BYSETPOS"]),)
        case "MONTHLY" if by_day:
            return "monthly_nth", days, tuple(dict.fromkeys(int(part[:-2]) for part in by_day))
        case "MONTHLY" if of_month == [-1]:
            return "monthly_last", (), ()
        case "MONTHLY":
            return "monthly_day", (), tuple(of_month[-1:] if "BYSETPOS" in parts else of_month)
        case "YEARLY":
            return "yearly", (), (of_month[-1],)
        case other:
            raise ValueError(f"no recurrence of ours: {other}")


def _parts(rule: str) -> tuple[datetime, str]:
    """The start, and the RRULE's value."""
    lines = rule.split("\n")
    if len(lines) != 2 or not lines[0].startswith("DTSTART:") or not lines[1].startswith("RRULE:FREQ="):
        raise ValueError("not the text of a rule")
    written = lines[0].removeprefix("DTSTART:")
    start = datetime.strptime(written.removesuffix("Z"), _START)
    return start.replace(tzinfo=UTC) if written.endswith("Z") else start, lines[1].removeprefix("RRULE:")
