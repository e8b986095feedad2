"""Skipping and going back, wherever one is: it is said what is dropped, and nothing is lost in silence."""

from pathlib import Path
from typing import Any

import pytest

from storage.domain import Part, RowStatus
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.talk import Talk
from tests.unit.agent.test_conversation import GOAL, LABELLED
from tests.unit.agent.test_questions import SHAPE_TITLE, TONE_TITLE, brief_of, project_of


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def status_of_rows(talk: Talk) -> list[RowStatus]:
    return [row.status for row in await talk.store.rows.of_project((await project_of(talk)).id)]


async def test_back_asks_the_question_before_and_goes_on_from_there(talk: Talk) -> None:
    await talk.type(GOAL)
    assert "This is the first question" in await talk.type("back")
    await talk.press("You decide")
    await talk.press("Customers, friendly")
    assert TONE_TITLE in await talk.type("go back")
    assert SHAPE_TITLE in await talk.press("Experts, exact")
    assert (await brief_of(talk)).answers["tone"] == "Experts, exact"


async def test_back_right_after_the_questions_is_the_last_one(talk: Talk) -> None:
    await talk.begin(GOAL)
    assert SHAPE_TITLE in await talk.type("back")
    assert "Noted" in await talk.press("Free text")
    assert "comes with the request" in await talk.type("Write the handover for bed 4")


async def test_back_drops_a_request_and_says_which(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type("Write the handover for bed 4")
    said = await talk.type("/tune back")
    assert "dropped this request" in said
    assert "Write the handover for bed 4" in said
    assert "comes with the request" in await talk.type("Write the handover for bed 5")


async def test_back_from_the_answer_asks_for_the_input_again_and_tells_it(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type("Write the handover for bed 4")
    await talk.type("fever since noon")
    assert "fever since noon" in await talk.type("undo")
    await talk.type("no fever")
    assert "Input: no fever" in await talk.type("S: no fever")


async def test_back_from_a_decision_edits_and_back_again_leaves_it_waiting(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type(LABELLED.format(n=1))
    assert "answer as it should be" in await talk.type("back")
    assert "waits for your decision" in await talk.type("/tune back")
    assert await status_of_rows(talk) == [RowStatus.PENDING]


@pytest.mark.parametrize(("decision", "was"), [("yes", "approved"), ("no", "rejected")])
async def test_back_opens_the_last_decision_again(talk: Talk, decision: str, was: str) -> None:
    await talk.begin(GOAL)
    await talk.type(LABELLED.format(n=1))
    await talk.type(decision)
    said = await talk.type("undo")
    assert f"was {was} and is open again" in said
    assert await status_of_rows(talk) == [RowStatus.PENDING]
    await talk.press("Approve")
    assert await status_of_rows(talk) == [RowStatus.APPROVED]


async def test_a_row_that_was_trained_on_stays_decided(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type(LABELLED.format(n=1))
    await talk.type("yes")
    (row,) = await talk.store.rows.of_project((await project_of(talk)).id)
    await talk.store.rows.assign_parts({row.id: Part.TRAIN})
    assert "a run has used already" in await talk.type("back")
    assert await status_of_rows(talk) == [RowStatus.APPROVED]


async def test_a_rejected_row_that_was_given_again_stays_rejected(talk: Talk) -> None:
    await talk.begin(GOAL)
    for decision in ("no", "yes"):
        await talk.type(LABELLED.format(n=1))
        await talk.type(decision)
    assert "was approved" in await talk.type("back")
    await talk.type("yes")
    assert sorted(await status_of_rows(talk)) == [RowStatus.APPROVED, RowStatus.REJECTED]


async def test_going_back_opens_one_row_however_often_the_turn_is_killed(tmp_path: Path) -> None:
    async def two_approved(talk: Talk) -> None:
        await talk.begin(GOAL)
        for number in (1, 7):
            await talk.type(LABELLED.format(n=number))
            await talk.type("yes")

    async def outcome(talk: Talk) -> tuple[list[RowStatus], list[Any]]:
        return sorted(await status_of_rows(talk)), await talk.posts()

    statuses, posts = await ends_as_if_undisturbed(tmp_path, two_approved, lambda talk: talk.type("back"), outcome)
    assert statuses == [RowStatus.APPROVED, RowStatus.PENDING]
    said = [text for cause, _, text in posts if cause == posts[-1][0]]
    assert "was approved and is open again" in said[0]


async def test_skip_leaves_a_question_to_us(talk: Talk) -> None:
    await talk.type(GOAL)
    assert TONE_TITLE in await talk.type("skip")
    assert SHAPE_TITLE in await talk.type("/tune skip")
    assert "I plan 24 examples" in await talk.type("skip")


async def test_skip_drops_a_begun_example_and_says_which(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type("Write the handover for bed 4")
    said = await talk.type("/tune skip")
    assert "dropped the example" in said
    assert "Write the handover for bed 4" in said
    assert await status_of_rows(talk) == [RowStatus.REJECTED]


async def test_skip_leaves_a_complete_example_in_the_queue(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type(LABELLED.format(n=1))
    assert "waits for your decision" in await talk.type("skip")
    assert await status_of_rows(talk) == [RowStatus.PENDING]
    assert "Approved" in await talk.press("Approve")


async def test_skip_stops_asking_for_a_kind(talk: Talk) -> None:
    await talk.begin(GOAL)
    cell = (await brief_of(talk)).asked_cell
    assert "I do not ask for" in await talk.type("skip")
    brief = await brief_of(talk)
    assert brief.plan.skipped == (cell,)
    assert brief.asked_cell != cell


async def test_a_kind_that_was_skipped_by_mistake_is_asked_for_again(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    asked = (await talk.begin(GOAL)).splitlines()[-1]
    assert asked not in await talk.type("skip")
    said = await talk.type("go back")
    assert "I do not skip it, then." in said
    assert asked in said
    (project,) = await talk.store.projects.all()
    assert (await talk.store.briefs.get(project.id)).plan.skipped == ()
