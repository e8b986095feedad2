"""The rhythms of the two guides: which step a project is in, and what that step is about. Pure functions of facts.

From the guide to training data, "Iterative Improvement": week 1 has 50 examples in three categories, week 2 trains and tests,
week 3 adds 25 that are aimed at gaps, week 4 trains again and evaluates. From the guide to training: rounds of foundation
(50 to 100 examples), specialisation (25 to 50 more) and polish (10 to 25 more); and the monthly update (10 to 15 new examples,
train again, compare, use the best). Which step a reminder names follows from the facts when it is said, so a round lasts
as long as its examples take.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from agent.reminding.recurrence import DAYS, rule_text
from agent.reminding.worth import NEW_FOR_RETRAINING, Code
from agent.reminding.zones import time_of
from storage.domain import Schedule

WEEKS, ROUNDS, MONTHLY = "weeks", "rounds", "monthly"
RHYTHMS = (WEEKS, ROUNDS, MONTHLY)
FOUNDATION = 50
SPECIALISED = FOUNDATION + 25
POLISHED = SPECIALISED + 10
"""Approved examples with which a round is done: the least that the guide gives for each."""
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


def is_rhythm(schedule: Schedule) -> bool:
    """Whether it came of a rhythm that was chosen: then the person said nothing in words of their own."""
    return not schedule.said


def rules(chosen: Chosen, hour: str) -> Sequence[str]:
    """When it is due, as rules (``recurrence``) in the person's time zone, at their hour (``10:00``): from the day after it was
    chosen once a week, four times or as long as the rounds take; monthly, and behind the four weeks, on first Mondays."""
    begin = datetime.combine(chosen.since + timedelta(days=1), time_of(hour))
    weekly = f"FREQ=WEEKLY;BYDAY={DAYS[begin.weekday()]}"
    monthly = "FREQ=MONTHLY;BYDAY=1MO"
    match chosen.code:
        case "weeks":
            return [rule_text(begin, f"{weekly};COUNT=4"), rule_text(begin + timedelta(weeks=4), monthly)]
        case "rounds":
            return [rule_text(begin, weekly)]
        case _:
            return [rule_text(begin, monthly)]


@dataclass(frozen=True, kw_only=True)
class Step:
    code: str
    """A key of words: ``remind.step_<code>``."""

    @property
    def is_monthly(self) -> bool:
        """Whether it is one of the monthly update, as which a rhythm goes on."""
        return self.code.startswith("month_")

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
