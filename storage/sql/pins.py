"""Requests that are pinned for good. It does not know who answers them."""

from collections.abc import Sequence
from dataclasses import asdict

from pydantic import TypeAdapter
from sqlalchemy import Connection, RowMapping, delete, select

from storage.domain import AgreedFormat, Pin
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import pins

_FORMAT: TypeAdapter[AgreedFormat | None] = TypeAdapter(AgreedFormat | None)


class SqlPins(Repository):
    async def add(self, pin: Pin) -> None:
        await self._database.write(lambda connection: insert_new(connection, pins, asdict(pin)))

    async def of_project(self, project_id: str) -> Sequence[Pin]:
        query = select(pins).where(pins.c.project_id == project_id).order_by(pins.c.created_at, pins.c.id)

        def transaction(connection: Connection) -> list[Pin]:
            return [_pin(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def remove(self, pin_id: str) -> bool:
        gone = delete(pins).where(pins.c.id == pin_id)
        return await self._database.write(lambda connection: connection.execute(gone).rowcount) > 0

    async def forget_author(self, author_id: str, project_id: str) -> int:
        theirs = delete(pins).where(pins.c.project_id == project_id, pins.c.author_id == author_id)
        return await self._database.write(lambda connection: connection.execute(theirs).rowcount)


def _pin(found: RowMapping) -> Pin:
    lists = {name: tuple(found[name]) for name in ("must", "must_not")}
    return Pin(**{**found, **lists, "expected": _FORMAT.validate_python(found["expected"])})
