"""A message of a channel as an example: one's own is decided at once; somebody else's is theirs, and they are asked first."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.home import home
from agent.replies import Say, ShowCard
from agent.state import VERSION
from dataset.quality.duplicates import content_hash
from storage.domain import Membership, Origin, Role, Row, RowStatus
from tests.fakes.killed import ends_as_if_undisturbed
from tests.fakes.mortal import READS
from tests.fakes.prepared import Step
from tests.fakes.projects import in_a_project
from tests.fakes.talk import Talk

BO, EVE = "console:bo", "console:eve"
LINK = "https://acme.slack.com/archives/C1/p1700000000000100"
TEXT = "The zebra cage is cleaned at 7, before the doors open."
REQUEST = "When is the cage cleaned?"


async def example(talk: Talk, author: str = BO, text: str = TEXT, link: str = LINK, **values: str) -> str:
    """Send the form that stands behind the shortcut, as filled in for a message by ``author``."""
    subject = {"author": author, "author_name": "Bo", "link": link, "was": content_hash("", "", text)}
    filled = {"project": "project_1", "part": "output", "instruction": REQUEST, "input": "", "output": text, **values}
    return await talk.send_form("example", subject, filled)


def someone(ana: Talk, person: str, name: str) -> Talk:
    """Another person in their direct conversation with the same installation."""
    talk = Talk(home=ana.home, person=person, conversation=person, name=name, store=ana.store, saver=ana.saver)
    talk._count = {BO: 1000, EVE: 2000}[person]
    return talk


@pytest.fixture
async def ana(tmp_path: Path) -> Talk:
    talk = Talk(home=tmp_path, conversation="console:ana")
    await in_a_project(talk)
    return talk


@pytest.fixture
def bo(ana: Talk) -> Talk:
    return someone(ana, BO, "Bo")


async def the_row(talk: Talk, *statuses: RowStatus) -> Row:
    (row,) = await talk.store.rows.of_project("project_1", statuses or list(RowStatus))
    return row


async def asked(ana: Talk) -> ShowCard:
    """Ana proposes Bo's message; returns the card that Bo is shown."""
    await example(ana)
    return ana.shown[-1]


async def kept_of(talk: Talk) -> str:
    """Everything that the store keeps, as one text."""
    facts = talk.store.rows._facts  # type: ignore[attr-defined]  # the store in memory
    return str({name: value for name, value in vars(facts).items() if name != "checkpoints"})


# One's own


async def test_ones_own_message_is_decided_where_one_is(ana: Talk) -> None:
    said = await example(ana, author=ana.person)
    assert "Taken for “Team”" in said
    assert TEXT in said
    row = await the_row(ana)
    assert (row.status, row.origin, row.author_id) == (RowStatus.PENDING, Origin.GIVEN, ana.person)
    assert row.source == f"message by Bo: {LINK}"
    assert f"From: message by Bo: {LINK}" in said, "with the way back"
    assert f"From: message by Bo: {LINK}" in await ana.type("/tune review")
    assert "Approved" in await ana.press("Approve")
    assert (await the_row(ana)).status is RowStatus.APPROVED


async def test_a_message_that_was_changed_is_edited(ana: Talk) -> None:
    subject = {"author": ana.person, "author_name": "Ana", "link": LINK, "was": content_hash("", "", TEXT)}
    values = {"project": "project_1", "part": "output", "instruction": REQUEST, "output": TEXT + " Always."}
    await ana.send_form("example", subject, values)
    assert (await the_row(ana)).origin is Origin.EDITED


async def test_the_same_message_twice_is_told(ana: Talk) -> None:
    await example(ana, author=ana.person)
    assert "exactly this example already" in await example(ana, author=ana.person)
    assert await ana.store.rows.count("project_1", RowStatus.PENDING) == 1


async def test_what_one_was_writing_goes_on(ana: Talk) -> None:
    await ana.type("Write the handover for bed 4")
    await ana.type("none")
    await example(ana, author=ana.person)
    assert "Is this example right?" in await ana.type("S: bed 4")
    (written,) = [row for row in await ana.store.rows.of_project("project_1") if row.output == "S: bed 4"]
    assert written.instruction == "Write the handover for bed 4"


async def test_somebody_who_never_wrote_here_is_only_shown_the_card(ana: Talk) -> None:
    await ana.store.projects.set_role(Membership(project_id="project_1", person_id=BO, role=Role.CONTRIBUTOR))
    bo = someone(ana, BO, "Bo")
    assert TEXT in await example(bo)
    assert "Approved" in await bo.press("Approve")
    assert "I am Threadtune" in await bo.type("hello")


# Somebody else's


