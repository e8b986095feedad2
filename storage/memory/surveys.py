"""What people say of model versions. It does not know what their ratings come to."""

from collections.abc import Sequence

from storage.domain import SurveyAnswer
from storage.memory.facts import Repository, need


class MemorySurveys(Repository):
    async def put(self, answer: SurveyAnswer) -> None:
        need(self._facts.models, answer.model_id)
        self._facts.survey_answers[answer.model_id, answer.person_id] = answer

    async def of_model(self, model_id: str) -> Sequence[SurveyAnswer]:
        return [one for one in await self.all() if one.model_id == model_id]

    async def all(self) -> Sequence[SurveyAnswer]:
        answers = self._facts.survey_answers.values()
        return sorted(answers, key=lambda one: (one.at, one.model_id, one.person_id))

    async def forget_person(self, person_id: str, project_id: str) -> int:
        answers, models = self._facts.survey_answers, self._facts.models
        gone = [key for key in answers if key[1] == person_id and models[key[0]].project_id == project_id]
        for key in gone:
            del answers[key]
        return len(gone)
