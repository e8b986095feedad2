"""Likeness by characters, in any script, and what of it is more than chance."""

import pytest

from agent.evaluation.likeness import MOST_OTHERS, chrf, lifts, points_interval
from tests.fakes.answers import another_ticket, ticket


def test_the_same_text_is_as_like_as_can_be() -> None:
    assert chrf("Customer: Ana", "Customer: Ana") == pytest.approx(100)
    assert chrf("Customer: Ana", "Xyz") < 10


@pytest.mark.parametrize("text", ["客户想要三盒钉子，星期五之前送到。", "العميل يريد المسامير يوم الجمعة", "📦🔨 → 🏠"])
def test_every_script_is_compared(text: str) -> None:
    assert chrf(text, text) == pytest.approx(100)
    assert chrf(text, "something else altogether") < 5


@pytest.mark.parametrize("text", ["", "   ", "\n"])
def test_an_empty_text_is_like_nothing(text: str) -> None:
    assert chrf(text, "Customer: Ana") == chrf("Customer: Ana", text) == chrf(text, text) == 0


def test_ten_thousand_words_cost_no_more_than_a_long_answer() -> None:
    assert chrf("word " * 10_000, "word " * 10_000) == pytest.approx(100)


def test_what_all_references_share_lifts_nobody() -> None:
    tickets = [ticket(at) for at in range(20)]
    own, others = (
        points_interval(lifts(tickets, tickets)),
        points_interval(lifts([another_ticket(at) for at in range(20)], tickets)),
    )
    assert own is not None
    assert others is not None
    assert own.low > 30
    assert others.low <= 0, "a perfect ticket for another request fits no better than chance"
    assert chrf(another_ticket(1), ticket(1)) > 25, "though it is much like what was wanted"


def test_an_answer_that_is_always_the_same_lifts_nobody() -> None:
    """However common it is among the references: to guess the commonest label is no skill."""
    wanted = ["positive"] * 15 + ["negative"] * 5
    found = points_interval(lifts(["positive"] * 20, wanted))
    assert found is not None
    assert found.low <= 0 <= found.high


def test_one_text_has_no_others_to_compare_with() -> None:
    assert lifts(["a"], ["a"]) == []
    assert lifts([], []) == []


def test_many_texts_are_compared_with_some_others_each() -> None:
    texts = [f"Customer: {at} of {at * 7}" for at in range(MOST_OTHERS * 5)]
    assert len(lifts(texts, texts)) == len(texts)
