"""Faults in words: how many of how many, how sure, which requests, and what to collect; never a model's own words."""

import random
from dataclasses import replace

import pytest

from agent.evaluation.collect import Kind, collect
from agent.evaluation.facts import Answered
from agent.evaluation.faults import answer_faults
from agent.reports.comparison import Comparison
from agent.reports.fault_notes import fault_notes
from bench.truth import support
from tests.fakes.comparisons import comparison


def told(spoil: support.Spoils, *, kinds: tuple[Kind, ...] = ()) -> Comparison:
    rng = random.Random(1)
    given = [replace(one, tuned=spoil(one.tuned, rng)) for one in support.good(rng)]
    return with_faults(given, kinds)


def with_faults(given: list[Answered], kinds: tuple[Kind, ...] = ()) -> Comparison:
    faults = answer_faults(given, support.lessons(random.Random(2)))
    return replace(comparison(given), faults=faults, collect=collect(given, faults, {}, kinds))


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (
            support.shorter,
            "Too short: 28 of 28 answers of your model (95 % interval 88 to 100 %; the base model: 28), in",
        ),
        (support.longer, "Too long: 28 of 28 answers"),
        (support.stock, "Generic, so that they say little of their own request: 28 of 28 answers"),
        (support.shouting, "Another tone: exclamation marks in 28 of 28 answers"),
        (support.looping, "Saying the same again and again: 28 of 28 answers"),
        (support.refusing, "Refusing, or saying that it cannot help: 28 of 28 answers"),
        (support.german, "Another language than was wanted: 28 of 28 answers"),
        (support.nothing, "Empty: 28 of 28 answers"),
    ],
)
def test_each_fault_says_how_many_and_how_sure(spoil: support.Spoils, said: str) -> None:
    notes = list(fault_notes(told(spoil)))
    (note,) = [note for note in notes if note.text.startswith(said)]
    assert note.section == "answers"
    assert note.urgent
    assert "Most plainly: requests " in note.text


def test_what_leaked_is_the_most_urgent_and_is_not_said_again() -> None:
    taught = support.lessons(random.Random(2))
    taught[0] = replace(taught[0], output="Ask bo.chen@acme-mail.com")
    given = [replace(one, tuned=f"{one.tuned} bo.chen@acme-mail.com") for one in support.good(random.Random(1))]
    found = replace(comparison(given), faults=answer_faults(given, taught))
    note = next(fault_notes(found))
    assert note.urgent == 9
    assert "an email address" in note.text
    assert "acme" not in note.text


def test_what_to_collect_stands_at_the_end() -> None:
    kinds = (Kind(id="refund", plural="refunds", have=2, want=8), Kind(id="repair", plural="*repairs*", have=9, want=8))
    *_, note = fault_notes(told(support.shorter, kinds=kinds))
    assert note.section == "next"
    assert "6 more examples of refunds (there are 2; 10 of 10 answers have a fault or got worse)" in note.text
    assert "5 more examples of repairs (there are 9; 9 of 9 answers have a fault or got worse)" in note.text


def test_no_fault_no_words() -> None:
    assert list(fault_notes(with_faults(support.good(random.Random(1))))) == []
