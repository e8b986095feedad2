"""Training rows: unique by content among those kept. It does not know how content is hashed, or who may approve."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from storage.domain import Part, Row, RowStatus
from storage.errors import Conflict
from storage.memory.facts import Repository, need

_KEPT = (RowStatus.PENDING, RowStatus.APPROVED)
_OPEN = (RowStatus.PENDING, RowStatus.PROPOSED)


class MemoryRows(Repository):
    async def add(self, rows: Sequence[Row]) -> Sequence[bool]:
        for row in rows:
            need(self._facts.projects, row.project_id)
        return [self._add(row) for row in rows]

    def _add(self, row: Row) -> bool:
        if row.id not in self._facts.rows:
            if self._stands_elsewhere(row):
                return False
            self._facts.rows[row.id] = row
        return True

    async def get(self, row_id: str) -> Row:
        return need(self._facts.rows, row_id)

    async def of_project(self, project_id: str, statuses: Collection[RowStatus] | None = None) -> Sequence[Row]:
        found = [
            row
            for row in self._facts.rows.values()
            if row.project_id == project_id
            and (row.status is not RowStatus.PROPOSED if statuses is None else row.status in statuses)
        ]
        return sorted(found, key=lambda row: (row.created_at, row.id))

    async def count(self, project_id: str, status: RowStatus) -> int:
        return len(await self.of_project(project_id, (status,)))

    async def approve(self, row_ids: Sequence[str], by: str, consent_id: str) -> None:
        for row in self._known(row_ids):
            if row.status is RowStatus.PENDING:
                approved = replace(row, status=RowStatus.APPROVED, approved_by=by, consent_id=consent_id)
                self._facts.rows[row.id] = approved

    async def reject(self, row_id: str) -> None:
        for row in self._known([row_id]):
            self._facts.rows[row.id] = replace(row, status=RowStatus.REJECTED)

    async def reopen(self, row_id: str) -> bool:
        row = need(self._facts.rows, row_id)
        if row.status is RowStatus.PENDING:
            return True
        if self._stands_elsewhere(row):
            return False
        self._facts.rows[row_id] = replace(row, status=RowStatus.PENDING, approved_by=None, consent_id=None)
        return True

    async def classify(self, row_id: str, category: str, aspects: Sequence[str]) -> None:
        for row in self._known([row_id]):
            self._facts.rows[row_id] = replace(row, category=category, aspects=tuple(sorted(set(aspects))))

    async def replace(self, row: Row) -> bool:
        old = need(self._facts.rows, row.id)
        if old.status not in _OPEN:
            if old.content_hash != row.content_hash:
                raise Conflict(f"{row.id} is {old.status.value}")
            return True
        if self._stands_elsewhere(replace(row, project_id=old.project_id)):
            return False
        kept = replace(row, project_id=old.project_id, created_at=old.created_at, part=old.part)
        self._facts.rows[row.id] = kept
        return True

    async def assign_parts(self, parts: Mapping[str, Part]) -> None:
        for row in self._known(parts):
            if row.part is None:
                self._facts.rows[row.id] = replace(row, part=parts[row.id])

    async def forget(self, row_ids: Collection[str]) -> int:
        return sum(self._facts.rows.pop(row_id, None) is not None for row_id in row_ids)

    async def forget_author(self, author_id: str, project_id: str) -> int:
        gone = [row.id for row in await self.of_project(project_id, list(RowStatus)) if row.author_id == author_id]
        for row_id in gone:
            del self._facts.rows[row_id]
        return len(gone)

    def _known(self, row_ids: Iterable[str]) -> list[Row]:
        return [self._facts.rows[row_id] for row_id in row_ids if row_id in self._facts.rows]

    def _stands_elsewhere(self, row: Row) -> bool:
        return any(
            other.project_id == row.project_id
            and other.content_hash == row.content_hash
            and other.id != row.id
            and other.status in _KEPT
            for other in self._facts.rows.values()
        )
