"""Forms as Discord's modals: nothing is longer than Discord takes, nothing is shown in part, nothing that was typed is lost."""

from typing import Any

import pytest
from simcord.components import validate_modal

from agent.words import say
from bot.chat.messages import Form, FormField, Option
from bot.platforms.discord import forms
from bot.platforms.discord.forms import (
    Known,
    complete,
    digest_of,
    known,
    modal,
    option_items,
    step_of,
    steps,
    typed,
    values,
    wrong,
)

TEXT_INPUT, SELECT, LABEL, TEXT = 4, 3, 18, 10


def form(*fields: FormField, title: str = "Edit the example", **subject: str) -> Form:
    return Form(name="row", subject=subject, title=title, fields=fields, submit="Save")


def text(name: str = "output", **more: Any) -> FormField:
    return FormField(name=name, label=more.pop("label", "Answer"), **more)


def sent(form: Form, step: int = 0, **values: str) -> dict[str, Any]:
    """What Discord is sent, held against its rules."""
    payload = modal(form, step, values, "form|x", say).to_dict()
    validate_modal(payload)
    return payload


def test_a_field_is_a_labelled_input_with_what_stands_in_it() -> None:
    (label,) = sent(form(text(value="old", multiline=True, hint="As you would say it.")))["components"]
    assert (label["type"], label["label"], label["description"]) == (LABEL, "Answer", "As you would say it.")
    assert (label["component"]["type"], label["component"]["value"], label["component"]["style"]) == (
        TEXT_INPUT,
        "old",
        2,
    )


def test_what_was_typed_before_stands_in_the_place_of_what_the_form_has() -> None:
    (label,) = sent(form(text(value="old")), output="typed")["components"]
    assert label["component"]["value"] == "typed"


def test_a_choice_is_a_list_with_the_present_one_picked() -> None:
    options = (Option(value="a", label="First"), Option(value="b", label="Second"))
    (label,) = sent(form(text(options=options, value="b")))["components"]
    assert label["component"]["type"] == SELECT
    assert [(one["value"], one["default"]) for one in label["component"]["options"]] == [("a", False), ("b", True)]


@pytest.mark.parametrize("options", [(), (Option(value="a", label="First"),)])
def test_what_may_stay_empty_may(options: tuple[Option, ...]) -> None:
    optional, needed = sent(form(text("a", optional=True, options=options), text("b", options=options)))["components"]
    assert (optional["component"]["required"], needed["component"]["required"]) == (False, True)


class TestWhatIsTooLong:
    def test_for_its_own_place_stands_above_the_field_whole(self) -> None:
        label, hint = "What the model should have answered to this request", "Take out names. " * 12
        above, field = sent(form(text(label=label, hint=hint)))["components"]
        assert above["type"] == TEXT
        assert label in above["content"]
        assert hint.strip() in above["content"]
        assert (len(field["label"]) <= 45, field.get("description")) == (True, None)

    def test_of_a_title_is_shortened(self) -> None:
        assert len(sent(form(text(), title="An edited example of the training set, once more"))["title"]) <= 45

    @pytest.mark.parametrize("length", [3000, 4000])
    def test_of_a_value_is_shown_whole(self, length: int) -> None:
        assert len(sent(form(text(value="x" * length)))["components"][0]["component"]["value"]) == length

    def test_for_an_input_is_never_shown_in_part(self) -> None:
        with pytest.raises(ValueError, match="longer than an input can hold"):
            sent(form(text(value="x" * 4001)))

    @pytest.mark.parametrize("value", ["", "x" * 101])
    def test_of_an_options_value_is_a_fault(self, value: str) -> None:
        with pytest.raises(ValueError, match="cannot be carried"):
            option_items([Option(value=value, label="One")])


