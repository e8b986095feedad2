"""Fixtures that tests of several packages share: databases and the clock."""

import asyncio
import gc
import shutil
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from storage.memory import memory_store
from storage.ports import Store
from storage.sql import open_store
from tests.contract.postgres_server import NoServer, PostgresServer, running_server
from tests.fakes.clock import Clock
from tests.servers import started

# they assert for tests, which show what differs
pytest.register_assert_rewrite("tests.fakes.killed", "tests.e2e.persistent_people")

gc.disable()  # while thousands of tests are found: all that is made then stays, and was walked again and again


def pytest_collection_finish() -> None:
    """From here on garbage is collected, without a look at what was found. (Where memory is short, the trainer's worker
    collects it at each failure: it would walk the heap of thousands of tests.)"""
    gc.freeze()
    gc.enable()


@pytest.fixture
def clock() -> Clock:
    return Clock()


async def _open_and_close(url: str) -> None:
    await (await open_store(url)).aclose()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with our schema, to be copied."""
    path = tmp_path_factory.mktemp("template") / "threadtune.db"
    asyncio.run(_open_and_close(f"sqlite:///{path}"))
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """A database file with our schema, the test's own."""
    shutil.copy(sqlite_template, tmp_path / "threadtune.db")
    return f"sqlite:///{tmp_path / 'threadtune.db'}"


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with started(running_server(), "PostgreSQL", NoServer) as server:
        yield server


@pytest.fixture(scope="session")
def _shared_postgres_url(postgres_server: PostgresServer) -> str:
    url = postgres_server.database()
    asyncio.run(_open_and_close(url))
    return url


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, _shared_postgres_url: str) -> str:
    """An empty database with our schema. It is emptied before each test: to make a new one takes ten times as long."""
    postgres_server.empty(_shared_postgres_url)
    return _shared_postgres_url


_postgres = pytest.param("postgres", marks=pytest.mark.postgres)


@pytest.fixture(params=["sqlite", _postgres])
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of a database with our schema: each test runs on both kinds."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


@pytest.fixture(params=["memory", "sqlite", _postgres])
def store_url(request: pytest.FixtureRequest) -> str | None:
    """As ``database_url``; None for the store in memory."""
    return None if request.param == "memory" else request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
async def store(store_url: str | None) -> AsyncIterator[Store]:
    """An empty store: each test runs on every adapter."""
    if store_url is None:
        yield memory_store()
        return
    opened = await open_store(store_url)
    yield opened
    await opened.aclose()
