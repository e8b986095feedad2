"""Did it help? Projects, models, people who come back, what they say of their models, and what reminders and features did.

Numbers alone, computed of what storage has by a query for each kind of fact. No name, text or id of a person is among them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from statistics import median
from typing import Any

from agent.evaluation.groups import Figure, score_of, share_of
from agent.evaluation.intervals import Interval
from agent.evaluation.rubric import HIGHEST, LOWEST
from agent.flags import Flags
from agent.readouts import WEEK_TWO, Compared, Deeds, ReadOut, came_back, read_out
from storage.domain import MadeModel, Reminder, ReminderKind, SurveyAnswer, Visitor
from storage.ports import Store

DAY = timedelta(days=1)
ACTIVE = (7, 28)
"""Days in which somebody who did anything counts as active."""
REMINDED = timedelta(days=28)
"""How long ago a reminder that counts was sent at most."""
FEWEST_RATERS = 3
"""People below which nobody but the operator is told what they thought: else one could tell what a colleague said."""


@dataclass(frozen=True, kw_only=True)
class Answered:
    """Reminders of a kind whose day is over."""

    sent: int
    answered: int
    """Within a day."""
    people: int
    share: Figure | None
    """Of each person's share, so that one who gets many counts once. None of fewer than two people."""


@dataclass(frozen=True, kw_only=True)
class Stats:
    at: datetime
    projects: int
    models: int
    people: int
    """Everybody who did anything; linked accounts are one."""
    makers: int
    """Those who made a model."""
    made: Figure | None
    """Their share of all people."""
    active: Mapping[int, int]
    """People by the number of days (``ACTIVE``)."""
    observed: int
    """People whose second week is over."""
    returned: Figure | None
    """The share of them who did something in it."""
    raters: int
    answers: int
    """To the survey."""
    satisfaction: Figure | None
    """Of each person's mean, from 1 to 5. None where fewer than two answered, or it is hidden."""
    hidden: bool
    """Whether too few answered to tell it, so that nobody's own answer can be read from it."""
    in_threes: bool
    """Whether answers are counted ``FEWEST_RATERS`` people at a time: else the last one could be read from two averages."""
    first_model_days: float | None
    """From a person's first word to their first model: the median of those who made one."""
    first_model_people: int
    """How many these are. Whoever has a model from before the first word that is known of them is left out."""
    reminders: Mapping[ReminderKind, Answered]
    read_outs: tuple[ReadOut, ...]


@dataclass(frozen=True, kw_only=True)
class _Facts:
    projects: int
    visitors: Sequence[Visitor]
    made: Sequence[MadeModel]
    answers: Sequence[SurveyAnswer]
    reminders: Sequence[Reminder]


async def stats_of_all(store: Store, flags: Flags, at: datetime) -> Stats:
    """Of everything there is, for whoever operates the house."""
    facts = _Facts(
        projects=len(await store.projects.all()),
        visitors=await store.statistics.visitors(),
        made=await store.statistics.made(),
        answers=await store.surveys.all(),
        reminders=await store.reminders.sent(at - REMINDED),
    )
    defined = dict(flags.defined)  # as they stand now: a roll-out may be changed meanwhile
    exposures = {name: await store.exposures.of_flag(name) for name in defined}
    people = await store.links.first_accounts(
        _accounts(facts) | {one.person_id for theirs in exposures.values() for one in theirs}
    )
    deeds = _deeds(facts, people)
    read = [read_out(defined[name], theirs, people, deeds, at) for name, theirs in exposures.items()]
    return _stats(facts, people, deeds, at, tuple(read))


async def stats_of(store: Store, projects: Collection[str], accounts: Collection[str], at: datetime) -> Stats:
    """Of some projects, for whoever owns them with one of these accounts. Flags are not about projects."""
    made = await store.statistics.made(projects)
    models = {one.model_id for one in made}
    facts = _Facts(
        projects=len(projects),
        visitors=await store.statistics.visitors(projects),
        made=made,
        answers=[],
        reminders=[one for one in await store.reminders.sent(at - REMINDED) if _project_of(one) in projects],
    )
    answers = [one for one in await store.surveys.all() if one.model_id in models]
    people = await store.links.first_accounts(_accounts(facts) | {one.person_id for one in answers})
    raters = {one.person_id for one in answers}
    alone = raters <= {*accounts}
    hidden = len({people[one] for one in raters}) < FEWEST_RATERS and not alone
    told = replace(facts, answers=answers if alone or hidden else _in_threes(answers, people))
    return _stats(told, people, _deeds(told, people), at, (), hidden=hidden, in_threes=not alone)


