"""Which accounts are one person's, and which groups an account is in. It does not know what follows from either."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, Select, delete, func, or_, select, update
from sqlalchemy.sql.expression import ColumnElement

from storage.domain import LinkCode
from storage.sql.repository import Repository, chunks, insert_new, one_at_a_time, upsert
from storage.sql.tables import link_codes, links, person_groups

_LINKS = "account links"
"""Nobody joins accounts that somebody else is parting."""


class SqlLinks(Repository):
    async def accounts(self, person_id: str) -> frozenset[str]:
        return await self._database.read(lambda connection: frozenset(_accounts(connection, person_id)))

    async def first_accounts(self, person_ids: Collection[str]) -> Mapping[str, str]:
        def transaction(connection: Connection) -> dict[str, str]:
            firsts = {one: one for one in person_ids}
            for chunk in chunks(firsts):
                known = select(links.c.account_id, links.c.person_id).where(links.c.account_id.in_(chunk))
                firsts |= {account: first for account, first in connection.execute(known)}
            return firsts

        return await self._database.read(transaction)

    async def offer(self, code: LinkCode) -> None:
        values = {
            "id": code.id,
            "created_by": code.created_by,
            "expires_at": code.expires_at,
            "used_by": code.used_by,
        }
        await self._database.write(lambda connection: insert_new(connection, link_codes, values))

    async def offered(self, code_id: str) -> LinkCode | None:
        return await self._database.read(lambda connection: _code(connection, code_id))

    async def link(self, code_id: str, account_id: str, now: datetime) -> LinkCode | None:
        def transaction(connection: Connection) -> LinkCode | None:
            one_at_a_time(connection, _LINKS)
            code = _code(connection, code_id)
            if code is not None and code.used_by == account_id:
                return code
            if code is None or code.used_by is not None or code.expires_at <= now:
                return None
            theirs = _accounts(connection, code.created_by)
            if account_id in theirs:
                return code
            first = select(links.c.person_id).where(links.c.account_id == code.created_by)
            _join(
                connection,
                theirs | _accounts(connection, account_id),
                connection.execute(first).scalar() or code.created_by,
            )
            connection.execute(update(link_codes).where(link_codes.c.id == code_id).values(used_by=account_id))
            return replace(code, used_by=account_id)

        return await self._database.write(transaction)

    async def spoil(self, code_id: str) -> None:
        unused = delete(link_codes).where(link_codes.c.id == code_id, link_codes.c.used_by.is_(None))
        await self._database.write(lambda connection: connection.execute(unused).rowcount)

    async def unlink(self, account_id: str) -> None:
        def transaction(connection: Connection) -> None:
            one_at_a_time(connection, _LINKS)
            accounts = _accounts(connection, account_id)
            connection.execute(delete(links).where(links.c.account_id.in_(accounts)))
            if len(others := sorted(accounts - {account_id})) > 1:
                _join(connection, others, others[0])

        await self._database.write(transaction)

    async def set_groups(self, person_id: str, place: str, group_ids: Collection[str]) -> None:
        """Nothing is written where nothing has changed: this is asked for with every event."""
        wanted = {one for one in group_ids if one.startswith(place)}

        def known(connection: Connection) -> set[str]:
            theirs = select(person_groups.c.group_id).where(person_groups.c.person_id == person_id)
            return {one for one in connection.execute(theirs).scalars() if one.startswith(place)}

        def transaction(connection: Connection) -> None:
            left = known(connection) - wanted
            of_person = delete(person_groups).where(person_groups.c.person_id == person_id)
            for chunk in chunks(left):
                connection.execute(of_person.where(person_groups.c.group_id.in_(chunk)))
            for one in sorted(wanted):
                insert_new(connection, person_groups, {"person_id": person_id, "group_id": one})

        if await self._database.read(known) != wanted:
            await self._database.write(transaction)

    async def seen_in(self, group_id: str) -> int:
        person = func.coalesce(links.c.person_id, person_groups.c.person_id)
        seen = (
            select(func.count(person.distinct()))
            .select_from(person_groups.outerjoin(links, links.c.account_id == person_groups.c.person_id))
            .where(person_groups.c.group_id == group_id)
        )
        return await self._database.read(lambda connection: int(connection.execute(seen).scalar_one()))


def is_of(account: ColumnElement[str], person_id: str) -> ColumnElement[bool]:
    """Whether a column names the account, or one that is linked with it."""
    return or_(account == person_id, account.in_(_linked(person_id)))


def _linked(person_id: str) -> Select[tuple[str]]:
    first = select(links.c.person_id).where(links.c.account_id == person_id).scalar_subquery()
    return select(links.c.account_id).where(links.c.person_id == first)


def _accounts(connection: Connection, person_id: str) -> set[str]:
    return {person_id, *connection.execute(_linked(person_id)).scalars()}


def _join(connection: Connection, accounts: Collection[str], first: str) -> None:
    for account in sorted(accounts):
        upsert(connection, links, {"account_id": account, "person_id": first})


def _code(connection: Connection, code_id: str) -> LinkCode | None:
    found = connection.execute(select(link_codes).where(link_codes.c.id == code_id)).mappings().first()
    return LinkCode(**found) if found else None
