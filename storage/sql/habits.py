"""How people want to be reminded. It does not know what their habits mean."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, fields

from sqlalchemy import Connection, delete, exists, select

from storage.domain import Habits
from storage.sql.links import is_of
from storage.sql.repository import Repository, insert_new, one_at_a_time
from storage.sql.tables import habits, links

_columns = [habits.c[field.name] for field in fields(Habits)]


class SqlHabits(Repository):
    async def get(self, person_id: str) -> Habits | None:
        return await self._database.read(lambda connection: _last(connection, person_id))

    async def change(self, person_id: str, change: Callable[[Habits], Habits]) -> Habits:
        def transaction(connection: Connection) -> Habits:
            one_at_a_time(connection, "habits")
            changed = change(_last(connection, person_id) or Habits(person_id=person_id))
            connection.execute(delete(habits).where(is_of(habits.c.person_id, person_id)))
            insert_new(connection, habits, asdict(changed))
            return changed

        return await self._database.write(transaction)

    async def all(self, wanted: bool = True) -> Sequence[Habits]:
        mine, theirs, later = links.alias(), links.alias(), habits.alias()
        put_later = exists(
            select(later.c.seq)
            .join(theirs, theirs.c.account_id == later.c.person_id)
            .join(mine, mine.c.person_id == theirs.c.person_id)
            .where(mine.c.account_id == habits.c.person_id, later.c.seq > habits.c.seq)
        )
        query = select(*_columns).where(habits.c.wanted == wanted, ~put_later).order_by(habits.c.person_id)

        def transaction(connection: Connection) -> list[Habits]:
            return [Habits(**found) for found in connection.execute(query).mappings()]

        return await self._database.read(transaction)

    async def forget_person(self, person_id: str) -> bool:
        theirs = select(*_columns).where(habits.c.person_id == person_id)

        def transaction(connection: Connection) -> bool:
            one_at_a_time(connection, "habits")
            found = connection.execute(theirs).mappings().first()
            if found is None or (had := Habits(**found)) == (left := had.without_all_but_a_no):
                return False
            connection.execute(delete(habits).where(habits.c.person_id == person_id))
            if left is not None:
                insert_new(connection, habits, asdict(left))
            return True

        return await self._database.write(transaction)


def _last(connection: Connection, person_id: str) -> Habits | None:
    """What was put last with any of the person's accounts."""
    query = select(*_columns).where(is_of(habits.c.person_id, person_id)).order_by(habits.c.seq.desc()).limit(1)
    found = connection.execute(query).mappings().first()
    return None if found is None else Habits(**found)
