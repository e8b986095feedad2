"""A database that fails: the right code comes up, and nothing is half written."""

import asyncio
import errno
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from storage.errors import Conflict, NotFound, StoreUnavailable
from storage.sql import engine, open_store, sqlite_url
from storage.sql.errors import translate
from storage.sql.store import OpenStore
from tests.contract.facts import ADA, MINUTE, START, card, conversation, message, post, project, row

ONE = conversation("one")


def _path(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///"))


async def _code_of(url: str) -> str:
    with pytest.raises(StoreUnavailable) as refused:
        await open_store(url)
    return refused.value.code


async def test_a_file_that_is_no_database_is_corrupt_and_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "threadtune.db"
    path.write_bytes(b"garbage, not a database" * 400)
    assert await _code_of(f"sqlite:///{path}") == "corrupt"
    assert path.read_bytes() == b"garbage, not a database" * 400


async def test_a_damaged_page_is_corrupt(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    await store.projects.add(project())
    await store.aclose()
    size = _path(sqlite_url).stat().st_size
    with _path(sqlite_url).open("r+b") as file:  # everything but the header and the schema's first page
        file.seek(4096)
        file.write(os.urandom(size - 4096))
    assert await _code_of(sqlite_url) == "corrupt"


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()


async def test_a_file_that_another_process_keeps_locked(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.05)
    store = await open_store(sqlite_url)
    with _locked(_path(sqlite_url)):
        with pytest.raises(StoreUnavailable) as refused:
            await store.inbox.put(message("e1"), ONE, ADA)
        assert refused.value.code == "locked"
        assert await store.inbox.pending(ONE.id) == 0  # reading goes on
    assert await store.inbox.put(message("e1"), ONE, ADA) is True
    await store.aclose()


async def _fill_up(store: OpenStore) -> None:
    """Leave no page free: what a full disk is to SQLite. The limit belongs to a connection, so it is set on each."""

    def limit(connection: Connection) -> None:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()
        connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    await store.database.write(limit)


async def test_a_full_disk_refuses_a_turn_whole(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)
    await store.projects.add(project())
    await store.inbox.put(message("e1"), ONE, ADA)
    await store.inbox.claim("w", START, MINUTE)
    await _fill_up(store)
    large = [post(number, text="x" * 20_000) for number in range(5)]
    with pytest.raises(StoreUnavailable) as refused:
        await store.inbox.finish("e1", "w", START, large, [card()])
    assert refused.value.code == "disk_full"
    with pytest.raises(StoreUnavailable):
        await store.rows.add([row(str(number), output="y" * 5_000) for number in range(50)])
    await store.aclose()

    again = await open_store(sqlite_url)  # space was made
    assert await again.outbox.by_cause("e1") == []
    assert await again.cards.latest(ONE.id) is None
    assert await again.rows.of_project("project_one") == []
    await again.inbox.finish("e1", "w", START, large, [card()])
    assert await again.outbox.waiting(ONE.id) == 5
    await again.aclose()


async def test_a_transaction_that_ends_an_iteration_is_heard_of_and_holds_up_nobody(sqlite_url: str) -> None:
    """No future takes a StopIteration: the writer would wait for ever, and all others behind it."""

    def ends(connection: Connection) -> int:
        return next(iter(()))

    store = await open_store(sqlite_url)
    for run in (store.database.read, store.database.write):
        with pytest.raises(RuntimeError):
            await asyncio.wait_for(run(ends), 5)
    await asyncio.wait_for(store.projects.add(project()), 5)
    await store.aclose()


async def test_a_file_that_may_only_be_read(sqlite_url: str) -> None:
    store = await open_store(sqlite_url)

    def only_read(connection: Connection) -> None:
        connection.execute(text("PRAGMA query_only = ON"))

    await store.database.write(only_read)
    with pytest.raises(StoreUnavailable) as refused:
        await store.projects.add(project())
    assert refused.value.code == "read_only"
    await store.aclose()


async def test_a_schema_of_a_newer_version_is_left_alone(database_url: str) -> None:
    store = await open_store(database_url)
    await store.database.write(lambda c: c.execute(text("UPDATE alembic_version SET version_num = '9999'")).rowcount)
    await store.aclose()
    assert await _code_of(database_url) == "newer_schema"


async def test_a_database_that_is_not_there() -> None:
    assert await _code_of("postgresql://postgres@/none?host=/nowhere") == "unreachable"
    assert await _code_of("sqlite:////dev/null/threadtune.db") == "unreachable"


async def test_a_url_of_another_kind_is_refused() -> None:
    for url in ("mysql://localhost/x", "no url", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(ValueError):
            await open_store(url)


@pytest.mark.postgres
async def test_a_server_that_ends_our_sessions(postgres_url: str) -> None:
    store = await open_store(postgres_url)

    def end_mine(connection: Connection) -> None:
        connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(StoreUnavailable) as refused:
        await store.database.write(end_mine)
    assert refused.value.code == "unreachable"
    assert await store.projects.all() == []  # and the next one is answered
    await store.aclose()


async def test_the_home_and_its_database_are_nobody_elses(tmp_path: Path) -> None:
    home = tmp_path / "what is 100% ours? #1"
    store = await open_store(sqlite_url(home / "threadtune.db"), home)
    await store.projects.add(project())
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.iterdir())}
    assert modes.pop(home.name) == 0o700
    assert set(modes.values()) == {0o600}
    assert {"threadtune.db", "threadtune.db-wal"} <= modes.keys()
    await store.aclose()


class _Failed(sqlite3.OperationalError):
    def __init__(self, name: str, words: str = "") -> None:
        super().__init__(words)
        self.sqlite_errorname = name


OURS = {"SQLITE_ERROR", "SQLITE_INTERNAL", "SQLITE_MISMATCH", "SQLITE_MISUSE", "SQLITE_RANGE", "SQLITE_EMPTY"}
"""What only a mistake in our own code brings about."""
NO_ERRORS = {"SQLITE_OK", "SQLITE_ROW", "SQLITE_DONE", "SQLITE_NOTICE", "SQLITE_WARNING", "SQLITE_NOTFOUND"}


def _sqlite_errors() -> list[str]:
    """Every error that the sqlite3 module has a name for."""
    families = {
        "BUSY", "LOCKED", "CORRUPT", "NOTADB", "FULL", "READONLY", "IOERR", "CANTOPEN", "PERM", "AUTH", "CONSTRAINT",
        "NOMEM", "INTERRUPT", "ABORT", "PROTOCOL", "SCHEMA", "TOOBIG", "FORMAT", "NOLFS",
    }  # fmt: skip
    names = [name for name in dir(sqlite3) if name.startswith("SQLITE_") and name.split("_")[1] in families]
    return [name for name in names if name not in OURS | NO_ERRORS | {"SQLITE_LIMIT_LENGTH"}]


@pytest.mark.parametrize("name", _sqlite_errors())
def test_every_failure_of_sqlite_is_translated(name: str) -> None:
    ours = translate(OperationalError("statement", {}, _Failed(name)))
    assert isinstance(ours, StoreUnavailable | Conflict)
    assert not isinstance(ours, StoreUnavailable) or ours.code in {
        "locked",
        "corrupt",
        "disk_full",
        "unreachable",
        "read_only",
    }


@pytest.mark.parametrize(
    ("name", "words", "code"),
    [
        ("SQLITE_BUSY_SNAPSHOT", "database is locked", "locked"),
        ("SQLITE_NOTADB", "file is not a database", "corrupt"),
        ("SQLITE_CORRUPT", "database disk image is malformed", "corrupt"),
        ("SQLITE_ERROR", "no such table: rows", "corrupt"),
        ("SQLITE_FULL", "database or disk is full", "disk_full"),
        ("SQLITE_READONLY_DBMOVED", "attempt to write a readonly database", "read_only"),
        ("SQLITE_IOERR_WRITE", "disk I/O error", "unreachable"),
        ("SQLITE_CANTOPEN", "unable to open database file", "unreachable"),
    ],
)
def test_what_sqlite_says(name: str, words: str, code: str) -> None:
    assert _code(translate(_Failed(name, words))) == code


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("08006", "unreachable"),
        ("57P01", "unreachable"),
        ("53300", "unreachable"),
        ("28P01", "unreachable"),
        ("3D000", "unreachable"),
        ("53100", "disk_full"),
        ("55P03", "locked"),
        ("40P01", "locked"),
        ("40001", "locked"),
        ("25006", "read_only"),
        ("42501", "read_only"),
        ("XX001", "corrupt"),
        ("42P01", "corrupt"),
    ],
)
def test_what_postgres_says(state: str, code: str) -> None:
    assert _code(translate(psycopg.errors.lookup(state)("words"))) == code


def test_other_things_that_fail_are_told_apart() -> None:
    assert _code(translate(psycopg.OperationalError("connection refused"))) == "unreachable"
    assert _code(translate(OSError(errno.ENOSPC, "full"))) == "disk_full"
    assert _code(translate(PermissionError(errno.EACCES, "no"))) == "read_only"
    assert _code(translate(ConnectionRefusedError())) == "unreachable"
    assert isinstance(translate(psycopg.errors.UniqueViolation()), Conflict)
    assert isinstance(translate(psycopg.errors.ForeignKeyViolation()), NotFound)


def test_a_mistake_of_ours_stays_what_it_is() -> None:
    assert translate(ProgrammingError("statement", {}, _Failed("SQLITE_ERROR", 'near "SELEC": syntax error'))) is None
    assert translate(psycopg.errors.SyntaxError()) is None
    assert translate(KeyError("x")) is None


def _code(error: Exception | None) -> str:
    assert isinstance(error, StoreUnavailable)
    return error.code
