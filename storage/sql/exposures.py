"""Which variant of a feature people were shown. It does not know how one is chosen."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, delete, select

from storage.domain import Exposure
from storage.sql.links import is_of
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import exposures


class SqlExposures(Repository):
    async def put(self, exposure: Exposure) -> str:
        theirs = exposures.c.flag == exposure.flag, is_of(exposures.c.person_id, exposure.person_id)
        first = select(exposures).where(*theirs).order_by(exposures.c.at, exposures.c.person_id).limit(1)

        def transaction(connection: Connection) -> Sequence[Exposure]:
            if not (known := _read(connection, first)):
                insert_new(connection, exposures, asdict(exposure))
            return known or _read(connection, first)  # somebody else's, if it was there before ours

        known = await self._list(first) or await self._database.write(transaction)  # nearly always there
        return known[0].variant

    async def of_flag(self, flag: str) -> Sequence[Exposure]:
        shown = select(exposures).where(exposures.c.flag == flag)
        return await self._list(shown.order_by(exposures.c.at, exposures.c.person_id))

    async def of_person(self, person_id: str) -> Sequence[Exposure]:
        return await self._list(select(exposures).where(exposures.c.person_id == person_id).order_by(exposures.c.flag))

    async def forget_person(self, person_id: str) -> int:
        theirs = delete(exposures).where(exposures.c.person_id == person_id)
        return await self._database.write(lambda connection: connection.execute(theirs).rowcount)

    async def _list(self, query: Select[Any]) -> Sequence[Exposure]:
        return await self._database.read(lambda connection: _read(connection, query))


def _read(connection: Connection, query: Select[Any]) -> list[Exposure]:
    return [Exposure(**found) for found in connection.execute(query).mappings()]
