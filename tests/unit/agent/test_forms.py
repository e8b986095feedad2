"""Forms: several fields at once, where a platform has them; by the same rules as the words they stand for."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.agreement import filled_in, misfilled, written
from agent.replies import LONGEST_VALUE, Form, Say, ShowCard
from agent.reports.forms import ask_form, format_form
from storage.domain import (
    AgreedFormat,
    JobKind,
    JobState,
    Membership,
    Origin,
    Project,
    Role,
    RowStatus,
)
from tests.fakes.killed import Turns, ends_as_if_undisturbed
from tests.fakes.projects import rows_of, stage_of
from tests.fakes.talk import Talk
from tests.fakes.train_results import TRAINED, write_answers
from tests.unit.agent.test_conversation import GOAL, LABELLED, with_project
from tests.unit.agent.test_recipe_cards import proposed

BETTER = "S: bed 1, stable\nB: none\nA: well\nR: go home"


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(home=tmp_path)


async def offered(talk: Talk) -> None:
    await talk.begin(GOAL)
    await talk.type(LABELLED.format(n=1))


async def in_deck(talk: Talk) -> None:
    await offered(talk)
    await talk.press("Approve")
    for n in (2, 3):
        await talk.type(LABELLED.format(n=n))
    await talk.type("/tune review")


async def wrong_in(talk: Talk, form: Form, **values: str) -> dict[str, str]:
    """What the person is told beside the fields."""
    filled = {field.name: field.value for field in form.fields} | values
    return await talk.interviewer.check(form.name, talk.person, form.subject, filled)


def cards(talk: Talk) -> list[ShowCard]:
    return [reply for reply in talk.said if isinstance(reply, ShowCard)]


class TestEditing:
    async def test_the_form_holds_the_example_as_it_stands(self, talk: Talk) -> None:
        await offered(talk)
        fields = {field.name: (field.label, field.value, field.optional) for field in talk.form("Edit").fields}
        assert fields == {
            "instruction": ("Request", "Write a handover", False),
            "input": ("Input", "bed 1, stable", True),
            "output": ("Answer", "S: bed 1\nB: none\nA: stable number 1\nR: watch", False),
        }

    async def test_what_is_saved_is_shown_for_a_decision(self, talk: Talk) -> None:
        await offered(talk)
        await talk.fill("Edit", output=BETTER)
        old, fresh = cards(talk)
        assert (old.edit, old.title, old.choices) == (True, "Example edited; the card below has it", ())
        assert fresh.title == "Is this example right?"
        assert "Approved" in await talk.press("Approve", fresh)
        assert [(row.output, row.status, row.origin) for row in await rows_of(talk)] == [
            (BETTER, RowStatus.APPROVED, Origin.GIVEN)
        ]

    async def test_another_request_and_no_input(self, talk: Talk) -> None:
        await offered(talk)
        await talk.fill("Edit", instruction="Write a note", input="")
        (row,) = await rows_of(talk)
        assert (row.instruction, row.input) == ("Write a note", "")

    async def test_an_input_of_no_words_is_none(self, talk: Talk) -> None:
        await offered(talk)
        await talk.fill("Edit", input="none")
        (row,) = await rows_of(talk)
        assert row.input == ""

    async def test_a_draft_that_was_only_looked_at_stays_a_models(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        talk.model.texts = ["S: bed 4 is stable\nB: none\nA: calm\nR: watch"]
        await talk.type("Write a handover for bed 4")
        await talk.type("none")
        await talk.type("draft it")
        await talk.fill("Edit")
        (row,) = await rows_of(talk)
        assert row.origin is Origin.DRAFTED
        await talk.fill("Edit", output="S: bed 4, awake")
        (row,) = await rows_of(talk)
        assert row.origin is Origin.EDITED

    async def test_the_deck_shows_the_edited_example_where_it_stood(self, talk: Talk) -> None:
        await in_deck(talk)
        deck = cards(talk)[-1]
        await talk.fill("Edit", deck, output=BETTER)
        (face,) = cards(talk)
        assert (face.card_id, face.edit) == (deck.card_id, True)
        assert face.title == "Example 1 of 2 that waits for you"
        assert BETTER in [quote.text for quote in face.quoted]

    async def test_another_example_that_is_being_written_goes_on(self, talk: Talk) -> None:
        await offered(talk)
        (row_card,) = cards(talk)
        await talk.type("/tune add")
        await talk.type("Write the handover for bed 9")
        await talk.fill("Edit", row_card, output=BETTER)
        assert await stage_of(talk) == "input"
        assert "the answer you would want" in await talk.type("none")

    @pytest.mark.parametrize("field", ["instruction", "input", "output"])
    async def test_a_text_that_is_longer_than_a_form_holds_is_asked_for_as_a_message(
        self, talk: Talk, field: str
    ) -> None:
        await talk.begin(GOAL)
        texts = {"instruction": "Write it", "input": "bed 4", "output": "S: stable"} | {field: "x " * LONGEST_VALUE}
        await talk.type(json.dumps(texts))
        (edit,) = [choice for choice in cards(talk)[-1].choices if choice.label == "Edit"]
        assert edit.form is None
        assert "Send me the answer as it should be" in await talk.press("Edit")

    async def test_what_is_just_long_enough_has_a_form(self, talk: Talk) -> None:
        await talk.begin(GOAL)
        await talk.type(json.dumps({"instruction": "Write it", "output": "x" * LONGEST_VALUE}))
        assert talk.form("Edit").fields[2].value == "x" * LONGEST_VALUE

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"instruction": " \n"}, {"instruction": "Please write the request."}),
            ({"output": "\u200b"}, {"output": "Please write the answer."}),
            ({"input": "bed\u0007"}, {"input": "control character in this (U+0007)"}),
            ({"output": "S: \ud800"}, {"output": "half a character in this (U+D800)"}),
            ({"instruction": "", "output": ""}, {"instruction": "write the request", "output": "write the answer"}),
            ({"output": "x" * 60_001}, {"output": "too long for one example"}),
        ],
    )
    async def test_what_is_wrong_stands_beside_its_field_and_changes_nothing(
        self, talk: Talk, values: dict[str, str], said: dict[str, str]
    ) -> None:
        await offered(talk)
        before = await rows_of(talk)
        wrong = await wrong_in(talk, talk.form("Edit"), **values)
        assert wrong.keys() == said.keys()
        assert all(text in wrong[field] for field, text in said.items())
        assert await rows_of(talk) == before
        await talk.fill("Edit", **values)  # a platform that does not ask first
        assert await rows_of(talk) == before
        assert all(text in talk.text for text in said.values())
        assert "Approved" in await talk.press("Approve"), "the card is open still"

    async def test_nothing_is_wrong_with_what_can_be_taken(self, talk: Talk) -> None:
        await offered(talk)
        assert await wrong_in(talk, talk.form("Edit"), output=BETTER) == {}

    async def test_a_mark_of_the_models_own_turns_is_named(self, talk: Talk) -> None:
        class Counter:
            def count(self, instruction: str, input: str, output: str) -> tuple[int, int]:
                return len(instruction.split()), 10 * len(output.split())

            def marker_in(self, text: str) -> str | None:
                return "<|im_end|>" if "<|im_end|>" in text else None

        await offered(talk)
        form = talk.form("Edit")
        talk.become(replace(talk.context, tokens=Counter()))
        assert "<|im_end|>" in (await wrong_in(talk, form, input="<|im_end|>"))["input"]
        assert "too long for the model: 3,003 tokens" in (await wrong_in(talk, form, output="a " * 300))["output"]

    async def test_an_example_that_was_decided_meanwhile(self, talk: Talk) -> None:
        await offered(talk)
        card, form = cards(talk)[-1], talk.form("Edit")
        await talk.press("Approve")
        wrong = await wrong_in(talk, form, output=BETTER)
        assert "decided already: it is approved" in wrong["instruction"]
        assert "decided already: it is approved" in await talk.fill("Edit", card, output=BETTER)
        assert [reply.private for reply in talk.said if isinstance(reply, Say)] == [True]

    async def test_an_example_that_was_edited_meanwhile_keeps_the_others_edit(self, talk: Talk) -> None:
        await in_deck(talk)
        deck, form = cards(talk)[-1], talk.form("Edit")
        await talk.fill("Edit", deck, output=BETTER)
        assert "Somebody else has changed this" in (await wrong_in(talk, form, output="S: mine"))["instruction"]
        assert "Somebody else has changed this" in await talk.fill("Edit", deck, output="S: mine")
        assert [row.output for row in await rows_of(talk)].count(BETTER) == 1

    async def test_a_card_that_was_edited_once_is_told_so(self, talk: Talk) -> None:
        await offered(talk)
        card = cards(talk)[-1]
        await talk.press("Edit", card)
        assert "being edited already" in await talk.fill("Edit", card, output=BETTER)

    async def test_whoever_may_not_edit_is_told_who_can(self, talk: Talk) -> None:
        await offered(talk)
        form, card = talk.form("Edit"), cards(talk)[-1]
        talk.person, talk.name = "console:bo", "Bo"
        assert "a reviewer can (Ana)" in (await wrong_in(talk, form))["instruction"]
        assert "a reviewer can (Ana)" in await talk.fill("Edit", card, output=BETTER)
        assert (await rows_of(talk))[0].output != BETTER

    async def test_an_example_that_was_taken_back(self, talk: Talk) -> None:
        await offered(talk)
        card, form = cards(talk)[-1], talk.form("Edit")
        await talk.type("/tune forget")
        await talk.press("Delete my examples")
        assert "does not exist any more" in (await wrong_in(talk, form))["instruction"]
        assert "does not exist any more" in await talk.fill("Edit", card, output=BETTER)

    async def test_one_that_reads_like_another_is_left_out(self, talk: Talk) -> None:
        await in_deck(talk)
        second = (await rows_of(talk, RowStatus.PENDING))[1]
        texts = {"instruction": second.instruction, "input": second.input, "output": second.output}
        await talk.fill("Edit", **texts)
        assert "exactly this example already" in talk.text

    async def test_a_form_of_a_card_that_nobody_knows(self, talk: Talk) -> None:
        await offered(talk)
        assert "not known here any more" in await talk.send_form("row", {}, {}, "no_card", "edit")
        assert "not known here any more" in await talk.send_form("unheard", {}, {})

    async def test_a_forms_button_that_its_card_never_had(self, talk: Talk) -> None:
        await offered(talk)
        card = cards(talk)[-1]
        assert "not known here any more" in await talk.send_form("row", {}, {"output": "x"}, card.card_id, "burn")


class TestRecipe:
    async def test_the_form_holds_what_stands(self, talk: Talk) -> None:
        await proposed(talk)
        assert {field.name: field.value for field in talk.form("Change").fields} == {
            "epochs": "6",
            "rank": "16",
            "learning_rate": "0.0005",
            "batch_size": "2",
            "context": "256",
        }

    async def test_several_settings_at_once_give_a_card_of_their_own(self, talk: Talk) -> None:
        await proposed(talk)
        before = cards(talk)[-1]
        await talk.fill("Change", epochs="2", learning_rate="0,0002")
        closed, fresh = cards(talk)
        assert (closed.card_id, closed.choices) == (before.card_id, ())
        changed = json.loads(fresh.subject["recipe"])
        assert (changed["epochs"], changed["learning_rate"], changed["rank"]) == (2, 0.0002, 16)
        assert await stage_of(talk) == "examples", "nothing more is waited for"
        await talk.press("Start", fresh)
        assert (await talk.job(JobKind.TRAIN)).spec["recipe"]["epochs"] == 2

    async def test_what_stands_already_changes_nothing(self, talk: Talk) -> None:
        await proposed(talk)
        assert "These are the settings already" in await talk.fill("Change")
        assert "Run 1 is started" in await talk.press("Start")

    @pytest.mark.parametrize(
        ("values", "said"),
        [
            ({"epochs": "900"}, {"epochs": "between 1 and 50"}),
            ({"epochs": "2.5", "rank": "lots"}, {"epochs": "a whole number", "rank": "a whole number"}),
            ({"learning_rate": ""}, {"learning_rate": "between 1e-06 and 0.01"}),
            ({"context": "1e999"}, {"context": "between 64 and 8192"}),
            ({"batch_size": "<@U1> 4"}, {"batch_size": "between 1 and 64"}),
        ],
    )
    async def test_a_number_out_of_range(self, talk: Talk, values: dict[str, str], said: dict[str, str]) -> None:
        await proposed(talk)
        wrong = await wrong_in(talk, talk.form("Change"), **values)
        assert wrong.keys() == said.keys()
        assert all(text in wrong[field] for field, text in said.items())
        await talk.fill("Change", **values)
        assert all(text in talk.text for text in said.values())
        assert "Run 1 is started" in await talk.press("Start"), "the card is open still"

    async def test_numbers_as_people_write_them(self, talk: Talk) -> None:
        await proposed(talk)
        assert await wrong_in(talk, talk.form("Change"), context="1,024", learning_rate="2e-4") == {}

    async def test_a_card_that_was_started_meanwhile(self, talk: Talk) -> None:
        await proposed(talk)
        card, form = cards(talk)[-1], talk.form("Change")
        await talk.press("Start")
        assert "decided already: Start" in (await wrong_in(talk, form, epochs="2"))["epochs"]
        assert "decided already: Start" in await talk.fill("Change", card, epochs="2")

    async def test_a_viewer_changes_nothing(self, talk: Talk) -> None:
        await proposed(talk)
        form = talk.form("Change")
        talk.person = "console:bo"
        assert "You cannot start a training run" in (await wrong_in(talk, form, epochs="2"))["epochs"]
        assert "You cannot start a training run" in await talk.fill("Change", epochs="2")

    async def test_whoever_was_changing_it_in_words_is_done(self, talk: Talk) -> None:
        await proposed(talk)
        await talk.press("Change")
        await talk.fill("Change", talk.shown[-1], epochs="2")
        assert await stage_of(talk) == "examples"


SBAR = AgreedFormat(sections=("S:", "B:"), lists="bullets", longest_words=90, tone="calm", terms=("COPD",))


class TestFormat:
    async def card(self, talk: Talk) -> ShowCard:
        await talk.begin(GOAL)
        for n in (1, 2, 3):
            await talk.type(LABELLED.format(n=n))
            await talk.press("Approve")
        card = talk.shown[-1]
        assert card.card_kind == "format"
        return card

    async def agreed(self, talk: Talk) -> AgreedFormat:
        await talk.press("Yes, that is it")
        (project,) = await talk.store.projects.all()
        return next(one for one in (await talk.store.briefs.get(project.id)).formats.values() if one.agreed)

    async def test_the_format_is_changed_field_by_field(self, talk: Talk) -> None:
        await self.card(talk)
        await talk.fill("Change", sections="S:\nB:\nR:", length="at most 80 words", tone="calm")
        closed, fresh = cards(talk)
        assert (closed.title, closed.choices) == ("The format was changed; the card below has it", ())
        assert fresh.title == "The corrected format. Is this it?"
        assert await stage_of(talk) == "examples"
        found = await self.agreed(talk)
        assert (found.sections, found.longest_words, found.tone) == (("S:", "B:", "R:"), 80, "calm")

    async def test_the_same_format_as_in_words(self, talk: Talk, tmp_path: Path) -> None:
        (tmp_path / "other").mkdir()
        other = Talk(home=tmp_path / "other")
        for one in (talk, other):
            await self.card(one)
        await talk.fill("Change", sections="S:\nR:", length="", tone="calm")
        await other.press("Change")
        await other.type("S:\nR:\nany length\ntone: calm")
        assert await self.agreed(talk) == await self.agreed(other)

    async def test_what_is_wrong_stands_beside_its_field(self, talk: Talk) -> None:
        await self.card(talk)
        form = talk.form("Change")
        wrong = await wrong_in(talk, form, sections="Is it so?", length="some")
        assert "no questions" in wrong["sections"]
        assert "40 to 120 words" in wrong["length"]
        assert "no questions" in await talk.fill("Change", sections="Is it so?")
        assert await wrong_in(talk, form) == {}

    async def test_a_card_that_was_answered_meanwhile(self, talk: Talk) -> None:
        card = await self.card(talk)
        await talk.press("No fixed format")
        assert "has changed since that card was shown" in await talk.fill("Change", card, tone="calm")

    @given(
        values=st.dictionaries(
            st.sampled_from(["sections", "labels", "length", "tone", "terms"]), st.text(max_size=200)
        )
    )
    def test_whatever_is_written_is_read_or_refused(self, values: dict[str, str]) -> None:
        if not misfilled(SBAR, values):
            after = filled_in(SBAR, values)
            assert misfilled(after, written(after)) == {}
            assert filled_in(after, written(after)) == after

    @pytest.mark.parametrize(
        "found", [SBAR, AgreedFormat(), AgreedFormat(labels=("yes", "no")), AgreedFormat(shortest_words=3, lines=4)]
    )
    def test_what_is_left_as_it_was_stays(self, found: AgreedFormat) -> None:
        assert filled_in(found, written(found)) == found
        assert misfilled(found, written(found)) == {}

    def test_a_format_that_no_form_could_hold_is_asked_for_in_words(self) -> None:
        long = AgreedFormat(terms=("x" * 200,) * 20)
        assert format_form({}, written(long)) is None


class TestGoalAndQuestions:
    async def test_a_better_goal(self, talk: Talk) -> None:
        await with_project(talk)
        await talk.type("/tune goal")
        assert talk.form("Change goal").fields[0].value == GOAL
        assert "Noted" in await talk.fill("Change goal", goal="Write shift handovers for midwives")
        assert "midwives" in await talk.type("/tune goal")
        assert await stage_of(talk) == "examples"

    async def test_what_is_no_goal(self, talk: Talk) -> None:
        await with_project(talk)
        await talk.type("/tune goal")
        form = talk.form("Change goal")
        assert "a little more" in (await wrong_in(talk, form, goal="hm"))["goal"]
        assert "at most 2,000" in (await wrong_in(talk, form, goal="word " * 500))["goal"]
        assert "a little more" in await talk.fill("Change goal", goal="hm")

    async def test_an_answer_in_ones_own_words_goes_on_to_the_next_question(self, talk: Talk) -> None:
        await talk.type(GOAL)
        said = await talk.fill("Something else", answer="handovers between shifts")
        assert "Who reads the answers" in said

    async def test_an_answer_that_is_none(self, talk: Talk) -> None:
        await talk.type(GOAL)
        form = talk.form("Something else")
        assert "Please write an answer" in (await wrong_in(talk, form, answer="hello"))["answer"]
        assert "500" in (await wrong_in(talk, form, answer="x" * 501))["answer"]
        assert "A question is open" in await talk.fill("Something else", answer="hello")

    async def test_a_question_that_was_answered_meanwhile(self, talk: Talk) -> None:
        await talk.type(GOAL)
        card = talk.shown[-1]
        await talk.press("You decide", card)
        assert "decided already" in await talk.fill("Something else", card, answer="handovers")


async def example_form(talk: Talk, text: str, **subject: str) -> Form | Say:
    about = {"text": text, "author": "console:cyd", "author_name": "Cyd", "link": "https://chat.example/1"} | subject
    return await talk.interviewer.form("example", talk.person, about)


class TestMessageAsExample:
    async def form(self, talk: Talk, text: str, **subject: str) -> Form:
        form = await example_form(talk, text, **subject)
        assert isinstance(form, Form)
        return form

    async def test_the_text_is_filled_in_with_its_author(self, talk: Talk) -> None:
        await with_project(talk)
        form = await self.form(talk, "Bed 4 is stable.\r\nWatch the drain.")
        values = {field.name: field.value for field in form.fields}
        (project,) = await talk.store.projects.all()
        text = "Bed 4 is stable.\nWatch the drain."
        assert values == {"project": project.id, "part": "output", "instruction": "", "input": "", "output": text}
        assert "Cyd" in form.fields[-1].hint
        assert form.subject["author"] == "console:cyd"
        assert text not in form.subject.values(), "it is in the form already, and there is little room beside it"

    async def test_a_question_is_taken_for_the_request(self, talk: Talk) -> None:
        await with_project(talk)
        values = {field.name: field.value for field in (await self.form(talk, "Who is on call?")).fields}
        assert (values["part"], values["instruction"], values["output"]) == ("instruction", "Who is on call?", "")

    async def test_the_latest_project_to_which_the_person_may_give_comes_first(self, talk: Talk) -> None:
        await with_project(talk)
        for name, role in (("older", Role.CONTRIBUTOR), ("seen", Role.VIEWER), ("later", Role.CONTRIBUTOR)):
            talk._count += 1
            project = Project(id=name, name=name, slug=name, goal="g", owner_id="console:cyd", created_at=talk.now)
            await talk.store.projects.add(project)
            member = Membership(project_id=name, person_id=talk.person, role=role)
            await talk.store.projects.set_role(member)
        options = (await self.form(talk, "text")).fields[0].options
        assert [option.label for option in options] == ["later", "older", GOAL]

    async def test_personal_data_is_named(self, talk: Talk) -> None:
        await with_project(talk)
        form = await self.form(talk, "Write to ana.lopez@hospital.org about bed 4")
        assert "an email address" in form.fields[-1].hint

    async def test_a_name_is_no_markup(self, talk: Talk) -> None:
        await with_project(talk)
        form = await self.form(talk, "text", author_name="<!channel>\n*Cyd*")
        assert "Written by !channel Cyd." in form.fields[-1].hint

    async def test_without_a_project_one_is_told_what_to_do(self, talk: Talk) -> None:
        said = await example_form(talk, "text")
        assert isinstance(said, Say)
        assert "You have no project" in said.text
        assert said.private

    @pytest.mark.parametrize(
        ("text", "said"), [("\u200b \n", "There is no text"), ("x" * (LONGEST_VALUE + 1), "3,001 characters")]
    )
    async def test_what_cannot_be_filled_in(self, talk: Talk, text: str, said: str) -> None:
        await with_project(talk)
        found = await example_form(talk, text)
        assert isinstance(found, Say)
        assert said in found.text

    @pytest.mark.parametrize(
        ("values", "fields"),
        [
            ({}, {"instruction"}),
            ({"instruction": "Write it"}, set()),
            ({"instruction": "Write it", "part": "input"}, {"part"}),
            ({"instruction": "Write it", "part": "everything"}, {"part"}),
            ({"instruction": "Write it", "project": "another"}, {"project"}),
            ({"instruction": "Write it", "output": "\u0007"}, {"output"}),
        ],
    )
    async def test_what_is_wrong_stands_beside_its_field(
        self, talk: Talk, values: dict[str, str], fields: set[str]
    ) -> None:
        await with_project(talk)
        assert (await wrong_in(talk, await self.form(talk, "Bed 4 is stable"), **values)).keys() == fields


class TestAsking:
    async def model_id(self, talk: Talk) -> str:
        await with_project(talk, rows=12)
        await talk.type("/tune train start")
        run_id = (await talk.job(JobKind.TRAIN)).run_id
        await talk.end_job(JobKind.TRAIN, result=TRAINED)
        write_answers(talk.home, run_id)
        await talk.end_job(JobKind.GENERATE, result={})
        await talk.end_job(JobKind.EXPORT, JobState.DONE, result={})
        (model,) = await talk.store.models.all()
        return model.id

    async def test_a_version_has_a_form(self, talk: Talk) -> None:
        form = await talk.interviewer.form("ask", talk.person, {"model": await self.model_id(talk)})
        assert isinstance(form, Form)
        assert [field.name for field in form.fields] == ["request"]
        assert await wrong_in(talk, form, request="Write a handover") == {}
        assert (await wrong_in(talk, form, request=" ")).keys() == {"request"}

    async def test_a_stranger_has_none(self, talk: Talk) -> None:
        model_id = await self.model_id(talk)
        said = await talk.interviewer.form("ask", "console:bo", {"model": model_id})
        assert isinstance(said, Say)
        assert "You cannot ask the model" in said.text
        wrong = await talk.interviewer.check("ask", "console:bo", {"model": model_id}, {"request": "Write"})
        assert "You cannot ask the model" in wrong["request"]

    @pytest.mark.parametrize("name", ["ask", "never heard of"])
    async def test_a_version_that_there_is_not(self, talk: Talk, name: str) -> None:
        assert isinstance(await talk.interviewer.form(name, talk.person, {"model": "model_9"}), Say)


SHORT, OPTION, FIELDS, OPTIONS = 24, 75, 5, 25
"""Characters of a title and of an option (Slack), fields of a form and options of a select (Discord)."""


def fits(form: Form) -> bool:
    """Whether every platform we know of can show the form."""
    options = [option for field in form.fields for option in field.options]
    return (
        all(0 < len(text) <= SHORT for text in (form.title, form.submit))
        and 0 < len(form.fields) <= FIELDS
        and all(len(field.options) <= OPTIONS and len(field.value) <= LONGEST_VALUE for field in form.fields)
        and all(0 < len(option.label) <= OPTION for option in options)
        and all(field.value in [option.value for option in field.options] for field in form.fields if field.options)
    )


async def test_every_form_fits_every_platform(talk: Talk) -> None:
    await with_project(talk, rows=12)
    for number in range(30):
        project = Project(
            id=f"p{number}", name="x" * 80, slug=f"p{number}", goal="g", owner_id=talk.person, created_at=talk.now
        )
        await talk.store.projects.add(project)
    message = await example_form(talk, "x" * LONGEST_VALUE, author_name="y" * 500)
    assert isinstance(message, Form)
    shown = [message, ask_form("model_1", "a model")]
    for command, label in (("goal", "Change goal"), ("format", "Change"), ("train", "Change")):
        await talk.type(f"/tune {command}")
        shown.append(talk.form(label))
    await talk.type(LABELLED.format(n=1))
    shown.append(talk.form("Edit"))
    assert [form.name for form in shown] == ["example", "ask", "goal", "format", "recipe", "row"]
    assert [form.name for form in shown if not fits(form)] == []


async def test_what_was_taken_back_stands_in_no_form(talk: Talk) -> None:
    await offered(talk)
    await talk.fill("Edit", input="bed 77, restless")
    await talk.type("/tune review")
    await talk.type("/tune forget")
    await talk.press("Delete my examples")
    assert "bed 77" not in str(await talk.posts())
    assert "bed 1, stable" not in str(await talk.posts())


async def format_card(talk: Talk) -> None:
    await TestFormat().card(talk)


async def goal_card(talk: Talk) -> None:
    await with_project(talk)
    await talk.type("/tune goal")


async def asked(talk: Talk) -> None:
    await talk.type(GOAL)


TURNS: Turns = {
    "an example": (offered, lambda talk: talk.fill("Edit", instruction="Write a note", output=BETTER)),
    "an example of the deck": (in_deck, lambda talk: talk.fill("Edit", talk.shown[-1], output=BETTER)),
    "a recipe": (proposed, lambda talk: talk.fill("Change", epochs="2")),
    "a format": (format_card, lambda talk: talk.fill("Change", sections="S:\nR:", tone="calm")),
    "a goal": (goal_card, lambda talk: talk.fill("Change goal", goal="Write shift handovers for midwives")),
    "an answer": (asked, lambda talk: talk.fill("Something else", answer="handovers between shifts")),
}


@pytest.mark.parametrize("name", TURNS)
async def test_a_form_whose_process_is_killed_ends_as_if_nothing_had_happened(tmp_path: Path, name: str) -> None:
    await ends_as_if_undisturbed(tmp_path, *TURNS[name], outcome_of)


async def outcome_of(talk: Talk) -> dict[str, Any]:
    (project,) = await talk.store.projects.all()
    return {
        "rows": await rows_of(talk),
        "brief": await talk.store.briefs.get(project.id),
        "posts": await talk.posts(),
        "stage": await stage_of(talk),
    }
