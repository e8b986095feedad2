"""What is due to people -> the inbox: plans reminders, claims those that are due, and drops what is stale.

APScheduler, in memory, wakes it when the next one is due; what is due stands in the database alone, so that any number of
processes may run one, and any may be killed: a row that was planned is there once, a row that was claimed and not ended is
claimed again. It does not know what a reminder says: that is made in the turn of its event.
"""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from agent.reminding.plan import OURS, postponed, scheduled, suggestion
from bot.resting import rest
from bot.undelivered import REMINDER, STALE
from storage.domain import (
    EventKind,
    Habits,
    InboxEvent,
    OutboxItem,
    OutboxKind,
    Reminder,
    ReminderKind,
    ReminderState,
    Schedule,
)
from storage.errors import LeaseLost, NotFound, StorageError
from storage.ports import Store

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=30)
"""Ending a claimed reminder takes milliseconds; what a killed process held is claimed again after this."""
LOOK_EVERY = timedelta(minutes=1)
"""How late a reminder is at most that another process planned, or that was set for the same minute."""
DROPPED = "dropped"
"""In ``Reminder.about``: why it was dropped."""
SOONEST = timedelta(seconds=1)
"""Between two looks at least, also where another process holds what is due."""
PLAN_EVERY = timedelta(minutes=10)
"""How often suggestions are planned for everybody; in between, when the first of them is due."""


def _now() -> datetime:
    return datetime.now(UTC)


async def is_stale(store: Store, event: InboxEvent, now: datetime) -> bool:
    """Whether the event of a reminder waited for its turn until it was stale: whoever had sent it was killed then, or the
    machine slept. It is dropped."""
    return event.kind is EventKind.REMINDER and await _dropped(store, str(event.payload["reminder_id"]), now)


async def came_too_late(store: Store, item: OutboxItem, now: datetime) -> bool:
    """Whether what a reminder said waited for its platform until it was stale. It is dropped, whole: what stands behind its first
    message comes if that did."""
    if not item.cause.startswith(REMINDER) or item.kind is not OutboxKind.POST:
        return False
    return await _dropped(store, item.cause.removeprefix(REMINDER), now, begun=item.position > 0)


async def _dropped(store: Store, reminder_id: str, now: datetime, *, begun: bool = False) -> bool:
    """Whether it is stale, and recorded as such. ``begun``: whether it is so already."""
    try:
        reminder = await store.reminders.get(reminder_id)
        if begun:
            return reminder.about.get(DROPPED) == STALE
        if now < reminder.stale_at:
            return False
        await store.reminders.composed(reminder.id, {DROPPED: STALE})
        await store.reminders.composed(reminder.id, None)
    except NotFound:  # its person has taken everything back since
        return False
    return True


