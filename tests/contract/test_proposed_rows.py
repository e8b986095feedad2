"""Rows that wait for their author's yes: hidden wherever that status is not named, and used by nothing."""

from dataclasses import replace

import pytest

from storage.domain import RowStatus
from storage.errors import Conflict
from storage.ports import Store
from tests.contract.facts import ADA, project, row

PROPOSED = row("proposed", status=RowStatus.PROPOSED)


@pytest.fixture
async def rows(store: Store) -> Store:
    await store.projects.add(project())
    assert await store.rows.add([PROPOSED, row("other")]) == [True, True]
    return store


async def test_one_is_listed_only_where_its_status_is_named(rows: Store) -> None:
    assert await rows.rows.of_project("project_one") == [row("other")]
    assert await rows.rows.of_project("project_one", [RowStatus.PROPOSED]) == [PROPOSED]
    assert len(await rows.rows.of_project("project_one", list(RowStatus))) == 2
    assert await rows.rows.count("project_one", RowStatus.PENDING) == 1


async def test_one_cannot_be_approved(rows: Store) -> None:
    await rows.rows.approve([PROPOSED.id], ADA.id, "consent_1")
    assert await rows.rows.get(PROPOSED.id) == PROPOSED


async def test_one_stands_in_nobodys_way(rows: Store) -> None:
    assert await rows.rows.add([row("same", PROPOSED.content_hash)]) == [True]


async def test_one_that_says_what_is_there_already_is_left_out(rows: Store) -> None:
    assert await rows.rows.add([row("2", "hash of other", status=RowStatus.PROPOSED)]) == [False]


async def test_its_status_is_replaced_with_its_fields_once(rows: Store) -> None:
    agreed = replace(PROPOSED, status=RowStatus.PENDING)
    assert await rows.rows.replace(agreed) is True
    assert await rows.rows.get(PROPOSED.id) == agreed
    assert await rows.rows.replace(agreed) is True  # again, after a crash
    blank = replace(PROPOSED, status=RowStatus.REJECTED, output="", content_hash="declined")
    assert await rows.rows.replace(blank) is True
    assert await rows.rows.replace(blank) is True
    with pytest.raises(Conflict):
        await rows.rows.replace(agreed)


async def test_one_whose_twin_came_meanwhile_stays_proposed(rows: Store) -> None:
    await rows.rows.add([row("same", PROPOSED.content_hash)])
    assert await rows.rows.replace(replace(PROPOSED, status=RowStatus.PENDING)) is False
    assert await rows.rows.get(PROPOSED.id) == PROPOSED


async def test_its_author_may_take_it_back_too(rows: Store) -> None:
    await rows.rows.add([row("another's", author_id="console:bob", status=RowStatus.PROPOSED)])
    assert await rows.rows.forget_author(ADA.id, "project_one") == 2
    assert len(await rows.rows.of_project("project_one", list(RowStatus))) == 1
