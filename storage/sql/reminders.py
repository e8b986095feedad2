"""What is due to people, claimed by lease. It does not know what is worth saying.

A reminder that is sent is put into its conversation's inbox in the same transaction, as a job's end is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, and_, case, delete, func, or_, select, update

from storage.domain import Reminder, ReminderKind, ReminderState, reminder_event
from storage.errors import Conflict, LeaseLost, NotFound
from storage.sql import conversations
from storage.sql.inbox import insert_event
from storage.sql.links import is_of
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import one_of, reminders

_columns = [reminders.c[field.name] for field in fields(Reminder)]
_due = one_of(reminders.c.state, ReminderState.DUE)
_by_due = reminders.c.due_at, reminders.c.id


class SqlReminders(Repository):
    async def put(self, reminder: Reminder) -> bool:
        same = is_of(reminders.c.person_id, reminder.person_id), reminders.c.slot == reminder.slot

        def transaction(connection: Connection) -> bool:
            conversations.ensure_place(connection, reminder.conversation_id, reminder.person_id)
            if connection.execute(select(reminders.c.id).where(*same)).first() is not None:
                return False
            return insert_new(connection, reminders, {**asdict(reminder), "about": dict(reminder.about)})

        return await self._database.write(transaction)

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> Reminder | None:
        free = or_(reminders.c.until.is_(None), reminders.c.until <= now)
        query = select(*_columns).where(_due, reminders.c.due_at <= now, free).order_by(*_by_due).limit(1)
        if not await self._database.read(lambda connection: connection.execute(query).first() is not None):
            return None  # no need to ask for the right to write

        def transaction(connection: Connection) -> Reminder | None:
            found = connection.execute(query.with_for_update(key_share=True, skip_locked=True)).mappings().first()
            if found is None:
                return None
            taken = update(reminders).where(reminders.c.id == found["id"])
            connection.execute(taken.values(owner=worker, until=now + lease))
            return _reminder(found)

        return await self._database.write(transaction)

    async def finish(
        self, reminder_id: str, worker: str, state: ReminderState, about: Mapping[str, Any], now: datetime
    ) -> None:
        if state is ReminderState.DUE:
            raise ValueError(f"a reminder does not end as {state.value!r}")

        def transaction(connection: Connection) -> None:
            known = _held(connection, reminder_id, worker)
            if known.state is not ReminderState.DUE:
                return
            sent = state is ReminderState.SENT
            ended = {"state": state, "about": {**known.about, **about}, "sent_at": now if sent else None}
            connection.execute(update(reminders).where(reminders.c.id == reminder_id).values(until=None, **ended))
            if sent:
                conversations.lock(connection, known.conversation_id)
                insert_event(connection, reminder_event(known, now))

        await self._database.write(transaction)

    async def composed(self, reminder_id: str, about: Mapping[str, Any] | None) -> Reminder:
        def transaction(connection: Connection) -> Reminder:
            known = _get(connection, reminder_id, locked=True)
            if known.state is ReminderState.DUE:
                raise Conflict(f"{reminder_id} was not sent")
            state = ReminderState.DROPPED if about is None else ReminderState.SENT
            told = update(reminders).where(reminders.c.id == reminder_id)
            connection.execute(told.values(state=state, about={**known.about, **(about or {})}))
            return _get(connection, reminder_id)

        return await self._database.write(transaction)

    async def answered(self, reminder_id: str, at: datetime) -> Reminder:
        first = func.coalesce(reminders.c.answered_at, at)
        change = update(reminders).where(reminders.c.id == reminder_id).values(answered_at=first)

        def transaction(connection: Connection) -> Reminder:
            connection.execute(change)
            return _get(connection, reminder_id)

        return await self._database.write(transaction)

    async def get(self, reminder_id: str) -> Reminder:
        return await self._database.read(lambda connection: _get(connection, reminder_id))

    async def of_person(self, person_id: str) -> Sequence[Reminder]:
        return await self._list(_where(is_of(reminders.c.person_id, person_id)).order_by(*_by_due))

    async def of_project(self, project_id: str) -> Sequence[Reminder]:
        return await self._list(_where(reminders.c.project_id == project_id).order_by(*_by_due))

    async def sent(self, since: datetime) -> Sequence[Reminder]:
        sent = one_of(reminders.c.state, ReminderState.SENT)
        later = _where(and_(sent, reminders.c.sent_at >= since))
        return await self._list(later.order_by(reminders.c.sent_at, reminders.c.id))

    async def next_due(self) -> datetime | None:
        free_at = case((reminders.c.until > reminders.c.due_at, reminders.c.until), else_=reminders.c.due_at)
        query = select(func.min(free_at)).where(_due)
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def forget_person(self, person_id: str, project_id: str) -> int:
        about = or_(reminders.c.project_id == project_id, reminders.c.project_id.is_(None))
        theirs = delete(reminders).where(reminders.c.person_id == person_id, about)
        return await self._database.write(lambda connection: connection.execute(theirs).rowcount)

    async def _list(self, query: Select[Any]) -> Sequence[Reminder]:
        def transaction(connection: Connection) -> list[Reminder]:
            return [_reminder(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)


def _where(which: ColumnElement[bool]) -> Select[Any]:
    return select(*_columns).where(which)


def _get(connection: Connection, reminder_id: str, locked: bool = False) -> Reminder:
    query = _where(reminders.c.id == reminder_id)
    found = connection.execute(query.with_for_update(key_share=True) if locked else query).mappings().first()
    if found is None:
        raise NotFound(reminder_id)
    return _reminder(found)


def _held(connection: Connection, reminder_id: str, worker: str) -> Reminder:
    """Lock the reminder and return it, if this worker claimed it last. Raises LeaseLost."""
    query = _where(and_(reminders.c.id == reminder_id, reminders.c.owner == worker))
    found = connection.execute(query.with_for_update(key_share=True)).mappings().first()
    if found is None:
        raise LeaseLost(reminder_id)
    return _reminder(found)


def _reminder(found: RowMapping) -> Reminder:
    codes = {"kind": ReminderKind(found["kind"]), "state": ReminderState(found["state"])}
    return Reminder(**{**found, **codes})
