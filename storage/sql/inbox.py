"""The inbox: events in order within a conversation, each handed to one worker at a time by a lease.

It does not know what events mean. The lease of an ordinary event stands on its conversation, so that the next one
waits; an express event carries its own.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, func, or_, select, update
from sqlalchemy.sql.expression import ColumnElement

from storage.domain import Card, Conversation, EventKind, InboxEvent, Outgoing, Person
from storage.errors import LeaseLost, NotFound
from storage.sql import cards as card_table
from storage.sql.conversations import ensure, lock, move
from storage.sql.outbox import lock_all, queue
from storage.sql.people import add_person
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import conversations, events

_unfinished = events.c.finished_at.is_(None)


class SqlInbox(Repository):
    async def put(self, event: InboxEvent, conversation: Conversation, person: Person | None) -> bool:
        def transaction(connection: Connection) -> bool:
            known = ensure(connection, conversation)
            if person is not None:
                add_person(connection, person)
            fresh = insert_event(connection, event)
            if fresh:
                move(connection, known, conversation)
            return fresh

        return await self._database.write(transaction)

    async def claim(self, worker: str, now: datetime, lease: timedelta) -> InboxEvent | None:
        if not await self._database.read(lambda connection: _free_conversation(connection, now) is not None):
            return None  # no need to ask for the right to write

        def transaction(connection: Connection) -> InboxEvent | None:
            while (conversation_id := _free_conversation(connection, now, locked=True)) is not None:
                # Only now that it is locked is it certain which of its events still waits.
                oldest = _oldest(connection, conversation_id)
                if oldest is not None:
                    _lease_conversation(connection, conversation_id, worker, oldest.id, now + lease)
                    return _claimed(connection, oldest)
            return None

        return await self._database.write(transaction)

    async def claim_express(self, worker: str, now: datetime, lease: timedelta) -> InboxEvent | None:
        query = (
            select(events)
            .where(_unfinished, events.c.express, _past(events.c.until, now), _past(events.c.not_before, now))
            .order_by(events.c.seq)
            .limit(1)
        )
        if not await self._database.read(lambda connection: connection.execute(query).first() is not None):
            return None

        def transaction(connection: Connection) -> InboxEvent | None:
            found = connection.execute(query.with_for_update(key_share=True, skip_locked=True)).mappings().first()
            if found is None:
                return None
            taken = {"owner": worker, "until": now + lease, "not_before": None}
            connection.execute(update(events).where(events.c.id == found["id"]).values(**taken))
            return _claimed(connection, _event(found))

        return await self._database.write(transaction)

    async def renew(self, event_id: str, worker: str, until: datetime) -> None:
        def transaction(connection: Connection) -> None:
            held = _held(connection, event_id, worker)
            if held["express"]:
                connection.execute(update(events).where(events.c.id == event_id).values(until=until))
            else:
                extend = update(conversations).where(conversations.c.id == held["conversation_id"])
                connection.execute(extend.values(inbox_until=until))

        await self._database.write(transaction)

    async def finish(
        self, event_id: str, worker: str, now: datetime, outgoing: Sequence[Outgoing], cards: Sequence[Card]
    ) -> None:
        def transaction(connection: Connection) -> None:
            if _finished_by(connection, event_id) == worker:
                return
            lock_all(connection, _conversation_of(connection, event_id), outgoing)
            held = _held(connection, event_id, worker)
            queue(connection, held["conversation_id"], event_id, outgoing, now)
            for card in cards:
                card_table.record(connection, card)
            ended = update(events).where(events.c.id == event_id)
            connection.execute(ended.values(finished_at=now, finished_by=worker, owner=None, until=None))
            if not held["express"]:
                _give_back(connection, held["conversation_id"], None)

        await self._database.write(transaction)

    async def release(self, event_id: str, worker: str, retry_at: datetime) -> None:
        def transaction(connection: Connection) -> None:
            try:
                held = _held(connection, event_id, worker)
            except LeaseLost:
                return
            if held["express"]:
                free = update(events).where(events.c.id == event_id)
                connection.execute(free.values(owner=None, until=None, not_before=retry_at))
            else:
                _give_back(connection, held["conversation_id"], retry_at)

        await self._database.write(transaction)

    async def pending(self, conversation_id: str) -> int:
        query = select(func.count()).where(events.c.conversation_id == conversation_id, _unfinished)
        return await self._database.read(lambda connection: connection.execute(query).scalar_one())

    async def get(self, event_id: str) -> InboxEvent:
        query = select(events).where(events.c.id == event_id)

        def transaction(connection: Connection) -> InboxEvent:
            found = connection.execute(query).mappings().first()
            if found is None:
                raise NotFound(event_id)
            return _event(found)

        return await self._database.read(transaction)

    async def is_finished(self, event_id: str) -> bool:
        query = select(events.c.finished_at).where(events.c.id == event_id)
        return await self._database.read(lambda connection: connection.execute(query).scalar() is not None)


def insert_event(connection: Connection, event: InboxEvent) -> bool:
    """Store an event unless it is known. The caller has locked its conversation."""
    return insert_new(
        connection,
        events,
        {
            "id": event.id,
            "conversation_id": event.conversation_id,
            "person_id": event.person_id,
            "kind": event.kind,
            "payload": dict(event.payload),
            "received_at": event.received_at,
            "express": event.express,
            "attempts": 0,
        },
    )


def _past(time: ColumnElement[datetime | None], now: datetime) -> ColumnElement[bool]:
    return or_(time.is_(None), time <= now)


def _free_conversation(connection: Connection, now: datetime, locked: bool = False) -> str | None:
    """The conversation that has waited longest and that nobody works on."""
    query = (
        select(conversations.c.id)
        .join(events, events.c.conversation_id == conversations.c.id)
        .where(
            _unfinished,
            ~events.c.express,
            _past(conversations.c.inbox_until, now),
            _past(conversations.c.inbox_not_before, now),
        )
        .order_by(events.c.seq)
        .limit(1)
    )
    if locked:
        query = query.with_for_update(of=conversations, key_share=True, skip_locked=True)
    return connection.execute(query).scalar()


def _oldest(connection: Connection, conversation_id: str) -> InboxEvent | None:
    query = (
        select(events)
        .where(events.c.conversation_id == conversation_id, _unfinished, ~events.c.express)
        .order_by(events.c.seq)
        .limit(1)
    )
    found = connection.execute(query).mappings().first()
    return None if found is None else _event(found)


def _lease_conversation(
    connection: Connection, conversation_id: str, worker: str, event_id: str, until: datetime
) -> None:
    taken = {"inbox_owner": worker, "inbox_event_id": event_id, "inbox_until": until, "inbox_not_before": None}
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(**taken))


def _give_back(connection: Connection, conversation_id: str, not_before: datetime | None) -> None:
    free = {"inbox_owner": None, "inbox_event_id": None, "inbox_until": None, "inbox_not_before": not_before}
    connection.execute(update(conversations).where(conversations.c.id == conversation_id).values(**free))


def _claimed(connection: Connection, event: InboxEvent) -> InboxEvent:
    counted = update(events).where(events.c.id == event.id).values(attempts=events.c.attempts + 1)
    connection.execute(counted)
    return event


def _finished_by(connection: Connection, event_id: str) -> str | None:
    return connection.execute(select(events.c.finished_by).where(events.c.id == event_id)).scalar()


def _conversation_of(connection: Connection, event_id: str) -> str:
    found = connection.execute(select(events.c.conversation_id).where(events.c.id == event_id)).scalar()
    if found is None:
        raise LeaseLost(event_id)
    return str(found)


def _held(connection: Connection, event_id: str, worker: str) -> RowMapping:
    """Lock the event's conversation and return the event, if this worker holds its lease. Raises LeaseLost."""
    query = select(events).where(events.c.id == event_id)
    conversation = lock(connection, _conversation_of(connection, event_id))
    event = connection.execute(query.with_for_update(key_share=True)).mappings().one()
    if event["express"]:
        mine = event["owner"] == worker
    else:
        mine = (conversation["inbox_owner"], conversation["inbox_event_id"]) == (worker, event_id)
    if not mine or event["finished_at"] is not None:
        raise LeaseLost(event_id)
    return event


def _event(found: RowMapping) -> InboxEvent:
    return InboxEvent(
        id=found["id"],
        conversation_id=found["conversation_id"],
        person_id=found["person_id"],
        kind=EventKind(found["kind"]),
        payload=found["payload"],
        received_at=found["received_at"],
        express=found["express"],
        attempts=found["attempts"],
    )
