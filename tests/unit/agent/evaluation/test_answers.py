"""Reading what a run left: of today, and of earlier versions."""

from dataclasses import asdict
from typing import Any

import pytest

from agent.evaluation.answers import joined, row_losses
from agent.evaluation.requests import Request
from tests.fakes.answers import TICKET


def test_what_was_asked_is_read_back_whole() -> None:
    asked = Request(
        id="pack_tickets_1",
        source="pack",
        beyond=True,
        category="ticket",
        instruction="Write the ticket.",
        input="Ana wants nails",
        reference="Customer: Ana",
        expected=TICKET,
        note="Ana, not Anna.",
    )
    answer = {"id": "pack_tickets_1", "base": "Sure!", "tuned": "Customer: Ana", "base_finished": False}
    (found,) = joined([asked.to_json()], [answer])
    assert found.request == "Write the ticket.\n\nAna wants nails"
    assert found.expected == TICKET
    assert (found.source, found.beyond, found.note, found.category) == ("pack", True, "Ana, not Anna.", "ticket")
    assert (found.base_finished, found.tuned_finished) == (False, True)


def test_a_folder_of_an_earlier_version_is_read() -> None:
    prompt = {"id": "row_1", "part": "validation", "instruction": "x", "input": "", "reference": "y"}
    (found,) = joined([prompt], [{"id": "row_1", "base": None, "tuned": "z"}])
    assert (found.source, found.steered, found.beyond, found.request) == ("row", True, False, "x")
    assert (found.base, found.tuned, found.expected) == ("", "z", None)


def test_a_request_that_nobody_answered_is_left_out() -> None:
    prompts = [{"id": name, "instruction": name, "input": ""} for name in ("row_1", "row_2")]
    assert [one.id for one in joined(prompts, [{"id": "row_2", "base": "", "tuned": ""}])] == ["row_2"]


def test_losses_are_read_row_by_row_with_their_control_where_there_is_one() -> None:
    rows = [
        {"id": "row_1", "base": 2.0, "tuned": 1.0, "base_swapped": 2.5, "tuned_swapped": 2.4, "tokens": 30},
        {"id": "row_2", "base": 2.0, "tuned": 1.0, "tokens": 30},
    ]
    first, second = row_losses({"base": {}, "by_row": rows})
    assert asdict(first) == rows[0]
    assert second.base_swapped is None


def test_losses_of_an_earlier_version_have_no_rows() -> None:
    assert row_losses({"base": {"loss": 2.0}}) == ()
    assert row_losses(None) == ()


@pytest.mark.parametrize("damaged", [{}, {"id": "row_2"}, {"instruction": "x"}])
def test_a_line_that_is_no_request_is_left_out(damaged: dict[str, Any]) -> None:
    answers = [{"id": name, "base": "", "tuned": ""} for name in ("row_1", "row_2")]
    assert [one.id for one in joined([damaged, {"id": "row_1", "instruction": "x"}], [{}, *answers])] == ["row_1"]


@pytest.mark.parametrize("expected", [[1], "lines", {"unheard_of": 1}, {"sections": 3}])
def test_a_format_that_cannot_be_read_is_none(expected: object) -> None:
    prompt = {"id": "row_1", "instruction": "x", "expected": expected}
    (found,) = joined([prompt], [{"id": "row_1"}])
    assert found.expected is None
