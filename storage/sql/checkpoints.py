"""LangGraph's checkpointers on our database, made safe beside our own writers.

They do not know what a graph keeps. Nothing is ever unpickled, and no class is rebuilt that was not named here.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Collection, Coroutine, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import aiosqlite
from langchain_core.runnables import RunnableConfig
from langgraph.checkpoint.base import (
    BaseCheckpointSaver,
    ChannelVersions,
    Checkpoint,
    CheckpointMetadata,
    CheckpointTuple,
)
from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver
from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from psycopg import AsyncConnection
from psycopg.rows import DictRow, dict_row
from psycopg_pool import AsyncConnectionPool
from sqlalchemy import URL, Connection, inspect, text

from storage.sql.engine import BUSY_SECONDS, SQLITE_PRAGMAS, PostgresDatabase, SqliteDatabase
from storage.sql.errors import translated
from storage.sql.schema import alone_on_server

T = TypeVar("T")
AllowedTypes = Collection[tuple[str, str]]
"""Classes, by module and name, that may be rebuilt from a checkpoint besides LangGraph's own plain ones."""


class _WholeReads(BaseCheckpointSaver[str]):
    """Reading that speaks of its failures in our words, and holds neither lock nor transaction while others work."""

    async def aget_tuple(self, config: RunnableConfig) -> CheckpointTuple | None:
        with translated():
            return await super().aget_tuple(config)

    async def alist(
        self,
        config: RunnableConfig | None,
        *,
        filter: dict[str, Any] | None = None,
        before: RunnableConfig | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[CheckpointTuple]:
        """Read all before yielding any: the originals hold their lock, and a read transaction, while their caller works."""
        with translated():
            found = [one async for one in super().alist(config, filter=filter, before=before, limit=limit)]
        for one in found:
            yield one


class SqliteSaver(_WholeReads, AsyncSqliteSaver):
    """Its one connection begins IMMEDIATE, takes our turn to write, and never leaves a transaction open.

    The original inserts and commits in two steps; cancelled between them, it would keep the database locked for
    every other writer.
    """

    def __init__(self, connection: aiosqlite.Connection, writing: asyncio.Lock, serde: JsonPlusSerializer) -> None:
        super().__init__(connection, serde=serde)
        self._writing = writing

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        return await self._write(super().aput(config, checkpoint, metadata, new_versions))

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        await self._write(super().aput_writes(config, writes, task_id, task_path))

    async def adelete_thread(self, thread_id: str) -> None:
        await self._write(super().adelete_thread(thread_id))

    async def _write(self, work: Coroutine[Any, Any, T]) -> T:
        task = asyncio.ensure_future(self._in_turn(work))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            await asyncio.wait([task])
            raise

    async def _in_turn(self, work: Coroutine[Any, Any, T]) -> T:
        async with self._writing:
            try:
                with translated():
                    return await work
            except BaseException:
                await self._undo()
                raise

    async def _undo(self) -> None:
        with suppress(sqlite3.Error, ValueError):  # the connection itself is gone, and its transaction with it
            await self.conn.rollback()


class PostgresSaver(_WholeReads, AsyncPostgresSaver):
    """The original, speaking of its failures in our words."""

    async def aput(
        self,
        config: RunnableConfig,
        checkpoint: Checkpoint,
        metadata: CheckpointMetadata,
        new_versions: ChannelVersions,
    ) -> RunnableConfig:
        with translated():
            return await super().aput(config, checkpoint, metadata, new_versions)

    async def aput_writes(
        self, config: RunnableConfig, writes: Sequence[tuple[str, Any]], task_id: str, task_path: str = ""
    ) -> None:
        with translated():
            await super().aput_writes(config, writes, task_id, task_path)


@asynccontextmanager
async def sqlite_saver(
    database: SqliteDatabase, path: str, allowed: AllowedTypes
) -> AsyncIterator[BaseCheckpointSaver[str]]:
    with translated():
        connection = await aiosqlite.connect(path, timeout=BUSY_SECONDS, isolation_level="IMMEDIATE")
    try:
        with translated():
            for pragma in SQLITE_PRAGMAS:
                await connection.execute(pragma)
            saver = SqliteSaver(connection, database.writing, _serializer(allowed))
            async with database.writing:
                await saver.setup()
        yield saver
    finally:
        await connection.close()


@asynccontextmanager
async def postgres_saver(
    database: PostgresDatabase, url: URL, allowed: AllowedTypes
) -> AsyncIterator[BaseCheckpointSaver[str]]:
    pool: AsyncConnectionPool[AsyncConnection[DictRow]] = AsyncConnectionPool(
        url.set(drivername="postgresql").render_as_string(hide_password=False),
        kwargs={"autocommit": True, "prepare_threshold": 0, "row_factory": dict_row, "connect_timeout": BUSY_SECONDS},
        min_size=1,
        max_size=5,
        open=False,
        check=AsyncConnectionPool.check_connection,
    )
    with translated():
        await pool.open(wait=True, timeout=BUSY_SECONDS)
    try:
        saver = PostgresSaver(pool, serde=_serializer(allowed))
        with translated():
            async with alone_on_server(database.engine):
                await saver.setup()
        yield saver
    finally:
        await pool.close()


def prune(connection: Connection, thread_id: str, keep: int) -> None:
    """Delete all but the latest ``keep`` checkpoints of the thread (in each of its namespaces)."""
    if not inspect(connection).has_table("checkpoints"):
        return
    thread = {"thread": thread_id}
    spaces = connection.execute(
        text("SELECT DISTINCT checkpoint_ns FROM checkpoints WHERE thread_id = :thread"), thread
    )
    for space in spaces.scalars().all():
        oldest_kept = connection.execute(
            text(
                "SELECT checkpoint_id FROM checkpoints WHERE thread_id = :thread AND checkpoint_ns = :space"
                " ORDER BY checkpoint_id DESC LIMIT 1 OFFSET :skipped"
            ),
            {**thread, "space": space, "skipped": keep - 1},
        ).scalar()
        if oldest_kept is not None:
            _delete_older(connection, {**thread, "space": space, "oldest": oldest_kept})


_OLDER = "thread_id = :thread AND checkpoint_ns = :space AND checkpoint_id < :oldest"
_DELETIONS = {
    "sqlite": (f"DELETE FROM checkpoints WHERE {_OLDER}", f"DELETE FROM writes WHERE {_OLDER}"),  # noqa: S608 - constants
    "postgresql": (
        f"DELETE FROM checkpoints WHERE {_OLDER}",  # noqa: S608 - constants
        f"DELETE FROM checkpoint_writes WHERE {_OLDER}",  # noqa: S608 - constants
        (
            "DELETE FROM checkpoint_blobs AS blob WHERE thread_id = :thread AND checkpoint_ns = :space"
            " AND NOT EXISTS (SELECT 1 FROM checkpoints AS kept WHERE kept.thread_id = blob.thread_id"
            " AND kept.checkpoint_ns = blob.checkpoint_ns"
            " AND kept.checkpoint -> 'channel_versions' ->> blob.channel = blob.version)"
        ),
    ),
}


def _delete_older(connection: Connection, those: dict[str, Any]) -> None:
    for deletion in _DELETIONS[connection.dialect.name]:
        connection.execute(text(deletion), those)


def _serializer(allowed: AllowedTypes) -> JsonPlusSerializer:
    return JsonPlusSerializer(
        pickle_fallback=False, allowed_json_modules=None, allowed_msgpack_modules=list(allowed) or None
    )
