"""How a colleague comes into a project, on every adapter."""

import asyncio
from dataclasses import replace

import pytest

from storage.domain import Invite, Membership, Role
from storage.errors import NotFound
from storage.ports import Store
from tests.contract.facts import ADA, MINUTE, START, project

BO, CY = "console:bo", "console:cy"
INVITE = Invite(
    id="hash of a code", project_id="project_one", role=Role.REVIEWER, created_by=ADA.id, expires_at=START + MINUTE
)


@pytest.fixture(autouse=True)
async def _project(store: Store) -> None:
    await store.projects.add(project())


async def set_role(store: Store, person_id: str, role: Role) -> None:
    await store.projects.set_role(Membership(project_id="project_one", person_id=person_id, role=role))


async def test_an_invite_lets_one_person_in(store: Store) -> None:
    await store.projects.invite(INVITE)
    assert await store.projects.join(INVITE.id, BO, START) == replace(INVITE, used_by=BO)
    assert await store.projects.role("project_one", BO) is Role.REVIEWER
    assert await store.projects.join(INVITE.id, CY, START) is None
    assert await store.projects.role("project_one", CY) is None
    assert [found.id for found in await store.projects.of_person(BO)] == ["project_one"]


async def test_an_invite_used_by_many_at_once_lets_exactly_one_in(store: Store) -> None:
    await store.projects.invite(INVITE)
    people = [f"console:p{number}" for number in range(6)]
    joined = await asyncio.gather(*(store.projects.join(INVITE.id, person, START) for person in people))
    (winner,) = [invite.used_by for invite in joined if invite is not None]
    members = {member.person_id for member in await store.projects.members("project_one")}
    assert members == {ADA.id, winner}


async def test_nobody_comes_in_by_an_invite_that_is_unknown_or_expired(store: Store) -> None:
    await store.projects.invite(INVITE)
    assert await store.projects.join("no such hash", BO, START) is None
    assert await store.projects.join(INVITE.id, BO, INVITE.expires_at) is None
    assert await store.projects.role("project_one", BO) is None
    assert await store.projects.join(INVITE.id, BO, START) is not None


async def test_an_invite_that_is_there_is_left_as_it_is(store: Store) -> None:
    await store.projects.invite(INVITE)
    await store.projects.invite(replace(INVITE, role=Role.OWNER))
    await store.projects.join(INVITE.id, BO, START)
    await store.projects.invite(INVITE)  # again, after a crash: it stays used up
    assert await store.projects.join(INVITE.id, CY, START) is None
    assert await store.projects.role("project_one", BO) is Role.REVIEWER


async def test_joining_again_is_answered_alike_and_changes_nothing(store: Store) -> None:
    await store.projects.invite(INVITE)
    first = await store.projects.join(INVITE.id, BO, START)
    await set_role(store, BO, Role.VIEWER)
    assert await store.projects.join(INVITE.id, BO, INVITE.expires_at + MINUTE) == first
    assert await store.projects.role("project_one", BO) is Role.VIEWER


@pytest.mark.parametrize(
    ("had", "invited", "has"),
    [
        (Role.OWNER, Role.VIEWER, Role.OWNER),
        (Role.CONTRIBUTOR, Role.REVIEWER, Role.CONTRIBUTOR),
        (Role.REVIEWER, Role.REVIEWER, Role.REVIEWER),
        (Role.VIEWER, Role.CONTRIBUTOR, Role.CONTRIBUTOR),
    ],
)
async def test_the_stronger_role_stays(store: Store, had: Role, invited: Role, has: Role) -> None:
    await set_role(store, BO, had)
    await store.projects.invite(replace(INVITE, role=invited))
    assert await store.projects.join(INVITE.id, BO, START) == replace(INVITE, role=invited, used_by=BO)
    assert await store.projects.role("project_one", BO) is has


async def test_two_invites_used_at_once_leave_the_stronger_role(store: Store) -> None:
    for number, role in enumerate(Role):
        await store.projects.invite(replace(INVITE, id=f"invite {number}", role=role))
    await asyncio.gather(*(store.projects.join(f"invite {number}", BO, START) for number in reversed(range(4))))
    assert await store.projects.role("project_one", BO) is Role.OWNER


async def test_an_invite_needs_a_project(store: Store) -> None:
    with pytest.raises(NotFound):
        await store.projects.invite(replace(INVITE, project_id="none"))
