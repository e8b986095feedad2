"""Files, drafts, long and hostile texts, taking back: what people give means the same wherever they give it."""

from pathlib import Path

import pytest

from agent.words import say
from tests.platforms.journeys import GOAL, csv, finds, finds_text, with_project, with_rows
from tests.platforms.meaning import expect, plain, says
from tests.platforms.speaking import Room, Speaker

NOTES = (Path(__file__).parents[2] / "examples" / "going-home.md").read_bytes()
HOSTILE = [
    "@everyone <!channel> <@U0BO> <@&1> <#2> @here",
    "**bold** *italic* `code` ~~gone~~ ||hidden|| __under__ > quoted",
    "[a link](https://evil.example) <https://evil.example|click> https://evil.example/x",
    "# no heading\n> no quote\n- no list\n1. no list\n-# small",
    "``` no fence ``` ```\nno fence either",
    r"back\slashes \*escaped\* \_so\_ and \\twice",
    "<script>alert(1)</script> &amp; &lt; :smile: <:x:1> <t:0:R> </tune:1>",
]


async def test_a_file_is_understood_confirmed_and_taken(ana: Speaker) -> None:
    await with_project(ana)
    await ana.upload("rows.csv", csv(14))
    (question,) = await ana.read()
    assert plain(question.text).startswith(say("columns.title"))
    assert plain(say("columns.records", name="rows.csv", count=14)) in plain(question.text)
    assert question.buttons == (say("columns.take"), say("columns.swap"), say("columns.leave"))
    await ana.press(say("columns.take"))
    seen = await ana.read()
    assert plain(seen[0].text) == say("columns.title_take")
    assert seen[0].edited
    finds(seen, "upload.accepted", name="rows.csv", accepted=14, total=14)


async def test_drafts_are_decided_about_on_one_card_that_is_paged_in_place(ana: Speaker) -> None:
    await with_project(ana)
    await ana.upload("notes.md", NOTES)
    await ana.read()
    await ana.press(say("passages.propose"))
    deck = finds_text(await ana.read(), "Example 1 of 6")
    labels = deck.buttons
    await ana.press(say("deck.next"))
    (turned,) = await ana.read()
    assert turned.edited
    assert "Example 2 of 6" in plain(turned.text)
    assert say("deck.previous") in turned.buttons
    await ana.press(say("row.approve"))
    (turned,) = await ana.read()
    assert "of 5" in plain(turned.text)
    rest = next(label for label in turned.buttons if label.startswith("Approve the rest"))
    assert set(labels) & set(turned.buttons)
    await ana.press(rest)
    (turned,) = await ana.read()
    assert "Example 1 of 1" in plain(turned.text), "the one that was paged past still waits"
    await ana.press(say("row.approve"))
    seen = await ana.read()
    assert seen[0].edited
    assert seen[0].buttons == ()
    assert say("deck.finished") in plain(seen[0].text)


@pytest.mark.parametrize("text", HOSTILE)
async def test_what_a_model_writes_is_shown_as_it_is(room: Room, ana: Speaker, text: str) -> None:
    room.house.model.texts.append(text)
    await with_project(ana)
    await ana.say("Repeat this")
    await ana.say("none")
    await ana.read()
    await ana.say("draft it")
    card = finds(await ana.read(), "row.title_drafted")
    shown = card.text.replace(f"{say('row.output')}:", "")  # the terminal begins each line of it so
    assert "".join(text.split()) in "".join(shown.split())


async def test_a_very_long_answer_can_be_read_whole(room: Room, ana: Speaker) -> None:
    answer = " ".join(f"word{number}" for number in range(1200))
    room.house.model.texts.append(answer)
    await with_project(ana)
    await ana.say("Count")
    await ana.say("none")
    await ana.read()
    await ana.say("draft it")
    card = finds(await ana.read(), "row.title_drafted")
    assert plain(answer) in plain(card.text), "on the card, or in a file with all of it below the card"
    assert card.buttons[0] == say("row.approve")


async def test_what_was_given_is_taken_back_after_a_question(room: Room) -> None:
    ana = room.alone("Ana")  # what was posted is not remembered either, so nothing is compared with it in the end
    await with_rows(ana, 12)
    await ana.command("forget")
    (question,) = await ana.read()
    assert GOAL in plain(question.text)
    assert "12 of yours" in plain(question.text)
    assert len(question.buttons) == 2
    await ana.press(question.buttons[0])
    seen = await ana.read()
    assert seen[0].edited
    assert "12" in plain(seen[-1].text)
    await ana.command("status")
    finds_text(await ana.read(), "0 approved")


async def test_examples_are_listed_and_exported_to_a_file(ana: Speaker) -> None:
    await with_rows(ana, 12)
    await ana.command("export mine")
    seen = await ana.read()
    (file,) = [name for one in seen for name in one.files]
    assert file.endswith(".jsonl")


async def test_nothing_more_is_said_than_was_asked(ana: Speaker) -> None:
    await ana.say("hello")
    await ana.read()
    expect(await ana.read())
    await ana.say("thanks")
    expect(await ana.read(), says("goal.too_short"))
