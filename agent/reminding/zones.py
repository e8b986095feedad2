"""Local times: what the clocks of a person's time zone say, over daylight-saving changes and quiet hours.

It does not know how a person names their zone (``zone_words``), nor what is due (``plan``).
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from storage.domain import Habits

_NO_PLACES = frozenset({"Factory", "localtime", "posixrules"})
"""Names that the database of zones has, and that name no place."""


@cache
def names() -> frozenset[str]:
    """The names of the zones that this machine knows (IANA)."""
    return frozenset(name for name in available_timezones() if name not in _NO_PLACES and not name.startswith("posix/"))


def zone_of(name: str | None) -> ZoneInfo:
    """The zone of that name; UTC where none is known, or where this machine does not know it."""
    try:
        return ZoneInfo(name) if name in names() else ZoneInfo("UTC")
    except (ZoneInfoNotFoundError, OSError):  # listed, and its file is gone
        return ZoneInfo("UTC")


def instant(local: datetime, zone: str | None) -> datetime:
    """When the clocks of the zone show this naive time, in UTC.

    A time that they skip is moved forward by what is skipped (02:30 -> 03:30), of one that they show twice the first is meant:
    RFC 5545, section 3.3.5, and PEP 495 with ``fold=0``.
    """
    return local.replace(tzinfo=zone_of(zone), fold=0).astimezone(UTC)


def clock(moment: datetime, zone: str | None) -> datetime:
    """What the clocks of the zone show then: a naive time."""
    return moment.astimezone(zone_of(zone)).replace(tzinfo=None)


def local_day(moment: datetime, zone: str | None) -> date:
    return clock(moment, zone).date()


def begin_of(day: date, zone: str | None) -> datetime:
    """When the local day begins, in UTC."""
    return instant(datetime.combine(day, time()), zone)


def time_of(text: str) -> time:
    """``08:30`` as habits hold it. Raises ValueError."""
    return time.fromisoformat(text)


def is_quiet(moment: datetime, habits: Habits) -> bool:
    """Whether the person's quiet hours last then."""
    return is_quiet_time(clock(moment, habits.zone).time(), habits)


def comes_at(habits: Habits) -> str:
    """When suggestions come: the person's hour, or the end of the quiet hours in which it lies. As in ``21:00``."""
    return habits.quiet_until if is_quiet_time(time_of(habits.hour), habits) else habits.hour


def is_quiet_time(now: time, habits: Habits) -> bool:
    """Whether they last when the person's clocks show this; they may go over midnight. From and until alike: there are none."""
    begin, end = time_of(habits.quiet_from), time_of(habits.quiet_until)
    return begin <= now < end if begin <= end else now >= begin or now < end


def out_of_quiet(moment: datetime, habits: Habits) -> datetime:
    """The moment, or the end of the quiet hours in which it lies."""
    if not is_quiet(moment, habits):
        return moment
    local, end = clock(moment, habits.zone), time_of(habits.quiet_until)
    day = local.date() + timedelta(days=0 if local.time() < end else 1)
    return max(moment, instant(datetime.combine(day, end), habits.zone))


def next_quiet(moment: datetime, habits: Habits) -> datetime | None:
    """When the next quiet hours begin, ``moment`` itself where they last; None: there are none."""
    if habits.quiet_from == habits.quiet_until:
        return None
    if is_quiet(moment, habits):
        return moment
    local, begin = clock(moment, habits.zone), time_of(habits.quiet_from)
    day = local.date() + timedelta(days=0 if local.time() < begin else 1)
    return max(moment, instant(datetime.combine(day, begin), habits.zone))
