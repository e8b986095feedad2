"""Evaluations of any contenders, numbered within their project. It does not know what their results mean."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from storage.domain import Evaluation, EvaluationState
from storage.memory.facts import Repository, json_copy, need


class MemoryEvaluations(Repository):
    async def add(self, evaluation: Evaluation) -> Evaluation:
        if evaluation.id not in self._facts.evaluations:
            need(self._facts.projects, evaluation.project_id)
            number = len(await self.of_project(evaluation.project_id)) + 1
            results = json_copy(dict(evaluation.results))
            self._facts.evaluations[evaluation.id] = replace(evaluation, number=number, results=results)
        return self._facts.evaluations[evaluation.id]

    async def get(self, evaluation_id: str) -> Evaluation:
        return need(self._facts.evaluations, evaluation_id)

    async def of_project(self, project_id: str) -> Sequence[Evaluation]:
        return [one for one in self._facts.evaluations.values() if one.project_id == project_id]

    async def update(
        self, evaluation_id: str, state: EvaluationState | None, results: Mapping[str, Any] | None = None
    ) -> Evaluation:
        known = need(self._facts.evaluations, evaluation_id)
        merged = {**known.results, **json_copy(dict(results or {}))}
        self._facts.evaluations[evaluation_id] = replace(known, state=state or known.state, results=merged)
        return self._facts.evaluations[evaluation_id]

    async def stop(self, evaluation_id: str) -> Evaluation:
        known = need(self._facts.evaluations, evaluation_id)
        return known if known.state.ended else await self.update(evaluation_id, None, {"stopped": True})
