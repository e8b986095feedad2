"""People's scores of answers, by criterion. It does not know what they come to."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from storage.domain import Score
from storage.memory.facts import Repository, need


class MemoryScores(Repository):
    async def put(self, scores: Sequence[Score]) -> None:
        for score in scores:
            need(self._facts.projects, score.project_id)
        self._facts.scores.update({score.id: score for score in scores})

    async def of_run(self, run_id: str) -> Sequence[Score]:
        return _in_order(one for one in self._facts.scores.values() if one.run_id == run_id)

    async def of_project(self, project_id: str) -> Sequence[Score]:
        return _in_order(one for one in self._facts.scores.values() if one.project_id == project_id)

    async def withdraw(self, score_id: str, withdrawn: bool = True) -> bool:
        known = self._facts.scores.get(score_id)
        if known is not None:
            self._facts.scores[score_id] = replace(known, withdrawn=withdrawn)
        return known is not None

    async def forget_rater(self, rater_id: str, project_id: str) -> int:
        gone = [one.id for one in await self.of_project(project_id) if one.rater_id == rater_id]
        for score_id in gone:
            del self._facts.scores[score_id]
        return len(gone)


def _in_order(scores: Iterable[Score]) -> list[Score]:
    return sorted(scores, key=lambda score: (score.created_at, score.id))
