"""Plain words -> a recurrence: "every Tuesday at 9", "on the first Monday of the month", "in 3 days".

It reads English by rules, asks no model, and takes nothing that can be meant in two ways. It does not know how a rule is
kept (``recurrence``), nor what is to be said of words that it cannot take.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from difflib import get_close_matches

from agent.reminding.dates import Named, take_dates
from agent.reminding.days import ONE_DAY, Plan, canonical, later, read_days
from agent.reminding.errors import Unclear
from agent.reminding.recurrence import first_local, next_after, once, rule_text
from agent.reminding.times import MOST, take_times
from agent.reminding.zones import clock, time_of
from agent.words import harmless

LONGEST = 300
"""Characters: what is longer is no wish for a time."""
_MANY = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
]
_NUMBERS = {word: str(number) for number, word in enumerate(_MANY, 1)} | {"twenty": "20", "thirty": "30"}
_NUMBER = re.compile(rf"\b({'|'.join(_NUMBERS)})\b")
_LEAD = re.compile(r"^(?:please\b|can you\b|could you\b|remind(?: me)?\b|me\b|,|:|\s)+", re.IGNORECASE)
_NOTE = re.compile(r"\s+(?:to|about|that)\s+|\s*[:–—]\s+|\s+-\s+", re.IGNORECASE)
_OTHERS = re.compile(r"(?:us|everyone|everybody|all of us|the (?:whole )?(?:team|group|channel))\b.*", re.IGNORECASE)
_SOMEBODY = re.compile(
    r"(?P<who>him|her|them|@[\w.-]+|[^\W\d_][\w.'-]*(?: [A-Z][\w.'-]*)?)\s+"
    r"(?:to|about|that|of|every|each|on|tomorrow|next|daily|weekly)\b.*",
)
_TIME_WORDS = (
    "every each daily weekly monthly yearly weekday weekdays weekend today tonight tomorrow morning afternoon evening noon midnight "
    "monday tuesday wednesday thursday friday saturday sunday next first second third fourth fifth last other week month year "
    "quarterly fortnightly january february march april may june july august september october november december on at in the "
    "this coming from starting until half hourly day once twice"
)
_ALIKE = 0.75
"""How alike (``difflib``) a word is to one about time that was mistyped: then it is nobody's name."""
_HOW_LONG = re.compile(r"\b(?:for )?(\d+) times\b")
_FOR = re.compile(r"\bfor (\d+) (day|week|month)s?\b")
_UNTIL = re.compile(rf"\b(?:until|till) ({ONE_DAY})")
_FROM = re.compile(rf"\b(?:starting|beginning|from)(?: from)? ({ONE_DAY})")
_SOON = re.compile(r"^in (\d+|an?|half an) (minute|min|hour)s?$")
_OFTEN = re.compile(r"\b(?:hourly|every (?:\d+ |other )?(?:hours?|minutes?|mins?|seconds))\b|\b(?:every|each) second$")
_TWICE = re.compile(r"\b(?:\d+ times|twice|once) (?:a|per|each|every) (day|week|month|year)\b")


@dataclass(frozen=True)
class Understood:
    rule: str
    """The canonical text (``recurrence``)."""
    note: str
    """What the person wants to be reminded of, in their own words: hostile text. Empty: they did not say."""
    first_at: datetime
    """When it is due for the first time, in UTC."""


def read(text: str, now: datetime, zone: str, hour: str = "10:00") -> Understood:
    """What a person wrote, as a rule that is due after now.

    ``hour``: the local time that is taken where they name none. Raises Unclear: ``empty``, ``too_long``, ``not_understood``
    (``rest``, in their own words), ``somebody_else`` (``who``), ``others``, ``past``, ``too_far``, ``too_rare``, ``too_often``, ``which_days``, ``which_date``, ``no_such_day``,
    ``every_or_once``, ``every_second``, ``two_meanings``, ``bad_time``, ``am_or_pm``, ``midnight``, ``same_minute``,
    ``one_time``, ``own_times``.
    """
    said = " ".join(_plain(text).split()).strip(" .!?,;:")
    if not said:
        raise Unclear("empty")
    if len(said) > LONGEST:
        raise Unclear("too_long", most=LONGEST)
    first: Unclear | None = None
    for when, note in _splits(said):
        try:
            rule = _rule(when, now, zone, hour)
        except Unclear as unclear:
            first = first if first and first.code != "not_understood" else unclear
            continue
        first_at = next_after(rule, zone, now)
        if first_at is None:
            raise Unclear("past")
        return Understood(rule, note, first_at)
    if first is not None and first.code == "not_understood":
        body = _LEAD.sub("", said)
        _refuse_others(body)
        first = _in_their_words(first, body)
    raise first or Unclear("empty")


def _in_their_words(unclear: Unclear, body: str) -> Unclear:
    """What was not understood, as it was written: the whole sentence, where it was rewritten to be read."""
    rest = str(unclear.about["rest"])
    return unclear if rest and rest in harmless(body.lower()) else Unclear("not_understood", rest=harmless(body))


