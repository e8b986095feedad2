"""Say a reminder when its turn comes: the one next action that is worth most by then, done right here if nothing else is in hand.

Where nothing is worth it, or the person has changed their mind since, nothing is said. What follows from its buttons is
``answer_reminder``'s.
"""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.deck import deck_card, deck_id_of
from agent.reminding.choosing import KEY, NextAction, next_actions, worth_most
from agent.reminding.digest import WAITING, digest_of, waiting_in
from agent.reminding.putting_off import AGAIN
from agent.reminding.rhythm import is_rhythm
from agent.reminding.turning import awaits_example, is_free, turned_to
from agent.reminding.wording import DRAFT, WRITTEN, step_in_words, told_of
from agent.reminding.zones import local_day
from agent.replies import AnyReply
from agent.reports.reminder_card import Told, reminder_card
from agent.state import Position, State, Turn, answered, turn_of
from agent.survey import asked_late
from agent.words import harmless, say
from storage.domain import Reminder, ReminderKind, Schedule, stable_id
from storage.errors import NotFound

WEEK = 7
"""Days of a month among which each weekday is for the first time."""


async def remind(state: State, runtime: Runtime[Context]) -> Position:
    """By the facts of now. What it names is recorded with the reminder; one that says nothing is recorded as dropped."""
    context, turn = runtime.context, turn_of(state)
    try:
        reminder = await context.store.reminders.get(str(turn.payload["reminder_id"]))
    except NotFound:  # its person has taken everything back since
        return {"replies": []}
    position = await _composed(context, turn, state, reminder)
    if position is None:
        await context.store.reminders.composed(reminder.id, None)
        return {"replies": []}
    return position


async def _composed(context: Context, turn: Turn, state: State, reminder: Reminder) -> Position | None:
    if reminder.kind is ReminderKind.SUGGESTION and not turn.shared:
        return await _suggestion(context, turn, state, reminder)
    if reminder.kind is ReminderKind.SURVEY:
        asked = await asked_late(context, turn, reminder)
        return {"replies": answered(*asked)} if asked else None
    if reminder.kind is ReminderKind.SUGGESTION:
        return None
    schedule = await _schedule(context, reminder)
    if reminder.kind is ReminderKind.DIGEST:
        return await _digest(context, turn, reminder, schedule)
    if turn.shared or schedule is None or await _was_stopped(context, schedule, reminder):
        return None
    found = await next_actions(context, reminder, turn.at)
    if is_rhythm(schedule) and found and not _is_of_month(reminder, schedule):
        found = [one for one in found if one.step and not one.step.is_monthly]
        if not found:
            return None
    return await _said(context, turn, state, reminder, worth_most(found), schedule.said)


def _is_of_month(reminder: Reminder, schedule: Schedule) -> bool:
    """Whether a weekly reminder is the first of its month, which alone is said once the rounds are done; what was put off is said
    whenever it comes."""
    return reminder.slot.startswith(AGAIN) or local_day(reminder.due_at, schedule.zone).day <= WEEK


async def _suggestion(context: Context, turn: Turn, state: State, reminder: Reminder) -> Position | None:
    habits = await context.store.habits.get(reminder.person_id)
    if habits is None or not habits.wanted or (habits.snoozed_until is not None and habits.snoozed_until > turn.at):
        return None
    action = worth_most(await next_actions(context, reminder, turn.at))
    if action is None or action.candidate is None:
        return None
    return await _said(context, turn, state, reminder, action)


async def _schedule(context: Context, reminder: Reminder) -> Schedule | None:
    try:
        return await context.store.schedules.get(str(reminder.about.get("schedule_id", "")))
    except NotFound:
        return None


async def _was_stopped(context: Context, schedule: Schedule, reminder: Reminder) -> bool:
    """A schedule that is due once has ended when its only reminder is sent; one that was stopped ended before it was due, or,
    of what was put off, after it was."""
    if schedule.ended_at is None:
        return False
    if not reminder.slot.startswith(AGAIN):
        return schedule.ended_at < reminder.due_at
    try:
        before = await context.store.reminders.get(reminder.slot.removeprefix(AGAIN))
    except NotFound:
        return True
    return before.answered_at is not None and schedule.ended_at > before.answered_at


async def _said(
    context: Context, turn: Turn, state: State, reminder: Reminder, action: NextAction | None, asked_for: str = ""
) -> Position:
    """The card, and the conversation where its answer is taken. What was asked for is said also where nothing else waits."""
    candidate = action.candidate if action else None
    here = action is not None and is_free(state, action.project.id)
    told = await told_of(context, candidate, here=here) if candidate else None
    position: Position = {}
    if action and candidate and here and candidate.code in (*WRITTEN, DRAFT):
        position = await turned_to(context, turn.conversation_id, state, action.project.id)
        if candidate.code in WRITTEN:
            position = {**position, "stage": "examples", "row_id": None}
            await awaits_example(context, action.project.id, candidate.code, str(candidate.facts.get("cell", "")))
    replies: list[AnyReply] = [_card(turn, reminder, action, told, asked_for)]
    if action and candidate and here and candidate.code == DRAFT:
        replies.append(await deck_card(context, turn, action.project.id, deck_id_of(turn), edit=False))
    named = {KEY: candidate.key, "code": candidate.code, "project_id": candidate.project_id} if candidate else {}
    await context.store.reminders.composed(
        reminder.id, {**named, "facts": dict(candidate.facts)} if candidate else named
    )
    return {**position, "replies": answered(*replies)}


def _card(turn: Turn, reminder: Reminder, action: NextAction | None, told: Told | None, asked_for: str) -> AnyReply:
    scheduled = reminder.kind is not ReminderKind.SUGGESTION
    name = harmless(action.project.name) if action else ""
    if told is None:
        title = say("remind.title_nothing")
    else:
        title = say("remind.title_scheduled_for" if scheduled else "remind.title", name=name)
    return reminder_card(
        stable_id("card", turn.id, "reminder"),
        {"reminder_id": reminder.id},
        title,
        told,
        asked_for=asked_for,
        step=step_in_words(action) if action else "",
        scheduled=scheduled,
        last=bool(reminder.about.get("last")),
    )


async def _digest(context: Context, turn: Turn, reminder: Reminder, schedule: Schedule | None) -> Position | None:
    """In a conversation that others read along, nothing but the digest of its own project is ever said."""
    if not turn.shared or schedule is None or await _was_stopped(context, schedule, reminder):
        return None
    said = await digest_of(context, turn, schedule, reminder)
    waiting = await waiting_in(context, schedule.project_id) if schedule.project_id else []
    await context.store.reminders.composed(reminder.id, {"project_id": schedule.project_id, WAITING: waiting})
    if said is None:
        return None
    return {"replies": answered(said)}
