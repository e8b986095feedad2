"""What is due to people, claimed by lease. It does not know what is worth saying."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from storage.domain import Reminder, ReminderState, reminder_event
from storage.errors import Conflict, LeaseLost
from storage.memory.facts import Repository, json_copy, need, need_place
from storage.memory.inbox import put_event
from storage.memory.links import accounts_of


class MemoryReminders(Repository):
    async def put(self, reminder: Reminder) -> bool:
        if reminder.project_id is not None:
            need(self._facts.projects, reminder.project_id)
        need_place(self._facts, reminder.conversation_id, reminder.person_id)
        same = (one for one in await self.of_person(reminder.person_id) if one.slot == reminder.slot)
        if reminder.id in self._facts.reminders or any(same):
            return False
        self._facts.reminders[reminder.id] = replace(reminder, about=json_copy(dict(reminder.about)))
        return True

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Reminder | None:
        for reminder in self._due():
            held = self._facts.reminder_leases[reminder.id]
            if reminder.due_at <= now and held.free(now):
                held.take(worker, reminder.id, now + lease)
                return reminder
        return None

    async def finish(
        self, reminder_id: str, worker: str, state: ReminderState, about: Mapping[str, Any], now: datetime
    ) -> None:
        if state is ReminderState.DUE:
            raise ValueError(f"a reminder does not end as {state.value!r}")
        known = self._facts.reminders.get(reminder_id)
        if known is None or not self._facts.reminder_leases[reminder_id].held(worker, reminder_id):
            raise LeaseLost(reminder_id)
        if known.state is not ReminderState.DUE:
            return
        sent = state is ReminderState.SENT
        merged = {**known.about, **json_copy(dict(about))}
        self._facts.reminders[reminder_id] = replace(known, state=state, about=merged, sent_at=now if sent else None)
        if sent:
            put_event(self._facts, reminder_event(known, now))

    async def composed(self, reminder_id: str, about: Mapping[str, Any] | None) -> Reminder:
        known = need(self._facts.reminders, reminder_id)
        if known.state is ReminderState.DUE:
            raise Conflict(f"{reminder_id} was not sent")
        state = ReminderState.DROPPED if about is None else ReminderState.SENT
        merged = {**known.about, **json_copy(dict(about or {}))}
        self._facts.reminders[reminder_id] = replace(known, state=state, about=merged)
        return self._facts.reminders[reminder_id]

    async def answered(self, reminder_id: str, at: datetime) -> Reminder:
        known = need(self._facts.reminders, reminder_id)
        self._facts.reminders[reminder_id] = replace(known, answered_at=known.answered_at or at)
        return self._facts.reminders[reminder_id]

    async def get(self, reminder_id: str) -> Reminder:
        return need(self._facts.reminders, reminder_id)

    async def of_person(self, person_id: str) -> Sequence[Reminder]:
        theirs = accounts_of(self._facts, person_id)
        found = [one for one in self._facts.reminders.values() if one.person_id in theirs]
        return sorted(found, key=_by_due)

    async def of_project(self, project_id: str) -> Sequence[Reminder]:
        found = [one for one in self._facts.reminders.values() if one.project_id == project_id]
        return sorted(found, key=_by_due)

    async def sent(self, since: datetime) -> Sequence[Reminder]:
        sent = (one for one in self._facts.reminders.values() if one.state is ReminderState.SENT)
        found = [(one.sent_at, one.id, one) for one in sent if one.sent_at is not None and one.sent_at >= since]
        return [one for *_, one in sorted(found, key=lambda each: each[:2])]

    async def next_due(self) -> datetime | None:
        leases = self._facts.reminder_leases
        return min((max(one.due_at, leases[one.id].until or one.due_at) for one in self._due()), default=None)

    async def forget_person(self, person_id: str, project_id: str) -> int:
        reminders = self._facts.reminders
        theirs = [one for one in reminders.values() if one.person_id == person_id]
        gone = [one.id for one in theirs if one.project_id in (project_id, None)]
        for reminder_id in gone:
            del reminders[reminder_id]
        return len(gone)

    def _due(self) -> Iterator[Reminder]:
        due = [one for one in self._facts.reminders.values() if one.state is ReminderState.DUE]
        return iter(sorted(due, key=_by_due))


def _by_due(reminder: Reminder) -> tuple[datetime, str]:
    return reminder.due_at, reminder.id
