"""What is pressed, asked or sent beside an example that is in hand: one goes on with it afterwards."""

from pathlib import Path

import pytest

from agent.replies import ShowCard
from storage.domain import Row, RowStatus
from tests.fakes.projects import rows_of
from tests.fakes.talk import Talk

BEDS = ("bed 4, insulin 8 units, glucose 14.2", "bed 7, fell at 3 am, hourly checks", "bed 9, drain 40 ml, pain 3/10")


@pytest.fixture
async def talk(tmp_path: Path) -> Talk:
    """A format was found and waits for a word about it; meanwhile another example was begun."""
    talk = Talk(home=tmp_path / "home")
    talk.home.mkdir()
    await talk.begin("Write shift handover notes for nurses")
    for bed in BEDS:
        await give(talk, bed)
    assert talk.shown[-1].card_kind == "format"
    await talk.type("Write the handover for bed 12")
    return talk


async def give(talk: Talk, bed: str) -> None:
    await talk.type(f"Instruction: Write a handover\nInput: {bed}\nOutput: Situation: {bed}\nBackground: since {bed}")
    await talk.press("Approve")


async def finish(talk: Talk) -> Row:
    """Give the input and the answer of the example that was begun; returns it."""
    assert "And what is the answer" in await talk.type("chest pain at 2")
    assert "Is this example right?" in await talk.type("Situation: chest pain at 2\nBackground: new")
    return (await rows_of(talk, RowStatus.PENDING))[-1]


@pytest.mark.parametrize("label", ["Yes, that is it", "No fixed format"])
async def test_a_format_agreed_beside_an_example_does_not_end_it(talk: Talk, label: str) -> None:
    said = await talk.press(label)
    assert "Back to your example: is there anything that comes with the request?" in said
    assert "could you give me" not in said, "one question a turn"
    assert (await finish(talk)).instruction == "Write the handover for bed 12"


@pytest.mark.parametrize("words", ["done", "at most 90 words", "/tune skip", "/tune back"])
async def test_nor_does_one_that_was_corrected_or_left(talk: Talk, words: str) -> None:
    assert "Write it as it should be" in await talk.press("Change")
    await talk.type(words)
    assert (await finish(talk)).instruction == "Write the handover for bed 12"


@pytest.mark.parametrize("command", ["/tune plan", "/tune plan total 30", "/tune format", "/tune goal", "/tune status"])
async def test_looking_at_something_does_not_end_it(talk: Talk, command: str) -> None:
    await talk.type(command)
    assert (await finish(talk)).instruction == "Write the handover for bed 12"


async def test_the_plan_may_be_changed_meanwhile(talk: Talk) -> None:
    await talk.type("/tune plan")
    await talk.press("Change")
    assert "Back to your example" in await talk.type("total 30")
    await talk.type("/tune plan")
    assert "Back to your example" in await talk.press("Good as it is")
    assert (await finish(talk)).instruction == "Write the handover for bed 12"


async def test_staying_in_the_project_stays_with_the_example(talk: Talk) -> None:
    await talk.type("/tune new")
    assert "Back to your example" in await talk.press("Stay here")
    assert (await finish(talk)).instruction == "Write the handover for bed 12"


async def test_a_file_is_read_and_the_example_goes_on(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text('{"instruction": "Write a handover", "output": "Situation: bed 1 sleeps\\nBackground: none"}\n')
    said = await talk.type("", file)
    assert "1 of 1 rows accepted" in said
    assert "Back to your example" in said
    assert (await finish(talk)).instruction == "Write the handover for bed 12"


async def test_finishing_the_deck_does_not_end_it_and_asks_for_no_other(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text('{"instruction": "Who?", "output": "Situation: ask ann@ward.org\\nBackground: none at all"}\n')
    await talk.type("", file)
    await talk.type("/tune review")
    assert "could you give me" not in await talk.press("Approve as it is")
    assert (await finish(talk)).instruction == "Write the handover for bed 12"


@pytest.mark.parametrize("command", ["/tune format", "/tune plan", "/tune train"])
async def test_a_decision_may_be_written_although_another_card_was_shown_since(talk: Talk, command: str) -> None:
    row = await finish(talk)
    await talk.type(command)
    assert "Approved." in await talk.type("approve")
    assert (await talk.store.rows.get(row.id)).status is RowStatus.APPROVED


async def test_a_decision_written_after_a_correction_of_the_format_is_asked_for_again(talk: Talk) -> None:
    row = await finish(talk)
    await talk.press("Change", next(card for card in reversed(talk.shown) if card.card_kind == "format"))
    assert "it still waits for your decision" in await talk.type("done")
    assert "Here it is again" in await talk.type("approve")
    assert "Approved." in await talk.type("approve")
    assert (await talk.store.rows.get(row.id)).status is RowStatus.APPROVED


async def test_words_about_the_format_are_taken_although_another_card_was_shown_since(talk: Talk) -> None:
    await talk.press("Change")
    await talk.type("/tune plan")
    assert "The corrected format. Is this it?" in await talk.type("at most 90 words")


async def test_an_example_that_was_left_for_another_is_gone_back_to(talk: Talk, tmp_path: Path) -> None:
    file = tmp_path / "more.jsonl"
    file.write_text('{"instruction": "Who?", "output": "Situation: ask ann@ward.org\\nBackground: none at all"}\n')
    await talk.type("", file)
    await talk.type("/tune review")
    await talk.press("Edit")
    await talk.type("Situation: ask the sister\nBackground: none at all")
    await talk.press("Approve", next(reply for reply in talk.said if isinstance(reply, ShowCard)))
    said = await talk.press("Yes, that is it")
    assert "Back to your example" in said
    assert "Request: Write the handover for bed 12" in said
    assert (await finish(talk)).instruction == "Write the handover for bed 12"
