"""Forms as modals, what is filled in there, and what is wrong with it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.words import say
from bot.chat.messages import Form, FormField, Option
from bot.platforms.slack.forms import Opened, about, loading, modal, opened, problem, values, with_errors
from tests.fakes.slack_strict import check_view
from tests.unit.bot.platforms.slack.drawings import HARMLESS, shown, types

ROW = Form(
    name="row",
    subject={"row_id": "r1"},
    title="Edit the example",
    fields=(
        FormField(name="instruction", label="Request", value="Write a handover", multiline=True),
        FormField(name="input", label="Input", optional=True, hint="What the answer is made from"),
        FormField(name="output", label="Answer", value="S: stable", multiline=True),
    ),
    submit="Save",
)
WHERE = opened(ROW, "slack:T0WARD:C0WARD:1.0", "row:r1", "edit:r1", link="https://ward.slack.com/archives/C0WARD/p1")


def view(form: Form = ROW, where: Opened = WHERE) -> dict[str, Any]:
    made = modal(form, where, say)
    check_view(made, "modal")
    assert set(types(made)) <= HARMLESS | {"modal"}
    return made


def submitted(form: Form, filled: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The view as a ``view_submission`` payload has it."""
    blocks = view(form)["blocks"]
    state = {block["block_id"]: {block["element"]["action_id"]: filled[block["block_id"]]} for block in blocks}
    return view(form) | {"state": {"values": state}}


class TestAModal:
    def test_it_has_an_input_for_each_field_with_what_stands_there(self) -> None:
        request, given_input, answer = view()["blocks"]
        assert request["label"]["text"] == "Request"
        assert request["element"]["initial_value"] == "Write a handover"
        assert request["element"]["multiline"]
        assert request["element"]["max_length"] == 3000
        assert "initial_value" not in given_input["element"]
        assert given_input["optional"]
        assert given_input["hint"]["text"] == "What the answer is made from"
        assert not answer["optional"]

    def test_what_it_is_about_comes_back(self) -> None:
        assert about(view()) == WHERE
        assert about(view(where=opened(ROW, "slack:T0WARD:U0ADA"))) == Opened(
            form="row", subject={"row_id": "r1"}, conversation_id="slack:T0WARD:U0ADA"
        )

    @pytest.mark.parametrize("change", [{"callback_id": "else"}, {"private_metadata": ""}, {"private_metadata": "[1]"}])
    def test_another_view_is_about_nothing_of_ours(self, change: dict[str, str]) -> None:
        assert about(view() | change) is None

    @pytest.mark.parametrize(
        "form",
        [
            replace(ROW, fields=(FormField(name="output", label="Answer", value="x" * 3001),)),
            replace(ROW, fields=(FormField(name="p", label="P", options=(Option(value="x" * 151, label="X"),)),)),
            replace(ROW, subject={"text": "x" * 3000}),
        ],
        ids=["value", "option", "subject"],
    )
    def test_what_it_cannot_carry_is_refused_rather_than_cut(self, form: Form) -> None:
        with pytest.raises(ValueError):
            modal(form, opened(form, "slack:T0WARD:U0ADA"), say)


def pick(count: int, value: str = "") -> Form:
    options = tuple(Option(value=f"p{n}", label=f"Project {n}") for n in range(count))
    return replace(ROW, fields=(FormField(name="project", label="Project", value=value, options=options),))


class TestASelect:
    def test_it_shows_what_is_picked_already(self) -> None:
        (block,) = view(pick(100, "p7"))["blocks"]
        assert len(block["element"]["options"]) == 100
        assert block["element"]["initial_option"]["text"]["text"] == "Project 7"

    def test_beyond_a_hundred_it_says_how_many_there_are(self) -> None:
        (block,) = view(pick(120))["blocks"]
        assert len(block["element"]["options"]) == 100
        assert block["hint"]["text"] == "The list has the first 100 of 120."


class TestWhatIsFilledIn:
    def test_texts_and_picks_come_by_field(self) -> None:
        form = replace(ROW, fields=(*ROW.fields, *pick(2).fields))
        filled: dict[str, dict[str, Any]] = {
            "field-instruction": {"type": "plain_text_input", "value": "Write *two* <lines>\nof it"},
            "field-input": {"type": "plain_text_input", "value": None},
            "field-output": {"type": "plain_text_input", "value": ""},
            "field-project": {"type": "static_select", "selected_option": {"value": "p1"}},
        }
        assert values(submitted(form, filled)) == {
            "instruction": "Write *two* <lines>\nof it",
            "input": "",
            "output": "",
            "project": "p1",
        }

    def test_nothing_picked_is_empty(self) -> None:
        filled = {"field-project": {"type": "static_select", "selected_option": None}}
        assert values(submitted(pick(2), filled)) == {"project": ""}

    def test_a_view_without_a_state_has_no_values(self) -> None:
        assert values({"callback_id": "form"}) == {}


class TestWhatIsWrong:
    def test_each_sentence_stands_beside_its_field(self) -> None:
        assert with_errors(view(), {"output": "It is empty."}) == {
            "response_action": "errors",
            "errors": {"field-output": "It is empty."},
        }

    def test_what_belongs_to_no_field_stands_beside_the_first(self) -> None:
        hint = with_errors(view(), {"output": "See `/tune rate scores`."})["errors"]
        assert list(hint.values()) == ["See /tune rate scores."], "it is plain text"
        errors = with_errors(view(), {"": "Somebody was quicker.", "instruction": "It is empty."})["errors"]
        assert errors == {"field-instruction": "Somebody was quicker. It is empty."}


def test_a_modal_is_opened_at_once_and_says_so_if_there_is_no_form() -> None:
    for made, text in ((loading(say), "looking up"), (problem("Write **it** instead.", say), "Write it instead.")):
        check_view(made, "modal")
        assert text in shown(made["blocks"])
        assert about(made) is None


texts = st.text(st.characters(categories=None), max_size=200)
form_fields = st.builds(
    FormField,
    name=st.text(st.sampled_from("abc_"), min_size=1, max_size=20),
    label=texts,
    value=texts,
    hint=texts,
    multiline=st.booleans(),
    optional=st.booleans(),
    options=st.lists(
        st.builds(Option, value=st.text(st.sampled_from("abc-1"), min_size=1, max_size=150), label=texts), max_size=5
    ).map(tuple),
)


@given(
    st.builds(
        Form,
        name=st.just("row"),
        subject=st.just({"row_id": "r1"}),
        title=texts,
        fields=st.lists(form_fields, max_size=6, unique_by=lambda field: field.name).map(tuple),
        submit=texts,
    )
)
def test_whatever_a_form_asks_slack_takes_it(form: Form) -> None:
    view(form)
    names = [block["block_id"] for block in view(form)["blocks"] if "block_id" in block]
    assert names == [f"field-{field.name}" for field in form.fields]
