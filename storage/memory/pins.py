"""Requests that are pinned for good. It does not know who answers them."""

from collections.abc import Sequence

from storage.domain import Pin
from storage.memory.facts import Repository, need


class MemoryPins(Repository):
    async def add(self, pin: Pin) -> None:
        need(self._facts.projects, pin.project_id)
        self._facts.pins.setdefault(pin.id, pin)

    async def of_project(self, project_id: str) -> Sequence[Pin]:
        found = (pin for pin in self._facts.pins.values() if pin.project_id == project_id)
        return sorted(found, key=lambda pin: (pin.created_at, pin.id))

    async def remove(self, pin_id: str) -> bool:
        return self._facts.pins.pop(pin_id, None) is not None

    async def forget_author(self, author_id: str, project_id: str) -> int:
        gone = [pin.id for pin in await self.of_project(project_id) if pin.author_id == author_id]
        for pin_id in gone:
            del self._facts.pins[pin_id]
        return len(gone)
