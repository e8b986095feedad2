"""What saved versions answered, and what people thought of it. It does not know what a good answer is."""

from collections.abc import Sequence

from storage.domain import Answer, AnswerFeedback
from storage.memory.facts import Repository, need


class MemoryAnswers(Repository):
    async def add(self, answer: Answer) -> None:
        need(self._facts.projects, answer.project_id)
        self._facts.answers.setdefault(answer.id, answer)

    async def get(self, answer_id: str) -> Answer:
        return need(self._facts.answers, answer_id)

    async def of_person(self, person_id: str, project_id: str) -> Sequence[Answer]:
        answers = self._facts.answers.values()
        asked = (one for one in answers if (one.asked_by, one.project_id) == (person_id, project_id))
        return sorted(asked, key=lambda one: (one.created_at, one.id))

    async def put_feedback(self, feedback: AnswerFeedback) -> None:
        need(self._facts.answers, feedback.answer_id)
        self._facts.feedback[feedback.answer_id, feedback.person_id] = feedback

    async def feedback(self, project_id: str, model_id: str | None = None) -> Sequence[AnswerFeedback]:
        answers = self._facts.answers
        here = {one.id for one in answers.values() if one.project_id == project_id and model_id in (None, one.model_id)}
        found = (one for one in self._facts.feedback.values() if one.answer_id in here)
        return sorted(found, key=lambda one: (one.given_at, one.answer_id, one.person_id))

    async def forget_person(self, person_id: str, project_id: str) -> int:
        need(self._facts.projects, project_id)
        answers, feedback = self._facts.answers, self._facts.feedback
        here = {one.id for one in answers.values() if one.project_id == project_id}
        gone = {answer_id for answer_id in here if answers[answer_id].asked_by == person_id}
        for answer_id, by in list(feedback):
            if answer_id in gone or (answer_id in here and by == person_id):
                del feedback[answer_id, by]
        for answer_id in gone:
            del answers[answer_id]
        return len(gone)
