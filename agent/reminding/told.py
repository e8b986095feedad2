"""Recurrences and moments in sentences. It does not know what is due then."""

from datetime import date, datetime, time

from agent.reminding.errors import Unclear
from agent.reminding.recurrence import Recurrence, in_words
from agent.reminding.zone_words import Zones
from agent.reminding.zones import clock
from agent.words import harmless, say

_FIFTH = 5
"""Of a weekday: not every month has it."""


def when(rule: str, zone: str) -> str:
    """The rule, as it goes on after "I remind you": "every Tuesday at 09:00". Raises ValueError for what is no rule."""
    known = in_words(rule)
    local = clock(known.start, zone) if known.start.tzinfo else known.start
    told = say(
        f"remind.when.{known.kind}{'' if known.every == 1 else '_n'}",
        every=known.every,
        days=_listed([say(f"remind.when.day.{day}") for day in known.days]),
        nth=_nths(known),
        day=local.day,
        month=say(f"remind.when.month.{local.month}"),
        date=day(local.date()),
        times=_listed([_time(one) for one in known.times] if known.start.tzinfo is None else [_time(local.time())]),
    )
    rare = say("remind.when.if_any") if known.kind == "monthly_nth" and _FIFTH in known.nth else ""
    return told + rare + (say("remind.when.or_last") if known.or_last else "") + _ends(known)


def moment(at: datetime, zone: str) -> str:
    """A moment on the person's clocks: "Tuesday 24 November 2026, 09:00 (Europe/Berlin)"."""
    local = clock(at, zone)
    return say("remind.when.moment", date=day(local.date()), time=_time(local.time()), zone=place(zone))


def day(one: date) -> str:
    """``Tuesday 24 November 2026``."""
    weekday, month = say(f"remind.when.weekday.{one.weekday()}"), say(f"remind.when.month.{one.month}")
    return say("remind.when.date", weekday=weekday, day=one.day, month=month, year=one.year)


def place(zone: str) -> str:
    """The name of a zone, as people read it: ``America/New York``, ``UTC+2``."""
    if zone.startswith("Etc/GMT") and zone[7:]:  # IANA counts these westward
        return f"UTC{'-' if zone[7] == '+' else '+'}{zone[8:]}"
    return zone.replace("_", " ")


def unclear(problem: Unclear) -> str:
    """What is missing, and what to write."""
    about = {name: harmless(str(value)) for name, value in problem.about.items()}
    return say(f"remind.when.unclear.{problem.code}", **about)


def no_zone(zones: Zones) -> str:
    """Why no zone was understood, and what to write."""
    return say(f"remind.zone.{zones.code}", said=zones.said)


def zone_option(zone: str, now: datetime) -> str:
    """A zone to choose, by what its clocks show: ``Europe/Berlin, 14:30 now``."""
    return say("remind.zone.option", place=place(zone), time=_time(clock(now, zone).time()))


def which_zone() -> str:
    """The question above several zones."""
    return say("remind.zone.which")


def _ends(known: Recurrence) -> str:
    if known.until is not None:
        return say("remind.when.until", date=day(known.until))
    return say("remind.when.count", count=known.count) if known.count is not None else ""


def _nths(known: Recurrence) -> str:
    if known.kind in ("monthly_nth", "monthly_working"):
        return _listed([say(f"remind.when.nth.{nth}") for nth in known.nth])
    return _listed([say("remind.when.last_day") if nth == -1 else str(nth) for nth in known.nth])


def _listed(parts: list[str]) -> str:
    return say("remind.when.and", first=", ".join(parts[:-1]), last=parts[-1]) if len(parts) > 1 else "".join(parts)


def _time(one: time) -> str:
    return f"{one:%H:%M}"
