"""Who is not reminded any more, or not twice: accounts that were linked, people without a role, people who took everything back."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from storage.domain import Membership, ReminderKind, ReminderState, Role
from tests.fakes.linking import linked
from tests.fakes.projects import in_a_project
from tests.fakes.reminding import reminded
from tests.fakes.talk import Talk
from tests.unit.agent.test_reminders import PACK, PROJECT, with_a_plan
from tests.unit.bot.test_reminding_people import live

BO, SLACK = "console:bo", "slack:T1:ana"


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    """She owns a project, and has just asked for suggestions."""
    talk = Talk(home=tmp_path)
    await in_a_project(talk, pack=PACK)
    await with_a_plan(talk)
    await talk.type("/tune remind on")
    await talk.type("Berlin")
    return talk


async def asking(talk: Talk, person: str) -> Talk:
    """Somebody who asks for suggestions where they talk with us."""
    other = replace(talk, person=person, name=person, conversation=person, said=[], shown=[])
    await other.type("/tune remind on")
    await other.type("Berlin")
    return other


async def bo_in(talk: Talk, role: Role) -> Talk:
    await talk.type("/tune remind off")
    await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=BO, role=role))
    return await asking(talk, BO)


@pytest.mark.parametrize("processes", [1, 3])
async def test_linked_accounts_are_one_person_and_get_one(ana: Talk, processes: int) -> None:
    slack = await asking(ana, SLACK)
    await linked(ana.store, ana.person, SLACK)
    assert await live(slack, 24, processes) == ["Sun 09:00"]


async def test_a_contributor_is_reminded_until_their_role_is_taken(ana: Talk) -> None:
    bo = await bo_in(ana, Role.CONTRIBUTOR)
    assert await live(bo, 24) == ["Sun 09:00"]
    await bo.press("Not now")
    await bo.store.projects.remove_role(PROJECT, BO)
    assert await live(bo, 7 * 24) == [], "there is nothing that they could do, and no project to be named to them"


async def test_a_button_of_a_reminder_does_nothing_for_whoever_lost_their_role(ana: Talk) -> None:
    bo = await bo_in(ana, Role.CONTRIBUTOR)
    await bo.type("Write the user story for resetting a password")
    await reminded(bo, after=timedelta(hours=2), conversation_id=BO)
    await bo.store.projects.remove_role(PROJECT, BO)
    said = await bo.press("Give one")
    assert "could you give me" not in said.casefold()
    project = await bo.store.projects.get(PROJECT)
    assert project.name not in said


async def test_what_was_set_for_a_project_that_one_has_left_says_only_what_was_set(ana: Talk) -> None:
    project = await ana.store.projects.get(PROJECT)
    await ana.store.projects.add(replace(project, id="left", slug="left", name="Left behind", owner_id=BO))
    await ana.type("/tune remind every day at 9 to write <notes>")
    (one,) = await ana.store.schedules.of_person(ana.person)
    found = await reminded(
        ana, ReminderKind.SCHEDULED, after=timedelta(days=1), about={"schedule_id": one.id}, project_id="left"
    )
    assert found.state is ReminderState.SENT
    assert "to write <notes>" in ana.text
    assert "Nothing else waits" in ana.text
    assert project.name not in ana.text
    assert "Left behind" not in ana.text


async def test_whoever_took_everything_back_hears_nothing_more(ana: Talk) -> None:
    await ana.type("/tune remind every day at 9 to write notes")
    await ana.type("/tune forget")
    await ana.press("Delete my examples")
    assert await live(ana, 72) == []
