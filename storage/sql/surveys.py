"""What people say of model versions. It does not know what their ratings come to."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Select, delete, select

from storage.domain import SurveyAnswer
from storage.sql.repository import Repository, upsert
from storage.sql.tables import models, survey_answers


class SqlSurveys(Repository):
    async def put(self, answer: SurveyAnswer) -> None:
        await self._database.write(lambda connection: upsert(connection, survey_answers, asdict(answer)))

    async def of_model(self, model_id: str) -> Sequence[SurveyAnswer]:
        return await self._list(select(survey_answers).where(survey_answers.c.model_id == model_id))

    async def all(self) -> Sequence[SurveyAnswer]:
        return await self._list(select(survey_answers))

    async def forget_person(self, person_id: str, project_id: str) -> int:
        theirs = delete(survey_answers).where(
            survey_answers.c.model_id.in_(select(models.c.id).where(models.c.project_id == project_id)),
            survey_answers.c.person_id == person_id,
        )
        return await self._database.write(lambda connection: connection.execute(theirs).rowcount)

    async def _list(self, query: Select[Any]) -> Sequence[SurveyAnswer]:
        ordered = query.order_by(survey_answers.c.at, survey_answers.c.model_id, survey_answers.c.person_id)

        def transaction(connection: Connection) -> list[SurveyAnswer]:
            return [SurveyAnswer(**found) for found in connection.execute(ordered).mappings()]

        return await self._database.read(transaction)
