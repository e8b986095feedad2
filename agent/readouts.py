"""What came of a feature: the outcomes of people by the variant that they were shown, and their difference with its interval.

It reads facts that were gathered before, and asks no storage.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from agent.evaluation.groups import Figure, score_of, share_difference, share_of, value_difference
from agent.evaluation.intervals import FEWEST, Interval, holm
from agent.evaluation.rubric import HIGHEST, LOWEST
from agent.flags import KNOWN, OFF, Flag
from storage.domain import Exposure

WINDOW = timedelta(days=14)
"""How long a person is watched from the moment they were shown a variant: each is read for as long, and nobody before."""
WEEK_TWO = range(7, 14)
"""Days after a day in which somebody who comes back is one who returned."""
FOLLOWING = range(1, 14)
"""Days after a day of which it is counted on how many somebody did anything: on the day itself everybody did."""
_LEAST_DAYS = 0.5
_LEAST_SCORE = 0.5
"""What two people's days or scores may differ by at least, where all that were seen are alike."""

Outcome = Literal["made_model", "returned", "active_days", "days_to_model", "satisfaction"]
OUTCOMES: tuple[Outcome, ...] = ("made_model", "returned", "active_days", "days_to_model", "satisfaction")
"""The first two are shares of all people, the third is of all people too; the others are of those who made a model, or who
answered."""
SHARES: frozenset[Outcome] = frozenset({"made_model", "returned"})

_SCALES: Mapping[Outcome, tuple[float, float]] = {
    "active_days": (0, len(FOLLOWING)),
    "days_to_model": (0, WINDOW.days),
    "satisfaction": (LOWEST, HIGHEST),
}
"""From what to what the others can go."""

Code = Literal["too_few", "open", "higher", "lower"]
"""``too_few``: a group has fewer than ``FEWEST`` people; ``open``: no difference is shown; else which way it goes."""


@dataclass(kw_only=True)
class Deeds:
    """What one person did here, with whichever account."""

    days: set[date] = field(default_factory=set)
    """On which they did anything, in UTC."""
    made: list[datetime] = field(default_factory=list)
    """When each model was saved whose run they had started."""
    ratings: list[tuple[datetime, int]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Compared:
    """One outcome by variant."""

    outcome: Outcome
    means: Mapping[str, float | None]
    """By variant; None where nobody can be counted."""
    intervals: Mapping[str, Figure | None]
    """Of these means, 95 %; None of fewer than two people."""
    people: Mapping[str, int]
    """How many were counted, by variant."""
    difference: Interval | None
    """The variant under trial less the other one."""
    code: Code


@dataclass(frozen=True, kw_only=True)
class ReadOut:
    flag: str
    shares: Mapping[str, float]
    """Percent, as the flag is defined now."""
    control: str
    """The variant that the other one is compared with."""
    people: Mapping[str, int]
    """Everybody who was shown a variant first, by variant."""
    watched: int
    """Those who are watched still: ``WINDOW`` is not over."""
    left_out: int
    """Those who were shown another variant since, by a larger percentage, a hand or a link between accounts."""
    outcomes: tuple[Compared, ...]


def control_of(flag: str) -> str:
    """Off, or of variants the first."""
    return OFF if OFF in KNOWN[flag] else KNOWN[flag][0]


def read_out(
    flag: Flag,
    exposures: Sequence[Exposure],
    first_accounts: Mapping[str, str],
    deeds: Mapping[str, Deeds],
    at: datetime,
) -> ReadOut:
    """``exposures``: those of the flag, in order of time. ``deeds``: by the account that stands for a person."""
    shown: dict[str, list[Exposure]] = {}
    for one in exposures:
        shown.setdefault(first_accounts.get(one.person_id, one.person_id), []).append(one)
    kept = {person: theirs[0] for person, theirs in shown.items() if _stayed(flag, person, theirs)}
    ripe = {person: one for person, one in kept.items() if one.at + WINDOW <= at}
    variants = KNOWN[flag.name]
    return ReadOut(
        flag=flag.name,
        shares=dict(flag.shares),
        control=control_of(flag.name),
        people={name: sum(theirs[0].variant == name for theirs in shown.values()) for name in variants},
        watched=len(kept) - len(ripe),
        left_out=len(shown) - len(kept),
        outcomes=_compared(flag, ripe, deeds),
    )


def _stayed(flag: Flag, person: str, theirs: Sequence[Exposure]) -> bool:
    """Whether the person has been shown one variant alone, and by the draw."""
    accounts = frozenset({person, *(one.person_id for one in theirs)})
    if len({one.variant for one in theirs}) > 1 or flag.by_hand(accounts) is not None:
        return False
    return not flag.is_switch or flag.drawn(person) == theirs[0].variant


def _compared(flag: Flag, ripe: Mapping[str, Exposure], deeds: Mapping[str, Deeds]) -> tuple[Compared, ...]:
    control = control_of(flag.name)
    (trial,) = (name for name in KNOWN[flag.name] if name != control)
    values: dict[Outcome, dict[str, list[float]]] = {one: {control: [], trial: []} for one in OUTCOMES}
    for person, exposure in ripe.items():
        for outcome, value in _outcomes(exposure.at, deeds.get(person, Deeds())).items():
            values[outcome].setdefault(exposure.variant, []).append(value)
    differences = {one: _difference(one, groups[control], groups[trial]) for one, groups in values.items()}
    enough = {one: found for one, found in differences.items() if found is not None and found.n >= FEWEST}
    told = holm({one: found.p for one, found in enough.items()})
    return tuple(
        Compared(
            outcome=one,
            means={name: sum(group) / len(group) if group else None for name, group in values[one].items()},
            intervals={name: _interval(one, group) for name, group in values[one].items()},
            people={name: len(group) for name, group in values[one].items()},
            difference=differences[one],
            code=_code(enough.get(one), one in told),
        )
        for one in OUTCOMES
    )


def _code(difference: Interval | None, told: bool) -> Code:
    if difference is None:
        return "too_few"
    if not told:
        return "open"
    return "higher" if difference.mean > 0 else "lower"


def _outcomes(since: datetime, theirs: Deeds) -> dict[Outcome, float]:
    """Of one person within ``WINDOW``; an outcome that they have no value of is left out."""
    until = since + WINDOW
    made = [at for at in theirs.made if since <= at < until]
    ratings = [rating for at, rating in theirs.ratings if since <= at < until]
    active = sum((day - since.date()).days in FOLLOWING for day in theirs.days)
    found: dict[Outcome, float] = {
        "made_model": float(bool(made)),
        "returned": float(came_back(since, theirs.days)),
        "active_days": float(active),
    }
    if made:
        found["days_to_model"] = (min(made) - since) / timedelta(days=1)
    if ratings:
        found["satisfaction"] = sum(ratings) / len(ratings)
    return found


def came_back(since: datetime, days: set[date]) -> bool:
    """Whether somebody did anything on one of the days of the second week."""
    return any((day - since.date()).days in WEEK_TWO for day in days)


def _interval(outcome: Outcome, group: Sequence[float]) -> Figure | None:
    return share_of(group) if outcome in SHARES else score_of(group, *_SCALES[outcome])


def _difference(outcome: Outcome, control: Sequence[float], trial: Sequence[float]) -> Interval | None:
    if outcome in SHARES:
        return share_difference(control, trial)
    least = _LEAST_SCORE if outcome == "satisfaction" else _LEAST_DAYS
    return value_difference(control, trial, least=least)
