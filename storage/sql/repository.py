"""What every repository has: the database, and a few statements in a form that both databases understand.

It does not know which tables there are.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from storage.sql.engine import Database

T = TypeVar("T")
_CHUNK = 500
"""Values in one IN list: SQLite takes 32,766 parameters, and a plan should not grow with the data."""


class Repository:
    def __init__(self, database: Database) -> None:
        self._database = database


def insert_new(connection: Connection, table: Table, values: Mapping[str, Any]) -> bool:
    """Insert a row unless one with any of its unique values is there already; whether it was inserted."""
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = build(table).values(dict(values)).on_conflict_do_nothing().returning(*table.primary_key.columns)
    return connection.execute(statement).first() is not None


def upsert(connection: Connection, table: Table, values: Mapping[str, Any]) -> None:
    """Insert a row, or give the one with the same primary key these values."""
    build = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    keys = [column.name for column in table.primary_key.columns]
    rest = {name: value for name, value in values.items() if name not in keys}
    connection.execute(build(table).values(dict(values)).on_conflict_do_update(index_elements=keys, set_=rest))


def one_at_a_time(connection: Connection, what: str) -> None:
    """Let nobody else pass here for the same reason until the transaction ends; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(what))))


def chunks(values: Iterable[T]) -> Iterator[Sequence[T]]:
    rest = iter(values)
    while chunk := list(islice(rest, _CHUNK)):
        yield chunk
