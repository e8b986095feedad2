"""What people asked to be reminded of again and again. It does not know how a rule is read."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, func, or_, select, update

from storage.domain import Schedule
from storage.errors import NotFound
from storage.sql.conversations import ensure_place
from storage.sql.links import is_of
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import schedules

_running = schedules.c.ended_at.is_(None)


class SqlSchedules(Repository):
    async def put(self, schedule: Schedule) -> None:
        def transaction(connection: Connection) -> None:
            ensure_place(connection, schedule.conversation_id, schedule.person_id)
            insert_new(connection, schedules, asdict(schedule))

        await self._database.write(transaction)

    async def get(self, schedule_id: str) -> Schedule:
        found = await self._list(select(schedules).where(schedules.c.id == schedule_id))
        if not found:
            raise NotFound(schedule_id)
        return found[0]

    async def of_person(self, person_id: str, ended: bool = False) -> Sequence[Schedule]:
        theirs = select(schedules).where(is_of(schedules.c.person_id, person_id))
        found = theirs if ended else theirs.where(_running)
        return await self._list(found.order_by(schedules.c.created_at, schedules.c.id))

    async def all(self) -> Sequence[Schedule]:
        return await self._list(select(schedules).where(_running).order_by(schedules.c.next_at, schedules.c.id))

    async def advance(self, schedule_id: str, from_next_at: datetime, next_at: datetime) -> bool:
        still = schedules.c.id == schedule_id, schedules.c.next_at == from_next_at, _running
        change = update(schedules).where(*still).values(next_at=next_at)
        return await self._database.write(lambda connection: connection.execute(change).rowcount) > 0

    async def end(self, schedule_id: str, at: datetime) -> None:
        first = func.coalesce(schedules.c.ended_at, at)
        change = update(schedules).where(schedules.c.id == schedule_id).values(ended_at=first)
        if await self._database.write(lambda connection: connection.execute(change).rowcount) == 0:
            raise NotFound(schedule_id)

    async def forget_person(self, person_id: str, project_id: str) -> int:
        about = or_(schedules.c.project_id == project_id, schedules.c.project_id.is_(None))
        theirs = delete(schedules).where(schedules.c.person_id == person_id, about)
        return await self._database.write(lambda connection: connection.execute(theirs).rowcount)

    async def _list(self, query: Select[Any]) -> Sequence[Schedule]:
        def transaction(connection: Connection) -> list[Schedule]:
            return [Schedule(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)
