"""Brings a database to the schema of this code, while nobody else does.

It does not know the tables: the revisions under ``migrations/versions`` do.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from filelock import FileLock, Timeout
from sqlalchemy import Connection, text
from sqlalchemy.ext.asyncio import AsyncEngine

from storage.errors import StoreUnavailable

_MIGRATIONS = Path(__file__).with_name("migrations")
_SETUP_SECONDS = 60
_SETUP_LOCK = 7_320_114_506
"""Any number, as long as nothing else in the database uses it: the key of PostgreSQL's advisory lock."""


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the missing revisions in the connection's transaction. Raises StoreUnavailable("newer_schema")."""
    config = _config()
    config.attributes["connection"] = connection
    script = _revisions()
    here = set(MigrationContext.configure(connection).get_current_heads())
    for revision in here:
        _require_known(script, revision)
    if here != set(script.get_heads()):
        command.upgrade(config, to)


def newest_revision() -> str | None:
    """The revision that this code works with."""
    return _revisions().get_current_head()


@cache
def _revisions() -> ScriptDirectory:
    """Read once in a process: they are modules beside this one."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _require_known(script: ScriptDirectory, revision: str) -> None:
    try:
        script.get_revision(revision)
    except CommandError:
        raise StoreUnavailable("newer_schema", revision) from None


@asynccontextmanager
async def alone_on_file(database: Path) -> AsyncIterator[None]:
    """Hold the lock file beside a database of SQLite. Raises StoreUnavailable("locked")."""
    lock = FileLock(f"{database}.lock", timeout=_SETUP_SECONDS, mode=0o600, thread_local=False)
    try:
        await asyncio.to_thread(lock.acquire)
    except Timeout:
        raise StoreUnavailable("locked", "another process sets it up") from None
    try:
        yield
    finally:
        lock.release()


@asynccontextmanager
async def alone_on_server(engine: AsyncEngine) -> AsyncIterator[None]:
    """Hold PostgreSQL's advisory lock. Raises StoreUnavailable("locked").

    It is asked for again and again instead of waited for: a statement that waits holds a snapshot, and the
    checkpointer's CREATE INDEX CONCURRENTLY in the process that has the lock would wait for that in turn.
    """
    give_up_at = time.monotonic() + _SETUP_SECONDS
    key = {"key": _SETUP_LOCK}
    async with engine.connect() as shared:
        connection = await shared.execution_options(isolation_level="AUTOCOMMIT")
        while not (await connection.execute(text("SELECT pg_try_advisory_lock(:key)"), key)).scalar():
            if time.monotonic() > give_up_at:
                raise StoreUnavailable("locked", "another process sets it up")
            await asyncio.sleep(0.05)
        try:
            yield
        finally:
            await connection.execute(text("SELECT pg_advisory_unlock(:key)"), key)
