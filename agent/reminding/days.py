"""Days in plain words: "every weekday", "the first Monday of the month", "in 3 days" -> an RRULE's value, or one day.

It is given a sentence without its times of day and dates, and understands it wholly or not at all.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta

from agent.reminding.dates import MARK, Named
from agent.reminding.errors import Unclear
from agent.reminding.recurrence import DAYS, WORKING
from agent.words import harmless

FARTHEST = 5
"""Years ahead for which a reminder is taken."""
LARGEST = {"day": 366, "week": 52, "month": 24, "year": FARTHEST}
"""The longest intervals."""
_FREQ = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY", "year": "YEARLY"}
_NAMES = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_SHORT = ("mon", "tues|tue", "wed", "thurs|thur|thu", "fri", "sat", "sun")
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_DAY = "|".join(DAYS)
_LIST = rf"(?:{_DAY})(?:,(?:{_DAY}))*"
_NTHS = r"#-?\d+(?:,#-?\d+)*"
_REWRITES: tuple[tuple[str, str], ...] = (
    (r"\b(?:weekdays?|week days?|working days?|workdays?|work days?|business days?)\b", "WORK"),
    (r"\bweekends?\b", "SA,SU"),
    *((rf"\b(?:{name}|{short})s\b", f"every {day}") for name, short, day in zip(_NAMES, _SHORT, DAYS, strict=True)),
    *((rf"\b(?:{name}|{short})\b\.?", day) for name, short, day in zip(_NAMES, _SHORT, DAYS, strict=True)),
    (r"\beveryday\b|\bdaily\b", "every day"),
    (r"\bweekly\b", "every week"),
    (r"\bmonthly\b", "every month"),
    (r"\b(?:yearly|annually)\b", "every year"),
    (r"\bfortnightly\b|\b(?:every|each) fortnight\b", "every 2 week"),
    (r"\bquarterly\b|\b(?:every|each) quarter\b", "every 3 month"),
    (r"\beach\b", "every"),
    (r"\bevery other\b", "every 2"),
    *(
        (rf"\bevery (?:{word}|{number}(?:nd|rd|th)) (day|week|month|year)\b(?! of)", rf"every {number} \1")
        for word, number in _NTH.items()
        if number > 1
    ),
    (r"\b(day|week|month|year)s\b", r"\1"),
    (r"\b(?:end)(?: of)?(?: the| every)? month\b", "#-1 day every month"),
    (r"\b(?:beginning|start)(?: of)?(?: the| every)? month\b", "#1 every month"),
    *((rf"\b{word}\b", f"#{number}") for word, number in _NTH.items()),
    (r"\b(\d{1,2})(?:st|nd|rd|th)\b", r"#\1"),
    (r"\bday (\d{1,2})\b(?! times)", r"#\1"),
    (r"\b(?:on|the|of|at|please)\b", " "),
    (r"\b(?:and|or)\b|&|\+|;", ","),
    (r"[\s,]*,[\s,]*", ","),
    (r"\b(?:every\s+)+every\b", "every"),
    (rf",every (?={_DAY})", ","),
)
_RANGE = re.compile(rf"(?:\bfrom )?\b({_DAY})\s*(?:to|-|through|–)\s*({_DAY})\b")
_EVERY = re.compile(r"\bevery (?:(\d+) )?(day|week|month|year)\b")
_NEXT = re.compile(rf"(?:next|this|coming) ({_DAY})")
_IN = re.compile(r"in (\d+|an?) (day|week|month|year)")
ONE_DAY = rf"(?:in (?:\d+|an?) (?:day|week|month|year)|next (?:week|month|year)|(?:next |this |coming )?(?:{_DAY})|today|tomorrow|{MARK}\d+)(?![,\w])"
"""What names one day, in a canonical sentence."""
_SHORT_MONTHS = {29: "28,29", 30: "28,29,30"}
"""Of these the last that a month has: its last day, where it is shorter."""


@dataclass(frozen=True)
class Plan:
    recurs: str = ""
    """An RRULE's value, where it recurs."""
    day: date | None = None
    """The day, where it does not."""
    from_today: bool = False
    """It names no days: the interval is reckoned from today."""
    rolls: bool = False
    """The day was named by its weekday: where its time is over, that of the next week is meant."""


