"""From a fault of the answers to what helps: a card after the comparison, and one tap that does it."""

import json
from pathlib import Path

import pytest

from agent.replies import ShowCard
from storage.domain import JobKind, Membership, Role
from tests.fakes.projects import stage_of
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED
from tests.unit.agent.test_comparing import folder, prompts, wanted, with_rows, write_answers

REFUSAL = "I'm sorry, but I can't help with that."
LABEL = "Give an example: everyday cases"


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


def cards(talk: Talk) -> list[ShowCard]:
    return [one for one in talk.said if isinstance(one, ShowCard) and one.card_kind == "remedy"]


async def compared(talk: Talk, answer: str = REFUSAL) -> str:
    """A run whose model refuses everything; or answers as it should, where ``answer`` is empty."""
    await with_rows(talk, 120)
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    write_answers(talk, (lambda one: answer) if answer else wanted)
    return await talk.end_job(JobKind.GENERATE, result={})


async def test_a_fault_is_said_with_the_verdict_and_a_card_offers_what_helps(talk: Talk) -> None:
    said = await compared(talk)
    assert "Refusing, or saying that it cannot help: " in said
    assert [one.choices[0].label for one in cards(talk)] == [LABEL]
    assert "Against refusals." in cards(talk)[0].note
    data = json.loads((folder(talk) / "comparison.json").read_text("utf-8"))
    assert data["faults"][0]["code"] == "refuses"
    assert data["faults"][0]["n"] >= 10
    assert "Refusing" in (folder(talk) / "comparison.md").read_text("utf-8")


async def test_what_helps_is_offered_again_with_the_latest_comparison(talk: Talk) -> None:
    """Else a fault is told whose remedy lies far above, or was never shown: the run is of an older version of ours."""
    await compared(talk)
    await talk.type("/tune compare")
    assert [one.choices[0].label for one in cards(talk)] == [LABEL]
    assert "Its answer should be" in await talk.press(LABEL, cards(talk)[0])


async def test_good_answers_get_no_card(talk: Talk) -> None:
    said = await compared(talk, "")
    assert cards(talk) == []
    assert "Refusing" not in said


async def test_one_tap_asks_for_an_example_and_says_what_it_should_look_like(talk: Talk) -> None:
    await compared(talk)
    (card,) = cards(talk)
    said = await talk.press(LABEL)
    assert "What may help: done" in said
    assert "Its answer should be the help that you want to be given, not a refusal." in said
    assert await stage_of(talk) == "examples"
    again = await talk.press(LABEL, card)
    assert "Its answer should be" not in again, "a second press does nothing"


async def test_it_is_asked_for_of_the_very_kind_that_lacks_it(talk: Talk) -> None:
    await compared(talk)
    (card,) = cards(talk)
    project = card.subject["project_id"]
    pack = talk.context.packs[(await talk.store.briefs.get(project)).pack]
    kind = next(one for one in pack.categories if one.plural == "everyday cases")
    assert kind.ask in await talk.press(LABEL)
    assert (await talk.store.briefs.get(project)).asked_cell == f"{kind.id}/"


async def test_what_is_in_hand_comes_first(talk: Talk) -> None:
    await compared(talk)
    (card,) = cards(talk)
    await talk.type("What is wrong with the lift?")
    said = await talk.press(LABEL, card)
    assert "Its answer should be the help" not in said
    assert await stage_of(talk) != "examples"


async def test_who_may_only_look_gives_no_examples(talk: Talk) -> None:
    await compared(talk)
    (card,) = cards(talk)
    talk.person = "console:bo"
    await talk.store.projects.set_role(
        Membership(project_id=card.subject["project_id"], person_id=talk.person, role=Role.VIEWER)
    )
    assert "Its answer should be" not in await talk.press(LABEL, card)
    talk.person = "console:ana"
    assert "Its answer should be" in await talk.press(LABEL, card), "the refusal has used nothing up"


async def test_rows_that_leaked_are_one_tap_away(talk: Talk) -> None:
    await with_rows(talk, 120)
    await talk.type(
        "Instruction: Write the ticket.\nInput: Zoe wants a lamp\nOutput: Customer: Zoe\nItem: zoe.k@acme-mail.com\nDue: now"
    )
    await talk.press("Approve as it is")
    await talk.type("/tune train start")
    await talk.end_job(JobKind.TRAIN, result=TRAINED)
    rows = (folder(talk) / "rows.jsonl").read_text("utf-8").splitlines()
    (leaky,) = [json.loads(row) for row in rows if "acme-mail" in row]
    if leaky["part"] != "train":
        pytest.fail("the row is to be trained on: choose another")
    write_answers(talk, lambda one: wanted(one) + (" zoe.k@acme-mail.com" if one == prompts(talk)[0] else ""))
    said = await talk.end_job(JobKind.GENERATE, result={})
    assert "Watch out: personal data out of your training examples (an email address) stands in 1 of" in said
    assert "zoe.k" not in said.split("Request 1 of")[0]
    said = await talk.press("Show 1 example")
    assert "zoe.k@acme-mail.com" in said
