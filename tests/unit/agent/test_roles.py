"""Roles of people and of groups: who has one is listed, a group is given one, and both can be taken back."""

import re
from pathlib import Path

import pytest

from bot.chat.events import Sender
from bot.receiver import meet
from storage.domain import Membership, Role
from tests.fakes.talk import Talk
from tests.unit.agent.test_conversation import GOAL
from tests.unit.agent.test_questions import project_of
from tests.unit.agent.test_sharing import code_from, colleague

GROUP, BO = "discord:7:role:5", "discord:100"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await talk.begin(GOAL)
    return talk


async def seen(talk: Talk, *groups: str, person: str = BO) -> None:
    """A person does something in a server, with these roles of the server."""
    sender = Sender(
        person_id=person, display_name="Bo", conversation_id="discord:7:8:9", address={}, shared=True, groups=groups
    )
    await meet(talk.store, sender)


async def role_of(talk: Talk, person: str = BO) -> Role | None:
    return await talk.store.projects.role((await project_of(talk)).id, person)


async def give(talk: Talk, role: str = "reviewer", name: str = "Night shift") -> str:
    await talk.type(f"/tune share {role} group {GROUP} {name}")
    return await talk.press("Give the role")


class TestGivingAGroupARole:
    async def test_the_card_says_who_what_and_how_many_before_anything_is_given(self, talk: Talk) -> None:
        await seen(talk, GROUP)
        await seen(talk, GROUP, person="discord:101")
        said = await talk.type(f"/tune share reviewer group {GROUP} Night shift")
        assert "everybody in the group “Night shift” would be a reviewer" in said
        assert "I have seen 2 of them so far" in said
        assert "approve examples" in said
        assert "start a training run" not in said
        assert await role_of(talk) is None
        assert "Now everybody in the group “Night shift” is a reviewer here" in await talk.press("Give the role")
        assert await role_of(talk) is Role.REVIEWER

    async def test_nobody_seen_yet_is_said_as_that(self, talk: Talk) -> None:
        assert "I have seen none of them" in await talk.type(f"/tune share viewer group {GROUP} Night shift")

    async def test_left_alone_nothing_is_given(self, talk: Talk) -> None:
        await seen(talk, GROUP)
        await talk.type(f"/tune share reviewer group {GROUP} Night shift")
        assert "Nothing was changed" in await talk.press("Leave it")
        assert await role_of(talk) is None

    @pytest.mark.parametrize("asked", ["owner", "boss", "appoint"])
    async def test_a_group_owns_nothing(self, talk: Talk, asked: str) -> None:
        assert "never an owner" in await talk.type(f"/tune share {asked} group {GROUP} Night shift")

    @pytest.mark.parametrize("rest", ["group", f"group {GROUP}", "group Reviewers them", f"group {'x:' * 150} name"])
    async def test_what_is_no_group_is_refused(self, talk: Talk, rest: str) -> None:
        assert "In Discord, pick the server's role" in await talk.type(f"/tune share reviewer {rest}")
        assert await talk.store.projects.group_roles((await project_of(talk)).id) == []

    async def test_only_an_owner_may(self, talk: Talk) -> None:
        bo = colleague(talk)
        await bo.type(f"/tune join {await code_from(talk)}")
        assert "only an owner can (Ana)" in await bo.type(f"/tune share reviewer group {GROUP} Night shift")
        await talk.type(f"/tune share reviewer group {GROUP} Night shift")
        talk.person = bo.person
        assert "only an owner can (Ana)" in await talk.press("Give the role")
        assert await talk.store.projects.group_roles((await project_of(talk)).id) == []

    async def test_whoever_leaves_the_group_loses_its_role_with_the_next_thing_they_do_there(self, talk: Talk) -> None:
        await seen(talk, GROUP)
        await give(talk)
        await seen(talk)
        assert await role_of(talk) is None

    async def test_the_name_is_nobodys_markup(self, talk: Talk) -> None:
        said = await talk.type(f"/tune share viewer group {GROUP} **Night** @everyone <b>")
        assert "“Night everyone b”" in said

    async def test_a_refusal_names_groups_as_it_names_people(self, talk: Talk) -> None:
        await give(talk)
        bo = colleague(talk)
        await bo.type(f"/tune join {await code_from(talk, 'viewer')}")
        assert "Ana and everybody in the group “Night shift”" in await bo.type("/tune review")


