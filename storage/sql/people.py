"""People and what they agreed to. It does not know what consent is needed for."""

from datetime import datetime

from sqlalchemy import Connection, RowMapping, or_, select, update
from sqlalchemy.sql.expression import ColumnElement

from storage.domain import Consent, Person
from storage.sql.links import is_of
from storage.sql.repository import Repository, insert_new
from storage.sql.tables import consents, people


class SqlPeople(Repository):
    async def get(self, person_id: str) -> Person | None:
        def transaction(connection: Connection) -> Person | None:
            found = connection.execute(select(people).where(people.c.id == person_id)).mappings().first()
            return None if found is None else _person(found)

        return await self._database.read(transaction)

    async def put_consent(self, consent: Consent) -> None:
        values = {
            "id": consent.id,
            "person_id": consent.person_id,
            "project_id": consent.project_id,
            "event_id": consent.event_id,
            "given_at": consent.given_at,
            "withdrawn_at": consent.withdrawn_at,
            "row_id": consent.row_id,
        }
        await self._database.write(lambda connection: insert_new(connection, consents, values))

    async def consent(self, person_id: str, project_id: str, row_id: str | None = None) -> Consent | None:
        for_all = consents.c.row_id.is_(None)
        wanted = for_all if row_id is None else or_(for_all, consents.c.row_id == row_id)
        query = (
            select(consents)
            .where(*_in_force(person_id, project_id), wanted)
            .order_by(for_all.desc(), consents.c.given_at.desc(), consents.c.id.desc())
            .limit(1)
        )

        def transaction(connection: Connection) -> Consent | None:
            found = connection.execute(query).mappings().first()
            return None if found is None else _consent(found)

        return await self._database.read(transaction)

    async def withdraw_consent(self, person_id: str, project_id: str, at: datetime) -> None:
        change = update(consents).where(*_in_force(person_id, project_id)).values(withdrawn_at=at)
        await self._database.write(lambda connection: connection.execute(change).rowcount)

    async def add(self, person: Person) -> None:
        await self._database.write(lambda connection: add_person(connection, person))


def add_person(connection: Connection, person: Person) -> None:
    """Add a person; one who is known keeps the name they have."""
    insert_new(
        connection,
        people,
        {
            "id": person.id,
            "platform": person.platform,
            "display_name": person.display_name,
            "created_at": person.created_at,
        },
    )


def _in_force(person_id: str, project_id: str) -> tuple[ColumnElement[bool], ...]:
    return (
        is_of(consents.c.person_id, person_id),
        consents.c.project_id == project_id,
        consents.c.withdrawn_at.is_(None),
    )


def _person(found: RowMapping) -> Person:
    return Person(
        id=found["id"],
        platform=found["platform"],
        display_name=found["display_name"],
        created_at=found["created_at"],
    )


def _consent(found: RowMapping) -> Consent:
    return Consent(
        id=found["id"],
        person_id=found["person_id"],
        project_id=found["project_id"],
        event_id=found["event_id"],
        given_at=found["given_at"],
        withdrawn_at=found["withdrawn_at"],
        row_id=found["row_id"],
    )
