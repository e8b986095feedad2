"""When something is due to a person, and until when it is worth sending: pure functions of what is known.

Our own suggestions come at most once a local day, outside quiet hours, and less often when they are left unanswered. What a
person set comes as they set it. It does not know what a reminder says (``worth``), and it stores nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from agent.reminding.recurrence import due_by, next_after
from agent.reminding.zones import begin_of, clock, instant, is_quiet, local_day, next_quiet, out_of_quiet, time_of
from storage.domain import Habits, Reminder, ReminderKind, ReminderState, Schedule, stable_id

GAPS = (1, 2, 4, 7, 14)
"""Days from a suggestion to the next, by how many in a row were left unanswered. Behind the last of them nothing more
comes; the suggestion that is due then says so."""
APART = timedelta(hours=12)
"""Between two suggestions at least, whatever day the clocks show: somebody's zone may change meanwhile."""
STALE = timedelta(hours=24)
"""After so long, what a person set is dropped: that they were reminded a day late is of no use."""
OURS = frozenset({ReminderKind.SUGGESTION, ReminderKind.SURVEY})
"""What we send a person of our own accord: never in their quiet hours."""
_AHEAD = 9
"""Days that are looked at, from yesterday on: a week, so that one is found that a person's own weekly reminders leave free."""
POSTPONED = ":after-quiet"
"""Ends the slot of what had to wait for the end of the quiet hours."""


def suggestion(
    habits: Habits,
    history: Sequence[Reminder],
    changed_at: datetime | None,
    now: datetime,
    schedules: Sequence[Schedule] = (),
) -> Reminder | None:
    """The person's next suggestion; None: none will come, or none in the days after now.

    ``history``: all their reminders. ``changed_at``: when they last said how they want to be reminded: what was left unanswered
    before is forgiven, and the next one comes later than that. ``schedules``: what they set, and is still to come: none of ours
    comes on a day on which something of theirs comes, earlier or later, for that names the next action too. It is due at the
    person's hour, moved out of their quiet hours; stale when the quiet hours after that begin, or at the end of its local day.
    ``about`` has how many were ``ignored`` in a row, and whether it is the ``last``. Raises ValueError for habits that cannot
    be read.
    """
    if habits.wanted is not True:
        return None
    ours = [one for one in history if one.kind is ReminderKind.SUGGESTION]
    ignored = unanswered(ours, changed_at)
    if ignored >= len(GAPS):
        return None
    if any(one.state is ReminderState.DUE and one.stale_at > now for one in ours):
        return None  # one that was put off to the morning, say: until it was sent, it counts for no day
    known = {one.slot for one in ours}
    sent = [one.sent_at for one in ours if one.state is ReminderState.SENT and one.sent_at is not None]
    earliest = [at for at in (habits.snoozed_until, changed_at, *(at + APART for at in sent)) if at is not None]
    theirs = _reminded_days(history, habits.zone)
    for day in _days(habits, ours, ignored, changed_at, now):
        slot = f"suggestion:{day.isoformat()}"
        due = out_of_quiet(instant_of_day(day, habits.hour, habits.zone), habits)
        stale = _stale(due, habits)
        if slot in known or stale <= now or any(due < at for at in earliest):
            continue
        on = local_day(due, habits.zone)
        if on in theirs or any(_comes_on(one, on, habits.zone) for one in schedules):
            continue
        about = {"ignored": ignored, "last": ignored == len(GAPS) - 1}
        return _reminder(habits.person_id, ReminderKind.SUGGESTION, slot, due, stale, about)
    return None


def unanswered(suggestions: Sequence[Reminder], since: datetime | None) -> int:
    """How many of the suggestions that were sent last are unanswered, in a row; those sent before ``since`` do not count."""
    sent = [one for one in suggestions if one.state is ReminderState.SENT and one.sent_at is not None]
    count = 0
    for one in sorted(sent, key=lambda one: (one.due_at, one.id), reverse=True):
        if one.answered_at is not None or (since is not None and one.sent_at is not None and one.sent_at <= since):
            break
        count += 1
    return count


def _days(
    habits: Habits, ours: Sequence[Reminder], ignored: int, changed_at: datetime | None, now: datetime
) -> Iterator[date]:
    """Local days on which a suggestion may come, the earliest first."""
    begin = local_day(max(now, habits.snoozed_until or now, changed_at or now), habits.zone) - timedelta(days=1)
    sent = [_day_of(one, habits.zone) for one in ours if one.state is ReminderState.SENT]
    if sent:
        begin = max(begin, max(sent) + timedelta(days=GAPS[ignored]))
    return (begin + timedelta(days=ahead) for ahead in range(len(ours) + _AHEAD))


