"""What the interview has learned about each project. It does not know what the answers mean."""

from collections.abc import Callable

from storage.documents import brief_from_json, brief_to_json
from storage.domain import Brief
from storage.memory.facts import Repository, json_copy, need


class MemoryBriefs(Repository):
    async def get(self, project_id: str) -> Brief:
        return self._read(project_id)

    async def change(self, project_id: str, change: Callable[[Brief], Brief]) -> Brief:
        need(self._facts.projects, project_id)
        document = json_copy(brief_to_json(change(self._read(project_id))))
        written = brief_from_json(project_id, document)
        self._facts.briefs[project_id] = document
        return written

    def _read(self, project_id: str) -> Brief:
        return brief_from_json(project_id, self._facts.briefs.get(project_id, {}))
