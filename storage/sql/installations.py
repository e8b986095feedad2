"""Where a platform's app is installed. It does not know what an installation is good for, and never sees a state twice."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, select

from storage.domain import Installation
from storage.sql.repository import Repository, insert_new, upsert
from storage.sql.tables import install_states, installations


class SqlInstallations(Repository):
    async def put(self, installation: Installation) -> None:
        values = {
            "id": installation.id,
            "platform": installation.platform,
            "data": dict(installation.data),
            "installed_at": installation.installed_at,
        }
        await self._database.write(lambda connection: upsert(connection, installations, values))

    async def get(self, installation_id: str) -> Installation | None:
        query = select(installations).where(installations.c.id == installation_id)

        def transaction(connection: Connection) -> Installation | None:
            found = connection.execute(query).mappings().first()
            return None if found is None else Installation(**found)

        return await self._database.read(transaction)

    async def all(self, platform: str) -> Sequence[Installation]:
        query = select(installations).where(installations.c.platform == platform).order_by(installations.c.id)

        def transaction(connection: Connection) -> list[Installation]:
            return [Installation(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def delete(self, installation_id: str) -> None:
        gone = delete(installations).where(installations.c.id == installation_id)
        await self._database.write(lambda connection: connection.execute(gone).rowcount)

    async def issue_state(self, state: str, until: datetime) -> None:
        values = {"id": _hash(state), "until": until}
        await self._database.write(lambda connection: insert_new(connection, install_states, values))

    async def consume_state(self, state: str, now: datetime) -> bool:
        this = delete(install_states).where(install_states.c.id == _hash(state)).returning(install_states.c.until)
        # Whoever consumes beside us removes those that have run out as well: neither waits for the other.
        ended = select(install_states.c.id).where(install_states.c.until <= now).with_for_update(skip_locked=True)

        def transaction(connection: Connection) -> bool:
            until = connection.execute(this).scalar()
            connection.execute(delete(install_states).where(install_states.c.id.in_(ended)))
            return until is not None and until > now

        return await self._database.write(transaction)


def _hash(state: str) -> str:
    return hashlib.sha256(state.encode("utf-8", "surrogatepass")).hexdigest()
