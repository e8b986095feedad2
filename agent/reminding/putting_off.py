"""Putting a reminder off, and ending what it came of."""

from dataclasses import replace
from datetime import datetime, timedelta

from agent.context import Context
from agent.reminding.choosing import DECLINED, KEY
from agent.reminding.plan import STALE, instant_of_day, reminder_id
from agent.reminding.rhythm import is_rhythm
from agent.reminding.zones import local_day, out_of_quiet
from agent.state import Turn
from storage.domain import Habits, Reminder, ReminderKind, ReminderState
from storage.errors import NotFound

AGAIN = "snooze:"
"""What the slot of a reminder that was put off begins with; the id of that which was put off follows."""
_DAYS = {"tomorrow": 1, "week": 7}
_NAMED = (KEY, DECLINED, "facts", "code", "project_id")
"""In ``Reminder.about``: what its message named. One that comes again names what is worth most by then."""


async def put_off(context: Context, turn: Turn, reminder: Reminder, how_long: str) -> datetime:
    """When it comes again: in an hour, or at the person's hour tomorrow or in a week. One of ours waits for the end of quiet
    hours, and what else we would suggest waits with it. Repeating it puts off nothing twice."""
    habits = await context.store.habits.get(reminder.person_id) or Habits(person_id=reminder.person_id)
    ours = reminder.kind is ReminderKind.SUGGESTION
    until = again_at(turn.at, habits, how_long, ours=ours)
    if ours:
        await context.store.habits.change(
            reminder.person_id, lambda now: replace(now, snoozed_until=until, event_id=turn.id)
        )
    if not ours or how_long not in _DAYS:  # the next suggestion of a later day is planned as always
        await context.store.reminders.put(_again(reminder, until))
    return until


def again_at(now: datetime, habits: Habits, how_long: str, *, ours: bool) -> datetime:
    if how_long in _DAYS:
        day = local_day(now, habits.zone) + timedelta(days=_DAYS[how_long])
        at = instant_of_day(day, habits.hour, habits.zone)
    else:
        at = now + timedelta(hours=1)
    return out_of_quiet(at, habits) if ours else at


def _again(reminder: Reminder, until: datetime) -> Reminder:
    slot = AGAIN + reminder.id
    return replace(
        reminder,
        id=reminder_id(reminder.person_id, slot),
        slot=slot,
        due_at=until,
        stale_at=until + STALE,
        state=ReminderState.DUE,
        about={name: value for name, value in reminder.about.items() if name not in _NAMED},
        sent_at=None,
        answered_at=None,
    )


async def end(context: Context, turn: Turn, reminder: Reminder) -> None:
    """Stop what it came of: our suggestions, the rhythm, or the schedule."""
    if reminder.kind is ReminderKind.SUGGESTION:
        await context.store.habits.change(
            reminder.person_id, lambda habits: replace(habits, wanted=False, event_id=turn.id)
        )
        return
    try:
        schedule = await context.store.schedules.get(str(reminder.about.get("schedule_id", "")))
    except NotFound:
        return
    if is_rhythm(schedule):
        await end_rhythm(context, turn, reminder.person_id)
    else:
        await context.store.schedules.end(schedule.id, turn.at)


async def end_rhythm(context: Context, turn: Turn, person_id: str) -> None:
    """No rhythm from now on."""
    for schedule in await context.store.schedules.of_person(person_id):
        if is_rhythm(schedule) and schedule.event_id != turn.id:  # of this very turn, which is repeated
            await context.store.schedules.end(schedule.id, turn.at)
    await context.store.habits.change(person_id, lambda habits: replace(habits, rhythm="", event_id=turn.id))
