"""Which version of a project's model is in use. It does not know which is better."""

from collections.abc import Sequence
from dataclasses import asdict, fields

from sqlalchemy import Connection, select

from storage.domain import Promotion
from storage.sql import projects
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import promotions

_columns = [promotions.c[field.name] for field in fields(Promotion)]


class SqlPromotions(Repository):
    async def put(self, promotion: Promotion) -> Promotion:
        known = select(*_columns).where(promotions.c.id == promotion.id)

        def transaction(connection: Connection) -> Promotion:
            projects.lock(connection, promotion.project_id)  # so that they are seen in the order of their numbers
            insert_new(connection, promotions, asdict(promotion))
            return Promotion(**connection.execute(known).mappings().one())

        return await self._database.write(transaction)

    async def of_project(self, project_id: str) -> Sequence[Promotion]:
        query = select(*_columns).where(promotions.c.project_id == project_id).order_by(promotions.c.seq)

        def transaction(connection: Connection) -> list[Promotion]:
            return [Promotion(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)
