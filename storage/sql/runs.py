"""Training runs, numbered within their project. It does not know how a run goes on."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from storage.domain import Run, RunState
from storage.errors import NotFound
from storage.sql import projects
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import runs


class SqlRuns(Repository):
    async def add(self, run: Run) -> Run:
        def transaction(connection: Connection) -> Run:
            projects.lock(connection, run.project_id)
            numbers = select(func.coalesce(func.max(runs.c.number), 0)).where(runs.c.project_id == run.project_id)
            values = {
                "id": run.id,
                "project_id": run.project_id,
                "conversation_id": run.conversation_id,
                "started_by": run.started_by,
                "number": connection.execute(numbers).scalar_one() + 1,
                "recipe": dict(run.recipe),
                "state": run.state,
                "created_at": run.created_at,
                "results": dict(run.results),
            }
            insert_new(connection, runs, values)
            return _run(_get(connection, run.id))

        return await self._database.write(transaction)

    async def get(self, run_id: str) -> Run:
        return await self._database.read(lambda connection: _run(_get(connection, run_id)))

    async def of_project(self, project_id: str) -> Sequence[Run]:
        query = select(runs).where(runs.c.project_id == project_id).order_by(runs.c.number)

        def transaction(connection: Connection) -> list[Run]:
            return [_run(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def update(self, run_id: str, state: RunState, results: Mapping[str, Any] | None = None) -> Run:
        def transaction(connection: Connection) -> Run:
            merged = {**_get(connection, run_id, locked=True)["results"], **(results or {})}
            connection.execute(update(runs).where(runs.c.id == run_id).values(state=state, results=merged))
            return _run(_get(connection, run_id))

        return await self._database.write(transaction)


def _get(connection: Connection, run_id: str, locked: bool = False) -> RowMapping:
    query = select(runs).where(runs.c.id == run_id)
    if locked:
        query = query.with_for_update(key_share=True)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise NotFound(run_id)
    return found


def _run(found: RowMapping) -> Run:
    return Run(**{**found, "state": RunState(found["state"])})
