"""The home tab: everything that fits, and how many there are of what does not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.words import say
from bot.chat.messages import Button, CardFace, ChatMessage, Field, Picture, Table
from bot.platforms.slack.blocks import size_of
from bot.platforms.slack.views import LONGEST_VIEW, MOST_BLOCKS, home
from tests.fakes.slack_strict import check_view
from tests.unit.bot.platforms.messages import messages
from tests.unit.bot.platforms.slack.drawings import HARMLESS, shown, types


def drawn(*overview: ChatMessage) -> list[dict[str, object]]:
    view = home(overview, say)
    check_view(view, "home")
    assert set(types(view)) <= HARMLESS | {"home"}
    return list(view["blocks"])


def test_datasets_and_models_stand_one_below_the_other_with_their_buttons() -> None:
    dataset = CardFace(card_id="p1", title="Handovers", fields=(Field(name="Approved", value="12 of 50"),))
    model = CardFace(card_id="m1", title="handovers v1", buttons=(Button(label="Ask", action="ask:m1"),))
    blocks = drawn(ChatMessage(text="Your datasets"), ChatMessage(card=dataset), ChatMessage(card=model))
    kinds = ["rich_text", "divider", "header", "rich_text", "divider", "header", "actions"]
    assert [block["type"] for block in blocks] == kinds


def test_the_same_card_may_stand_there_twice() -> None:
    card = ChatMessage(card=CardFace(card_id="m1", title="v1", buttons=(Button(label="Ask", action="ask"),)))
    ids = [block["block_id"] for block in drawn(card, card) if "block_id" in block]
    assert len(set(ids)) == 2


def test_of_what_does_not_fit_it_says_how_many_there_are() -> None:
    cards = [ChatMessage(card=CardFace(card_id=f"m{n}", title=f"Model {n}")) for n in range(90)]
    blocks = drawn(*cards)
    assert len(blocks) <= MOST_BLOCKS
    shown_cards = sum(block["type"] == "header" for block in blocks)
    assert shown(blocks[-1]).startswith(f"{90 - shown_cards} more do not fit here.")


def test_a_long_entry_is_shortened_and_says_where_all_of_it_is() -> None:
    table = Table(title="Models", header=("Name", "Version"), rows=tuple((f"model {n}", "v1") for n in range(900)))
    text = shown(drawn(ChatMessage(table=table)))
    assert "model 1" in text
    assert "Write status under Messages to see all of it." in text


def test_a_picture_is_told_in_words() -> None:
    picture = Picture(path="runs/1/loss.png", alt="It fell.")
    assert "It fell." in shown(drawn(ChatMessage(text="Run 1", picture=picture)))


def test_an_empty_home_says_how_to_begin() -> None:
    assert "we begin" in shown(drawn())


@pytest.mark.filterwarnings("ignore:Generating overly large repr")  # long texts are the point
@settings(max_examples=60)
@given(st.lists(messages, max_size=3))
def test_whatever_stands_in_an_overview_slack_takes_it(overview: list[ChatMessage]) -> None:
    assert size_of(drawn(*overview)) < LONGEST_VIEW