async def test_the_author_is_asked_with_the_text_in_full_and_the_proposer_waits(ana: Talk) -> None:
    said = await example(ana, input="cage 3")
    card, told = ana.said
    assert isinstance(card, ShowCard)
    assert isinstance(told, Say)
    assert (card.card_kind, card.to) == ("consent", BO)
    assert [quote.text for quote in card.quoted] == [REQUEST, "cage 3", TEXT]
    assert [(field.name, field.text) for field in card.fields] == [
        ("Who asks", "Ana"),
        ("For the project", "Team"),
        ("The message", LINK),
    ]
    assert [choice.label for choice in card.choices] == ["Yes, use it", "No"]
    assert (told.to, "asking them first" in said) == (None, True)
    row = await the_row(ana)
    assert (row.status, row.author_id) == (RowStatus.PROPOSED, BO)
    assert row.source == f"message by Bo, proposed by Ana: {LINK}"
    person = await ana.store.people.get(BO)
    assert person is not None
    assert person.display_name == "Bo"


async def test_the_card_reaches_the_author_directly(ana: Talk) -> None:
    card = await asked(ana)
    assert (await ana.store.cards.get(card.card_id)).conversation_id == BO


async def test_what_looks_personal_is_pointed_out_to_the_author(ana: Talk) -> None:
    await example(ana, text="Ask Jo, jo.miller@posteo.de")
    card = ana.shown[-1]
    assert any("an email address" in field.text for field in card.fields)
    assert "black out" in card.note, "there is no button for it on the author's card"


async def test_until_the_yes_nobody_sees_it_and_nothing_uses_it(ana: Talk) -> None:
    await ana.type("Instruction: Who feeds the lion?\nOutput: Ms Crane")
    await ana.press("Approve")
    await asked(ana)
    eve = someone(ana, EVE, "Eve")
    await ana.store.projects.set_role(Membership(project_id="project_1", person_id=EVE, role=Role.OWNER))
    await in_the_project(eve)
    for talk in (ana, eve):
        for command in ("examples", "examples proposed", "review", "review 2", "status", "plan", "format", "train"):
            assert "zebra" not in await talk.type(f"/tune {command}")
        assert "Waiting" not in await talk.type("/tune status")
    assert "zebra" not in str(await home(ana.context, ana.person))
    assert "waiting" not in str(await home(ana.context, ana.person))
    await ana.type("/tune draft")
    assert "zebra" not in str(ana.model.asked)
    row = await the_row(ana, RowStatus.PROPOSED)
    await ana.store.rows.approve([row.id], ana.person, "consent_1")
    assert (await the_row(ana, RowStatus.PROPOSED)).status is RowStatus.PROPOSED
    assert await ana.store.rows.count("project_1", RowStatus.APPROVED) == 1


async def in_the_project(talk: Talk) -> None:
    await talk.type("hello")
    await talk.store.conversations.set_project(talk.conversation, "project_1")
    config: Any = {"configurable": {"thread_id": talk.conversation}}
    position: Any = {"version": VERSION, "stage": "examples", "project_id": "project_1", "row_id": None}
    await talk.interviewer.graph.aupdate_state(config, position, as_node="explain")


async def test_no_model_reads_it_before_the_yes(tmp_path: Path) -> None:
    ana = Talk(home=tmp_path, conversation="console:ana")
    await in_a_project(ana, pack="product-management")
    before = list(ana.model.asked)
    await asked(ana)
    assert ana.model.asked == before


async def test_a_project_wide_consent_does_not_speak_for_a_message_that_was_proposed(ana: Talk, bo: Talk) -> None:
    await ana.store.projects.set_role(Membership(project_id="project_1", person_id=BO, role=Role.CONTRIBUTOR))
    await in_the_project(bo)
    await bo.type("Instruction: Who feeds the lion?\nOutput: Ms Crane")
    await bo.press("Approve")
    await asked(ana)
    assert "zebra" not in await ana.type("/tune review")


