"""Lengths are judged the same for a typed row and an uploaded one."""

import pytest

from dataset.quality.lengths import Problem, problems


def test_an_ordinary_row_has_no_problem_and_may_lack_an_input() -> None:
    assert problems("Write a haiku", "", "Old pond") == []


def test_what_cannot_be_seen_is_empty() -> None:
    assert problems("\ufeff", "", " \n ") == [
        Problem(code="empty_field", numbers={"field": "instruction"}),
        Problem(code="empty_field", numbers={"field": "output"}),
    ]


@pytest.mark.parametrize(
    "text", ["\u200b \u200b \u200b", "\u202e" * 500, "\u2066\n\u2069", "\u00ad\u2800\u3164", "\u061c \ufeff"]
)
def test_marks_of_direction_and_blanks_that_are_letters_cannot_be_seen_either(text: str) -> None:
    assert [problem.code for problem in problems("Write a haiku", "", text)] == ["empty_field"]


@pytest.mark.parametrize("text", ["\u202e.", "-", "\u2067مرحبا\u2069", "👍\u200d", "0"])
def test_a_single_sign_can(text: str) -> None:
    assert problems("Write a haiku", "", text) == []


def test_a_text_of_100_kb_is_too_long_in_any_field_and_the_numbers_say_by_how_much() -> None:
    (problem,) = problems("Summarise", "x" * 100_000, "short")

    assert problem == Problem(code="too_long_field", numbers={"field": "input", "characters": 100_000, "limit": 20_000})


def test_the_limit_itself_is_allowed() -> None:
    assert problems("a", "b", "c" * 10, limit=10) == []
    assert len(problems("a", "b", "c" * 11, limit=10)) == 1