def canonical(text: str) -> str:
    """The sentence in the few words that ``read_days`` knows."""
    if found := re.search(r"\b(?:bi-?weekly|bi-?monthly|semi-?weekly|semi-?monthly|bi-?annually)\b", text):
        raise Unclear("two_meanings", word=found[0])
    for pattern, instead in _REWRITES:
        text = re.sub(pattern, instead, text)
    return " ".join(_RANGE.sub(_days_between, text).replace("every every", "every").strip(" ,").split())


def read_days(text: str, dates: list[Named], today: date) -> Plan:
    """What a canonical sentence says. Raises Unclear as in ``when.read``."""
    every = _EVERY.search(text)
    rest = text if every is None else " ".join((text[: every.start()] + " " + text[every.end() :]).split())
    rest = rest.strip(" ,")
    if every is not None:
        return Plan(_by_unit(every[2], _interval(every[1], every[2]), rest, dates, today), from_today=not rest)
    if re.search(r"\bmonth$", rest) and rest.startswith("#"):
        return Plan(_by_unit("month", 1, rest.removesuffix("month").strip(), dates, today))
    if rest == "every" or rest.startswith("every "):
        return Plan(_every(rest.removeprefix("every").strip(), dates))
    return _single(rest, dates, today)


def later(day: date, count: int, unit: str) -> date:
    """So many days, weeks, months or years later, the last day of a month where it is shorter. Raises Unclear: ``past`` of none,
    ``too_far``."""
    if not count:
        raise Unclear("past")
    if not 0 < count <= LARGEST[unit] * (FARTHEST if unit != "year" else 1):
        raise Unclear("too_far", years=FARTHEST)
    farther: date = day + relativedelta(**{f"{unit}s": count})
    return farther


def _days_between(found: re.Match[str]) -> str:
    begin, end = DAYS.index(found[1]), DAYS.index(found[2])
    return "every " + ",".join(DAYS[at % 7] for at in range(begin, begin + (end - begin) % 7 + 1))


def _interval(count: str | None, unit: str) -> int:
    every = int(count[:6]) if count else 1
    if not every:
        raise Unclear("not_understood", rest=f"0 {unit}s")
    if every > LARGEST[unit]:
        raise Unclear("too_rare", most=LARGEST[unit], unit=unit)
    return every


def _recurs(unit: str, every: int, *parts: str) -> str:
    return ";".join(
        [f"FREQ={_FREQ[unit]}", *([f"INTERVAL={every}"] if every > 1 else []), *(part for part in parts if part)]
    )


def _by_day(listed: str) -> str:
    return f"BYDAY={','.join(sorted(set(listed.split(',')), key=DAYS.index))}"


def _by_unit(unit: str, every: int, rest: str, dates: list[Named], today: date) -> str:
    """``rest``: what was said beside "every 2 weeks"."""
    rest = re.sub(rf"\bevery (?={_DAY}|WORK|#)", "", rest).strip()
    listed = ",".join(WORKING) if rest == "WORK" else rest
    if unit in ("day", "week") and re.fullmatch(_LIST, listed) and (unit == "week" or every == 1):
        return _recurs("week", every, _by_day(listed))
    if unit == "day" and not rest:
        return _recurs("day", every)
    if unit == "week" and not rest:
        return _recurs("week", every, f"BYDAY={DAYS[today.weekday()]}")
    if unit == "month":
        if re.fullmatch(_LIST, rest):
            raise Unclear("which_days", unit=unit)
        return _of_month(every, rest or f"#{today.day}")
    if unit == "year" and (not rest or rest.startswith(MARK)):
        month, day = _mark(rest, dates).month_day if rest else (today.month, today.day)
        by_day = "BYMONTHDAY=28,29;BYSETPOS=-1" if (month, day) == (2, 29) else f"BYMONTHDAY={day}"
        return _recurs("year", every, f"BYMONTH={month}", by_day)
    raise Unclear("not_understood", rest=harmless(rest))


