"""What was asked, what had been seen, what was forgotten and how quick both sides are: in sentences, the grave ones urgent."""

from dataclasses import replace

import pytest

from agent.evaluation.facts import Answered
from agent.evaluation.general import general_items
from agent.evaluation.sets import Sets
from agent.evaluation.speed import Pace, Speed
from agent.reports.comparison import Comparison
from agent.reports.comparison_page import page
from agent.reports.notes import Note
from agent.reports.sets_notes import sets_notes
from dataset.leakage import Closest
from dataset.split import next_rung
from tests.fakes.answers import answers, chatter, general_answers, ticket
from tests.fakes.comparisons import comparison

ROWS = {"train": 52, "validation": 8, "test": 20, "golden": 0}
SETS = Sets(rows=ROWS, asked={"test": 20, "pack": 12, "general": 30}, next=next_rung(80))


def planted() -> list[Answered]:
    return list(answers(chatter, ticket))


def told(made: Comparison) -> dict[str, Note]:
    """By its beginning."""
    return {note.text.split()[0]: note for note in sets_notes(made)}


def sentences(made: Comparison) -> str:
    return " ".join(note.text for note in sets_notes(made))


@pytest.fixture
def made() -> Comparison:
    return replace(comparison(planted()), sets=SETS)


def test_the_sets_are_told_with_what_more_examples_would_bring(made: Comparison) -> None:
    text = sentences(made)
    assert "Of 80 examples 52 were learned from, 8 steered the training and 20 are for testing." in text
    assert "Asked for this comparison: 20 test examples, 12 test prompts, 30 short questions" in text
    assert (
        "With 200 examples, 30 of them would be for testing and 20 for comparing judges with people: 120 more" in text
    )
    assert all(note.urgent == 0 for note in sets_notes(made))


def test_golden_rows_are_told_of_where_there_are_any(made: Comparison) -> None:
    golden = replace(SETS, rows={**ROWS, "golden": 20}, next=None)
    text = sentences(replace(made, sets=golden))
    assert "and 20 for comparing judges with people." in text
    assert "more to go" not in text


def test_what_leaked_is_named_urgently_by_its_number(made: Comparison) -> None:
    first = made.answers[0].id
    leaked = replace(made, sets=replace(SETS, leaked=(first, "gone")))
    note = told(leaked)["Left"]
    assert note.urgent > 0
    assert "2 requests" in note.text
    assert "(request 1, a test example that was not asked here)" in note.text


def test_the_nearest_pair_is_told_where_nothing_leaked(made: Comparison) -> None:
    near = Closest(id=made.answers[0].id, row="t", request=0.62, answer=0.31)
    assert "shares 31 %" in sentences(replace(made, sets=replace(SETS, closest=(near,))))


def test_what_was_not_answered_or_measured_is_told_with_its_reason(made: Comparison) -> None:
    text = sentences(replace(made, sets=replace(SETS, no_memory=2, too_long=1, losses_without=3)))
    assert "2 for which memory was too short, 1 longer than the model can read" in text
    assert "For 3 test examples memory was too short" in text


def test_that_test_rows_repeat_each_other_is_told(made: Comparison) -> None:
    assert "1 test example asks nearly what another one asks" in sentences(
        replace(made, sets=replace(SETS, repeated=1))
    )
    assert "4 test examples ask" in sentences(replace(made, sets=replace(SETS, repeated=4)))


@pytest.mark.parametrize(
    ("earlier", "chance", "urgent"), [(1, 10, False), (2, 15, True), (9, 50, True), (30, 100, True)]
)
def test_how_often_the_requests_were_used_is_told_with_what_chance_makes_of_it(
    made: Comparison, earlier: int, chance: int, urgent: bool
) -> None:
    (note,) = [one for one in sets_notes(replace(made, earlier=earlier)) if "partly luck" in one.text]
    assert note.text.startswith(f"{earlier + 1} comparisons, of runs and evaluations, have been made")
    assert f"in up to {chance}." in note.text
    assert bool(note.urgent) == urgent
    assert "partly luck" not in sentences(made)


def test_a_model_that_forgot_is_warned_of_and_one_that_did_not_is_not() -> None:
    forgot = comparison([*planted(), *general_answers(tuned="Fine.")])
    kept = comparison([*planted(), *general_answers()])
    assert told(forgot)["Watch"].urgent > 0
    assert "Watch" not in told(kept)
    assert told(kept)["Other"].urgent == 0


def test_a_loss_that_cannot_be_told_from_chance_stands_in_the_message_if_it_is_not_small() -> None:
    def note(lost: int) -> Note:
        kept = general_answers()
        both = [*(replace(one, tuned="Fine.") for one in kept[:lost]), *kept[lost:]]
        return told(comparison([*planted(), *both]))["Other"]

    assert note(0).urgent == 0
    assert 0 < note(4).urgent < 8


def test_short_questions_are_listed_only_where_they_were_lost_and_are_never_called_cut_off() -> None:
    kept = comparison([*planted(), *general_answers()])
    forgot = comparison([*planted(), *general_answers(tuned="Fine.")])
    question = general_items()[0].instruction
    assert question not in page(kept)
    assert question in page(forgot)
    assert kept.cut_off("base") == comparison(planted()).cut_off("base")
    assert {one.id for one in kept.chosen} <= {one.id for one in planted()}


def test_speed_is_told_of_both_sides(made: Comparison) -> None:
    timed = replace(
        made,
        speed=Speed(
            base=Pace(first_token_seconds=0.21, tokens_per_second=38.25),
            tuned=Pace(first_token_seconds=0.24, tokens_per_second=31.0),
        ),
    )
    note = told(timed)["Speed"]
    assert note.section == "speed"
    assert "first word after 0.21 s, then 38 tokens a second" in note.text
    assert "0.24 s, 31" in note.text


def test_without_rows_of_a_run_nothing_is_said() -> None:
    assert list(sets_notes(comparison(planted()))) == []
