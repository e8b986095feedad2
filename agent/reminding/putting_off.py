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
ELSEWHERE, TRIED = ":elsewhere", "tried"
"""What the slot of a reminder ends with that goes to another account of its person; where ``about`` says to which it went before."""
LATER = timedelta(hours=1)
"""How long such a one is worth sending at least."""
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
    return replace(_anew(reminder, AGAIN + reminder.id), due_at=until, stale_at=until + STALE)


def elsewhere(reminder: Reminder, account: str, now: datetime) -> Reminder:
    """The same for another account of its person, whose direct messages it goes to at once: where it was sent it could not be
    shown. ``about`` has the accounts that were ``tried``."""
    again = replace(_anew(reminder, reminder.slot + ELSEWHERE), person_id=account, conversation_id=account)
    return replace(
        again,
        id=reminder_id(account, again.slot),
        stale_at=max(reminder.stale_at, now + LATER),
        about={**again.about, TRIED: [*tried(reminder), reminder.person_id]},
    )


def tried(reminder: Reminder) -> list[str]:
    """The accounts to which it could not be sent before it came to this one."""
    return list(reminder.about.get(TRIED, ()))


def _anew(reminder: Reminder, slot: str) -> Reminder:
    return replace(
        reminder,
        id=reminder_id(reminder.person_id, slot),
        slot=slot,
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
