"""Dates of the calendar in plain words: "24 December", "2026-12-24", "24.12.", "12/24/2026".

It takes them out of a sentence and leaves a mark in the place of each. It does not know times of day, nor recurrences.
"""

import re
from dataclasses import dataclass
from datetime import date

from agent.reminding.errors import Unclear
from agent.words import harmless

MARK = "§"
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS) + "|sept"
_ISO = re.compile(r"\b(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})\b")
_DOTS = re.compile(r"(?<![\d.])(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})?(?!\d)")
_SLASHES = re.compile(r"(?<![\d/])(?P<one>\d{1,2})/(?P<other>\d{1,2})(?:/(?P<year>\d{4}))?(?![\d/])")
_DAY_MONTH = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)? (?P<month>{_MONTH})\b\.?(?:,? (?P<year>\d{{4}})(?![:\d]))?"
)
_MONTH_DAY = re.compile(
    rf"\b(?P<month>{_MONTH})\b\.?(?: the)? (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?![:.]\d)(?:,? (?P<year>\d{{4}})(?![:\d]))?"
)


@dataclass(frozen=True)
class Named:
    """A date as it was written."""

    day: date
    """The next one from today on, where no year was named."""
    month_day: tuple[int, int]


def take_dates(text: str, today: date) -> tuple[str, list[Named]]:
    """The sentence with ``§0``, ``§1``, ... in the place of its dates, and those. Raises Unclear: ``which_date``,
    ``no_such_day``."""
    text = text.replace(MARK, " ")
    found: list[Named] = []

    def mark(match: re.Match[str]) -> str:
        found.append(_named(match, today))
        return f"{MARK}{len(found) - 1}"

    for pattern in (_ISO, _DOTS, _SLASHES, _DAY_MONTH, _MONTH_DAY):
        text = pattern.sub(mark, text)
    return text, found


def _named(match: re.Match[str], today: date) -> Named:
    said = match.groupdict()
    if "one" in said:
        one, other = int(said["one"]), int(said["other"])
        if one <= 12 and other <= 12 and one != other:
            raise Unclear("which_date", date=harmless(match[0]))
        day, month = (one, other) if one > 12 else (other, one)
    else:
        day, month = int(said["day"]), _month(said["month"])
    years = [int(said["year"])] if said["year"] else range(today.year, today.year + 9)  # leap years are up to 8 apart
    for year in years:
        try:
            named = date(year, month, day)
        except ValueError:
            continue
        if said["year"] or named >= today:
            return Named(named, (month, day))
    raise Unclear("no_such_day", day=harmless(match[0]))


def _month(text: str) -> int:
    return int(text) if text.isdigit() else [month[:3] for month in _MONTHS].index(text[:3]) + 1
