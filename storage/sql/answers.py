"""What saved versions answered, and what people thought of it. It does not know what a good answer is."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, and_, delete, select

from storage.domain import Answer, AnswerFeedback, Feedback
from storage.errors import NotFound
from storage.sql import projects
from storage.sql.repository import Repository, insert_new, upsert
from storage.sql.tables import answer_feedback, answers


class SqlAnswers(Repository):
    async def add(self, answer: Answer) -> None:
        await self._database.write(lambda connection: insert_new(connection, answers, asdict(answer)))

    async def get(self, answer_id: str) -> Answer:
        query = select(answers).where(answers.c.id == answer_id)

        def transaction(connection: Connection) -> Answer:
            found = connection.execute(query).mappings().first()
            if found is None:
                raise NotFound(answer_id)
            return Answer(**found)

        return await self._database.read(transaction)

    async def of_person(self, person_id: str, project_id: str) -> Sequence[Answer]:
        asked = select(answers).where(answers.c.project_id == project_id, answers.c.asked_by == person_id)
        query = asked.order_by(answers.c.created_at, answers.c.id)

        def transaction(connection: Connection) -> list[Answer]:
            return [Answer(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def put_feedback(self, feedback: AnswerFeedback) -> None:
        await self._database.write(lambda connection: upsert(connection, answer_feedback, asdict(feedback)))

    async def feedback(self, project_id: str, model_id: str | None = None) -> Sequence[AnswerFeedback]:
        given = answer_feedback.c
        here = answers.c.project_id == project_id
        query = (
            select(answer_feedback)
            .join(answers, answers.c.id == given.answer_id)
            .where(here if model_id is None else and_(here, answers.c.model_id == model_id))
            .order_by(given.given_at, given.answer_id, given.person_id)
        )

        def transaction(connection: Connection) -> list[AnswerFeedback]:
            found = connection.execute(query).mappings()
            return [AnswerFeedback(**{**one, "feedback": Feedback(one["feedback"])}) for one in found]

        return await self._database.read(transaction)

    async def forget_person(self, person_id: str, project_id: str) -> int:
        here = select(answers.c.id).where(answers.c.project_id == project_id)
        said = delete(answer_feedback).where(
            answer_feedback.c.person_id == person_id, answer_feedback.c.answer_id.in_(here)
        )
        asked = delete(answers).where(answers.c.project_id == project_id, answers.c.asked_by == person_id)

        def transaction(connection: Connection) -> int:
            projects.lock(connection, project_id)  # two who take back at once delete what belongs to both
            connection.execute(said)
            return connection.execute(asked).rowcount  # what was thought of them goes with them

        return await self._database.write(transaction)