@dataclass
class Nudges:
    store: Store
    worker_id: str
    arrived: asyncio.Event = field(default_factory=asyncio.Event)
    """Set whenever an event was put into the inbox, so that the dispatcher need not wait for its next look."""
    clock: Callable[[], datetime] = _now
    _plan_at: datetime | None = field(default=None, init=False)
    """When suggestions are planned next."""

    async def run(self, stop: asyncio.Event) -> None:
        """Plan and send until told to stop; a database that is away is tried again."""
        scheduler = AsyncIOScheduler(timezone=UTC)
        woken = asyncio.Event()

        async def wake() -> None:
            woken.set()

        scheduler.start()
        try:
            while not stop.is_set():
                wait = await self._look_safely()
                wake_at = DateTrigger(_now() + wait, timezone=UTC)
                scheduler.add_job(wake, wake_at, id="look", replace_existing=True, misfire_grace_time=None)
                # the scheduler goes by the clock of the machine: where that is put back, it would wake so much later
                await rest(woken, stop, (wait + SOONEST).total_seconds())
        finally:
            scheduler.shutdown(wait=False)

    async def _look_safely(self) -> timedelta:
        """Look, and say how long to wait for the next look."""
        try:
            following = await self.look()
        except StorageError:
            log.exception("the database cannot be used at the moment; reminders wait")
            return LOOK_EVERY
        if following is None:
            return LOOK_EVERY
        return min(max(following - self.clock(), SOONEST), LOOK_EVERY)

    async def look(self) -> datetime | None:
        """Plan what is due by now, send it, and say when something is due next; None: nothing is known to be."""
        now = self.clock()
        planned = [await self._plan_schedules(now), await self._plan_suggestions(now)]
        while (reminder := await self.store.reminders.claim(self.worker_id, self.clock(), LEASE)) is not None:
            await self._end(reminder, self.clock())
        times = [*planned, await self.store.reminders.next_due()]
        return min((at for at in times if at is not None), default=None)

    async def _plan_schedules(self, now: datetime) -> datetime | None:
        """Have the reminders of due schedules wait to be claimed; returns when the first of the others is due."""
        for schedule in await self.store.schedules.all():  # in the order in which they are due
            if schedule.next_at > now:
                return schedule.next_at
            await self._plan_schedule(schedule, now)
        return None

    async def _plan_schedule(self, schedule: Schedule, now: datetime) -> None:
        """The reminder first: killed in between, it is found, and the schedule moves on."""
        try:
            reminder, following = scheduled(schedule, now)
            await self.store.reminders.put(reminder)
        except ValueError:  # of a later version, perhaps, which other processes have already
            log.exception("the rule of schedule %s cannot be read", schedule.id)
            return
        except NotFound:  # what it was about has been forgotten
            following = None
        if following is None:
            await self.store.schedules.end(schedule.id, now)
        else:
            await self.store.schedules.advance(schedule.id, schedule.next_at, following)

    async def _plan_suggestions(self, now: datetime) -> datetime:
        """Have the suggestions that are due wait to be claimed; returns when to plan again."""
        if self._plan_at is not None and now < self._plan_at <= now + PLAN_EVERY:  # else the clock was put back since
            return self._plan_at
        plan_at = now + PLAN_EVERY
        for habits in await self.store.habits.all():
            found = await self._next_suggestion(habits, now)
            if found is not None and found.due_at <= now:
                await self.store.reminders.put(found)
            elif found is not None:
                plan_at = min(plan_at, found.due_at)
        self._plan_at = plan_at
        return plan_at

    async def _next_suggestion(self, habits: Habits, now: datetime) -> Reminder | None:
        history = await self.store.reminders.of_person(habits.person_id)
        changed_at, place = await self._asked(habits)
        try:
            schedules = await self.store.schedules.of_person(habits.person_id)
            found = suggestion(habits, history, changed_at, now, schedules)
        except ValueError:  # of a later version, perhaps: nobody else has to wait for it
            log.exception("when to remind %s cannot be read", habits.person_id)
            return None
        return replace(found, conversation_id=place) if found is not None else None

    async def _asked(self, habits: Habits) -> tuple[datetime | None, str]:
        """When the person last said how they want to be reminded, and where they are reminded: there, if nobody else reads
        along, since not every platform has one place for each person (a terminal has several conversations)."""
        if not habits.event_id:
            return None, habits.person_id
        try:
            event = await self.store.inbox.get(habits.event_id)
            conversation = await self.store.conversations.get(event.conversation_id)
        except NotFound:
            return None, habits.person_id
        return event.received_at, habits.person_id if conversation.shared else conversation.id

    async def _end(self, reminder: Reminder, now: datetime) -> None:
        """Send a claimed reminder, or drop it and note why."""
        dropped = await self._reason_to_drop(reminder, now)
        state = ReminderState.DROPPED if dropped else ReminderState.SENT
        try:
            about = {DROPPED: dropped} if dropped else {}
            await self.store.reminders.finish(reminder.id, self.worker_id, state, about, now)
        except LeaseLost:
            log.warning("reminder %s was taken over by another process", reminder.id)
            return
        if not dropped:
            self.arrived.set()

    async def _reason_to_drop(self, reminder: Reminder, now: datetime) -> str:
        """``stale``, ``unreadable``, ``unwanted``, ``snoozed`` or ``postponed``; empty: it is sent."""
        if reminder.stale_at <= now:
            return STALE
        if reminder.kind not in OURS:
            return ""
        habits = await self.store.habits.get(reminder.person_id)
        try:
            later = postponed(reminder, habits, now)
        except ValueError:  # as in ``_next_suggestion``
            log.exception("when reminder %s may be sent cannot be read", reminder.id)
            return "unreadable"
        if later is not None:
            await self.store.reminders.put(later)  # first: killed in between, both are found
            return "postponed"
        if habits is None or reminder.kind is not ReminderKind.SUGGESTION:
            return ""
        if not habits.wanted:
            return "unwanted"
        return "snoozed" if habits.snoozed_until is not None and habits.snoozed_until > now else ""
