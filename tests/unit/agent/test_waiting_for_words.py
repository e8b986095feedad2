"""The last message of a turn says that a written answer is waited for: where a platform may not let us read, it offers a form."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from agent.replies import AnyReply, Say, ShowCard, ShowFile, ShowPicture, ShowTable, asking
from bot.render import render
from tests.fakes.talk import Talk


@pytest.fixture
def talk(tmp_path: Path) -> Talk:
    return Talk(tmp_path)


CARD = ShowCard(card_id="c", card_kind="row", subject={}, title="An example")
EDIT = ShowCard(card_id="c", card_kind="row", subject={}, title="An example", edit=True)
TABLE = ShowTable(title="t", header=("a",), rows=())
FILE = ShowFile(path="p", name="n", text="t")


def who_asks(replies: Sequence[AnyReply]) -> list[bool]:
    return [reply.asks for reply in asking(replies)]


@pytest.mark.parametrize(
    ("replies", "asks"),
    [
        ([], []),
        ([Say(text="a")], [True]),
        ([Say(text="a"), CARD], [False, True]),
        ([Say(text="a"), EDIT], [True, False]),
        ([Say(text="a"), Say(text="b", to="fake:bo")], [True, False]),
        ([EDIT], [False]),
    ],
    ids=str,
)
def test_it_is_the_last_that_is_posted_in_the_conversation(replies: list[AnyReply], asks: list[bool]) -> None:
    assert who_asks(replies) == asks


@pytest.mark.parametrize("reply", [Say(text="a"), CARD, TABLE, FILE, ShowPicture(path="p", alt="a")], ids=str)
def test_every_kind_of_reply_carries_it_to_the_platform(reply: AnyReply) -> None:
    assert not render(reply).asks
    assert render(asking([reply])[0]).asks


async def test_a_question_waits_for_words(talk: Talk) -> None:
    await talk.type("hello")
    assert [reply.asks for reply in talk.said] == [*[False] * (len(talk.said) - 1), True]


async def test_so_does_every_turn_after_which_examples_are_given(talk: Talk) -> None:
    await talk.begin("sort tickets by their urgency")
    await talk.type("/tune models")
    assert talk.said[-1].asks


async def test_a_button_does_not(talk: Talk) -> None:
    await talk.begin("sort tickets by their urgency")
    await talk.type("Instruction: Sort it.\nInput: The printer is on fire.\nOutput: urgent")
    assert not any(reply.asks for reply in talk.said), "the example waits for a press of Approve"
