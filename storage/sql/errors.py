"""What a database says went wrong, in the words of ``storage.errors``.

StoreUnavailable   locked, corrupt, disk_full, unreachable, read_only (by the driver's own error codes)
NotFound           a thing that another one belongs to does not exist (foreign key)
Conflict           any other constraint

A mistake of ours (bad SQL, a wrong type) is none of these and is left as it is, to be loud.
"""

import errno
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg_pool import PoolClosed, PoolTimeout
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as EngineTimeout

from storage.errors import Conflict, NotFound, StorageError, StoreUnavailable

# By SQLite's name for the error; an extended name (SQLITE_BUSY_SNAPSHOT) falls back on its beginning.
SQLITE_CODES = {
    "SQLITE_BUSY": "locked",
    "SQLITE_LOCKED": "locked",
    "SQLITE_PROTOCOL": "locked",
    "SQLITE_CORRUPT": "corrupt",
    "SQLITE_NOTADB": "corrupt",
    "SQLITE_FORMAT": "corrupt",
    "SQLITE_IOERR_CORRUPTFS": "corrupt",
    "SQLITE_IOERR_DATA": "corrupt",
    "SQLITE_IOERR_SHORT_READ": "corrupt",
    "SQLITE_FULL": "disk_full",
    "SQLITE_TOOBIG": "disk_full",
    "SQLITE_IOERR_SHMSIZE": "disk_full",
    "SQLITE_READONLY": "read_only",
    "SQLITE_PERM": "read_only",
    "SQLITE_AUTH": "read_only",
    "SQLITE_IOERR": "unreachable",
    "SQLITE_CANTOPEN": "unreachable",
    "SQLITE_NOMEM": "unreachable",
    "SQLITE_NOLFS": "unreachable",
    "SQLITE_ABORT": "unreachable",
    "SQLITE_INTERRUPT": "unreachable",
    "SQLITE_SCHEMA": "locked",
}
# By SQLSTATE, or by its class (the first two characters).
POSTGRES_CODES = {
    "08": "unreachable",
    "28": "unreachable",
    "3D": "unreachable",
    "57P": "unreachable",
    "53": "unreachable",
    "58": "unreachable",
    "53100": "disk_full",
    "55P03": "locked",
    "57014": "locked",
    "40": "locked",
    "25006": "read_only",
    "42501": "read_only",
    "XX001": "corrupt",
    "XX002": "corrupt",
    "XX": "unreachable",
    "42P01": "corrupt",
    "42703": "corrupt",
}
_ERRNO_CODES = {
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "disk_full",
    errno.EROFS: "read_only",
    errno.EACCES: "read_only",
    errno.EPERM: "read_only",
}
_DAMAGED = re.compile(r"no such (table|column)|table .* already exists|malformed|not a database", re.IGNORECASE)


@contextmanager
def translated() -> Iterator[None]:
    """Let no foreign error of a database out of the block."""
    try:
        yield
    except StorageError:
        raise
    except Exception as error:
        ours = translate(error)
        if ours is None:
            raise
        raise ours from error


def translate(error: BaseException) -> StorageError | None:
    """Return the error of this house for a foreign one; None for a mistake of ours."""
    if isinstance(error, DBAPIError):
        inner = _driver_error(error)
        return translate(inner) if inner is not None else None
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error)
    if isinstance(error, psycopg.Error):
        return _from_postgres(error)
    if isinstance(error, EngineTimeout):
        return StoreUnavailable("locked", "no connection became free")
    if isinstance(error, OSError):
        return StoreUnavailable(_ERRNO_CODES.get(error.errno or 0, "unreachable"), type(error).__name__)
    return None


def _driver_error(error: DBAPIError) -> BaseException | None:
    """The error of the driver itself, below the layers that SQLAlchemy's adapters put around it."""
    inner: BaseException | None = error.orig
    while inner is not None and not isinstance(inner, sqlite3.Error | psycopg.Error | OSError):
        inner = inner.__cause__
    return inner


def _from_sqlite(error: sqlite3.Error) -> StorageError | None:
    name = getattr(error, "sqlite_errorname", "") or ""
    detail = name or str(error)[:200]
    if name.startswith("SQLITE_CONSTRAINT") or isinstance(error, sqlite3.IntegrityError):
        return NotFound(detail) if "FOREIGN KEY" in str(error) else Conflict(str(error))
    code = SQLITE_CODES.get(name) or SQLITE_CODES.get("_".join(name.split("_")[:2]))
    if code is None and _DAMAGED.search(str(error)):
        code = "corrupt"
    if code is None and "locked" in str(error):
        code = "locked"
    return StoreUnavailable(code, detail) if code else None


def _from_postgres(error: psycopg.Error) -> StorageError | None:
    state = error.sqlstate or ""
    if state == "23503":
        return NotFound(state)
    if state.startswith("23"):
        return Conflict(state)
    code = POSTGRES_CODES.get(state) or POSTGRES_CODES.get(state[:3]) or POSTGRES_CODES.get(state[:2])
    lost = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError | PoolTimeout | PoolClosed)
    if code is None and lost and not state:
        code = "unreachable"
    return StoreUnavailable(code, state or type(error).__name__) if code else None
