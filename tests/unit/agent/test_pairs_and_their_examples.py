"""A better answer is an example and a pair. What is decided of the example holds for the pair: nothing of it lives on there."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.replies import Say, ShowFile
from storage.domain import Preference, Role, RowStatus
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.mortal import READS
from tests.fakes.prepared import Step
from tests.fakes.talk import Talk
from tests.unit.agent.test_feedback import ANSWER, BETTER, BO, answer_card, asked, bo_as, rows

EMAIL = "jane.weaver@posteo.de"
OTHER = "S: bed 9\nB: fell at 4\nA: none\nR: watch"


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path)
    await asked(talk)
    return talk


async def pairs(talk: Talk) -> list[Preference]:
    return list(await talk.store.preferences.of_project("project_1"))


async def exported(talk: Talk) -> list[tuple[str, str]]:
    """The chosen and the rejected answer of each pair that ``/tune export pairs`` hands out."""
    await talk.type("/tune export pairs")
    (said,) = talk.said
    if isinstance(said, Say):
        return []
    assert isinstance(said, ShowFile)
    lines = [json.loads(line) for line in talk.files.read_text(said.path).splitlines()]
    return [(one["chosen"][0]["content"], one["rejected"][0]["content"]) for one in lines]


async def agreed_before(ana: Talk) -> None:
    """A consent is in force by an earlier example."""
    await ana.fill("Improve", output=BETTER)
    await ana.press("Approve")


class TestAPair:
    async def test_is_used_once_its_example_is_approved_whatever_was_agreed_before(self, ana: Talk) -> None:
        await agreed_before(ana)
        await ana.fill("Improve", output=OTHER)
        assert await exported(ana) == [(BETTER, ANSWER)], "the other one waits for a decision"

    async def test_is_not_used_where_its_example_was_rejected(self, ana: Talk) -> None:
        await agreed_before(ana)
        await ana.fill("Improve", output=OTHER)
        assert "It will not be used" in await ana.press("Reject")
        assert await exported(ana) == [(BETTER, ANSWER)]

    async def test_reads_as_its_example_that_was_edited(self, ana: Talk) -> None:
        await ana.fill("Improve", output=BETTER)
        await ana.press("Edit")
        await ana.type(OTHER)
        await ana.press("Approve")
        assert await exported(ana) == [(OTHER, ANSWER)]
        assert [one.row_id for one in await pairs(ana)] == [one.id for one in await rows(ana)]

    @pytest.mark.parametrize("deck", [False, True])
    async def test_holds_nothing_that_was_blacked_out_in_its_example(self, ana: Talk, deck: bool) -> None:
        await ana.fill("Improve", instruction=f"Tell {EMAIL} of bed 9", output=f"{BETTER}\nCall {EMAIL}")
        if deck:
            await ana.type("/tune review")
        await ana.press("Redact")
        if deck:
            await ana.type("/tune review")
        await ana.press("Approve")
        (pair,) = await pairs(ana)
        assert EMAIL not in repr(pair)
        assert await exported(ana) == [(f"{BETTER}\nCall [EMAIL]", ANSWER)]

    async def test_holds_nothing_of_it_in_the_answer_that_was_bettered_either(self, ana: Talk) -> None:
        answer = await ana.store.answers.get(answer_card(ana).subject["answer_id"])
        await ana.store.preferences.add(
            Preference(
                id="preference_2",
                project_id="project_1",
                instruction="Whom to call?",
                input="",
                first=f"Call {EMAIL} now",
                second=f"Call {EMAIL}, please",
                author_id=ana.person,
                event_id="event_2",
                created_at=answer.created_at,
            )
        )
        await ana.fill("Improve", output=f"Call {EMAIL}, please")
        (row,) = await rows(ana)
        await ana.store.preferences.decide("preference_2", "second", "", row.id, None)
        await ana.press("Redact")
        found = next(one for one in await pairs(ana) if one.id == "preference_2")
        assert (found.first, found.second) == ("Call [EMAIL] now", "Call [EMAIL], please")

    async def test_that_is_sent_twice_is_one(self, ana: Talk) -> None:
        card = answer_card(ana)
        await ana.fill("Improve", card, output=BETTER)
        await ana.fill("Improve", card, output=BETTER, why="It names the hour")
        (pair,) = await pairs(ana)
        assert pair.reason == "It names the hour", "what was said later counts"
        await ana.press("Approve")
        await ana.fill("Improve", card, output=BETTER)
        assert await exported(ana) == [(BETTER, ANSWER)]

    async def test_of_an_example_that_is_there_already_rests_on_that_one(self, ana: Talk) -> None:
        await ana.type(f"Instruction: Write the handover for bed 9\nInput:\nOutput:\n{BETTER}")
        await ana.press("Approve")
        assert "exactly this example already" in await ana.fill("Improve", answer_card(ana), output=BETTER)
        (row,) = await rows(ana)
        (pair,) = await pairs(ana)
        assert pair.row_id == row.id
        assert await exported(ana) == [(BETTER, ANSWER)]


class TestWhatAColleagueBettered:
    async def test_goes_with_the_question_that_it_was_about(self, ana: Talk) -> None:
        bo = await bo_as(ana, Role.CONTRIBUTOR)
        await bo.fill("Improve", answer_card(ana), output=OTHER)
        await ana.type("/tune forget")
        await ana.press("Delete my examples")
        assert (await rows(ana), await pairs(ana)) == ([], [])

    @pytest.mark.parametrize("approved", [False, True])
    async def test_goes_with_whoever_wrote_it(self, ana: Talk, approved: bool) -> None:
        bo = await bo_as(ana, Role.CONTRIBUTOR)
        await bo.fill("Improve", answer_card(ana), output=OTHER)
        if approved:
            await ana.type("/tune review")
            await ana.press("Approve")
        assert "Examples: 1" in await bo.type("/tune forget")
        await bo.press("Delete my examples")
        assert await ana.store.rows.of_project("project_1", list(RowStatus)) == []
        assert await pairs(ana) == []
        assert not [text for _, _, text in await ana.posts() if "fell at 4" in text]

    async def test_leaves_what_the_other_gave_by_themselves(self, ana: Talk) -> None:
        await ana.type(f"Instruction: Write the handover for bed 9\nInput:\nOutput:\n{BETTER}")
        await ana.press("Approve")
        bo = await bo_as(ana, Role.CONTRIBUTOR)
        await bo.fill("Improve", answer_card(ana), output=BETTER)
        await bo.type("/tune forget")
        await bo.press("Delete my examples")
        assert [one.author_id for one in await rows(ana)] == [ana.person]
        assert BO not in [one.author_id for one in await pairs(ana)]


# A process that dies


async def bettered(talk: Talk) -> None:
    await asked(talk)
    await talk.fill("Improve", output=f"{BETTER}\nCall {EMAIL}")


async def bettered_by_bo(talk: Talk) -> None:
    """Ana's own account is hers to delete; what Bo wrote is Bo's: here he is who types."""
    await asked(talk)
    await bo_as(talk, Role.CONTRIBUTOR)
    talk.person = BO
    await talk.fill("Improve", answer_card(talk), output=OTHER)
    await talk.type("/tune forget")


TURNS: dict[str, tuple[Step, Step]] = {
    "it is blacked out": (bettered, lambda talk: talk.press("Redact")),
    "a colleague takes it back": (bettered_by_bo, lambda talk: talk.press("Delete my examples")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_ends_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    async def outcome(talk: Talk) -> Any:
        found = await pairs(talk)
        assert EMAIL not in repr(found)
        return await talk.store.rows.of_project("project_1", list(RowStatus)), found, await talk.posts()

    kept, found, _ = await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome, spares=READS)
    assert len(kept) == len(found) == (1 if name == "it is blacked out" else 0)
