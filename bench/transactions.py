"""What a transaction of SQLite takes: whole in a thread, as ours are, and by SQLAlchemy with its asynchronous driver.

The same repository, schema and statements, in one process, in turns. A bot that waits looks for work again and again: what
that takes is taken from whoever trains.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import create_async_engine

from bench.tables import table
from storage.domain import Conversation, EventKind, InboxEvent
from storage.sql import open_store
from storage.sql.engine import (
    WRITES,
    Database,
    SqliteDatabase,
    T,
    Transaction,
    begin_by_ourselves,
    parse_url,
    sqlite_engine,
)
from storage.sql.inbox import SqlInbox

CALLS = 300
"""Of a round."""
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_TALK = Conversation(id="bench", platform="bench", address={})


class Asynchronous:
    """SQLAlchemy's own way: its asynchronous engine, with aiosqlite, which goes to a thread for every statement."""

    def __init__(self, url: str) -> None:
        self.engine = create_async_engine(parse_url(url).set(drivername="sqlite+aiosqlite"))
        self._writer = self.engine.execution_options(**WRITES)
        begin_by_ourselves(self.engine.sync_engine)

    async def read(self, transaction: Transaction[T]) -> T:
        async with self.engine.connect() as connection:
            return await connection.run_sync(transaction)

    async def write(self, transaction: Transaction[T]) -> T:
        async with self._writer.begin() as connection:
            return await connection.run_sync(transaction)

    async def close(self) -> None:
        await self.engine.dispose()


def run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    return asyncio.run(_run(options.rounds))


async def _run(rounds: int) -> tuple[str, dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="threadtune-bench-") as folder:
        url = f"sqlite:///{Path(folder) / 'threadtune.db'}"
        await (await open_store(url)).aclose()
        databases: dict[str, Database] = {
            "whole in a thread (ours)": SqliteDatabase(sqlite_engine(parse_url(url))),
            "SQLAlchemy, aiosqlite": Asynchronous(url),
        }
        try:
            took = await _in_turns(databases, rounds)
        finally:
            for database in databases.values():
                await database.close()
    told = f"Milliseconds of processor time a call; median of {rounds} rounds of {CALLS} calls, in turns, after one of warm-up."
    return f"{told}\n\n{table_of(took)}", {"milliseconds": took}


async def _in_turns(databases: Mapping[str, Database], rounds: int) -> dict[str, dict[str, float]]:
    """By way and by what is done. Looks come first: there is nothing to be found yet."""
    took: dict[str, dict[str, float]] = {name: {} for name in databases}
    for doing, call in (("a look that finds nothing", _look), ("a message stored", _store)):
        found: dict[str, list[float]] = {name: [] for name in databases}
        for number in range(rounds + 1):
            for name, database in databases.items():
                inbox = SqlInbox(database)
                milliseconds = await _measured(call, inbox, f"{name}/{number}")
                if number:
                    found[name].append(milliseconds)
        for name, all_of_them in found.items():
            took[name][doing] = statistics.median(all_of_them)
    return took


async def _measured(call: Callable[[SqlInbox, str], Awaitable[object]], inbox: SqlInbox, round_of: str) -> float:
    before = time.process_time()
    for number in range(CALLS):
        await call(inbox, f"{round_of}/{number}")
    return (time.process_time() - before) / CALLS * 1000


async def _look(inbox: SqlInbox, id: str) -> None:
    assert await inbox.claim("bench", _NOW, timedelta(minutes=1)) is None


async def _store(inbox: SqlInbox, id: str) -> None:
    heard = InboxEvent(
        id=id, conversation_id=_TALK.id, person_id=None, kind=EventKind.MESSAGE, payload={"text": id}, received_at=_NOW
    )
    assert await inbox.put(heard, _TALK, None)


def table_of(took: Mapping[str, Mapping[str, float]]) -> str:
    """The first way is what the others are compared with."""
    first = next(iter(took.values()))
    head = ["", *(column for doing in first for column in (doing, "ratio"))]
    lines = [
        [name, *(cell for doing, value in of.items() for cell in (f"{value:.2f}", f"{value / first[doing]:.1f}"))]
        for name, of in took.items()
    ]
    return table(head, lines)
