"""What people who had only the README stumbled over: each may be said the way they said it."""

from pathlib import Path

import pytest

from agent.replies import ShowTable
from storage.domain import Origin, RowStatus
from tests.fakes.chat_model import ScriptedChatModel
from tests.fakes.projects import rows_of
from tests.fakes.talk import Talk

GOAL = "Answer tenants' questions about rent law in three lines"
ANSWER = "Short answer: He may not.\nWhy: It is your home.\nWhat to do now: Ask for a date in writing."


async def talk_with_rows(home: Path, count: int = 1) -> Talk:
    talk = Talk(home)
    await talk.begin(GOAL)
    for number in range(count):
        await talk.type(
            f"Instruction: Answer the tenant.\nInput: question {number} about rent\nOutput: {ANSWER} {number}"
        )
        await talk.press("Approve")
    return talk


async def test_an_input_of_none_is_no_input_also_in_one_message(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    await talk.begin(GOAL)
    await talk.type(f"Instruction: May he come in?\nInput: none\nOutput: {ANSWER}")
    (row,) = await rows_of(talk)
    assert row.input == ""


async def test_an_edit_may_name_the_input_or_the_request(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    await talk.begin(GOAL)
    await talk.type(f"Instruction: Answer the tenant.\nInput: Fatima Demir lost her key\nOutput: {ANSWER}")
    await talk.press("Edit")
    assert "Input: a tenant lost her key" in await talk.type("Input: a tenant lost her key")
    await talk.press("Edit")
    await talk.type("Instruction: Answer this tenant.\nOutput: Short answer: Tell us at once.")
    (row,) = [one for one in await rows_of(talk) if one.status is RowStatus.PENDING]
    assert (row.instruction, row.input, row.output) == (
        "Answer this tenant.",
        "a tenant lost her key",
        "Short answer: Tell us at once.",
    )
    assert row.origin is Origin.GIVEN


async def test_an_example_is_listed_by_number_and_opened_again_by_it(tmp_path: Path) -> None:
    talk = await talk_with_rows(tmp_path, 2)
    await talk.type("/tune examples")
    table = next(reply for reply in talk.said if isinstance(reply, ShowTable))
    assert [row[0] for row in table.rows] == ["1", "2"]
    said = await talk.type("/tune review 1")
    assert "Example 1 is open for your decision" in said
    assert "question 0 about rent" in said
    statuses = [row.status for row in await rows_of(talk)]
    assert statuses == [RowStatus.PENDING, RowStatus.APPROVED]
    assert "There is no example of that number" in await talk.type("/tune review 9")


async def test_an_example_that_was_begun_and_then_given_otherwise_is_not_called_half_finished(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    await talk.begin(GOAL)
    await talk.type("May my landlord come into my flat?")
    assert "half finished" in await talk.type("where are we?")
    await talk.type(f"Instruction: May my landlord come into my flat?\nOutput: {ANSWER}")
    await talk.press("Approve")
    assert "half finished" not in await talk.type("where are we?")


async def test_a_draft_that_is_another_examples_answer_is_not_offered(tmp_path: Path) -> None:
    talk = await talk_with_rows(tmp_path, 3)
    copied = f"{ANSWER} 2"
    talk.model.texts = [
        copied,
        "Short answer: Yes.\nWhy: A small pet does no harm.\nWhat to do now: Tell the landlord.",
    ]
    await talk.press("Yes, that is it")
    await talk.type("Answer the tenant.")
    await talk.type("May I keep a hamster?")
    said = await talk.type("draft it")
    assert "A small pet does no harm" in said
    assert isinstance(talk.model, ScriptedChatModel)
    assert len(talk.model.asked) == 2


@pytest.mark.parametrize(
    ("typed", "meant"), [("/tune plna", "plan"), ("/tune reviw", "review"), ("/tune exampels", "examples")]
)
async def test_a_slip_of_the_pen_is_answered_with_what_was_meant(tmp_path: Path, typed: str, meant: str) -> None:
    talk = await talk_with_rows(tmp_path)
    said = await talk.type(typed)
    assert f"Did you mean `/tune {meant}`?" in said
    assert len(said.splitlines()) == 1


async def test_a_document_of_questions_with_labelled_answers_gives_their_questions(tmp_path: Path) -> None:
    talk = Talk(tmp_path)
    await talk.begin(GOAL)
    letters = "\n\n".join(
        f"## Case {n}\n\nQuestion: Who pays for repair {n}?\nShort answer: The landlord.\nWhy: It is his house, case {n}.\n"
        "What to do now: Send him a photo and a date by which it has to be done."
        for n in range(3)
    )
    (tmp_path / "letters.md").write_text(letters, encoding="utf-8")
    await talk.type("", tmp_path / "letters.md")
    await talk.press("Propose examples")
    rows = await rows_of(talk)
    assert [row.instruction for row in rows] == [f"Who pays for repair {n}?" for n in range(3)]
    assert all(row.output.startswith("Short answer:") for row in rows)
