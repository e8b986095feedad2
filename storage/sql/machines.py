"""The machines that supervisors run on. It does not know what their facts are used for."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select

from storage.domain import Machine
from storage.sql.repository import Repository, upsert
from storage.sql.tables import machines

_ALIVE_FOR = timedelta(seconds=30)


class SqlMachines(Repository):
    async def put(self, machine: Machine) -> None:
        values = {"id": machine.id, "facts": dict(machine.facts), "seen_at": machine.seen_at}
        await self._database.write(lambda connection: upsert(connection, machines, values))

    async def alive(self, now: datetime) -> Sequence[Machine]:
        query = select(machines).where(machines.c.seen_at >= now - _ALIVE_FOR).order_by(machines.c.id)

        def transaction(connection: Connection) -> list[Machine]:
            return [Machine(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def remove(self, machine_id: str) -> None:
        gone = delete(machines).where(machines.c.id == machine_id)
        await self._database.write(lambda connection: connection.execute(gone).rowcount)
