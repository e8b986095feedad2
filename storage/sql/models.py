"""The models that runs left, as versions within their project. It does not know their files."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select

from storage.domain import ModelVersion
from storage.sql import projects
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import models


class SqlModels(Repository):
    async def add(self, model: ModelVersion) -> ModelVersion:
        def transaction(connection: Connection) -> ModelVersion:
            projects.lock(connection, model.project_id)
            versions = select(func.coalesce(func.max(models.c.version), 0))
            versions = versions.where(models.c.project_id == model.project_id)
            values = {
                "id": model.id,
                "project_id": model.project_id,
                "run_id": model.run_id,
                "name": model.name,
                "version": connection.execute(versions).scalar_one() + 1,
                "metrics": dict(model.metrics),
                "created_at": model.created_at,
            }
            insert_new(connection, models, values)
            found = connection.execute(select(models).where(models.c.id == model.id)).mappings().one()
            return ModelVersion(**found)

        return await self._database.write(transaction)

    async def of_project(self, project_id: str) -> Sequence[ModelVersion]:
        return await self._list(select(models).where(models.c.project_id == project_id).order_by(models.c.version))

    async def of_run(self, run_id: str) -> ModelVersion | None:
        latest = select(models).where(models.c.run_id == run_id).order_by(models.c.version.desc()).limit(1)
        found = await self._list(latest)
        return found[0] if found else None

    async def all(self) -> Sequence[ModelVersion]:
        return await self._list(select(models).order_by(models.c.created_at, models.c.id))

    async def _list(self, query: Select[Any]) -> Sequence[ModelVersion]:
        def transaction(connection: Connection) -> list[ModelVersion]:
            return [ModelVersion(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)
