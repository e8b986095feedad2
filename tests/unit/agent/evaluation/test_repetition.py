"""Repetition: loops of small models show, and lists, tables and labels do not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.evaluation.repetition import LONGEST, LOOPING, repetition
from tests.fakes.answers import ticket

_LOOPS = (
    "no " * 30,
    "The ticket is for Ana. " * 6,
    "I want to see the list and " * 5,
    "1. Check the order in the system.\n2. Check the order in the system.\n3. Check the order in the system.",
    "Die Lieferung kommt am Freitag an. " * 4,
    "好的，" * 12,
    "订单已经发货。" * 6,
    "承知いたしました。" * 5,
    "نعم بالتأكيد " * 8,
    "🎉" * 20,
    "!" * 40,
    "\x00" * 40,
    "\ud800" * 20,
    "a" * 3 + " b c" * 40_000,
)
_NO_LOOPS = (
    "",
    "   \n",
    ticket(3),
    "\n\n".join(f"{ticket(at)}\nStatus: open" for at in range(6)),
    (
        "As a user, I want to be able to see my orders.\nAs a user, I want to be able to cancel one.\n"
        "As a user, I want to be able to pay later."
    ),
    "作为一名用户，我希望能够查看订单。\n作为一名用户，我希望能够取消订单。\n作为一名用户，我希望能够付款。",
    "ご注文を確認しました。\nご入金を確認しました。\nご住所を確認しました。",
    "بصفتي مستخدماً، أريد أن أرى طلباتي.\nبصفتي مستخدماً، أريد أن ألغي طلباً.",
    "| Name | Done |\n|---|---|\n| Ana | no |\n| Bo | no |\n| Cy | no |",
    "- [ ] call Ana\n- [ ] call Bo\n- [ ] call Cy\n- [ ] write it down",
    '{"items": [{"id": 1, "ok": true}, {"id": 2, "ok": true}, {"id": 3, "ok": true}]}',
    "Ha ha, no, no!",
    "very, very good",
    "---",
)


@pytest.mark.parametrize("text", _LOOPS, ids=range(len(_LOOPS)))
def test_a_loop_is_seen_in_any_script(text: str) -> None:
    assert repetition(text) > LOOPING


@pytest.mark.parametrize("text", _NO_LOOPS, ids=range(len(_NO_LOOPS)))
def test_what_only_looks_alike_is_no_loop(text: str) -> None:
    assert repetition(text) < 0.05


def test_the_share_is_of_the_words_that_say_nothing_further() -> None:
    once = "We will send the nails on Friday morning, and call before."
    assert repetition(f"{once}\n{once}") == 0.5
    assert repetition(f"{once}\n{once}\nThe planks come later, with the blue paint and all the hinges.") < 0.4


@given(st.text(max_size=400))
def test_any_text_has_a_share_between_0_and_1(text: str) -> None:
    assert 0 <= repetition(text) <= 1


@given(st.text(alphabet="ab .\n", max_size=120), st.integers(min_value=3, max_value=8))
def test_what_is_said_again_and_again_repeats_itself_for_the_most_part(text: str, times: int) -> None:
    said = f"{text} and so we come to the end of it\n"
    assert repetition(said * times) >= 1 - 1 / times - 0.01


def test_only_so_much_of_a_text_is_looked_at() -> None:
    assert repetition("word " * LONGEST) > 0.99
