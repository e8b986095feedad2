"""What is counted over everything. It does not know what the counts mean."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Connection, RowMapping, Select, Text, cast, func, select
from sqlalchemy.sql.expression import ColumnElement

from storage.domain import EventKind, JobState, MadeModel, OutboxState, Queue, Queues, RunState, Visitor
from storage.sql.repository import Repository
from storage.sql.tables import conversations, events, jobs, models, one_of, outbox, runs


class SqlStatistics(Repository):
    async def visitors(self, projects: Collection[str] | None = None) -> Sequence[Visitor]:
        def transaction(connection: Connection) -> list[Visitor]:
            first = func.min(events.c.received_at)
            query = (
                select(events.c.person_id, first.label("first_at"), _days(connection).label("days"))
                .where(events.c.person_id.is_not(None), events.c.kind != EventKind.REMINDER)
                .group_by(events.c.person_id)
                .order_by(first, events.c.person_id)
            )
            if projects is not None:
                about = select(conversations.c.id).where(conversations.c.project_id.in_(projects))
                query = query.where(events.c.conversation_id.in_(about))
            return [_visitor(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def made(self, projects: Collection[str] | None = None) -> Sequence[MadeModel]:
        query = (
            select(
                models.c.id.label("model_id"),
                models.c.project_id,
                runs.c.started_by.label("person_id"),
                models.c.created_at.label("at"),
            )
            .join(runs, runs.c.id == models.c.run_id)
            .where(runs.c.state == RunState.SAVED)
            .order_by(models.c.created_at, models.c.id)
        )
        if projects is not None:
            query = query.where(models.c.project_id.in_(projects))

        def transaction(connection: Connection) -> list[MadeModel]:
            return [MadeModel(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def queues(self) -> Queues:
        unposted = one_of(outbox.c.state, OutboxState.WAITING, OutboxState.POSTING)
        states = select(jobs.c.state, func.count()).group_by(jobs.c.state)

        def transaction(connection: Connection) -> Queues:
            return Queues(
                inbox=_queue(connection, _waiting(events.c.received_at).where(events.c.finished_at.is_(None))),
                outbox=_queue(connection, _waiting(outbox.c.queued_at).where(unposted)),
                jobs=_queue(connection, _waiting(jobs.c.created_at).where(jobs.c.state == JobState.QUEUED)),
                job_states={JobState(state): count for state, count in connection.execute(states)},
            )

        return await self._database.read(transaction)


def _days(connection: Connection) -> ColumnElement[str]:
    """The days in UTC on which something was heard, with commas between them: a row for each would be read one by one in
    the event loop, half a second of 1,000 people in half a year."""
    if connection.dialect.name == "postgresql":
        day = cast(func.date(func.timezone("UTC", events.c.received_at)), Text)
        return func.string_agg(day.distinct(), ",")
    return func.group_concat(func.date(events.c.received_at).distinct())


def _visitor(found: RowMapping) -> Visitor:
    days = frozenset(map(date.fromisoformat, found["days"].split(",")))
    return Visitor(person_id=found["person_id"], first_at=found["first_at"], days=days)


def _waiting(since: ColumnElement[datetime]) -> Select[int, datetime]:
    return select(func.count(), func.min(since))


def _queue(connection: Connection, query: Select[int, datetime]) -> Queue:
    found = connection.execute(query).one()
    return Queue(waiting=found[0], oldest=found[1])
