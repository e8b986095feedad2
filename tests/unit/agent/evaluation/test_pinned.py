"""Pinned requests: when an answer passes, and what changed since an earlier version."""

from datetime import UTC, datetime
from typing import Any

import pytest

from agent.evaluation.pinned import ALIKE, Change, Said, broken_rules, folded_request, pinned_result, prompt_of
from storage.domain import AgreedFormat, Pin

WANTED = "The invoice is due on the 3rd of March, and can be paid by card or by bank transfer."


def pin(name: str = "pin_1", **fields: Any) -> Pin:
    return Pin(
        id=name,
        project_id="project_1",
        author_id="console:ana",
        event_id="event-1",
        created_at=datetime(2026, 11, 21, tzinfo=UTC),
        **{"instruction": "When is it due?", **fields},
    )


def faults(answer: str, **fields: Any) -> list[str]:
    return [one.code for one in broken_rules(pin(**fields), answer)]


class TestRules:
    @pytest.mark.parametrize(
        ("term", "answer"),
        [
            ("5 mg", "Take 5 mg twice."),
            ("5 MG", "take   5\nmg"),
            ("paid", "Paid."),
            ("5", "5mg"),
            ("５ mg", "5 mg"),
            ("ﬁle", "the file"),
            ("straße", "STRASSE"),
            ("东京", "我住在东京附近"),
            ("**", "a ** b"),
        ],
    )
    def test_a_term_stands_in_an_answer_whatever_its_case_spaces_and_width(self, term: str, answer: str) -> None:
        assert faults(answer, must=(term,)) == []
        assert faults(answer, must_not=(term,)) == ["must_not"]

    @pytest.mark.parametrize(
        ("term", "answer"),
        [
            ("5 mg", "15 mg"),
            ("5 mg", "2.5 mg"),
            ("5", "5.2"),
            ("1", "1,500"),
            ("paid", "unpaid"),
            ("no", "know"),
            ("card", "cardigan"),
        ],
    )
    def test_a_part_of_another_word_or_number_is_not_the_term(self, term: str, answer: str) -> None:
        assert faults(answer, must=(term,)) == ["must"]
        assert faults(answer, must_not=(term,)) == []

    def test_a_later_place_counts_where_the_first_is_within_another_word(self) -> None:
        assert faults("unpaid, then paid", must=("paid",)) == []

    def test_every_rule_that_is_broken_is_named_with_its_term(self) -> None:
        found = broken_rules(pin(must=("March", "card"), must_not=("cash",)), "April, in cash")
        assert [(one.code, one.text) for one in found] == [("must", "March"), ("must", "card"), ("must_not", "cash")]

    def test_an_empty_answer_keeps_no_rule(self) -> None:
        assert faults(" \n", must_not=("cash",)) == ["empty"]

    def test_the_agreed_format_is_a_rule(self) -> None:
        lines = AgreedFormat(sections=("Due:", "Paid:"), agreed=True)
        assert faults("Due: March\nPaid: no", expected=lines) == []
        assert faults("In March", expected=lines) == ["format"]

    def test_likeness_to_the_wanted_answer_counts_where_nothing_else_is_asked(self) -> None:
        assert faults("It is due on the 3rd of March and can be paid by card or bank transfer.", reference=WANTED) == []
        assert faults("Please contact our friendly team at any time.", reference=WANTED) == ["likeness"]
        assert faults("Please contact us in March.", reference=WANTED, must=("March",)) == []
        assert 0 < ALIKE < 100

    def test_a_rule_about_nothing_asks_nothing(self) -> None:
        assert faults("anything", expected=AgreedFormat()) == []


class TestChange:
    @pytest.mark.parametrize(
        ("before", "now", "change"),
        [
            ("March", "April", "regressed"),
            ("April", "March", "fixed"),
            ("April", "May", "failing"),
            ("March", "It is March", "passing"),
        ],
    )
    def test_it_is_told_against_the_latest_earlier_version(self, before: str, now: str, change: Change) -> None:
        found = pinned_result(
            [pin(must=("March",))],
            "v2",
            {"base": {"pin_1": Said(text="x")}, "v1": {"pin_1": Said(text=before)}, "v2": {"pin_1": Said(text=now)}},
        )
        assert found is not None
        assert (found.outcomes[0].change, found.outcomes[0].against) == (change, "v1")
        assert found.numbers(change) == (1,)

    def test_of_a_pin_that_no_version_answered_before_the_base_is_what_it_is_told_against(self) -> None:
        answers = {"base": {"pin_1": Said(text="March")}, "v1": {}, "v2": {"pin_1": Said(text="no idea")}}
        found = pinned_result([pin(must=("March",))], "v2", answers)
        assert found is not None
        assert (found.outcomes[0].change, found.outcomes[0].against) == ("regressed", "base")

    @pytest.mark.parametrize(("now", "change"), [("march ", "unchanged"), ("April", "changed")])
    def test_without_a_rule_only_the_change_is_told(self, now: str, change: Change) -> None:
        found = pinned_result([pin()], "v1", {"base": {"pin_1": Said(text="March")}, "v1": {"pin_1": Said(text=now)}})
        assert found is not None
        assert found.outcomes[0].change == change
        assert found.outcomes[0].now.passes is None

    def test_what_nobody_answered_before_passes_fails_or_is_the_first(self) -> None:
        pins = [pin("pin_1", must=("March",)), pin("pin_2", must=("card",)), pin("pin_3")]
        mine = {name: Said(text="March") for name in ("pin_1", "pin_2", "pin_3")}
        found = pinned_result(pins, "v1", {"v1": mine})
        assert found is not None
        assert [one.change for one in found.outcomes] == ["passing", "failing", "first"]

    def test_numbers_are_places_in_the_list_and_what_was_not_answered_is_named(self) -> None:
        pins = [pin("pin_1"), pin("pin_2"), pin("pin_3")]
        found = pinned_result(pins, "v1", {"v1": {"pin_2": Said(text="a"), "pin_9": Said(text="of another time")}})
        assert found is not None
        assert [one.number for one in found.outcomes] == [2]
        assert found.unanswered == (1, 3)
        assert found.outcome(2).pin_id == "pin_2"

    def test_without_pins_there_is_no_result(self) -> None:
        assert pinned_result([], "v1", {"v1": {}}) is None

    def test_one_that_was_learned_is_marked(self) -> None:
        found = pinned_result([pin()], "v1", {"v1": {"pin_1": Said(text="a")}}, learned={"pin_1"})
        assert found is not None
        assert found.outcomes[0].learned


def test_the_wanted_answer_is_never_put_before_a_model() -> None:
    line = prompt_of(pin(reference=WANTED, must=("March",)))
    assert WANTED not in str(line)
    assert line["source"] == "pinned"


def test_requests_are_the_same_whatever_their_case_spaces_and_closing_mark() -> None:
    assert folded_request("When is it DUE?") == folded_request("when  is it due")
    assert folded_request("Sort:", "a") != folded_request("Sort:", "b")
