"""People's blind votes on answers. It does not know whose answer is better."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import ColumnElement, Connection, delete, select

from storage.domain import Rating
from storage.sql.repository import Repository, upsert
from storage.sql.tables import ratings


class SqlRatings(Repository):
    async def put(self, rating: Rating) -> None:
        await self._database.write(lambda connection: upsert(connection, ratings, asdict(rating)))

    async def of_run(self, run_id: str) -> Sequence[Rating]:
        return await self._where(ratings.c.run_id == run_id)

    async def of_project(self, project_id: str) -> Sequence[Rating]:
        return await self._where(ratings.c.project_id == project_id)

    async def forget_rater(self, rater_id: str, project_id: str) -> int:
        theirs = delete(ratings).where(ratings.c.project_id == project_id, ratings.c.rater_id == rater_id)
        return await self._database.write(lambda connection: connection.execute(theirs).rowcount)

    async def _where(self, condition: ColumnElement[bool]) -> Sequence[Rating]:
        query = select(ratings).where(condition).order_by(ratings.c.created_at, ratings.c.id)

        def transaction(connection: Connection) -> list[Rating]:
            return [Rating(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)
