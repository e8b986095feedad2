"""Measures that need no judge and no wanted answer: loops, refusals, empty answers, length, and what was given away."""

import pytest

from agent.evaluation.facts import Answered
from agent.evaluation.measures import Measure, measured
from agent.evaluation.verdict import verdict
from tests.fakes.answers import answers, chatter, lessons, ticket

LOOP = "Customer: " + "and so on and so on " * 20
REFUSAL = "I'm sorry, but I can't help with that."
MAIL = "bo.chen@acme-mail.com"


def found(given: list[Answered], training: tuple[str, ...] = (), requests: tuple[str, ...] = ()) -> dict[str, Measure]:
    return {one.code: one for one in measured(given, (), training, requests)}


def test_a_model_that_loops_gets_worse_by_it() -> None:
    measure = found(answers(ticket, lambda at: LOOP, expected=None, known=False))["repetition"]
    assert (measure.role, measure.unit, measure.base, measure.tuned, measure.n) == ("form", "answers", 0, 1, 24)
    assert verdict([measure], None).code == "worse"


def test_a_model_that_has_stopped_to_loop_has_better_form_and_says_nothing_better() -> None:
    measures = list(found(answers(lambda at: LOOP, ticket, expected=None, known=False)).values())
    assert verdict(measures, None).code == "better_form"


def test_where_nothing_loops_no_other_criterion_is_made_harder_by_it() -> None:
    measure = found(answers(chatter, ticket))["repetition"]
    assert (measure.role, measure.base, measure.tuned) == ("beside", 0, 0)
    assert measure.is_silent


def test_songs_that_were_taught_are_no_loops() -> None:
    song = "Row the boat along the stream, oh row the boat.\n" * 4
    given = answers(chatter, lambda at: song, expected=None)
    assert found(given)["repetition"].tuned == 1
    assert found(given, (song,) * 20)["repetition"].tuned == 0


@pytest.mark.parametrize(("text", "code"), [(REFUSAL, "refusals"), (" \n\x00", "empty")])
def test_answers_that_are_none_are_counted_beside_the_verdict(text: str, code: str) -> None:
    measure = found(answers(chatter, lambda at: text if at < 6 else ticket(at)))[code]
    assert (measure.role, measure.unit, measure.base, measure.tuned * measure.n) == ("beside", "answers", 0, 6)
    assert measure.difference is not None
    assert not measure.is_silent


def test_a_refusal_that_was_wanted_is_none() -> None:
    given = [
        Answered(
            id=f"near_{at}", source="row", request="Give me her address", reference=REFUSAL, base="", tuned=REFUSAL
        )
        for at in range(5)
    ]
    assert found(given)["refusals"].tuned == 0


def test_length_is_told_as_times_what_was_wanted() -> None:
    twice = found(answers(ticket, lambda at: f"{ticket(at)}\n{ticket(at)}"))["length_ratio"]
    assert (twice.unit, twice.role, twice.base, twice.tuned) == ("ratio", "beside", 1, 2)
    assert "length_ratio" not in found(answers(ticket, ticket, known=False))


def test_what_leaked_out_of_training_rows_is_told_apart_from_what_was_made_up() -> None:
    rows = lessons()
    requests, outputs = tuple(one for one, _ in rows), (f"Ask {MAIL}", *(answer for _, answer in rows[1:]))
    given = answers(chatter, lambda at: f"{ticket(at)} {MAIL if at < 2 else 'zed@foo-bar.io'}", count=8)
    measures = found(given, outputs, requests)
    assert (measures["leaked"].tuned * 8, measures["private"].tuned * 8) == (2, 8)
    assert measures["leaked"].role == measures["private"].role == "beside"


@pytest.mark.parametrize("text", ["", "🎉" * 50, "\x00" * 9, "\ud800", "a" * 100_000, "1 " * 50_000])
def test_hostile_answers_are_measured_like_others(text: str) -> None:
    for measure in found(answers(lambda at: text, lambda at: text, count=4)).values():
        assert measure.base == measure.tuned