class TestSteps:
    def test_five_fields_stand_in_one_modal(self) -> None:
        assert len(steps(form(*(text(f"f{number}") for number in range(5))))) == 1

    @pytest.mark.parametrize("count", [6, 11, 25])
    def test_more_come_one_after_the_other_and_none_is_left_out(self, count: int) -> None:
        fields = [text(f"f{number}") for number in range(count)]
        whole = form(*fields)
        shown = [sent(whole, step) for step in range(len(steps(whole)))]
        asked = [one["component"]["custom_id"] for payload in shown for one in payload["components"]]
        assert asked == [field.name for field in fields]
        assert all(len(payload["components"]) <= 5 for payload in shown)
        assert shown[0]["title"].endswith(f"(1 of {len(shown)})")

    def test_a_text_above_a_field_takes_a_place_of_its_own(self) -> None:
        whole = form(*(text(f"f{number}", hint="long " * 30) for number in range(3)))
        assert [len(part) for part in steps(whole)] == [2, 1]
        assert all(len(sent(whole, step)["components"]) <= 5 for step in range(2))

    def test_a_list_that_is_too_long_is_picked_before(self) -> None:
        options = tuple(Option(value=str(number), label=str(number)) for number in range(26))
        assert steps(form(text("a", options=options), text("b"))) == [(text("b"),)]

    def test_a_mistake_leads_back_to_where_it_was_made(self) -> None:
        whole = form(*(text(f"f{number}") for number in range(7)))
        assert (step_of(whole, ["f6"]), step_of(whole, ["f6", "f0"]), step_of(whole, ["else"])) == (1, 0, 0)


class TestWhatComesBack:
    def test_is_the_text_or_the_option_by_field(self) -> None:
        data = {
            "components": [
                {"type": TEXT, "id": 1},
                {"type": LABEL, "component": {"type": TEXT_INPUT, "custom_id": "output", "value": "new"}},
                {"type": LABEL, "component": {"type": SELECT, "custom_id": "part", "values": ["input"]}},
                {"type": LABEL, "component": {"type": SELECT, "custom_id": "why", "values": []}},
                {"type": 1, "components": [{"type": TEXT_INPUT, "custom_id": "old-fashioned", "value": "too"}]},
            ]
        }
        assert values(data) == {"output": "new", "part": "input", "why": "", "old-fashioned": "too"}

    @pytest.mark.parametrize("data", [{}, {"components": []}, {"components": [{"type": LABEL}]}])
    def test_may_be_nothing(self, data: dict[str, Any]) -> None:
        assert values(data) == {}

    def test_is_completed_by_what_was_not_asked(self) -> None:
        assert complete(form(text("a", value="1"), text("b", value="2")), {"b": "3"}) == {"a": "1", "b": "3"}

    def test_is_given_back_under_its_labels(self) -> None:
        whole = form(text("a", label="Request"), text("b"))
        assert typed(whole, {"a": "Sort it.", "b": " "}) == "Request:\nSort it."
        assert typed(None, {"a": "Sort it."}) == "a:\nSort it."

    def test_is_told_wrong_by_label(self) -> None:
        said = wrong(form(text("a", label="Request")), {"a": "Please write one.", "else": "Too late."})
        assert said == "- **Request**: Please write one.\n- Too late."


class TestIds:
    def test_carry_what_the_form_can_be_found_by(self) -> None:
        about = Known(token="0" * 16, step=1, digest="a" * 8, button="open|card_0123456789abcdef|00000000|edit:row_1")
        assert len(about.id) <= 100
        assert known(about.id) == about

    def test_leave_out_a_button_that_is_too_long(self) -> None:
        about = Known(token="0" * 16, step=1, digest="a" * 8, button="x" * 90)
        found = known(about.id)
        assert found is not None
        assert found.button == ""

    @pytest.mark.parametrize("id", ["", "answer", "form|1|0|a|", "form|" + "g" * 16 + "|0|00000000|"])
    def test_of_others_are_no_form(self, id: str) -> None:
        assert known(id) is None

    def test_tell_what_a_form_is_about(self) -> None:
        same = form(text(value="old"), row_id="1", was="x")
        assert digest_of(same) == digest_of(form(text(value="other"), was="x", row_id="1"))
        assert digest_of(same) != digest_of(form(text(), row_id="2", was="x"))
        assert digest_of(same) != digest_of(form(text("input"), row_id="1", was="x"))


def test_hostile_texts_are_no_markup_and_half_characters_do_no_harm() -> None:
    above, field = sent(form(text(label="**Bold** @everyone " * 3, value="half \ud800")))["components"]
    assert "\\*\\*Bold" in above["content"]
    assert field["component"]["value"] == "half ?"
    assert forms.without_marks("See `/tune review`.") == "See /tune review."
