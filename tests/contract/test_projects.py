"""Projects, people's roles, and training rows, on every adapter."""

import asyncio
from dataclasses import replace

import pytest

from storage.domain import Membership, Origin, Part, Role, RowStatus
from storage.errors import Conflict, NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, project, row


async def test_a_slug_in_use_is_given_a_number(store: Store) -> None:
    slugs = [(await store.projects.add(project(name))).slug for name in ("a", "b", "c")]
    assert slugs == ["ticket-writer", "ticket-writer-2", "ticket-writer-3"]
    assert (await store.projects.add(project("b", slug="other"))).slug == "ticket-writer-2"


async def test_projects_added_at_once_have_different_slugs(store: Store) -> None:
    added = await asyncio.gather(*(store.projects.add(project(str(n))) for n in range(6)))
    assert len({one.slug for one in added}) == 6


async def test_the_owner_is_a_member_and_roles_change(store: Store) -> None:
    await store.projects.add(project())
    assert await store.projects.role("project_one", ADA.id) is Role.OWNER
    for role in (Role.VIEWER, Role.REVIEWER):
        await store.projects.set_role(Membership(project_id="project_one", person_id="console:bob", role=role))
    assert await store.projects.role("project_one", "console:bob") is Role.REVIEWER
    assert await store.projects.role("project_one", "console:eve") is None
    members = [(member.person_id, member.role) for member in await store.projects.members("project_one")]
    assert members == [(ADA.id, Role.OWNER), ("console:bob", Role.REVIEWER)]
    with pytest.raises(NotFound):
        await store.projects.set_role(Membership(project_id="none", person_id=ADA.id, role=Role.VIEWER))


async def test_a_person_finds_their_projects_the_latest_first(store: Store) -> None:
    await store.projects.add(project("a"))
    await store.projects.add(replace(project("b"), created_at=START + MINUTE))
    await store.projects.add(replace(project("c"), owner_id="console:bob"))
    assert [one.id for one in await store.projects.of_person(ADA.id)] == ["project_b", "project_a"]
    assert [one.id for one in await store.projects.all()] == ["project_a", "project_c", "project_b"]
    with pytest.raises(NotFound):
        await store.projects.get("none")


@pytest.fixture
async def rows(store: Store) -> Store:
    await store.projects.add(project())
    return store


async def test_a_row_is_unique_by_content_among_those_kept(rows: Store) -> None:
    assert await rows.rows.add([row("1"), row("2", "hash of 1"), row("3")]) == [True, False, True]
    assert await rows.rows.add([row("1"), row("4", "hash of 3")]) == [True, False]
    await rows.rows.reject("row_1")
    assert await rows.rows.add([row("5", "hash of 1")]) == [True]
    assert [one.id for one in await rows.rows.of_project("project_one")] == ["row_1", "row_3", "row_5"]


async def test_a_row_that_is_there_is_left_as_it_is(rows: Store) -> None:
    await rows.rows.add([row("1")])
    assert await rows.rows.add([row("1", output="other", content="other")]) == [True]
    assert await rows.rows.get("row_1") == row("1")


async def test_the_same_content_given_at_once_is_kept_once(rows: Store) -> None:
    added = await asyncio.gather(*(rows.rows.add([row(str(n), "the same")]) for n in range(8)))
    assert sum(one for (one,) in added) == 1


async def test_rows_come_back_whole_whatever_they_hold(rows: Store) -> None:
    hostile = row("1", instruction="nul \x00", input="half \ud83d", output="\x01[] ' \" ; --", source="../../x.jsonl:1")
    await rows.rows.add([hostile])
    assert await rows.rows.get("row_1") == hostile


async def test_many_rows_are_added_at_once(rows: Store) -> None:
    many = [row(str(n)) for n in range(1200)]
    assert await rows.rows.add(many) == [True] * 1200
    assert await rows.rows.add(many) == [True] * 1200
    await rows.rows.approve([one.id for one in many], ADA.id, "consent_1")
    assert await rows.rows.count("project_one", RowStatus.APPROVED) == 1200


async def test_rows_need_a_project_and_none_is_kept_without(rows: Store) -> None:
    with pytest.raises(NotFound):
        await rows.rows.add([row("1"), row("2", project_id="none")])
    assert await rows.rows.of_project("project_one") == []


async def test_rows_are_listed_by_creation_and_status(rows: Store) -> None:
    await rows.rows.add([row("b"), row("a"), row("0", created_at=START + MINUTE)])
    await rows.rows.approve(["row_a"], "console:bob", "consent_1")
    assert [one.id for one in await rows.rows.of_project("project_one")] == ["row_a", "row_b", "row_0"]
    (approved,) = await rows.rows.of_project("project_one", [RowStatus.APPROVED])
    assert (approved.id, approved.approved_by, approved.consent_id) == ("row_a", "console:bob", "consent_1")
    assert await rows.rows.count("project_one", RowStatus.PENDING) == 2
    assert await rows.rows.of_project("project_one", []) == []


async def test_what_was_approved_or_rejected_stays_so(rows: Store) -> None:
    await rows.rows.add([row("1"), row("2")])
    await rows.rows.approve(["row_1"], ADA.id, "consent_1")
    await rows.rows.reject("row_2")
    await rows.rows.approve(["row_1", "row_2", "unknown"], "console:bob", "consent_2")
    assert (await rows.rows.get("row_1")).approved_by == ADA.id
    assert (await rows.rows.get("row_2")).status is RowStatus.REJECTED