def _reminded_days(history: Sequence[Reminder], zone: str | None) -> set[date]:
    """Local days on which something was said, or is about to be, that the person set."""
    theirs = [one for one in history if one.kind is ReminderKind.SCHEDULED and one.state is not ReminderState.DROPPED]
    return {local_day(one.due_at, zone) for one in theirs}


def _comes_on(schedule: Schedule, day: date, zone: str | None) -> bool:
    """Whether it is due on that day of the person's clocks, from when it is due next on. A digest is no reminder of theirs."""
    if is_digest(schedule):
        return False
    begin, end = begin_of(day, zone), begin_of(day + timedelta(days=1), zone)
    if schedule.next_at >= begin:
        return schedule.next_at < end
    try:
        following = next_after(schedule.rule, schedule.zone, begin - timedelta(microseconds=1))
    except ValueError:  # of a later version, perhaps: what cannot be read holds nothing back
        return False
    return following is not None and following < end


def _day_of(suggestion: Reminder, zone: str | None) -> date:
    """The local day that it was for; of one that was put off, the day on which it was sent."""
    name, *day = suggestion.slot.split(":")
    if name == "suggestion" and len(day) == 1:
        return date.fromisoformat(day[0])
    return local_day(suggestion.sent_at or suggestion.due_at, zone)


def _stale(due: datetime, habits: Habits) -> datetime:
    midnight = begin_of(local_day(due, habits.zone) + timedelta(days=1), habits.zone)
    quiet = next_quiet(due, habits)
    return min(midnight, quiet) if quiet is not None and quiet > due else midnight


def instant_of_day(day: date, hour: str, zone: str | None) -> datetime:
    """When the clocks of the zone show ``hour`` (``10:00``) on that day, in UTC."""
    return instant(datetime.combine(day, time_of(hour)), zone)


def scheduled(schedule: Schedule, now: datetime) -> tuple[Reminder, datetime | None]:
    """What a schedule that is due (``next_at`` is not after now) has to send, and when it is due again; None: never.

    Of several times that were missed, the last is sent. It is stale a day later, or when the next is due.
    """
    due, following = due_by(schedule.rule, schedule.zone, schedule.next_at, now)
    stale = min(due + STALE, following or due + STALE)
    slot = f"schedule:{schedule.id}:{clock(due, schedule.zone).isoformat(timespec='minutes')}"
    kind = ReminderKind.DIGEST if is_digest(schedule) else ReminderKind.SCHEDULED
    reminder = _reminder(schedule.person_id, kind, slot, due, stale, {"schedule_id": schedule.id})
    return replace(reminder, conversation_id=schedule.conversation_id, project_id=schedule.project_id), following


def is_digest(schedule: Schedule) -> bool:
    """Whether it is said to those who work on a project, where they talk, and not to its person directly."""
    return schedule.project_id is not None and schedule.conversation_id != schedule.person_id


def postponed(reminder: Reminder, habits: Habits | None, now: datetime) -> Reminder | None:
    """The same reminder after the quiet hours, if it is one of ours that would disturb them now, and is not postponed yet.

    What a person set is sent in their quiet hours too; so is what is for a channel.
    """
    waits = reminder.kind in OURS and not reminder.slot.endswith(POSTPONED)
    if not waits or habits is None or not is_quiet(now, habits):
        return None
    due, slot = out_of_quiet(now, habits), reminder.slot + POSTPONED
    lasts = max(reminder.stale_at - reminder.due_at, STALE)
    return replace(reminder, id=reminder_id(reminder.person_id, slot), slot=slot, due_at=due, stale_at=due + lasts)


def reminder_id(person_id: str, slot: str) -> str:
    return stable_id("reminder", person_id, slot)


def _reminder(
    person_id: str, kind: ReminderKind, slot: str, due: datetime, stale: datetime, about: Mapping[str, Any]
) -> Reminder:
    """One for the person alone: their direct conversation has their id."""
    return Reminder(
        id=reminder_id(person_id, slot),
        person_id=person_id,
        conversation_id=person_id,
        kind=kind,
        slot=slot,
        due_at=due,
        stale_at=stale,
        about=about,
    )
