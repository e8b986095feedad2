"""What comes as it was set: listed, ended by number, and the digest of a project, which an owner asks for."""

from datetime import timedelta
from itertools import islice, pairwise
from typing import Any

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.reminding.cards import line_of
from agent.reminding.errors import Unclear
from agent.reminding.plan import is_digest
from agent.reminding.putting_off import AGAIN, end_rhythm
from agent.reminding.recurrence import occurrences
from agent.reminding.rhythm import is_rhythm
from agent.reminding.setting import habits_of, put_schedule, weekly
from agent.reminding.told import moment, unclear, when
from agent.reminding.when import Understood, read
from agent.replies import Quote, Say
from agent.state import Turn
from agent.words import say
from storage.domain import ReminderState

NOTHING = frozenset({"off", "none", "no", "stop", "end"})
"""Words that end what is set."""
USUAL = "Monday 9"
"""When a digest comes, if nobody says."""
SHORTEST = timedelta(days=6, hours=22)
"""Between two digests: a week, less what the clocks may skip."""
_LOOKED_AT = 7
"""Occurrences: all that one week can have by days of it are among them."""


def _private(key: str, **values: Any) -> Say:
    return Say(text=say(key, **values), private=True)


async def listed(context: Context, turn: Turn) -> Say:
    schedules = await context.store.schedules.of_person(turn.person_id)
    waiting = await _put_off(context, turn)
    if not schedules:
        return Say(text="\n".join(waiting) or say("reminders.none_listed"), private=True)
    lines = [say("reminders.numbered", number=number, line=line_of(one)) for number, one in enumerate(schedules, 1)]
    quoted = tuple(
        Quote(name=say("reminders.in_your_words", number=number), text=one.said)
        for number, one in enumerate(schedules, 1)
        if not is_rhythm(one)
    )
    return Say(
        text="\n".join([say("reminders.list_title"), *lines, say("reminders.how_to_delete"), *waiting]),
        quoted=quoted,
        private=True,
    )


async def _put_off(context: Context, turn: Turn) -> list[str]:
    """A line for each reminder that is to come again because its person put it off."""
    habits = await habits_of(context, turn.person_id)
    found = await context.store.reminders.of_person(turn.person_id)
    due = [one.due_at for one in found if one.state is ReminderState.DUE and one.slot.startswith(AGAIN)]
    return [say("reminders.put_off", when=moment(at, habits.zone or "UTC")) for at in sorted(due)]


async def deleted(context: Context, turn: Turn, number: int) -> Say:
    """By its place in the list as it was when the turn began: one that is repeated finds what it has ended."""
    found = await context.store.schedules.of_person(turn.person_id, ended=True)
    schedules = [one for one in found if one.ended_at in (None, turn.at)]
    if not 1 <= number <= len(schedules):
        return _private("reminders.no_number")
    one = schedules[number - 1]
    if is_rhythm(one):  # of which there may be two: a part alone is none of the guides'
        await end_rhythm(context, turn, turn.person_id)
        return _private("reminders.rhythm_ended")
    await context.store.schedules.end(one.id, turn.at)
    return _private("reminders.deleted", line=line_of(one))


def _is_too_often(known: Understood, zone: str) -> bool:
    """It is about a week: more often it would say the same again, to everybody."""
    moments = [known.first_at, *islice(occurrences(known.rule, zone, known.first_at), _LOOKED_AT)]
    return any(later - earlier < SHORTEST for earlier, later in pairwise(moments))


async def set_digest(context: Context, turn: Turn, project_id: str | None, value: str) -> Say | None:
    """For everybody in the project's conversation, by an owner, one at a time. None: their time zone has to be known first."""
    if project_id is None or not turn.shared:
        return _private("reminders.digest_where")
    if refused := await refusal(context, project_id, turn.person_id, Action.APPOINT, say("reminders.digest_doing")):
        return refused
    mine = await context.store.schedules.of_person(turn.person_id, ended=True)
    ended = [one for one in mine if one.ended_at == turn.at]  # by this very turn, which is repeated
    here = [
        one for one in (*await context.store.schedules.all(), *ended) if one.conversation_id == turn.conversation_id
    ]
    before = [one for one in here if is_digest(one) and one.event_id != turn.id]
    habits = await habits_of(context, turn.person_id)
    known = None
    if value.casefold() not in NOTHING:
        try:
            known = read(weekly(value or USUAL), turn.at, habits.zone or "UTC", habits.hour)
        except Unclear as problem:
            return Say(text=unclear(problem), private=True)
        if _is_too_often(known, habits.zone or "UTC"):
            return _private("reminders.digest_too_often")
        if habits.zone is None:
            return None
    for one in before:
        await context.store.schedules.end(one.id, turn.at)
    if known is None or habits.zone is None:
        return _private("reminders.digest_off" if before else "reminders.digest_none")
    one = await put_schedule(context, turn, known, value or USUAL, habits.zone, project_id, place=turn.conversation_id)
    first = moment(one.next_at, one.zone)
    return Say(text=say("reminders.digest_set", when=when(one.rule, one.zone), first=first))