def _in_threes(answers: Sequence[SurveyAnswer], people: Mapping[str, str]) -> list[SurveyAnswer]:
    """Those of whole threes of people, whoever answered first. With one person more between two looks, whoever knows who
    that was could tell what they said from the two averages."""
    order = list(dict.fromkeys(people[one.person_id] for one in sorted(answers, key=lambda one: one.at)))
    counted = {*order[: len(order) // FEWEST_RATERS * FEWEST_RATERS]}
    return [one for one in answers if people[one.person_id] in counted]


def _project_of(reminder: Reminder) -> str | None:
    """What it is about; our own suggestions are about what their message named."""
    named = reminder.about.get("project_id")
    return reminder.project_id or (str(named) if named else None)


def _accounts(facts: _Facts) -> set[str]:
    all_of: Sequence[Visitor | MadeModel | SurveyAnswer | Reminder] = [
        *facts.visitors,
        *facts.made,
        *facts.answers,
        *facts.reminders,
    ]
    return {one.person_id for one in all_of}


def _deeds(facts: _Facts, people: Mapping[str, str]) -> dict[str, Deeds]:
    """By the account that stands for a person, everybody who did anything."""
    deeds: dict[str, Deeds] = {}
    for visitor in facts.visitors:
        deeds.setdefault(people[visitor.person_id], Deeds()).days.update(visitor.days)
    for model in facts.made:
        deeds.setdefault(people[model.person_id], Deeds()).made.append(model.at)
    for answer in facts.answers:
        deeds.setdefault(people[answer.person_id], Deeds()).ratings.append((answer.at, answer.rating))
    return deeds


def _stats(
    facts: _Facts,
    people: Mapping[str, str],
    deeds: Mapping[str, Deeds],
    at: datetime,
    read_outs: tuple[ReadOut, ...],
    hidden: bool = False,
    in_threes: bool = False,
) -> Stats:
    hello = _first_words(facts.visitors, people)
    watched = [person for person, since in hello.items() if (at.date() - since.date()).days >= WEEK_TWO.stop]
    rated = [sum(rating for _, rating in one.ratings) / len(one.ratings) for one in deeds.values() if one.ratings]
    waits = [(min(one.made) - hello[person]) / DAY for person, one in deeds.items() if one.made and person in hello]
    waits = [one for one in waits if one >= 0]
    return Stats(
        at=at,
        projects=facts.projects,
        models=len(facts.made),
        people=len(deeds),
        makers=sum(bool(one.made) for one in deeds.values()),
        made=share_of([float(bool(one.made)) for one in deeds.values()]),
        active={days: sum(_active(one, at, days) for one in deeds.values()) for days in ACTIVE},
        observed=len(watched),
        returned=share_of([float(came_back(hello[person], deeds[person].days)) for person in watched]),
        raters=len(rated),
        answers=len(facts.answers),
        satisfaction=None if hidden else score_of(rated, LOWEST, HIGHEST),
        hidden=hidden,
        in_threes=in_threes,
        first_model_days=median(waits) if waits else None,
        first_model_people=len(waits),
        reminders=_reminders(facts.reminders, people, at),
        read_outs=read_outs,
    )


def _first_words(visitors: Sequence[Visitor], people: Mapping[str, str]) -> dict[str, datetime]:
    first: dict[str, datetime] = {}
    for visitor in visitors:  # in order of time
        first.setdefault(people[visitor.person_id], visitor.first_at)
    return first


def _active(theirs: Deeds, at: datetime, days: int) -> bool:
    return any(0 <= (at.date() - day).days < days for day in theirs.days)


def _reminders(sent: Iterable[Reminder], people: Mapping[str, str], at: datetime) -> dict[ReminderKind, Answered]:
    """Of each kind that goes to a person, if any was sent and had its day to be answered."""
    kinds = (ReminderKind.SUGGESTION, ReminderKind.SCHEDULED)
    over = [one for one in sent if one.sent_at is not None and one.sent_at + DAY <= at]
    found = {kind: [one for one in over if one.kind is kind] for kind in kinds}
    return {kind: _answered(theirs, people) for kind, theirs in found.items() if theirs}


def _answered(sent: Sequence[Reminder], people: Mapping[str, str]) -> Answered:
    by_person = groupby(sorted(sent, key=lambda one: people[one.person_id]), lambda one: people[one.person_id])
    answers = [[_in_a_day(one) for one in theirs] for _, theirs in by_person]
    return Answered(
        sent=len(sent),
        answered=sum(map(sum, answers)),
        people=len(answers),
        share=share_of([sum(one) / len(one) for one in answers]),
    )


def _in_a_day(one: Reminder) -> bool:
    return one.sent_at is not None and one.answered_at is not None and one.answered_at - one.sent_at <= DAY


# As JSON


def to_json(stats: Stats) -> dict[str, Any]:
    """For programs: every figure with its interval and the number of people behind it."""
    return {
        "at": stats.at.isoformat(timespec="seconds"),
        "projects": stats.projects,
        "models": stats.models,
        "people": stats.people,
        "people_with_a_model": stats.makers,
        "made_a_model": _figure(stats.made),
        "active": {f"{days}_days": count for days, count in stats.active.items()},
        "returned_in_week_2": _figure(stats.returned),
        "satisfaction": _figure(stats.satisfaction),
        "survey_answers": stats.answers,
        "days_to_first_model": stats.first_model_days,
        "reminders_answered_within_a_day": {
            kind.value: {"sent": one.sent, "answered": one.answered, "share": _figure(one.share)}
            for kind, one in stats.reminders.items()
        },
        "flags": {one.flag: _read_out(one) for one in stats.read_outs},
    }


def _figure(one: Figure | Interval | None) -> dict[str, float | int] | None:
    return {"mean": one.mean, "low": one.low, "high": one.high, "n": one.n} if one else None


def _read_out(one: ReadOut) -> dict[str, Any]:
    return {
        "percent": dict(one.shares),
        "people": dict(one.people),
        "still_watched": one.watched,
        "left_out": one.left_out,
        "control": one.control,
        "outcomes": {compared.outcome: _compared(compared) for compared in one.outcomes},
    }


def _compared(one: Compared) -> dict[str, Any]:
    return {
        "means": dict(one.means),
        "intervals": {name: _figure(found) for name, found in one.intervals.items()},
        "people": dict(one.people),
        "difference": _figure(one.difference),
        "code": one.code,
    }
