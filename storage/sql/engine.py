"""Transactions on SQLite and on PostgreSQL, the same to the repositories: ``read`` and ``write``.

It does not know any table. What a transaction does is a plain function of a connection; it may be run again from
its beginning, so it must have no effect besides the database.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry

from storage.errors import StorageError, StoreUnavailable
from storage.sql.errors import translated

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncEngine

T = TypeVar("T")
Transaction = Callable[[Connection], T]

BUSY_SECONDS = 10
"""How long a writer waits for another process to finish its transaction."""
HIDE_PARAMETERS = True
"""A fault is logged with its statement, never with the texts and tokens that it was to write."""
GROUP = 64
"""At most so many transactions of SQLite share one commit, which costs one wait for the disk."""
READERS = 4
"""Of SQLite, side by side in this process."""
SQLITE_PRAGMAS = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA synchronous = FULL",
    "PRAGMA secure_delete = ON",
    "PRAGMA journal_size_limit = 67108864",
)
WRITES = {"threadtune_writes": True}
"""Execution options of a connection that will write."""


class Database(Protocol):
    """Where repositories run their transactions. These may run in a thread of their own."""

    async def read(self, transaction: Transaction[T]) -> T:
        """Run it on one consistent view of the facts."""

    async def write(self, transaction: Transaction[T]) -> T:
        """Run it and commit durably; nothing of it stands if this raises."""

    async def close(self) -> None: ...


def parse_url(text: str) -> URL:
    """Return the URL with the one driver we use for each database. Raises ValueError for any other database."""
    try:
        url = make_url(text)
    except ArgumentError:
        raise ValueError("not a database URL") from None
    drivers = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
    driver = drivers.get(url.drivername.split("+")[0])
    if driver is None:
        raise ValueError(f"no such database here: {url.drivername}")
    if driver.startswith("sqlite") and url.database in (None, "", ":memory:"):
        raise ValueError("a database of SQLite needs a file; without one use storage.memory")
    return url.set(drivername=driver)


def sqlite_engine(url: URL) -> Engine:
    """An engine with a connection for each reader and for the writer."""
    engine = create_engine(
        url, connect_args={"timeout": BUSY_SECONDS}, pool_size=READERS + 1, hide_parameters=HIDE_PARAMETERS
    )
    begin_by_ourselves(engine)
    return engine


def begin_by_ourselves(engine: Engine) -> None:
    """Set up an engine of SQLite so that its transactions are begun by us: IMMEDIATE to write (``WRITES``), so that none is
    refused halfway.

    A transaction that starts by reading and then writes is refused at once (SQLITE_BUSY_SNAPSHOT) if another
    process wrote in between; one that asks for the right to write first waits for it instead.
    """

    @event.listens_for(engine, "connect")
    def connect(connection: Any, entry: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself
        cursor = connection.cursor()
        for pragma in SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("threadtune_writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def postgres_engine(url: URL) -> "AsyncEngine":
    """An engine whose sessions wait for a lock no longer than a writer of SQLite does."""
    from sqlalchemy.ext.asyncio import create_async_engine

    arguments: dict[str, Any] = {"connect_timeout": BUSY_SECONDS}
    if "options" not in url.query:
        arguments["options"] = f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC"
    return create_async_engine(
        url,
        connect_args=arguments,
        pool_size=5,
        max_overflow=10,
        pool_pre_ping=True,
        isolation_level="READ COMMITTED",
        hide_parameters=HIDE_PARAMETERS,
    )


class PostgresDatabase:
    """Each transaction on a connection of its own; rows are locked where order matters."""

    def __init__(self, engine: "AsyncEngine") -> None:
        self.engine = engine

    async def read(self, transaction: Transaction[T]) -> T:
        with translated():
            async with self.engine.connect() as connection:
                return await connection.run_sync(transaction)

    async def write(self, transaction: Transaction[T]) -> T:
        with translated():
            async with self.engine.begin() as connection:
                return await connection.run_sync(transaction)

    async def close(self) -> None:
        await self.engine.dispose()


class _Waiting:
    """A transaction that waits for its turn, and its outcome."""

    def __init__(self, transaction: Transaction[Any]) -> None:
        self.transaction = transaction
        self.outcome: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def succeed(self, value: Any) -> None:
        if not self.outcome.done():
            self.outcome.set_result(value)

    def fail(self, error: BaseException) -> None:
        if not self.outcome.done():
            self.outcome.set_exception(error)


class SqliteDatabase:
    """Readers side by side; writers of this process one after another, and those that wait share a commit.

    A transaction runs whole in a thread. An asynchronous driver goes to its thread and back for every statement instead,
    which takes about twice the processor time (``python -m bench transactions``).
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._writer = engine.execution_options(**WRITES)
        self._reader_threads = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite reader")
        self._writer_thread = ThreadPoolExecutor(1, thread_name_prefix="sqlite writer")
        self._waiting: list[_Waiting] = []
        self._draining: asyncio.Task[None] | None = None
        self.writing = asyncio.Lock()
        """Held by whoever writes in this process; the checkpointer takes it too, instead of polling SQLite's lock."""

    async def read(self, transaction: Transaction[T]) -> T:
        def run() -> T:
            with translated(), self.engine.connect() as connection:
                return transaction(connection)

        return await _in_thread(self._reader_threads, run)

    async def write(self, transaction: Transaction[T]) -> T:
        waiting = _Waiting(transaction)
        self._waiting.append(waiting)
        if self._draining is None or self._draining.done():
            self._draining = asyncio.create_task(self._drain(), name="sqlite writer")
        value: T = await waiting.outcome
        return value

    async def close(self) -> None:
        if self._draining is not None:
            await self._draining
        for threads in (self._reader_threads, self._writer_thread):
            await asyncio.to_thread(threads.shutdown)  # a read whose caller was cancelled comes to its end
        self.engine.dispose()

    async def _drain(self) -> None:
        while self._waiting:
            async with self.writing:
                group = [one for one in self._waiting[:GROUP] if not one.outcome.cancelled()]
                del self._waiting[:GROUP]
                await self._commit_together(group)

    async def _commit_together(self, group: list[_Waiting]) -> None:
        """One commit for all. If the database fails under it, each is tried by itself and hears its own fate."""
        if len(group) == 1 or not await self._succeed_together(group):
            for one in group:
                try:
                    one.succeed(await self._run(one.transaction))
                except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the caller who waits
                    one.fail(error)

    async def _succeed_together(self, group: list[_Waiting]) -> bool:
        try:
            outcomes = await self._run(lambda connection: [_apart(connection, one.transaction) for one in group])
        except Exception:  # noqa: BLE001 - of any one of them, or of the commit: nothing of the group stands
            return False
        for one, outcome in zip(group, outcomes, strict=True):
            if isinstance(outcome, StorageError):
                one.fail(outcome)
            else:
                one.succeed(outcome)
        return True

    async def _run(self, transaction: Transaction[T]) -> T:
        def run() -> T:
            with translated(), self._writer.begin() as connection:
                return transaction(connection)

        return await _in_thread(self._writer_thread, run)


async def _in_thread(threads: ThreadPoolExecutor, run: Callable[[], T]) -> T:
    """A StopIteration becomes a RuntimeError, as in a coroutine: no future takes one, and whoever waits would for ever."""
    context = copy_context()

    def in_context() -> T:
        try:
            return context.run(run)
        except StopIteration as error:
            raise RuntimeError("a transaction raised StopIteration") from error

    return await asyncio.get_running_loop().run_in_executor(threads, in_context)


def _apart(connection: Connection, transaction: Transaction[Any]) -> Any:
    """Run one of a group; if it refuses, in our own words, undo it alone and return the refusal."""
    savepoint = connection.begin_nested()
    try:
        value = transaction(connection)
    except StoreUnavailable:
        raise
    except StorageError as refusal:
        savepoint.rollback()
        return refusal
    savepoint.commit()
    return value
