"""Training runs, numbered within their project. It does not know what their results mean."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from storage.domain import Run, RunState
from storage.memory.facts import Repository, json_copy, need


class MemoryRuns(Repository):
    async def add(self, run: Run) -> Run:
        if run.id not in self._facts.runs:
            need(self._facts.projects, run.project_id)
            number = len(await self.of_project(run.project_id)) + 1
            recipe, results = json_copy(dict(run.recipe)), json_copy(dict(run.results))
            self._facts.runs[run.id] = replace(run, number=number, recipe=recipe, results=results)
        return self._facts.runs[run.id]

    async def get(self, run_id: str) -> Run:
        return need(self._facts.runs, run_id)

    async def of_project(self, project_id: str) -> Sequence[Run]:
        return [run for run in self._facts.runs.values() if run.project_id == project_id]

    async def update(self, run_id: str, state: RunState, results: Mapping[str, Any] | None = None) -> Run:
        run = need(self._facts.runs, run_id)
        run = replace(run, state=state, results={**run.results, **json_copy(dict(results or {}))})
        self._facts.runs[run_id] = run
        return run