async def test_a_pending_row_is_replaced_unless_its_content_stands_elsewhere(rows: Store) -> None:
    await rows.rows.add([row("1"), row("2")])
    better = row("1", "better", output="Better", origin=Origin.EDITED)
    assert await rows.rows.replace(better) is True
    assert await rows.rows.get("row_1") == better
    assert await rows.rows.replace(row("1", "hash of 2")) is False
    assert await rows.rows.get("row_1") == better
    await rows.rows.approve(["row_1"], ADA.id, "consent_1")
    assert await rows.rows.replace(better) is True  # again, after a crash
    assert (await rows.rows.get("row_1")).status is RowStatus.APPROVED
    with pytest.raises(Conflict):
        await rows.rows.replace(row("1", "too late"))
    with pytest.raises(NotFound):
        await rows.rows.replace(row("none"))


async def test_what_a_row_shows_and_where_it_was_found_are_part_of_it(rows: Store) -> None:
    found = row("1", category="Geschichten", aspects=("error case", "边界"), passage="nul \x00 half \ud83d من")
    await rows.rows.add([found, row("2")])
    assert await rows.rows.of_project("project_one") == [found, row("2")]
    better = row("1", "better", category="bugs", passage="another")
    assert await rows.rows.replace(better) is True
    assert await rows.rows.get("row_1") == better


async def test_a_row_is_classified_whatever_its_status(rows: Store) -> None:
    await rows.rows.add([row("1"), row("2"), row("3")])
    await rows.rows.approve(["row_2"], ADA.id, "consent_1")
    await rows.rows.reject("row_3")
    for name in ("1", "2", "3", "unknown"):
        await rows.rows.classify(f"row_{name}", "bugs", ["late", "error case", "late"])
    found = await rows.rows.of_project("project_one")
    assert [(one.category, one.aspects) for one in found] == [("bugs", ("error case", "late"))] * 3
    assert [one.status for one in found] == [RowStatus.PENDING, RowStatus.APPROVED, RowStatus.REJECTED]
    await rows.rows.classify("row_1", "", [])
    assert await rows.rows.get("row_1") == row("1")


async def test_a_row_is_reopened_without_its_approval_and_keeps_its_part(rows: Store) -> None:
    await rows.rows.add([row("1"), row("2"), row("3")])
    await rows.rows.approve(["row_1"], ADA.id, "consent_1")
    await rows.rows.assign_parts({"row_1": Part.TEST})
    await rows.rows.reject("row_2")
    for name in ("1", "2", "3"):
        assert await rows.rows.reopen(f"row_{name}") is True
        assert await rows.rows.reopen(f"row_{name}") is True  # again, after a crash
    assert await rows.rows.of_project("project_one") == [row("1", part=Part.TEST), row("2"), row("3")]
    with pytest.raises(NotFound):
        await rows.rows.reopen("unknown")


async def test_a_row_whose_content_stands_elsewhere_is_not_reopened(rows: Store) -> None:
    await rows.rows.add([row("1", "the same")])
    await rows.rows.reject("row_1")
    await rows.rows.add([row("2", "the same")])
    assert await rows.rows.reopen("row_1") is False
    await rows.rows.approve(["row_2"], ADA.id, "consent_1")
    assert await rows.rows.reopen("row_1") is False
    assert await rows.rows.reopen("row_2") is True
    assert [one.status for one in await rows.rows.of_project("project_one")] == [RowStatus.REJECTED, RowStatus.PENDING]
    await rows.rows.reject("row_2")
    assert await rows.rows.reopen("row_1") is True


async def test_of_rejected_rows_with_one_content_reopened_at_once_one_is(rows: Store) -> None:
    for number in range(4):
        await rows.rows.add([row(str(number), "the same")])
        await rows.rows.reject(f"row_{number}")
    reopened = await asyncio.gather(*(rows.rows.reopen(f"row_{number}") for number in range(4)))
    assert sorted(reopened) == [False, False, False, True]
    assert await rows.rows.count("project_one", RowStatus.PENDING) == 1


async def test_a_part_is_recorded_for_good(rows: Store) -> None:
    await rows.rows.add([row("1"), row("2")])
    await rows.rows.assign_parts({"row_1": Part.TEST})
    await rows.rows.assign_parts({"row_1": Part.TRAIN, "row_2": Part.TRAIN, "unknown": Part.TEST})
    await rows.rows.assign_parts({})
    assert [one.part for one in await rows.rows.of_project("project_one")] == [Part.TEST, Part.TRAIN]


async def test_rows_are_forgotten_whoever_gave_them(rows: Store) -> None:
    await rows.rows.add([row("1"), row("2", author_id="console:bob"), row("3")])
    assert await rows.rows.forget(["row_1", "row_2", "unknown"]) == 2
    assert await rows.rows.forget([]) == 0
    assert [one.id for one in await rows.rows.of_project("project_one")] == ["row_3"]


async def test_an_author_is_forgotten(rows: Store) -> None:
    await rows.projects.add(project("two"))
    await rows.rows.add([row("1"), row("2"), row("3", author_id="console:bob"), row("4", project_id="project_two")])
    assert await rows.rows.forget_author(ADA.id, "project_one") == 2
    assert await rows.rows.forget_author(ADA.id, "project_one") == 0
    assert [one.id for one in await rows.rows.of_project("project_one")] == ["row_3"]
    assert len(await rows.rows.of_project("project_two")) == 1
    with pytest.raises(NotFound):
        await rows.rows.get("row_1")
