"""People's scores of answers, by criterion. It does not know what they come to."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, delete, select, update

from storage.domain import Score
from storage.sql.repository import Repository, upsert
from storage.sql.tables import scores


class SqlScores(Repository):
    async def put(self, given: Sequence[Score]) -> None:
        def transaction(connection: Connection) -> None:
            for score in given:
                upsert(connection, scores, asdict(score))

        await self._database.write(transaction)

    async def of_run(self, run_id: str) -> Sequence[Score]:
        return await self._where(scores.c.run_id == run_id)

    async def of_project(self, project_id: str) -> Sequence[Score]:
        return await self._where(scores.c.project_id == project_id)

    async def withdraw(self, score_id: str, withdrawn: bool = True) -> bool:
        change = update(scores).where(scores.c.id == score_id).values(withdrawn=withdrawn)
        return await self._database.write(lambda connection: connection.execute(change).rowcount) > 0

    async def forget_rater(self, rater_id: str, project_id: str) -> int:
        theirs = delete(scores).where(scores.c.project_id == project_id, scores.c.rater_id == rater_id)
        return await self._database.write(lambda connection: connection.execute(theirs).rowcount)

    async def _where(self, which: ColumnElement[Any]) -> Sequence[Score]:
        query = select(scores).where(which).order_by(scores.c.created_at, scores.c.id)

        def transaction(connection: Connection) -> list[Score]:
            return [_score(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)


def _score(found: RowMapping) -> Score:
    return Score(**{**found, "asked": tuple(found["asked"])})
