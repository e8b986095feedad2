"""A person's scores, pins and rules are theirs: they go with the rest, wherever their words stand."""

import json
from pathlib import Path

import pytest

from agent.raters import asked_file
from agent.replies import ShowFile
from storage.domain import Evaluation, EvaluationState, Membership, Person, Role
from tests.contract.facts import START, pin, rule, score
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk
from tests.unit.agent.test_evaluating import answer_job, good, with_versions

PROJECT = "project_1"
NOTE, REQUEST, RULE = "It forgot the lift", "Who may use the lift?", "Name the lift"


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    """Ana owns the project; she and Bo have scored, pinned and taught something."""
    talk = Talk(home=tmp_path)
    await in_a_project(talk)
    bo = Person(id="console:bo", platform="console", display_name="Bo", created_at=START)
    await talk.store.people.add(bo)
    await talk.store.projects.set_role(Membership(project_id=PROJECT, person_id=bo.id, role=Role.CONTRIBUTOR))
    for who, words in ((talk.person, ""), (bo.id, " (Bo)")):
        mine = {"project_id": PROJECT, "event_id": f"event of {who}"}
        await talk.store.scores.put([score(who, **mine, rater_id=who, note=NOTE + words, score=2)])
        await talk.store.pins.add(pin(who, **mine, author_id=who, instruction=REQUEST + words, must=("the key",)))
        await talk.store.preferences.add_rule(rule(who, **mine, author_id=who, text=RULE + words))
    return talk


async def test_they_are_counted_before_and_gone_after(talk: Talk) -> None:
    said = await talk.type("/tune forget")
    assert "your scores of answers, with what you wrote beside them: 1." in said
    assert "the requests that you pinned: 1." in said
    said = await talk.press("Delete my examples")
    assert "with what you wrote beside them: 1." in said
    assert [one.rater_id for one in await talk.store.scores.of_project(PROJECT)] == ["console:bo"]
    assert [one.author_id for one in await talk.store.pins.of_project(PROJECT)] == ["console:bo"]
    assert [one.author_id for one in await talk.store.preferences.rules(PROJECT)] == ["console:bo"]


@pytest.mark.parametrize("command", ["/tune judge", "/tune pin", "/tune rubric"])
async def test_no_card_shows_their_words_any_more(talk: Talk, command: str) -> None:
    await talk.type(command)
    shown = str(await talk.posts())
    assert any(words in shown for words in (NOTE, REQUEST, RULE))
    await talk.type("/tune forget")
    await talk.press("Delete my examples")
    left = str(await talk.posts())
    for words in (NOTE, REQUEST, RULE):
        assert words not in left.replace(f"{words} (Bo)", "")


async def test_whoever_only_scored_has_something_to_take_back(talk: Talk) -> None:
    await talk.store.preferences.forget_author(talk.person, PROJECT)
    await talk.store.pins.forget_author(talk.person, PROJECT)
    assert "Delete what you gave" in await talk.type("/tune forget")


async def test_the_projects_criteria_are_nobodys_and_stay(talk: Talk) -> None:
    await talk.type("/tune rubric tone: 5 = warm and plain")
    await talk.type("/tune forget")
    await talk.press("Delete my examples")
    assert "warm and plain" in await talk.type("/tune rubric")


async def test_they_can_be_taken_along_in_a_file(talk: Talk) -> None:
    said = await talk.type("/tune export mine")
    (file,) = [reply for reply in talk.said if isinstance(reply, ShowFile)]
    assert "rules, votes, scores, pinned requests" in said
    assert file.private
    lines = talk.files.read_text(file.path).splitlines()
    assert len(lines) == 3
    assert all("Bo" not in line for line in lines)
    assert all(any(words in line for line in lines) for words in (NOTE, REQUEST, RULE))
    await talk.type("/tune forget")
    await talk.press("Delete my examples")
    assert not talk.files.exists(file.path)
    assert "Nothing" in await talk.type("/tune export mine") or not [r for r in talk.said if isinstance(r, ShowFile)]


async def test_nothing_goes_while_an_evaluation_may_write_it_anew(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await with_versions(talk, 1, rows=12)
    await talk.type("/tune evaluate base v1")
    await talk.press("Start")
    await talk.type("/tune forget")
    assert "an evaluation is using them" in await talk.press("Delete my examples")
    for _ in range(2):
        await answer_job(talk, good)
    await talk.type("/tune forget")
    assert "an evaluation is using them" not in await talk.press("Delete my examples")


async def compared(talk: Talk) -> tuple[Evaluation, Path]:
    """An evaluation of two versions that is done, with a request that the person pinned; and its folder."""
    await with_versions(talk)
    await talk.type(f"/tune pin {REQUEST} | must: the key")
    await talk.type("/tune evaluate v1 v2")
    await talk.press("Start")
    await answer_job(talk, good)
    await answer_job(talk, good)
    (project,) = await talk.store.projects.all()
    (one,) = await talk.store.evaluations.of_project(project.id)
    return one, talk.home / "evaluations" / one.id


async def test_an_evaluation_is_compared_anew_of_what_others_gave(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    one, folder = await compared(talk)
    assert REQUEST in (folder / "comparison.json").read_text("utf-8")
    await talk.type("/tune forget")
    said = await talk.press("Delete my examples")
    assert "Too little is left" not in said
    page, data = ((folder / f"comparison.{end}").read_text("utf-8") for end in ("md", "json"))
    assert REQUEST not in page + data
    assert "Write the ticket." not in page + data, "the examples were the person's too"
    left = await talk.store.evaluations.get(one.id)
    assert left.state is EvaluationState.DONE
    assert left.results["headlines"] == [
        f"Version 2 beside version 1: {json.loads(data)['comparisons'][0]['headline']}"
    ]


async def test_an_evaluation_of_which_nothing_is_left_is_named(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    one, folder = await compared(talk)
    (folder / "answers_1.jsonl").unlink()
    await talk.type("/tune forget")
    assert "Too little is left of these evaluations to compare anybody: 1." in await talk.press("Delete my examples")
    left = await talk.store.evaluations.get(one.id)
    assert (left.state, left.results["headlines"]) == (EvaluationState.FAILED, [])


async def test_when_somebody_was_asked_to_rate_is_forgotten_too(tmp_path: Path) -> None:
    talk = Talk(home=tmp_path)
    await compared(talk)
    for who in (talk.person, "console:bo"):
        talk.files.write_text(asked_file(who), "{}")
    await talk.type("/tune forget")
    await talk.press("Delete my examples")
    assert [talk.files.exists(asked_file(who)) for who in (talk.person, "console:bo")] == [False, True]
