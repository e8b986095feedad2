"""A command where there is no project yet: whoever has projects is asked which one it is for, and then it is carried out."""

from pathlib import Path
from typing import Any

import pytest

from agent.replies import ShowCard
from agent.stages.begin_project import LONGEST_LABEL
from storage.domain import Membership, Project, Role
from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.projects import stage_of
from tests.fakes.talk import Talk
from tests.unit.agent.test_conversation import GOAL, LABELLED, with_project

HOTEL = "Write friendly answers to hotel guests"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await elsewhere(talk)
    return talk


async def elsewhere(talk: Talk) -> None:
    """Ana has a project with an example and goes on in another conversation of hers, in which nothing was said yet."""
    await with_project(talk)
    await talk.type(LABELLED.format(n=1))
    await talk.press("Approve")
    talk.conversation = "console:another"
    talk.shown.clear()


def picker(talk: Talk) -> ShowCard:
    card = talk.shown[-1]
    assert card.card_kind == "projects"
    return card


def labels(talk: Talk) -> list[str]:
    return [choice.label for choice in picker(talk).choices]


async def pick(talk: Talk) -> str:
    return await talk.press(labels(talk)[0])


async def test_one_is_asked_which_project_a_command_is_for(talk: Talk) -> None:
    assert "Which project is `examples` for?" in await talk.type("/tune examples")
    assert labels(talk)[0].endswith("(write-shift-handover-notes-for-nurses)")
    assert labels(talk)[1:] == ["Begin another"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ("/tune examples", "1 approved, 0 pending"),
        ("/tune examples rejected", "none of that kind"),
        ("/tune review", "Nothing waits for your decision"),
        ("/tune train", "1 approved so far, and training needs at least 10"),
        ("/tune train start", "1 approved so far, and training needs at least 10"),
        ("/tune goal", "What I understood"),
        ("/tune goal Write shift handovers for midwives", "Noted."),
        ("/tune share viewer", "/tune join "),
        ("/tune forget", "Delete what you gave to"),
        ("/tune add", "request"),
        ("/tune skip", ""),
        ("/tune chart", ""),
    ],
)
async def test_the_command_is_carried_out_once_a_project_was_picked(talk: Talk, command: str, said: str) -> None:
    await talk.type(command)
    answer = await pick(talk)
    assert f"We are in “{GOAL}” now." in answer
    assert said in answer
    first = talk.said[0]
    assert isinstance(first, ShowCard)
    assert (first.edit, first.choices) == (True, ()), "the picker is closed"
    assert len(talk.said) > 2, "and the command has its answer"
    conversation = await talk.store.conversations.get(talk.conversation)
    assert conversation.project_id == (await talk.store.projects.all())[0].id


async def test_an_example_behind_a_command_is_not_kept_on_a_card(talk: Talk) -> None:
    said = await talk.type(f"/tune add {LABELLED.format(n=2)}")
    assert "please send the example again" in said
    assert "bed 2" not in str((await talk.store.cards.get(picker(talk).card_id)).subject)
    await pick(talk)
    await talk.type(LABELLED.format(n=2))
    assert "Approved" in await talk.press("Approve")


async def test_beginning_another_asks_for_its_goal(talk: Talk) -> None:
    await talk.type("/tune train")
    assert "What do you wish a model could do" in await talk.press("Begin another")
    await talk.begin(HOTEL)
    assert [project.name for project in await talk.store.projects.all()] == [GOAL, HOTEL]


async def test_the_next_command_needs_no_picking(talk: Talk) -> None:
    await talk.type("/tune examples")
    await pick(talk)
    assert "What I understood" in await talk.type("/tune goal")


async def test_a_second_tap_is_told_so(talk: Talk) -> None:
    await talk.type("/tune examples")
    card = picker(talk)
    await pick(talk)
    assert "decided already" in await talk.press("Begin another", card)


async def test_whoever_has_no_project_is_asked_for_a_goal(talk: Talk) -> None:
    talk.person = "console:bo"
    said = await talk.type("/tune train")
    assert "I am Threadtune" in said
    assert "What do you wish a model could do" in said
    assert talk.shown == []


async def test_the_status_is_told_without_asking(talk: Talk) -> None:
    assert "We have not begun yet" in await talk.type("/tune status")


async def test_a_goal_may_be_said_instead(talk: Talk) -> None:
    await talk.type("/tune examples")
    await talk.begin(HOTEL)
    assert HOTEL in [project.name for project in await talk.store.projects.all()]


async def test_two_projects_of_one_long_name_can_be_told_apart(talk: Talk) -> None:
    name = "Write the quarterly report on the state of us all"[:48]
    for number in (1, 2):
        project = Project(
            id=f"p{number}",
            name=name,
            slug="write-the-quarterly-report-on-the-state",
            goal="g",
            owner_id="console:cyd",
            created_at=talk.now,
        )
        await talk.store.projects.add(project)
        member = Membership(project_id=project.id, person_id=talk.person, role=Role.VIEWER)
        await talk.store.projects.set_role(member)
    await talk.type("/tune examples")
    assert len(set(labels(talk))) == len(labels(talk)) == 4
    assert all(len(label) <= LONGEST_LABEL for label in labels(talk))


async def test_a_project_that_one_was_put_out_of_is_not_opened(talk: Talk) -> None:
    await talk.type("/tune examples")
    label = labels(talk)[0]
    talk.person = "console:bo"
    assert "You cannot look at anything" in await talk.press(label)
    assert (await talk.store.conversations.get(talk.conversation)).project_id is None


async def asked(talk: Talk) -> None:
    await elsewhere(talk)
    await talk.type("/tune train")


async def asked_for_review(talk: Talk) -> None:
    await with_project(talk)
    await talk.type(LABELLED.format(n=1))
    talk.conversation = "console:another"
    talk.shown.clear()
    await talk.type("/tune review")


TURNS: Turns = {
    "asking": (elsewhere, lambda talk: talk.type("/tune train")),
    "training": (asked, pick),
    "reviewing": (asked_for_review, pick),
    "beginning another": (asked, lambda talk: talk.press("Begin another")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_pick_whose_process_is_killed_ends_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of, before=True)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    return {
        "project": (await talk.store.conversations.get(talk.conversation)).project_id,
        "projects": await talk.store.projects.all(),
        "posts": await talk.posts(),
        "stage": await stage_of(talk),
        "waiting": await talk.store.inbox.pending(talk.conversation),
    }


@pytest.mark.parametrize("how", ["id", "slug", "name"])
async def test_new_with_what_a_project_is_called_goes_to_it(talk: Talk, how: str) -> None:
    (project,) = await talk.store.projects.all()
    said = await talk.type(f"/tune new {getattr(project, how)}")
    assert f"We are in “{project.name}” now" in said
    assert len(await talk.store.projects.all()) == 1
    assert "1 approved, 0 pending" in await talk.type("/tune examples")


async def test_new_with_what_somebody_elses_project_is_called_is_a_goal(talk: Talk) -> None:
    (project,) = await talk.store.projects.all()
    talk.person, talk.conversation, talk.name = "console:bo", "console:bo", "Bo"
    await talk.type(f"/tune new {project.slug}")
    assert await talk.store.projects.role(project.id, "console:bo") is None
    assert (await talk.store.conversations.get("console:bo")).project_id != project.id
