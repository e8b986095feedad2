"""Pairs of answers of which a person picked one, and the rules learned from them. It does not judge an answer."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, RowMapping, Table, delete, or_, select, update

from storage.domain import Pick, Preference, RubricRule
from storage.errors import NotFound
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import preferences, rows, rubric_rules


class SqlPreferences(Repository):
    async def add(self, preference: Preference) -> None:
        await self._database.write(lambda connection: insert_new(connection, preferences, asdict(preference)))

    async def get(self, preference_id: str) -> Preference:
        return await self._database.read(lambda connection: _get(connection, preference_id))

    async def decide(
        self, preference_id: str, picked: Pick, reason: str, row_id: str | None, consent_id: str | None
    ) -> Preference:
        decided = {"picked": picked, "reason": reason, "row_id": row_id, "consent_id": consent_id}
        change = update(preferences).where(preferences.c.id == preference_id).values(**decided)

        def transaction(connection: Connection) -> Preference:
            connection.execute(change)
            return _get(connection, preference_id)

        return await self._database.write(transaction)

    async def reword(self, preference: Preference) -> None:
        texts = {name: getattr(preference, name) for name in ("instruction", "input", "first", "second")}
        change = update(preferences).where(preferences.c.id == preference.id).values(**texts)
        if not await self._database.write(lambda connection: connection.execute(change).rowcount):
            raise NotFound(preference.id)

    async def of_project(self, project_id: str) -> Sequence[Preference]:
        return [Preference(**found) for found in await self._of_project(preferences, project_id)]

    async def add_rule(self, rule: RubricRule) -> None:
        await self._database.write(lambda connection: insert_new(connection, rubric_rules, asdict(rule)))

    async def rules(self, project_id: str) -> Sequence[RubricRule]:
        return [RubricRule(**found) for found in await self._of_project(rubric_rules, project_id)]

    async def remove_rule(self, rule_id: str) -> bool:
        gone = delete(rubric_rules).where(rubric_rules.c.id == rule_id)
        return await self._database.write(lambda connection: connection.execute(gone).rowcount) > 0

    async def forget_author(self, author_id: str, project_id: str) -> int:
        def transaction(connection: Connection) -> int:
            given = select(rows.c.id).where(rows.c.project_id == project_id, rows.c.author_id == author_id)
            theirs = {
                preferences: or_(preferences.c.author_id == author_id, preferences.c.row_id.in_(given)),
                rubric_rules: rubric_rules.c.author_id == author_id,
            }
            return sum(
                connection.execute(delete(table).where(table.c.project_id == project_id, wanted)).rowcount
                for table, wanted in theirs.items()
            )

        return await self._database.write(transaction)

    async def _of_project(self, table: Table, project_id: str) -> Sequence[RowMapping]:
        query = select(table).where(table.c.project_id == project_id).order_by(table.c.created_at, table.c.id)
        return await self._database.read(lambda connection: connection.execute(query).mappings().all())


def _get(connection: Connection, preference_id: str) -> Preference:
    query = select(preferences).where(preferences.c.id == preference_id)
    found = connection.execute(query).mappings().first()
    if found is None:
        raise NotFound(preference_id)
    return Preference(**found)