class TestWhoHasWhatRole:
    async def test_everybody_who_may_look_sees_the_list_and_an_owner_how_to_change_it(self, talk: Talk) -> None:
        bo = colleague(talk)
        bo.name = "Bo"
        await bo.type(f"/tune join {await code_from(talk, 'viewer')}")
        await give(talk)
        lines = "1. Ana: an owner\n2. Bo: a viewer\n3. everybody in the group “Night shift”: a reviewer"
        said = await talk.type("/tune share list")
        assert lines in said
        assert "/tune share remove 2" in said
        seen_by_bo = await bo.type("/tune share list")
        assert lines in seen_by_bo
        assert "remove" not in seen_by_bo

    async def test_a_stranger_sees_nothing(self, talk: Talk) -> None:
        talk.person = "console:eve"
        assert "You cannot look at anything" in await talk.type("/tune share list")

    async def test_a_person_with_two_accounts_is_one_line(self, talk: Talk) -> None:
        project = (await project_of(talk)).id
        await talk.store.projects.set_role(Membership(project_id=project, person_id=BO, role=Role.VIEWER))
        code = re.search(r"/tune link ([a-z2-7-]{19})`", await talk.type("/tune link"))
        assert code
        other = Talk(home=talk.home, person=BO, conversation=BO, store=talk.store)
        other._count = 100
        await other.type(f"/tune link {code[1]}")
        await other.press("Both are mine: link them")
        assert "1. Ana: an owner\n`/tune share remove" in await talk.type("/tune share list")

    async def test_a_persons_role_is_taken_back(self, talk: Talk) -> None:
        bo = colleague(talk)
        await bo.type(f"/tune join {await code_from(talk)}")
        said = await talk.type("/tune share remove 2")
        assert "is a contributor" in said
        assert await role_of(talk, bo.person) is Role.CONTRIBUTOR
        assert "The role was taken back" in await talk.press("Take it back")
        assert await role_of(talk, bo.person) is None
        assert "You cannot" in await bo.type("status") or "cannot" in await bo.type("/tune review")

    async def test_a_groups_role_is_taken_back(self, talk: Talk) -> None:
        await seen(talk, GROUP)
        await give(talk)
        await talk.type("/tune share remove 2")
        assert "taken back from everybody in the group “Night shift”" in await talk.press("Take it back")
        assert await role_of(talk) is None

    async def test_whoever_keeps_a_role_by_a_group_is_named_so(self, talk: Talk) -> None:
        project = (await project_of(talk)).id
        await talk.store.projects.set_role(Membership(project_id=project, person_id=BO, role=Role.CONTRIBUTOR))
        await seen(talk, GROUP)
        await give(talk, "viewer")
        await talk.type("/tune share remove 2")
        assert "they are still a viewer here" in await talk.press("Take it back")

    async def test_an_owner_stays(self, talk: Talk) -> None:
        assert "An owner stays" in await talk.type("/tune share remove 1")

    @pytest.mark.parametrize("asked", ["remove", "remove 0", "remove 9"])
    async def test_a_number_that_is_none(self, talk: Talk, asked: str) -> None:
        assert "Nobody has that number" in await talk.type(f"/tune share {asked}")

    async def test_a_contributor_takes_nothing_back(self, talk: Talk) -> None:
        bo = colleague(talk)
        await bo.type(f"/tune join {await code_from(talk)}")
        assert "only an owner can (Ana)" in await bo.type("/tune share remove 1")

    async def test_the_card_takes_what_it_names_whatever_the_list_says_by_then(self, talk: Talk) -> None:
        project = (await project_of(talk)).id
        await talk.store.projects.set_role(Membership(project_id=project, person_id="a:z", role=Role.VIEWER))
        await talk.type("/tune share remove 2")
        await talk.store.projects.set_role(Membership(project_id=project, person_id="a:a", role=Role.VIEWER))
        await talk.press("Take it back")
        assert await role_of(talk, "a:z") is None
        assert await role_of(talk, "a:a") is Role.VIEWER
