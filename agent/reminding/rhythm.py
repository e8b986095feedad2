"""The rhythms of the two guides: which step a project is in, and what that step is about. Pure functions of facts.

From the guide to training data, "Iterative Improvement": week 1 has 50 examples in three categories, week 2 trains and tests,
week 3 adds 25 that are aimed at gaps, week 4 trains again and evaluates. From the guide to training: rounds of foundation
(50 to 100 examples), specialisation (25 to 50 more) and polish (10 to 25 more); and the monthly update (10 to 15 new examples,
train again, compare, use the best). Which step a reminder names follows from the facts when it is said, so a round lasts
as long as its examples take.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from agent.reminding.worth import NEW_FOR_RETRAINING, Code
from agent.reminding.zones import instant, local_day, time_of
from storage.domain import Habits

WEEKS, ROUNDS, MONTHLY = "weeks", "rounds", "monthly"
RHYTHMS = (WEEKS, ROUNDS, MONTHLY)
FOUNDATION = 50
SPECIALISED = FOUNDATION + 25
POLISHED = SPECIALISED + 10
"""Approved examples with which a round is done: the least that the guide gives for each."""
_ROUND_WEEKS = 12
"""Weeks in which rounds are asked about; whoever takes longer goes on monthly."""
_WINDOW = timedelta(days=40)
"""How far around now times are named: more than a month, so that the one before and the one to come are among them."""
_EXAMPLES: frozenset[Code] = frozenset({"cell", "draft"})
_AIMED: frozenset[Code] = frozenset({"criterion", "cell", "draft"})
_COMPARED: frozenset[Code] = frozenset({"retrain", "evaluation", "comparison"})
_FOCUS: Mapping[str, frozenset[Code]] = {
    "week_1": _EXAMPLES,
    "week_2": frozenset({"train", "run", "comparison"}),
    "week_3": _AIMED,
    "week_4": _COMPARED,
    "foundation": _EXAMPLES | {"train"},
    "specialisation": _AIMED | {"retrain"},
    "polish": frozenset({"criterion", "draft", "evaluation"}),
    "month_collect": _AIMED,
    "month_compare": _COMPARED,
}


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A rhythm, and the local day on which it was chosen."""

    code: str
    since: date

    def to_text(self) -> str:
        """As habits keep it."""
        return f"{self.code}:{self.since.isoformat()}"


def read_chosen(text: str) -> Chosen | None:
    """What habits hold; None where no rhythm was chosen, or none that is known."""
    code, _, since = text.partition(":")
    try:
        return Chosen(code=code, since=date.fromisoformat(since)) if code in RHYTHMS else None
    except ValueError:
        return None


def due_times(habits: Habits, now: datetime) -> Sequence[tuple[str, datetime]]:
    """When the rhythm of a person is due, around now: a name and a moment in UTC for each, in order; none without a rhythm or
    a time zone. At the person's hour: in four weeks on the day after it was chosen and then at the begin of each week; in
    rounds once a week; monthly, and behind either of them, on the first Monday of the month."""
    chosen = read_chosen(habits.rhythm)
    if chosen is None or habits.zone is None:
        return []
    today, hour = local_day(now, habits.zone), time_of(habits.hour)
    first, last = max(chosen.since, today - _WINDOW), today + _WINDOW
    days = [(name, day) for name, day in _days(chosen, last) if first <= day <= last]
    return [(name, _at(day, hour, habits.zone)) for name, day in days]


def _days(chosen: Chosen, last: date) -> Iterator[tuple[str, date]]:
    begin = chosen.since
    if chosen.code == WEEKS:
        yield "week_1", begin + timedelta(days=1)
        yield from ((f"week_{number}", begin + timedelta(weeks=number - 1)) for number in (2, 3, 4))
        begin += timedelta(weeks=4)
    if chosen.code == ROUNDS:
        yield from (("round", begin + timedelta(weeks=number)) for number in range(1, _ROUND_WEEKS + 1))
        begin += timedelta(weeks=_ROUND_WEEKS)
    yield from (("month", day) for day in _first_mondays(begin, last))


def _first_mondays(begin: date, last: date) -> Iterator[date]:
    """Of each month, later than ``begin``."""
    month = begin.replace(day=1)
    while month <= last:
        monday = month + timedelta(days=-month.weekday() % 7)
        if monday > begin:
            yield monday
        month = (month + timedelta(days=31)).replace(day=1)


def _at(day: date, hour: time, zone: str) -> datetime:
    return instant(datetime.combine(day, hour), zone)


@dataclass(frozen=True, kw_only=True)
class Step:
    code: str
    """A key of words: ``remind.step_<code>``."""

    @property
    def focus(self) -> frozenset[Code]:
        """The kinds of action that count more in it."""
        return _FOCUS[self.code]


def step_of(chosen: Chosen, today: date, *, approved: int, new: int) -> Step:
    """Where a project is. ``approved``: its examples; ``new``: those of them that no run has used.

    After its last week, or its last round, a rhythm goes on as the monthly update.
    """
    if chosen.code == WEEKS and (week := (today - chosen.since).days // 7 + 1) in range(1, 5):
        return Step(code=f"week_{week}")
    if chosen.code == ROUNDS and approved < POLISHED:
        return Step(code=_round(approved))
    return Step(code="month_collect" if new < NEW_FOR_RETRAINING else "month_compare")


def _round(approved: int) -> str:
    if approved < FOUNDATION:
        return "foundation"
    return "specialisation" if approved < SPECIALISED else "polish"