def _of_month(every: int, rest: str) -> str:
    match = re.fullmatch(rf"({_NTHS})(?: (day|WORK|{_LIST}))?", rest)
    if match is None:
        raise Unclear("not_understood", rest=harmless(rest))
    nths = list(dict.fromkeys(int(one[1:]) for one in match[1].split(",")))
    if match[2] in (None, "day"):
        return _recurs("month", every, _month_days(nths))
    if any(not (1 <= nth <= 5 or nth == -1) for nth in nths):
        raise Unclear("no_such_day", day=harmless(match[1].replace("#", "")))
    if match[2] == "WORK":
        if len(nths) > 1:
            raise Unclear("one_day")
        return _recurs("month", every, f"BYDAY={','.join(WORKING)}", f"BYSETPOS={nths[0]}")
    return _recurs("month", every, "BYDAY=" + ",".join(f"{nth}{day}" for day in match[2].split(",") for nth in nths))


def _month_days(nths: list[int]) -> str:
    if any(not (1 <= nth <= 31 or nth == -1) for nth in nths):
        raise Unclear("no_such_day", day=", ".join(map(str, nths)))
    if len(nths) == 1 and nths[0] in _SHORT_MONTHS:
        return f"BYMONTHDAY={_SHORT_MONTHS[nths[0]]};BYSETPOS=-1"
    if any(nth in _SHORT_MONTHS for nth in nths):
        raise Unclear("one_day")
    return f"BYMONTHDAY={','.join(str(-1 if nth == 31 else nth) for nth in nths)}"  # the 31st is a last day


def _every(rest: str, dates: list[Named]) -> str:
    """What follows "every", where that is no unit of time."""
    match = re.fullmatch(rf"(?:(\d+) )?({_LIST})", rest)
    if match:
        return _recurs("week", _interval(match[1], "week"), _by_day(match[2]))
    if rest == "WORK":
        return _recurs("week", 1, _by_day(",".join(WORKING)))
    if re.fullmatch(rf"#2 (?:{_LIST}|WORK)", rest):
        raise Unclear("every_second")
    if rest.startswith("#"):
        return _of_month(1, rest.removesuffix(" month"))
    if rest.startswith(MARK):
        return _by_unit("year", 1, rest, dates, date.min)
    raise Unclear("not_understood", rest=harmless(rest))


def _single(rest: str, dates: list[Named], today: date) -> Plan:
    if rest in ("WORK", "SA,SU"):
        return Plan(_every(rest, dates))
    if not rest or rest.startswith("#") or (re.fullmatch(_LIST, rest) and "," in rest):
        raise Unclear("every_or_once")
    if rest in DAYS:
        return Plan(day=_coming(rest, today), rolls=True)
    if match := _NEXT.fullmatch(rest):
        return Plan(day=_coming(match[1], today + timedelta(days=1)))
    if match := _IN.fullmatch(rest):
        return Plan(day=later(today, 1 if match[1].startswith("a") else int(match[1][:6]), match[2]))
    if rest.startswith(MARK):
        day = _mark(rest, dates).day
        if day > today + relativedelta(years=FARTHEST):
            raise Unclear("too_far", years=FARTHEST)
        return Plan(day=day)
    if _OVER.fullmatch(rest):
        raise Unclear("past")
    if rest in _RELATIVE:
        return Plan(day=_relative(rest, today))
    raise Unclear("not_understood", rest=harmless(rest))


_OVER = re.compile(r"(?:day before )?yesterday|(?:\d+|an?) (?:day|week|month|year) ago")
_RELATIVE = frozenset({"today", "tomorrow", "day after tomorrow", "next week", "next month", "next year"})


def _relative(rest: str, today: date) -> date:
    match rest:
        case "today":
            return today
        case "tomorrow":
            return today + timedelta(days=1)
        case "day after tomorrow":
            return today + timedelta(days=2)
        case "next week":
            return today + timedelta(days=7 - today.weekday())
        case "next month":
            return later(today.replace(day=1), 1, "month")
        case _:
            return date(today.year + 1, 1, 1)


def _coming(day: str, begin: date) -> date:
    return begin + timedelta(days=(DAYS.index(day) - begin.weekday()) % 7)


def _mark(rest: str, dates: list[Named]) -> Named:
    match = re.fullmatch(rf"(?:({_DAY}),? ?)?{MARK}(\d+)", rest)
    if match is None:
        raise Unclear("not_understood", rest=harmless(rest.replace(MARK, "")))
    return dates[int(match[2])]