async def test_it_is_asked_once_whoever_proposes_it(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    assert "has not answered yet" in await example(ana)
    eve = someone(ana, EVE, "Eve")
    await ana.store.projects.set_role(Membership(project_id="project_1", person_id=EVE, role=Role.CONTRIBUTOR))
    assert "has not answered yet" in await example(eve, instruction="Another request")
    await bo.press("Yes, use it", card)
    assert "waits for a decision" in await example(eve)


async def test_an_example_that_is_there_already_is_asked_of_nobody(ana: Talk) -> None:
    await ana.type(f"Instruction: {REQUEST}\nOutput: {TEXT}")
    said = await example(ana)
    assert "exactly this example already" in said
    assert len(ana.said) == 1


# The yes


async def test_a_yes_opens_the_row_for_approval_and_is_its_consent(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    await bo.press("Yes, use it", card)
    face, told = bo.said
    assert isinstance(face, ShowCard)
    assert isinstance(told, Say)
    assert (face.title, face.edit) == ("You said yes to the use of your message", True)
    assert told.to == ana.person
    assert told.text.startswith("Bo said yes")
    row = await the_row(ana)
    assert row.status is RowStatus.PENDING
    consent = await ana.store.people.consent(BO, "project_1", row.id)
    assert consent is not None
    assert (consent.row_id, consent.event_id) == (row.id, "event-1001")
    assert await ana.store.people.consent(BO, "project_1") is None, "for this message alone"
    assert "zebra" in await ana.type("/tune review")
    assert "Approved" in await ana.press("Approve")
    row = await the_row(ana)
    assert (row.status, row.consent_id, row.approved_by) == (RowStatus.APPROVED, consent.id, ana.person)


async def test_a_consent_for_one_row_approves_no_other(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    await bo.press("Yes, use it", card)
    row = await the_row(ana)
    other = replace(row, id="row_other", output="Something else of Bo's", content_hash="other")
    await ana.store.rows.add([other])
    await ana.type("/tune review")
    said = await ana.press("Approve the rest (2)")
    assert (await ana.store.rows.get(row.id)).status is RowStatus.APPROVED
    assert (await ana.store.rows.get(other.id)).status is RowStatus.PENDING, said


async def test_a_yes_after_the_same_example_came_in_leaves_it_out(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    await ana.type(f"Instruction: {REQUEST}\nOutput: {TEXT}")
    await bo.press("Yes, use it", card)
    assert "the same example was there already" in bo.text
    assert await ana.store.rows.count("project_1", RowStatus.PENDING) == 1


async def test_only_the_author_can_answer(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    await ana.press("Yes, use it", card)
    (refused,) = ana.said
    assert isinstance(refused, Say)
    assert (refused.text, refused.private) == ("Only the author of the message can answer that.", True)
    assert (await the_row(ana)).status is RowStatus.PROPOSED
    await bo.press("No", card)
    assert (await the_row(ana)).status is RowStatus.REJECTED


async def test_it_is_answered_once(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    await bo.press("Yes, use it", card)
    assert "decided already: Yes, use it" in await bo.press("No", card)
    assert (await the_row(ana)).status is RowStatus.PENDING


# The no


async def test_a_no_blanks_the_text_everywhere_and_tells_who_proposed_it_kindly(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    assert "zebra" in await kept_of(ana)
    await bo.press("No", card)
    face, told = bo.said
    assert isinstance(face, ShowCard)
    assert isinstance(told, Say)
    assert (face.quoted, face.choices) == ((), ())
    assert told.to == ana.person
    assert "No harm done" in told.text
    assert "zebra" not in await kept_of(ana)
    row = await the_row(ana)
    assert (row.status, row.instruction, row.output, row.source) == (RowStatus.REJECTED, "", "", "")


async def test_after_a_no_the_author_is_not_asked_again(ana: Talk, bo: Talk) -> None:
    await bo.press("No", await asked(ana))
    assert "not to be used" in await example(ana)
    assert len(ana.said) == 1


async def test_a_no_leaves_the_lists_as_they_were(ana: Talk, bo: Talk) -> None:
    await bo.press("No", await asked(ana))
    assert "There are no examples yet" in await ana.type("/tune examples")


# Taking back


async def test_a_yes_can_be_taken_back_by_somebody_who_is_in_no_project(ana: Talk, bo: Talk) -> None:
    await bo.press("Yes, use it", await asked(ana))
    face = bo.said[0]
    assert isinstance(face, ShowCard)
    row = await the_row(ana)
    assert "1 of yours would be deleted for good" in await bo.press("Take it back", face)
    assert "Examples of yours that are deleted: 1." in await bo.press("Delete my examples")
    assert await ana.store.rows.of_project("project_1", list(RowStatus)) == []
    assert await ana.store.people.consent(BO, "project_1", row.id) is None
    assert "zebra" not in await kept_of(ana)
    assert "I am Threadtune" in await bo.type("hello"), "the author is met like anybody new"


async def test_a_card_of_what_was_taken_back_says_so(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    await ana.store.rows.forget_author(BO, "project_1")
    assert "does not exist any more" in await bo.press("Yes, use it", card)
    assert await ana.store.people.consent(BO, "project_1", card.subject["row_id"]) is None


async def test_what_waits_for_the_yes_goes_with_all_that_is_forgotten(ana: Talk, bo: Talk) -> None:
    await ana.store.projects.set_role(Membership(project_id="project_1", person_id=BO, role=Role.CONTRIBUTOR))
    await in_the_project(bo)
    await asked(ana)
    assert "1 of yours would be deleted for good" in await bo.type("/tune forget")
    await bo.press("Delete my examples")
    assert await ana.store.rows.of_project("project_1", list(RowStatus)) == []
    assert "zebra" not in await kept_of(ana)


# What may come in


@pytest.mark.parametrize("project", ["project_1", "project_of_nobody", "", "x' OR 1=1"])
async def test_who_may_not_give_to_the_project_gives_nothing(ana: Talk, project: str) -> None:
    eve = someone(ana, EVE, "Eve")
    said = await example(eve, project=project)
    assert said.startswith("You cannot give examples")
    assert await ana.store.rows.of_project("project_1", list(RowStatus)) == []


@pytest.mark.parametrize(
    "author", ["", "bo", "slack:T1:U1", "console:", "console:b o", "console:\ud83d", "console:bo\x07"]
)
async def test_an_author_who_cannot_be_asked_is_not_taken(ana: Talk, author: str) -> None:
    said = await example(ana, author=author)
    assert "cannot tell who wrote" in said


async def test_an_author_of_another_workspace_is_not_asked(tmp_path: Path) -> None:
    """Whom a form names has been in its sender's hands: nobody is written to out of the blue."""
    ana = Talk(home=tmp_path, person="slack:T1:ana", conversation="slack:T1:ana")
    await in_a_project(ana)
    assert "cannot tell who wrote" in await example(ana, author="slack:T2:eve")
    assert "so I am asking them first" in await example(ana, author="slack:T1:bo")


@pytest.mark.parametrize("values", [{"instruction": " \n"}, {"output": ""}, {"instruction": "", "output": ""}])
async def test_a_form_that_is_half_filled_keeps_nothing(ana: Talk, values: dict[str, str]) -> None:
    assert "needs a request and an answer" in await example(ana, **values)
    assert await ana.store.rows.of_project("project_1", list(RowStatus)) == []


async def test_a_form_without_anything_breaks_nothing(ana: Talk) -> None:
    assert "cannot" in await ana.send_form("example", {}, {})


@pytest.mark.parametrize("text", ["half \ud83d a letter", "bell \x07", "x" * 70_000])
async def test_a_text_that_cannot_be_kept_is_refused_before_anybody_is_asked(ana: Talk, text: str) -> None:
    await example(ana, text=text)
    (refused,) = ana.said
    assert isinstance(refused, Say)
    assert refused.private
    assert await ana.store.rows.of_project("project_1", list(RowStatus)) == []


@pytest.mark.parametrize("link", ["javascript:alert(1)", "https://x|<!channel>", "https://a b", "https://" + "x" * 600])
async def test_a_link_that_is_none_is_not_shown(ana: Talk, link: str) -> None:
    await example(ana, link=link)
    assert link not in str(ana.said)
    assert (await the_row(ana)).source == "message by Bo, proposed by Ana"


async def test_names_and_texts_are_data_wherever_they_stand(ana: Talk, bo: Talk) -> None:
    evil = "*<!channel>* {author} [x](http://y) `rm`"
    subject = {"author": BO, "author_name": evil, "link": LINK, "was": ""}
    values = {"project": "project_1", "part": "output", "instruction": REQUEST, "output": evil}
    await ana.send_form("example", subject, values)
    card, told = ana.said
    assert isinstance(card, ShowCard)
    assert isinstance(told, Say)
    assert not set("<>*`[]") & set(told.text)
    assert evil not in f"{card.title}{card.note}{card.fields}"
    await bo.press("Yes, use it", card)


async def test_forged_actions_of_the_card_do_nothing(ana: Talk, bo: Talk) -> None:
    card = await asked(ana)
    forged = replace(card, choices=(replace(card.choices[0], action="approve", label="Forged"),))
    assert "not known here" in await bo.press("Forged", forged)
    assert (await the_row(ana)).status is RowStatus.PROPOSED


# A process that dies


async def project(talk: Talk) -> None:
    await in_a_project(talk)


async def proposed(talk: Talk) -> None:
    await project(talk)
    await example(talk)


def as_bo(label: str) -> Step:
    async def press(talk: Talk) -> None:
        talk.person = talk.conversation = BO
        await talk.press(label)

    return press


async def said_yes(talk: Talk) -> None:
    await proposed(talk)
    await as_bo("Yes, use it")(talk)
    face = talk.said[0]
    assert isinstance(face, ShowCard)
    talk.shown.append(face)


TURNS: dict[str, tuple[Step, Step]] = {
    "one's own message is taken": (project, lambda talk: example(talk, author=talk.person)),
    "the author is asked": (project, example),
    "the author says yes": (proposed, as_bo("Yes, use it")),
    "the author says no": (proposed, as_bo("No")),
    "a yes is taken back": (said_yes, as_bo("Take it back")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_killed_anywhere_ends_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    async def outcome(talk: Talk) -> Any:
        rows = await talk.store.rows.of_project("project_1", list(RowStatus))
        consents = [await talk.store.people.consent(BO, "project_1", row.id) for row in rows]
        return rows, consents, await talk.posts()

    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome, spares=READS)
