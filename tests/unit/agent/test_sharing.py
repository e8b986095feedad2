"""Handing a conversation to a colleague: by a code that works once, for a week, and is kept nowhere."""

import hashlib
import re
from datetime import timedelta
from pathlib import Path

import pytest

from storage.domain import Membership, Role
from tests.fakes.talk import Talk
from tests.unit.agent.test_conversation import GOAL, LABELLED
from tests.unit.agent.test_questions import project_of


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await talk.begin(GOAL)
    return talk


def colleague(talk: Talk, name: str = "bo") -> Talk:
    """Another person in a conversation of their own, with the same house."""
    other = Talk(home=talk.home, person=f"console:{name}", conversation=f"console:{name}", store=talk.store)
    other._count = 1000 * len(name)  # ids of events are one platform's
    return other


async def code_from(talk: Talk, role: str = "") -> str:
    said = await talk.type(f"/tune share {role}")
    found = re.search(r"/tune join ([a-z2-7-]{19})`", said)
    assert found, said
    return found[1]


async def role_of(talk: Talk, person: str) -> Role | None:
    return await talk.store.projects.role((await project_of(talk)).id, person)


async def test_a_colleague_joins_gives_an_example_and_is_told_where_we_are(talk: Talk) -> None:
    bo = colleague(talk)
    said = await bo.type(f"/tune join {await code_from(talk)}")
    assert "Welcome to **Write shift handover notes for nurses**. You are a contributor here. 0 approved" in said
    await bo.type(LABELLED.format(n=1))
    assert "Approved" in await bo.type("yes")
    assert "1 approved" in await talk.type("status")


async def test_a_code_works_once(talk: Talk) -> None:
    code = await code_from(talk)
    assert "Welcome" in await colleague(talk).type(f"/tune join {code}")
    assert "does not work" in await colleague(talk, "cyd").type(f"/tune join {code}")


async def test_a_code_may_be_written_as_people_write(talk: Talk) -> None:
    code = (await code_from(talk)).upper().replace("-", " ")
    assert "Welcome" in await colleague(talk).type(f"/tune join {code}")


async def test_a_code_runs_out(talk: Talk) -> None:
    code = await code_from(talk)
    bo = colleague(talk)
    bo.wait(timedelta(days=8))
    assert "does not work" in await bo.type(f"/tune join {code}")


async def test_only_the_hash_of_a_code_is_kept(talk: Talk) -> None:
    code = await code_from(talk)
    (invite,) = talk.store.projects._facts.invites.values()  # type: ignore[attr-defined]  # the store in memory
    assert invite.id == hashlib.sha256(code.replace("-", "").encode()).hexdigest()


@pytest.mark.parametrize(("asked", "role"), [("reviewer", Role.REVIEWER), ("viewer", Role.VIEWER)])
async def test_the_role_is_chosen_by_whoever_invites(talk: Talk, asked: str, role: Role) -> None:
    await colleague(talk).type(f"/tune join {await code_from(talk, asked)}")
    assert await role_of(talk, "console:bo") is role


async def test_nobody_is_made_an_owner(talk: Talk) -> None:
    assert "You can invite" in await talk.type("/tune share owner")


async def test_who_may_invite_whom(talk: Talk) -> None:
    project = await project_of(talk)
    await talk.store.projects.set_role(Membership(project_id=project.id, person_id="console:bo", role=Role.CONTRIBUTOR))
    talk.person = "console:bo"
    assert "You cannot invite contributors or reviewers in this project: only an owner can (Ana)." in await talk.type(
        "/tune share"
    )
    assert await code_from(talk, "viewer")
    await talk.store.projects.set_role(Membership(project_id=project.id, person_id="console:bo", role=Role.VIEWER))
    assert "You cannot invite" in await talk.type("/tune share viewer")


async def test_a_stronger_role_stays(talk: Talk) -> None:
    said = await talk.type(f"/tune join {await code_from(talk, 'viewer')}")
    assert "You are an owner here" in said


async def test_a_stranger_cannot_take_a_conversation_away_with_a_code(talk: Talk) -> None:
    bo = colleague(talk)
    await bo.begin("Write friendly answers to hotel guests")
    code = await code_from(bo)
    talk.person = "console:cyd"
    assert "project of other people" in await talk.type(f"/tune join {code}")
    assert "Welcome" in await colleague(talk, "cyd").type(f"/tune join {code}"), "the code was not used up"


async def test_a_code_without_words_or_with_wrong_ones_is_one_sentence(talk: Talk) -> None:
    assert "Write the code behind it" in await talk.type("/tune join")
    assert "does not work" in await talk.type("/tune join ../../etc/passwd")


async def test_somebody_who_was_away_is_told_where_we_are_in_a_sentence(talk: Talk) -> None:
    await talk.type("Write the handover for bed 4")
    talk.wait(timedelta(days=3))
    said = await talk.type("none")
    assert said.startswith("Welcome back. We are in **Write shift handover notes for nurses**. 0 approved")
    assert "the answer you would want" in said
    assert "Welcome back" not in await talk.type("S: bed 4 is stable")


async def test_a_stranger_is_not_welcomed_back(talk: Talk) -> None:
    talk.wait(timedelta(days=3))
    talk.person = "console:bo"
    assert "Welcome back" not in await talk.type("/tune examples")
