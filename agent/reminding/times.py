"""Times of day in plain words: "at 9", "8.30 am", "half past five in the afternoon", "noon", "at 9 and 17".

It takes them out of a sentence and leaves the rest. It does not know days.
"""

import re
from dataclasses import dataclass
from datetime import time

from agent.reminding.errors import Unclear

MOST = 4
"""Times of one day: more would be a nuisance."""
_OF_DAY = {"morning": time(9), "afternoon": time(14), "evening": time(18), "night": time(20)}
"""What a part of the day means where no time is given."""
_HALF = {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "pm"}
_ONE = r"(?:\d{1,2}\s*[:.h]\s*\d{2}|\d{4}|\d{1,2})(?:\s*[ap]\.?m\b\.?)?(?:\s*(?:o'?clock|hrs|hours|uhr|h)\b)?"
_AND = r"\s*(?:,\s*and\b|,|\band\b|&|\+)\s*(?:at\s+)?"
_NO_COUNT = r"(?!\d|\s*(?:days?|weeks?|months?|years?|times|st|nd|rd|th)\b)"
_AT = re.compile(rf"(?:\b(?:at|by|around|about)\s+|@\s*)({_ONE}(?:{_AND}{_ONE}{_NO_COUNT})*){_NO_COUNT}(?![\w:])")
_BARE = re.compile(
    r"(?<![\d:./-])(\d{1,2}\s*:\s*\d{2}(?:\s*[ap]\.?m\b\.?)?|\d{1,2}\s*[ap]\.?m\b\.?|\d{1,2}h(?:\d{2})?)(?![\w:])"
)
_READ = re.compile(r"(\d{1,2})(?:\s*[:.h]\s*(\d{2}))?\s*(?:([ap])\.?m\b\.?)?")
_PART = re.compile(r"\b(?:(in the|at)\s+)?(morning|afternoon|evening|night)s?\b")
_TAKEN = "\x00"
"""Where a time was taken out. No sentence holds it: what cannot be printed is taken out before."""
_SAYS_NO_DAY = re.compile(r"\b(?:and|or|at)\b|[^a-z]")
_SPOKEN = (
    (re.compile(r"\b(half|quarter) past (\d{1,2})\b"), {"half": (0, 30), "quarter": (0, 15)}),
    (re.compile(r"\b(quarter) to (\d{1,2})\b"), {"quarter": (-1, 45)}),
)


@dataclass(frozen=True)
class Times:
    found: tuple[time, ...]
    """In order; empty: none was named."""
    rest: str
    """The sentence without them."""
    apart: bool = False
    """Days stand between them, and before or behind them too: each time belongs to a day of its own."""


def take_times(text: str) -> Times:
    """The times of day in a sentence of lower-case words with numbers as digits. Raises Unclear: ``bad_time``, ``am_or_pm``,
    ``midnight``, ``too_often``, ``same_minute``."""
    if re.search(r"\bmidnight\b", text):
        raise Unclear("midnight")
    text = re.sub(r"\b(?:12 )?(?:noon|midday)\b", "12:00 pm", text)
    text = re.sub(r"\btonight\b", "today night", text)
    for pattern, shifts in _SPOKEN:
        text = pattern.sub(lambda found, shifts=shifts: _spoken(found, shifts), text)  # type: ignore[misc]
    text, half, part = _take_part(text)
    found: list[time] = []
    for pattern in (_AT, _BARE):
        for match in pattern.finditer(text):
            found += [_time(one.strip(), half) for one in re.split(_AND, match[1]) if one.strip()]
        text = pattern.sub(f" {_TAKEN} ", text)
    times = tuple(sorted(set(found))) or ((part,) if part else ())
    if len(times) > MOST:
        raise Unclear("too_often", most=MOST)
    if len({one.minute for one in times}) > 1:
        raise Unclear("same_minute")
    return Times(times, " ".join(text.replace(_TAKEN, " ").split()), _are_apart(text))


def _are_apart(text: str) -> bool:
    """``text`` has marks where times were. "At 9 every day and at 17" says the days once: these times belong together."""
    first, *between, last = [bool(_SAYS_NO_DAY.sub("", part)) for part in text.split(_TAKEN)] + [False]
    return any(between) and first + sum(between) + last > 1


def _spoken(found: re.Match[str], shifts: dict[str, tuple[int, int]]) -> str:
    hours, minutes = shifts[found[1]]
    return f"{(int(found[2]) + hours - 1) % 12 + 1}:{minutes:02}"


def _take_part(text: str) -> tuple[str, str, time | None]:
    """Take out a part of the day: the half that it lies in, and the time that it stands for by itself."""
    match = _PART.search(text)
    if match is None:
        return text, "", None
    every = re.search(r"\bevery $", text[: match.start()])
    rest = f"{text[: match.start()]}{'day' if every else ''} {text[match.end() :]}"
    return rest, _HALF[match[2]], _OF_DAY[match[2]]


def _time(text: str, half: str) -> time:
    """``half``: ``am`` or ``pm``, where a part of the day said so."""
    compact = re.fullmatch(r"(\d{2})(\d{2})", text)
    match = compact or _READ.match(text)
    if match is None:
        raise Unclear("bad_time", time=text)
    hour, minute = int(match[1]), int(match[2] or 0)
    named = "" if compact else {"a": "am", "p": "pm"}.get(match[3] or "", "")
    if minute > 59 or hour > 23 or (named and not 1 <= hour <= 12):
        raise Unclear("bad_time", time=text)
    if compact or match[1].startswith("0") or hour > 12 or hour == 0:
        return time(hour, minute)
    if named or half:
        return time(hour % 12 + (12 if (named or half) == "pm" else 0), minute)
    if hour < 7:
        raise Unclear(
            "am_or_pm", time=f"{hour}:{minute:02}", morning=f"{hour:02}:{minute:02}", later=f"{hour + 12}:{minute:02}"
        )
    return time(hour, minute)
