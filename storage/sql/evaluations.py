"""Evaluations of any contenders, numbered within their project. It does not know what their results mean."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from storage.domain import Evaluation, EvaluationState
from storage.errors import NotFound
from storage.sql import projects
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import evaluations


class SqlEvaluations(Repository):
    async def add(self, evaluation: Evaluation) -> Evaluation:
        def transaction(connection: Connection) -> Evaluation:
            projects.lock(connection, evaluation.project_id)
            numbers = select(func.coalesce(func.max(evaluations.c.number), 0))
            numbers = numbers.where(evaluations.c.project_id == evaluation.project_id)
            number = connection.execute(numbers).scalar_one() + 1
            insert_new(connection, evaluations, {**asdict(evaluation), "number": number})
            return _evaluation(_get(connection, evaluation.id))

        return await self._database.write(transaction)

    async def get(self, evaluation_id: str) -> Evaluation:
        return await self._database.read(lambda connection: _evaluation(_get(connection, evaluation_id)))

    async def of_project(self, project_id: str) -> Sequence[Evaluation]:
        query = select(evaluations).where(evaluations.c.project_id == project_id).order_by(evaluations.c.number)

        def transaction(connection: Connection) -> list[Evaluation]:
            return [_evaluation(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def update(
        self, evaluation_id: str, state: EvaluationState | None, results: Mapping[str, Any] | None = None
    ) -> Evaluation:
        def transaction(connection: Connection) -> Evaluation:
            known = _get(connection, evaluation_id, locked=True)
            return _changed(connection, known, state, results or {})

        return await self._database.write(transaction)

    async def stop(self, evaluation_id: str) -> Evaluation:
        def transaction(connection: Connection) -> Evaluation:
            known = _get(connection, evaluation_id, locked=True)
            ended = EvaluationState(known["state"]).ended
            return _evaluation(known) if ended else _changed(connection, known, None, {"stopped": True})

        return await self._database.write(transaction)


def _changed(
    connection: Connection, known: RowMapping, state: EvaluationState | None, results: Mapping[str, Any]
) -> Evaluation:
    change = update(evaluations).where(evaluations.c.id == known["id"])
    merged = {**known["results"], **results}
    connection.execute(change.values(state=state or known["state"], results=merged))
    return _evaluation(_get(connection, known["id"]))


def _get(connection: Connection, evaluation_id: str, locked: bool = False) -> RowMapping:
    query = select(evaluations).where(evaluations.c.id == evaluation_id)
    found = connection.execute(query.with_for_update(key_share=True) if locked else query).mappings().first()
    if found is None:
        raise NotFound(evaluation_id)
    return found


def _evaluation(found: RowMapping) -> Evaluation:
    return Evaluation(**{**found, "contenders": tuple(found["contenders"]), "state": EvaluationState(found["state"])})
