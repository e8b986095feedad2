"""Which version of a project's model is in use. It does not know which is better."""

from collections.abc import Sequence

from storage.domain import Promotion
from storage.memory.facts import Repository, need


class MemoryPromotions(Repository):
    async def put(self, promotion: Promotion) -> Promotion:
        need(self._facts.projects, promotion.project_id)
        need(self._facts.models, promotion.model_id)
        return self._facts.promotions.setdefault(promotion.id, promotion)

    async def of_project(self, project_id: str) -> Sequence[Promotion]:
        return [one for one in self._facts.promotions.values() if one.project_id == project_id]
