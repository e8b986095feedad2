"""Versions of models, numbered within their project. It does not know where their files lie."""

from collections.abc import Sequence
from dataclasses import replace

from storage.domain import ModelVersion
from storage.memory.facts import Repository, json_copy, need


class MemoryModels(Repository):
    async def add(self, model: ModelVersion) -> ModelVersion:
        if model.id not in self._facts.models:
            need(self._facts.projects, model.project_id)
            version = len(await self.of_project(model.project_id)) + 1
            self._facts.models[model.id] = replace(model, version=version, metrics=json_copy(dict(model.metrics)))
        return self._facts.models[model.id]

    async def of_project(self, project_id: str) -> Sequence[ModelVersion]:
        return [model for model in self._facts.models.values() if model.project_id == project_id]

    async def of_run(self, run_id: str) -> ModelVersion | None:
        found = [model for model in self._facts.models.values() if model.run_id == run_id]
        return found[-1] if found else None

    async def all(self) -> Sequence[ModelVersion]:
        return sorted(self._facts.models.values(), key=lambda model: (model.created_at, model.id))
