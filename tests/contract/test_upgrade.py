"""A database that an earlier version made, with facts in it, is brought up to date and loses none of them."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.domain import Brief, RowStatus
from storage.sql import OpenStore, open_store
from storage.sql.engine import PostgresDatabase, SqliteDatabase, parse_url, postgres_engine, sqlite_engine
from storage.sql.schema import newest_revision, upgrade
from tests.contract.facts import ADA, START, preference, project, rating, row


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without any schema."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'old.db'}"
        return
    with request.getfixturevalue("postgres_server").temporary_database() as url:
        yield url


def _as_0001_left_it(connection: Connection) -> None:
    """A project with a row of each status, written in the columns that there were."""
    upgrade(connection, "0001")
    made = {"created_at": START.isoformat(sep=" "), "owner": ADA.id}
    connection.execute(
        text(
            "INSERT INTO projects (id, name, slug, goal, owner_id, created_at)"
            " VALUES ('project_one', 'Ticket writer', 'ticket-writer', '', :owner, :created_at)"
        ),
        made,
    )
    for number, status in enumerate(RowStatus):
        old = {
            **made,
            "id": f"row_{number}",
            "hash": f"hash of {number}",
            "output": f"Ticket {number}",
            "status": status.value,
        }
        connection.execute(
            text(
                "INSERT INTO rows (id, project_id, instruction, input, output, status, origin, author_id, event_id,"
                " source, content_hash, created_at) VALUES (:id, 'project_one', 'Write a ticket', '', :output,"
                " :status, 'given', :owner, 'e1', 'conversation', :hash, :created_at)"
            ),
            old,
        )


async def _made_by_0001(url: str) -> None:
    parsed = parse_url(url)
    database = (
        SqliteDatabase(sqlite_engine(parsed))
        if parsed.drivername.startswith("sqlite")
        else PostgresDatabase(postgres_engine(parsed))
    )
    await database.write(_as_0001_left_it)
    await database.close()


@pytest.fixture
async def upgraded(empty_url: str) -> AsyncIterator[OpenStore]:
    await _made_by_0001(empty_url)
    store = await open_store(empty_url)
    yield store
    await store.aclose()


async def test_rows_of_the_skeleton_are_all_there_and_say_nothing_new(upgraded: OpenStore) -> None:
    found = await upgraded.rows.of_project("project_one")
    assert found == [row(str(number), status=status) for number, status in enumerate(RowStatus)]
    assert [(one.category, one.aspects, one.passage) for one in found] == [("", (), "")] * 3


async def test_the_interview_goes_on_with_a_project_of_the_skeleton(upgraded: OpenStore) -> None:
    await upgraded.rows.classify("row_1", "stories", ["error case"])
    assert (await upgraded.rows.get("row_1")).aspects == ("error case",)
    assert await upgraded.rows.reopen("row_2") is True
    assert await upgraded.rows.add([row("9", "hash of 0")]) == [False]
    assert await upgraded.briefs.get("project_one") == Brief(project_id="project_one")
    await upgraded.briefs.change("project_one", lambda brief: replace(brief, pack="general"))
    await upgraded.preferences.add(preference())
    await upgraded.ratings.put(rating())
    assert (await upgraded.briefs.get("project_one")).pack == "general"
    assert await upgraded.ratings.of_run("run_1") == [rating()]


async def test_a_database_is_brought_up_to_date_once(empty_url: str) -> None:
    await _made_by_0001(empty_url)
    revision = text("SELECT version_num FROM alembic_version")
    for _ in range(2):
        store = await open_store(empty_url)
        assert await store.database.read(lambda c: c.execute(revision).scalars().all()) == [newest_revision()]
        assert await store.projects.get("project_one") == project()
        await store.aclose()
