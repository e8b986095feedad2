"""Opens a database and hands out its repositories. It does not know where a deployment keeps it: the URL is given."""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from langgraph.checkpoint.base import BaseCheckpointSaver
from sqlalchemy import URL, Engine

from storage.ports import Store
from storage.sql.answers import SqlAnswers
from storage.sql.briefs import SqlBriefs
from storage.sql.cards import SqlCards
from storage.sql.checkpoints import AllowedTypes, postgres_saver, prune, sqlite_saver
from storage.sql.conversations import SqlConversations
from storage.sql.engine import (
    BUSY_SECONDS,
    PostgresDatabase,
    SqliteDatabase,
    parse_url,
    postgres_engine,
    sqlite_engine,
)
from storage.sql.errors import translated
from storage.sql.evaluations import SqlEvaluations
from storage.sql.exposures import SqlExposures
from storage.sql.habits import SqlHabits
from storage.sql.inbox import SqlInbox
from storage.sql.installations import SqlInstallations
from storage.sql.jobs import SqlJobs
from storage.sql.links import SqlLinks
from storage.sql.machines import SqlMachines
from storage.sql.models import SqlModels
from storage.sql.outbox import SqlOutbox
from storage.sql.people import SqlPeople
from storage.sql.pins import SqlPins
from storage.sql.preferences import SqlPreferences
from storage.sql.projects import SqlProjects
from storage.sql.promotions import SqlPromotions
from storage.sql.ratings import SqlRatings
from storage.sql.reminders import SqlReminders
from storage.sql.rows import SqlRows
from storage.sql.runs import SqlRuns
from storage.sql.schedules import SqlSchedules
from storage.sql.schema import alone_on_file, alone_on_server, upgrade
from storage.sql.scores import SqlScores
from storage.sql.statistics import SqlStatistics
from storage.sql.surveys import SqlSurveys
from storage.sql.transcript import SqlTranscript

_KEPT_CHECKPOINTS = 5


@dataclass(frozen=True, kw_only=True)
class OpenStore(Store):
    """All ports of an open database. Whoever opened it closes it."""

    url: URL
    database: SqliteDatabase | PostgresDatabase

    @property
    def engine(self) -> Engine:
        """Where SQLAlchemy's events can be listened for."""
        return self.database.engine if isinstance(self.database, SqliteDatabase) else self.database.engine.sync_engine

    async def aclose(self) -> None:
        """Finish the writes that wait, and close every connection."""
        await self.database.close()

    @asynccontextmanager
    async def checkpointer(self, allowed_types: AllowedTypes = ()) -> AsyncIterator[BaseCheckpointSaver[str]]:
        """Give LangGraph's checkpointer on the same database, set up. Raises StoreUnavailable, as its methods do.

        ``allowed_types``: classes as (module, name) that a graph's state may hold besides plain values.
        """
        if isinstance(self.database, SqliteDatabase):
            saver = sqlite_saver(self.database, str(self.url.database), allowed_types)
        else:
            saver = postgres_saver(self.database, self.url, allowed_types)
        async with saver as opened:
            yield opened

    async def prune(self, thread_id: str, keep: int = _KEPT_CHECKPOINTS) -> None:
        """Delete all but the latest checkpoints of a thread. Raises StoreUnavailable."""
        if keep < 1:
            raise ValueError("the latest checkpoint is always kept")
        await self.database.write(lambda connection: prune(connection, thread_id, keep))


def sqlite_url(path: Path) -> str:
    """Return the URL of a database file, whatever characters its path has."""
    return URL.create("sqlite", database=str(path)).render_as_string()


async def open_store(url: str, home: Path | None = None) -> OpenStore:
    """Open the database at ``url`` (``sqlite:///...`` or ``postgresql://...``), with the schema of this code.

    ``home``, if given, is made and closed to everybody but its owner; so is SQLite's file. Several processes may
    open the same database at once. Raises StoreUnavailable; ValueError for a URL that names no such database.
    """
    parsed = parse_url(url)
    with translated():
        if home is not None:
            _private_folder(home)
        if parsed.drivername.startswith("sqlite"):
            database: SqliteDatabase | PostgresDatabase = await _open_sqlite(parsed)
        else:
            database = await _open_postgres(parsed)
    return OpenStore(
        url=parsed,
        database=database,
        inbox=SqlInbox(database),
        outbox=SqlOutbox(database),
        cards=SqlCards(database),
        transcript=SqlTranscript(database),
        people=SqlPeople(database),
        links=SqlLinks(database),
        conversations=SqlConversations(database),
        projects=SqlProjects(database),
        rows=SqlRows(database),
        briefs=SqlBriefs(database),
        preferences=SqlPreferences(database),
        ratings=SqlRatings(database),
        scores=SqlScores(database),
        pins=SqlPins(database),
        evaluations=SqlEvaluations(database),
        answers=SqlAnswers(database),
        installations=SqlInstallations(database),
        jobs=SqlJobs(database),
        runs=SqlRuns(database),
        models=SqlModels(database),
        machines=SqlMachines(database),
        promotions=SqlPromotions(database),
        reminders=SqlReminders(database),
        schedules=SqlSchedules(database),
        habits=SqlHabits(database),
        surveys=SqlSurveys(database),
        statistics=SqlStatistics(database),
        exposures=SqlExposures(database),
    )


async def _open_sqlite(url: URL) -> SqliteDatabase:
    path = Path(str(url.database))
    if not path.parent.exists():
        _private_folder(path.parent)
    _private_file(path)
    database = SqliteDatabase(sqlite_engine(url))
    try:
        async with alone_on_file(path):
            await asyncio.to_thread(_write_ahead, path)
            await database.write(upgrade)
    except BaseException:
        await database.close()
        raise
    return database


async def _open_postgres(url: URL) -> PostgresDatabase:
    database = PostgresDatabase(postgres_engine(url))
    try:
        async with alone_on_server(database.engine):
            await database.write(upgrade)
    except BaseException:
        await database.close()
        raise
    return database


def _private_folder(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _private_file(path: Path) -> None:
    """Make the file ours alone before anything is in it; SQLite gives its companions the same mode."""
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    path.chmod(0o600)


def _write_ahead(path: Path) -> None:
    """Let readers and a writer work side by side. It is kept in the file, and only one process may ever change it."""
    with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL").fetchone()
