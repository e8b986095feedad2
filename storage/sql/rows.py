"""Training rows: unique by content among those kept, their parts recorded for good.

It does not know how content is normalised and hashed, or who may approve.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, bindparam, delete, func, insert, select, update

from storage.domain import Origin, Part, Row, RowStatus
from storage.errors import Conflict, NotFound
from storage.sql import projects
from storage.sql.repository import Repository, chunks
from storage.sql.tables import one_of, rows

_kept = one_of(rows.c.status, RowStatus.PENDING, RowStatus.APPROVED)
_OPEN = (RowStatus.PENDING, RowStatus.PROPOSED)


class SqlRows(Repository):
    async def add(self, new: Sequence[Row]) -> Sequence[bool]:
        def transaction(connection: Connection) -> list[bool]:
            for project_id in sorted({row.project_id for row in new}):
                projects.lock(connection, project_id)
            ids = _known_ids(connection, (row.id for row in new))
            contents = _known_contents(connection, new)
            added: list[bool] = []
            values: list[dict[str, Any]] = []
            for row in new:
                if row.id in ids:
                    added.append(True)
                elif (row.project_id, row.content_hash) in contents:
                    added.append(False)
                else:
                    ids.add(row.id)
                    if row.status in (RowStatus.PENDING, RowStatus.APPROVED):
                        contents.add((row.project_id, row.content_hash))
                    values.append(_values(row))
                    added.append(True)
            if values:
                connection.execute(insert(rows), values)
            return added

        return await self._database.write(transaction)

    async def get(self, row_id: str) -> Row:
        return await self._database.read(lambda connection: _row(_get(connection, row_id)))

    async def of_project(self, project_id: str, statuses: Collection[RowStatus] | None = None) -> Sequence[Row]:
        query = select(rows).where(rows.c.project_id == project_id).order_by(rows.c.created_at, rows.c.id)
        shown = rows.c.status != RowStatus.PROPOSED if statuses is None else rows.c.status.in_(list(statuses))
        query = query.where(shown)

        def transaction(connection: Connection) -> list[Row]:
            return [_row(found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def count(self, project_id: str, status: RowStatus) -> int:
        query = select(func.count()).where(rows.c.project_id == project_id, rows.c.status == status)
        return await self._database.read(lambda connection: connection.execute(query).scalar_one())

    async def approve(self, row_ids: Sequence[str], by: str, consent_id: str) -> None:
        def transaction(connection: Connection) -> None:
            for some in chunks(row_ids):
                pending = update(rows).where(rows.c.id.in_(some), rows.c.status == RowStatus.PENDING)
                connection.execute(pending.values(status=RowStatus.APPROVED, approved_by=by, consent_id=consent_id))

        await self._database.write(transaction)

    async def reject(self, row_id: str) -> None:
        change = update(rows).where(rows.c.id == row_id).values(status=RowStatus.REJECTED)
        await self._database.write(lambda connection: connection.execute(change).rowcount)

    async def reopen(self, row_id: str) -> bool:
        def transaction(connection: Connection) -> bool:
            project_id = _get(connection, row_id)["project_id"]
            projects.lock(connection, project_id)
            row = _row(_get(connection, row_id))
            if row.status is RowStatus.PENDING:
                return True
            if _stands_elsewhere(connection, project_id, row):
                return False
            undone = {"status": RowStatus.PENDING, "approved_by": None, "consent_id": None}
            connection.execute(update(rows).where(rows.c.id == row_id).values(**undone))
            return True

        return await self._database.write(transaction)

    async def classify(self, row_id: str, category: str, aspects: Sequence[str]) -> None:
        found = {"category": category, "aspects": sorted(set(aspects))}
        change = update(rows).where(rows.c.id == row_id).values(**found)
        await self._database.write(lambda connection: connection.execute(change).rowcount)

    async def replace(self, row: Row) -> bool:
        """As the port says. A row that was decided is left as it is: Conflict, unless its content is this."""

        def transaction(connection: Connection) -> bool:
            project_id = _get(connection, row.id)["project_id"]
            projects.lock(connection, project_id)
            old = _get(connection, row.id)
            if old["status"] not in _OPEN:
                if old["content_hash"] != row.content_hash:
                    raise Conflict(f"{row.id} is {old['status']}")
                return True
            if _stands_elsewhere(connection, project_id, row):
                return False
            fresh = {**_values(row), "project_id": project_id, "created_at": old["created_at"], "part": old["part"]}
            connection.execute(update(rows).where(rows.c.id == row.id).values(**fresh))
            return True

        return await self._database.write(transaction)

    async def assign_parts(self, parts: Mapping[str, Part]) -> None:
        without_one = update(rows).where(rows.c.id == bindparam("of"), rows.c.part.is_(None))
        values = [{"of": row_id, "given": part} for row_id, part in sorted(parts.items())]

        def transaction(connection: Connection) -> None:
            if values:
                connection.execute(without_one.values(part=bindparam("given")), values)

        await self._database.write(transaction)

    async def forget(self, row_ids: Collection[str]) -> int:
        def transaction(connection: Connection) -> int:
            return sum(
                connection.execute(delete(rows).where(rows.c.id.in_(some))).rowcount for some in chunks(sorted(row_ids))
            )

        return await self._database.write(transaction)

    async def forget_author(self, author_id: str, project_id: str) -> int:
        gone = delete(rows).where(rows.c.project_id == project_id, rows.c.author_id == author_id)
        return await self._database.write(lambda connection: connection.execute(gone).rowcount)


def _known_ids(connection: Connection, wanted: Iterable[str]) -> set[str]:
    known: set[str] = set()
    for some in chunks(wanted):
        known.update(connection.execute(select(rows.c.id).where(rows.c.id.in_(some))).scalars())
    return known


def _known_contents(connection: Connection, new: Sequence[Row]) -> set[tuple[str, str]]:
    """Which of the (project, content) pairs are pending or approved already."""
    known: set[tuple[str, str]] = set()
    for some in chunks(new):
        query = select(rows.c.project_id, rows.c.content_hash).where(
            rows.c.project_id.in_({row.project_id for row in some}),
            rows.c.content_hash.in_({row.content_hash for row in some}),
            _kept,
        )
        known.update((found.project_id, found.content_hash) for found in connection.execute(query))
    return known


def _stands_elsewhere(connection: Connection, project_id: str, row: Row) -> bool:
    query = select(rows.c.id).where(
        rows.c.project_id == project_id, rows.c.content_hash == row.content_hash, rows.c.id != row.id, _kept
    )
    return connection.execute(query.limit(1)).first() is not None


def _get(connection: Connection, row_id: str) -> RowMapping:
    found = connection.execute(select(rows).where(rows.c.id == row_id)).mappings().first()
    if found is None:
        raise NotFound(row_id)
    return found


def _values(row: Row) -> dict[str, Any]:
    return {
        "id": row.id,
        "project_id": row.project_id,
        "instruction": row.instruction,
        "input": row.input,
        "output": row.output,
        "status": row.status,
        "origin": row.origin,
        "author_id": row.author_id,
        "event_id": row.event_id,
        "source": row.source,
        "content_hash": row.content_hash,
        "created_at": row.created_at,
        "consent_id": row.consent_id,
        "approved_by": row.approved_by,
        "part": row.part,
        "near_duplicate_of": row.near_duplicate_of,
        "category": row.category,
        "aspects": list(row.aspects),
        "passage": row.passage,
    }


def _row(found: RowMapping) -> Row:
    return Row(
        **{
            **found,
            "status": RowStatus(found["status"]),
            "origin": Origin(found["origin"]),
            "part": None if found["part"] is None else Part(found["part"]),
            "aspects": tuple(found["aspects"]),
        }
    )
