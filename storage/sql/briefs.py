"""What the interview has learned about each project, one document a project. It does not know what it means."""

from collections.abc import Callable

from sqlalchemy import Connection, select

from storage.documents import brief_from_json, brief_to_json
from storage.domain import Brief
from storage.sql import projects
from storage.sql.repository import Repository, upsert
from storage.sql.tables import briefs


class SqlBriefs(Repository):
    async def get(self, project_id: str) -> Brief:
        return await self._database.read(lambda connection: _read(connection, project_id))

    async def change(self, project_id: str, change: Callable[[Brief], Brief]) -> Brief:
        def transaction(connection: Connection) -> Brief:
            projects.lock(connection, project_id)
            document = brief_to_json(change(_read(connection, project_id)))
            upsert(connection, briefs, {"project_id": project_id, "document": document})
            return brief_from_json(project_id, document)

        return await self._database.write(transaction)


def _read(connection: Connection, project_id: str) -> Brief:
    found = connection.execute(select(briefs.c.document).where(briefs.c.project_id == project_id)).scalar()
    return brief_from_json(project_id, found or {})
