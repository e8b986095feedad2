"""How somebody wants to be reminded: what they wrote, read, and written down. Again with the same event it changes nothing more."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from typing import Any

from agent.context import Context
from agent.reminding.errors import Unclear
from agent.reminding.putting_off import end_rhythm
from agent.reminding.recurrence import next_after
from agent.reminding.rhythm import Chosen, rules
from agent.reminding.times import take_times
from agent.reminding.told import no_zone, unclear
from agent.reminding.when import Understood
from agent.reminding.zone_words import read_zone
from agent.reminding.zones import local_day
from agent.state import Turn
from agent.words import say
from storage.domain import Habits, Schedule, stable_id

MOST = 20
"""Schedules of a person."""
_TELLING = ("bad_time", "am_or_pm", "midnight")
"""Of what is wrong with an hour, that whose sentence says what to write instead."""
_RANGE = re.compile(r"(?:from\s+)?(.+?)\s*(?:-|–|to|until|till)\s*(.+)", re.IGNORECASE)

_HOUR = re.compile(r"(?<!\bat)\s+(\d{1,2}(?:[:.]\d{2})?(?:\s*[ap]m)?)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Quiet:
    begin: str
    """``21:00``."""
    end: str


def quiet_in(text: str) -> Quiet:
    """``22 to 7``, ``21:30-08:00``, ``off``. Raises Unclear for anything else, and for hours that begin when they end: whether
    those are none or all is not said."""
    said = text.strip(" .!").casefold()
    if said in ("off", "none", "no"):
        return Quiet(begin="00:00", end="00:00")
    found = _RANGE.fullmatch(said)
    if found is None:
        raise Unclear("no_range")
    begin, end = hour_in(found[1]), hour_in(found[2])
    if begin == end:
        raise Unclear("empty_range")
    return Quiet(begin=begin, end=end)


def hour_in(text: str) -> str:
    """``9``, ``at 9:30``, ``6 pm`` as ``18:00``. Raises Unclear."""
    try:
        times = take_times(f"at {text.strip(' .!').casefold().removeprefix('at ')}")
    except Unclear as problem:
        if problem.code in _TELLING:
            raise
        raise Unclear("no_hour") from None
    if len(times.found) != 1 or times.rest:
        raise Unclear("no_hour")
    one: time = times.found[0]
    return f"{one:%H:%M}"


def told_wrong(problem: Unclear, key: str) -> str:
    """What is wrong with an hour or with hours, and what to write: ``key``, where the problem itself does not say it."""
    why = unclear(problem)
    return why if problem.code in _TELLING else say(key, why=why)


def weekly(text: str) -> str:
    """What is written behind ``digest``, as a recurrence in words: ``Monday 9`` is ``every Monday at 9``."""
    words = _HOUR.sub(r" at \1", text.strip())
    return words if words.casefold().startswith(("every", "on ", "each")) else f"every {words}"


async def habits_of(context: Context, person_id: str) -> Habits:
    return await context.store.habits.get(person_id) or Habits(person_id=person_id)


async def change(context: Context, turn: Turn, how: Callable[[Habits], Habits]) -> Habits:
    """What the person changed now, with this account."""

    def changed(habits: Habits) -> Habits:
        return replace(how(habits), person_id=turn.person_id, event_id=turn.id)

    return await context.store.habits.change(turn.person_id, changed)


async def note(context: Context, turn: Turn, **values: Any) -> Habits:
    """Set these fields of the person's habits."""
    return await change(context, turn, lambda habits: replace(habits, **values))


async def wants(context: Context, turn: Turn, wanted: bool) -> Habits:
    """Whoever turns suggestions on wants them now, whatever was put off before."""
    return await change(
        context,
        turn,
        lambda habits: replace(habits, wanted=wanted, snoozed_until=None, asked_at=habits.asked_at or turn.at),
    )


async def choose_rhythm(context: Context, turn: Turn, code: str, project_id: str | None) -> Habits:
    """Another rhythm instead of the one before; an empty code ends it. Raises no error where the zone is not known: UTC stands
    in for it, and whoever asks for a rhythm is asked for their zone first."""
    before = await habits_of(context, turn.person_id)
    chosen = Chosen(code=code, since=local_day(turn.at, before.zone)) if code else None
    await end_rhythm(context, turn, turn.person_id)
    for number, rule in enumerate(rules(chosen, before.hour) if chosen else ()):
        first = next_after(rule, before.zone or "UTC", turn.at)
        if first is not None:
            known = Understood(rule, "", first)
            await put_schedule(
                context, turn, known, "", before.zone or "UTC", project_id, place=private_place(turn), number=number
            )
    return await change(context, turn, lambda habits: replace(habits, rhythm=chosen.to_text() if chosen else ""))


def private_place(turn: Turn) -> str:
    """Where the person is told what is theirs alone: here, unless others read along."""
    return turn.person_id if turn.shared else turn.conversation_id


async def put_schedule(
    context: Context,
    turn: Turn,
    known: Understood,
    said: str,
    zone: str,
    project_id: str | None,
    *,
    place: str,
    number: int = 0,
) -> Schedule:
    """``place``: the conversation in which it is said. ``said``: in the person's words; empty of a rhythm."""
    schedule = Schedule(
        id=stable_id("schedule", turn.id, number),
        person_id=turn.person_id,
        project_id=project_id,
        conversation_id=place,
        rule=known.rule,
        zone=zone,
        said=said,
        event_id=turn.id,
        created_at=turn.at,
        next_at=known.first_at,
    )
    await context.store.schedules.put(schedule)
    return schedule


async def check_settings(
    context: Context, person_id: str, subject: Mapping[str, str], values: Mapping[str, str]
) -> dict[str, str]:
    """What is wrong with what was filled into the form of reminders, a sentence by field; empty: nothing. A zone that may be one
    of several is not wrong: which it is is asked for next."""
    del context, person_id, subject
    wrong = {}
    zone = values.get("zone", "").strip()  # what a clock shows is read by the present time: no event has come yet
    if zone and (found := read_zone(zone, datetime.now(UTC))).code:
        wrong["zone"] = no_zone(found)
    for name, read in (("quiet", quiet_in), ("hour", hour_in)):
        try:
            _ = values.get(name, "").strip() and read(values[name])
        except Unclear as problem:
            wrong[name] = told_wrong(problem, f"reminders.misfilled_{name}")
    return wrong
