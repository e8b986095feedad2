"""What each feature flag turns in a conversation, and when somebody counts as having been shown it."""

from dataclasses import replace
from pathlib import Path

import pytest

from agent.flags import read_flags
from tests.fakes.talk import Talk

GOAL = "Write our release notes in the format that my team uses"


def talking(home: Path, flags: str) -> Talk:
    talk = Talk(home=home)
    talk.become(replace(talk.context, flags=read_flags(flags)))
    return talk


async def shown(talk: Talk, flag: str) -> list[str]:
    return [one.variant for one in await talk.store.exposures.of_flag(flag)]


@pytest.mark.parametrize(("flags", "told"), [("hello=A:100", "You need no knowledge"), ("hello=B:100", "about ten")])
async def test_the_first_words(tmp_path: Path, flags: str, told: str) -> None:
    talk = talking(tmp_path, flags)
    assert told in await talk.type("hello")
    assert await shown(talk, "hello") == [flags[6]]


async def test_the_questions_about_the_goal_can_be_left_out(tmp_path: Path) -> None:
    talk = talking(tmp_path, "interview=off")
    said = await talk.type(GOAL)
    assert not any(card.card_kind == "question" for card in talk.shown)
    assert "what is asked, and the answer you would want" in said, "it asks for the first example at once"
    (project,) = await talk.store.projects.all()
    assert (await talk.store.briefs.get(project.id)).plan.targets, "there is a plan all the same"
    assert await shown(talk, "interview") == ["off"]


async def test_and_are_asked_of_everybody_else(tmp_path: Path) -> None:
    talk = talking(tmp_path, "interview=on")
    await talk.type(GOAL)
    assert any(card.card_kind == "question" for card in talk.shown)
    assert await shown(talk, "interview") == ["on"]


async def test_whoever_has_begun_nothing_was_not_shown_it(tmp_path: Path) -> None:
    talk = talking(tmp_path, "interview=50%")
    await talk.type("hello")
    assert await shown(talk, "interview") == []


async def test_the_figures_are_for_owners_alone_and_private(tmp_path: Path) -> None:
    talk = talking(tmp_path, "")
    assert "You own no project yet" in await talk.type("/tune stats")
    await talk.begin(GOAL)
    said = await talk.type("/tune stats")
    assert "Projects: 1. Models made: 0." in said
    assert all(getattr(one, "private", False) for one in talk.said)
    talk.person = "console:bo"
    assert "You own no project yet" in await talk.type("/tune stats")
