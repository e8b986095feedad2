"""Answers that repeat each other, or stand in their own requests."""

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from dataset.quality.repeats import Repeat, repeats


@dataclass(frozen=True)
class Row:
    id: str
    output: str
    instruction: str = "Answer the guest."
    input: str = ""


def test_of_rows_with_one_answer_all_but_the_first_are_repeats_of_it() -> None:
    rows = [
        Row("a", "We are sorry."),
        Row("b", "It is at eight."),
        Row("c", "we are  SORRY.\n"),
        Row("d", "We are sorry."),
    ]
    assert repeats(rows) == [Repeat(row_id="c", twin="a"), Repeat(row_id="d", twin="a")]


def test_an_answer_that_stands_in_its_own_request_is_one() -> None:
    copied = Row("a", "Breakfast is served\nfrom seven to ten.", input="Repeat: breakfast is served from seven to ten.")
    assert repeats([copied]) == [Repeat(row_id="a", twin=None)]


def test_a_label_that_the_request_names_is_none() -> None:
    assert repeats([Row("a", "urgent", instruction="Is it urgent or not?"), Row("b", "not")]) == []


def test_different_answers_to_one_request_are_none() -> None:
    assert repeats([Row("a", "Yes, at eight."), Row("b", "No, at nine.")]) == []


@given(st.lists(st.text(max_size=4), max_size=12))
def test_without_the_repeats_no_answer_is_left_twice(outputs: list[str]) -> None:
    rows = [Row(str(place), output, instruction="?") for place, output in enumerate(outputs)]
    gone = {repeat.row_id for repeat in repeats(rows)}
    assert repeats([row for row in rows if row.id not in gone]) == []
