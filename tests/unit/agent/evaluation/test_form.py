"""Whether an answer keeps the form that was wanted, and how much of it is there."""

import pytest

from agent.evaluation.form import completeness, has_form, keeps_form, structure_of
from storage.domain import AgreedFormat
from tests.fakes.answers import TICKET, chatter, ticket


def test_a_ticket_keeps_the_form_and_chatter_does_not() -> None:
    assert keeps_form(ticket(1), TICKET)
    assert not keeps_form(chatter(1), TICKET)


@pytest.mark.parametrize("text", ["", "  \n ", "Customer:", "钉子", "📦", "word " * 10_000, "<b>Customer:</b>"])
def test_hostile_texts_keep_no_form(text: str) -> None:
    assert not keeps_form(text, TICKET)


def test_lines_in_the_wrong_order_or_too_many_are_not_the_form() -> None:
    first, second, third = ticket(1).split("\n")
    assert not keeps_form(f"{second}\n{first}\n{third}", TICKET)
    assert not keeps_form(ticket(1) + "\nAnything else?", TICKET)


def test_a_pack_may_ask_for_lists_and_lengths() -> None:
    bullets, short = AgreedFormat(lists="bullets"), AgreedFormat(longest_words=5)
    assert keeps_form("- one\n- two", bullets)
    assert not keeps_form("one and two", bullets), "prose is no list"
    assert not keeps_form("1. one\n2. two", bullets)
    assert keeps_form("one two three", short)
    assert not keeps_form("one two three four five six", short)
    assert not keeps_form("", short), "an empty answer keeps no form"


def test_a_projects_form_is_its_structure() -> None:
    """Where its answers' lengths happen to lie, and their words, are no rule for other requests."""
    found = AgreedFormat(sections=("Story:",), longest_words=90, terms=("OKR",), tone="dry", lists="bullets")
    assert structure_of(found) == AgreedFormat(sections=("Story:",))
    assert structure_of(AgreedFormat(longest_words=90, tone="dry", agreed=True)) is None


def test_a_format_that_says_nothing_asks_for_no_form() -> None:
    assert not has_form(AgreedFormat(agreed=True, tone="dry", terms=("OKR",)))
    assert all(has_form(one) for one in (TICKET, AgreedFormat(labels=("yes", "no")), AgreedFormat(shortest_words=1)))


def test_completeness_is_the_share_of_what_is_there() -> None:
    assert completeness(ticket(1), TICKET) == 1
    assert completeness("Customer: Ana\nDue: Friday", TICKET) == pytest.approx(2 / 3)
    assert completeness("", TICKET) == 0
    assert completeness(chatter(1), AgreedFormat(lines=3)) is None, "no sections are wanted"


def test_completeness_of_json_is_the_share_of_its_keys() -> None:
    wanted = AgreedFormat(json_keys=("who", "what"))
    assert completeness('{"who": "Ana", "what": 1}', wanted) == 1
    assert completeness('{"who": "Ana"}', wanted) == 0.5
    assert completeness("who: Ana", wanted) == 0