def _refuse_others(body: str) -> None:
    """What names somebody else instead of a time: everybody sets their own reminders. Raises Unclear."""
    if _OTHERS.fullmatch(body):
        raise Unclear("others")
    found = _SOMEBODY.fullmatch(body)
    if found and not get_close_matches(found["who"].split()[0].casefold(), _TIME_WORDS.split(), n=1, cutoff=_ALIKE):
        raise Unclear("somebody_else", who=harmless(found["who"]))


def _plain(text: str) -> str:
    """Without forms of characters that only look different, and without such as cannot be seen."""
    folded = unicodedata.normalize("NFKC", text[: 4 * LONGEST]).replace("’", "'")
    return "".join(one if one.isprintable() else " " for one in folded)


def _splits(said: str) -> list[tuple[str, str]]:
    """The ways to part a sentence into when and what: all of it, what stands before a "to", what stands at its end."""
    body = _LEAD.sub("", said)
    if not body:
        raise Unclear("empty")
    marks = [mark for mark in _NOTE.finditer(body) if mark.start()]
    ways = [(body, ""), *((body[: mark.start()], body[mark.end() :]) for mark in marks)]
    about = re.match(r"(?:to|about|that)\s+", body, re.IGNORECASE)
    words = [gap.end() for gap in re.finditer(r"\s+", body)]
    tail = about.end() if about else 0
    ways += [(body[at:], body[tail:at].strip(" ,")) for at in words if at > tail] if about else []
    return ways


def _rule(when: str, now: datetime, zone: str, hour: str) -> str:
    text = _NUMBER.sub(lambda found: _NUMBERS[found[1]], when.lower())
    local = clock(now, zone)
    if soon := _SOON.fullmatch(text.strip()):
        return once(_soon(soon, now))
    if _OFTEN.search(text):
        raise Unclear("too_often", most=MOST)
    if found := _TWICE.search(text):
        raise Unclear("too_often", most=MOST) if found[1] == "day" else Unclear("which_days", unit=found[1])
    text, dates = take_dates(text, local.date())
    times = take_times(text)
    at = times.found or (time_of(hour),)
    text, ends = _take_ends(canonical(times.rest), local, dates)
    text, start = _take_start(text, local, dates)
    plan = read_days(text, dates, start or local.date())
    if times.apart and len(at) > 1:
        raise Unclear("own_times")
    if plan.day is not None:
        if len(at) > 1:
            raise Unclear("one_time")
        return _once(datetime.combine(plan.day, at[0]), plan.rolls, local)
    first, recurs = _recurring(plan, at, start, now, zone)
    return rule_text(first, recurs + ends)


def _soon(found: re.Match[str], now: datetime) -> datetime:
    count = {"a": 1.0, "an": 1.0, "half an": 0.5}.get(found[1]) or float(found[1][:6])
    minutes = count * (60 if found[2] == "hour" else 1)
    if minutes > 366 * 24 * 60:
        raise Unclear("too_far")
    return (now + timedelta(minutes=minutes)).replace(microsecond=0)


def _once(at: datetime, rolls: bool, local: datetime) -> str:
    """``rolls``: a weekday that is today means the next one where its time is over."""
    if at <= local:
        if not rolls:
            raise Unclear("past")
        at += timedelta(days=7)
    return once(at)


def _take_ends(text: str, local: datetime, dates: list[Named]) -> tuple[str, str]:
    """What limits a recurrence, as a part of an RRULE."""
    if found := _HOW_LONG.search(text):
        if not int(found[1][:6]):
            raise Unclear("not_understood", rest=found[0])
        if int(found[1][:6]) > 1000:
            raise Unclear("too_far")
        return _without(text, found), f";COUNT={int(found[1])}"
    if found := _FOR.search(text):
        if not int(found[1][:6]):
            raise Unclear("not_understood", rest=found[0])
        last = later(local.date(), int(found[1][:6]), found[2]) - timedelta(days=1)
        return _without(text, found), f";UNTIL={last:%Y%m%d}T235959"
    if found := _UNTIL.search(text):
        return _without(text, found), f";UNTIL={read_days(found[1], dates, local.date()).day:%Y%m%d}T235959"
    return text, ""


def _take_start(text: str, local: datetime, dates: list[Named]) -> tuple[str, date | None]:
    found = _FROM.search(text)
    if not found:
        return text, None
    return _without(text, found), read_days(found[1], dates, local.date()).day


def _without(text: str, found: re.Match[str]) -> str:
    return " ".join((text[: found.start()] + " " + text[found.end() :]).split())


def _recurring(plan: Plan, at: tuple[time, ...], start: date | None, now: datetime, zone: str) -> tuple[datetime, str]:
    """The first time that is still to come, from which intervals and counts are reckoned, and the RRULE's value.

    "Every 2 weeks on Friday" begins on the next Friday; "every 2 weeks" begins in two weeks.
    """
    recurs = plan.recurs
    if len(at) > 1:
        if "BYSETPOS" in recurs:
            raise Unclear("one_time")
        recurs += f";BYHOUR={','.join(str(one.hour) for one in at)};BYMINUTE={at[0].minute}"
    begin = datetime.combine(start or clock(now, zone).date(), at[0])
    soonest = recurs if plan.from_today and start is None else re.sub(r";INTERVAL=\d+", "", recurs)
    return first_local(soonest, begin, zone, now), recurs
