"""Buttons carry the card, its face and the action; a press of one brings them back."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.acting import Pressed
from bot.chat.messages import Button, CardFace, Form
from bot.platforms.slack.buttons import button_blocks, pressed

EDIT = Form(name="row", subject={}, title="Edit", fields=(), submit="Save")


def actions(card: CardFace, home: bool = False) -> list[dict[str, Any]]:
    return [element for block in button_blocks(card, home) for element in block["elements"]]


def as_sent_back(element: dict[str, Any]) -> dict[str, Any]:
    """What ``block_actions`` says of a pressed button."""
    return {name: element[name] for name in ("action_id", "text", "value")} | {"type": "button"}


@given(st.text(min_size=1, max_size=60), st.text(max_size=40), st.text(min_size=1, max_size=60), st.booleans())
def test_a_press_brings_back_what_the_button_carries(card_id: str, state: str, action: str, opens: bool) -> None:
    button = Button(label="Go on", action=action, form=EDIT if opens else None)
    (element,) = actions(CardFace(card_id=card_id, title="", state=state, buttons=(button,)))
    back = json.loads(json.dumps(as_sent_back(element)))
    assert pressed(back) == Pressed(card_id=card_id, state=state, action=action, opens=opens, label="Go on")


@pytest.mark.parametrize(("name", "action"), [("positive_button", "good"), ("negative_button", "bad")])
def test_a_thumb_brings_back_its_action(name: str, action: str) -> None:
    card = CardFace(
        card_id="answer:1",
        title="",
        buttons=(
            Button(label="Good", action="good", verdict="good"),
            Button(label="Not good", action="bad", verdict="bad"),
        ),
    )
    (feedback,) = actions(card)
    thumb = {"type": "feedback_buttons", "action_id": feedback["action_id"], **feedback[name]}
    back = pressed(thumb)
    assert back is not None
    assert (back.card_id, back.action, back.opens) == ("answer:1", action, False)
    assert [one["type"] for one in actions(card, home=True)] == ["button", "button"], "the home tab has no thumbs"


@pytest.mark.parametrize(
    "action",
    [
        {},
        {"action_id": "card-press:0"},
        {"action_id": "card-press:0", "value": "not json"},
        {"action_id": "card-press:0", "value": "[]"},
        {"action_id": "card-press:0", "value": '{"card": "c"}'},
        {"action_id": "else", "value": '{"card": "c", "state": "", "action": "a"}'},
        {"action_id": None, "value": None},
    ],
)
def test_what_is_no_button_of_ours_is_none(action: dict[str, Any]) -> None:
    assert pressed(action) is None


def test_ids_that_cannot_be_carried_are_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="too long"):
        button_blocks(CardFace(card_id="c" * 2000, title="", buttons=(Button(label="Go", action="go"),)))
