"""Brings a database to the schema of this code, while nobody else does.

It does not know the tables: the revisions under ``migrations/versions`` do.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout
from sqlalchemy import Connection, inspect, text

from storage.errors import StoreUnavailable

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from sqlalchemy.ext.asyncio import AsyncEngine

_MIGRATIONS = Path(__file__).with_name("migrations")
_SETUP_SECONDS = 60
_SETUP_LOCK = 7_320_114_506
"""Any number, as long as nothing else in the database uses it: the key of PostgreSQL's advisory lock."""


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the missing revisions in the connection's transaction. Raises StoreUnavailable("newer_schema").

    Alembic, half a second of imports, is left alone where none is missing, as mostly when a process starts.
    """
    if to == "head" and _recorded(connection) == {newest_revision()}:
        return
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    script = _revisions()
    here = _recorded(connection)
    for revision in here:
        _require_known(script, revision)
    if here != set(script.get_heads()):
        command.upgrade(config, to)


def newest_revision() -> str:
    """The revision that this code works with: the file names under ``migrations/versions`` tell them."""
    return max(path.name[1:].split("_")[0] for path in (_MIGRATIONS / "versions").glob("r[0-9]*.py"))


def _recorded(connection: Connection) -> set[str]:
    """What the database says that was run last; empty for one without a schema."""
    if not inspect(connection).has_table("alembic_version"):
        return set()
    return set(connection.execute(text("SELECT version_num FROM alembic_version")).scalars())


@cache
def _revisions() -> "ScriptDirectory":
    """Read once in a process: they are modules beside this one."""
    from alembic.script import ScriptDirectory

    return ScriptDirectory.from_config(_config())


def _config() -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    return config


def _require_known(script: "ScriptDirectory", revision: str) -> None:
    from alembic.util import CommandError

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
async def alone_on_server(engine: "AsyncEngine") -> AsyncIterator[None]:
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
