"""What is worth most: the table of docs/reminders.md, as it decides."""

import pytest

from agent.reminding.worth import (
    LEAST,
    WEIGHTS,
    Candidate,
    Code,
    best,
    missing_decisions,
    missing_evaluation,
    missing_quality,
    missing_retraining,
    missing_training,
    missing_votes,
    ranked,
    worth,
)


def one(code: Code, missing: float = 1.0, about: str = "it", project_id: str = "project_1") -> Candidate:
    return Candidate(code=code, project_id=project_id, about=about, missing=missing)


def test_all_else_equal_a_run_that_nobody_looked_at_comes_first_and_the_thinnest_cell_last() -> None:
    found = ranked([one(code) for code in reversed(list(WEIGHTS))])
    assert [candidate.code for candidate in found] == list(WEIGHTS)


def test_what_is_missing_more_outweighs_what_counts_more() -> None:
    assert best([one("draft", missing_decisions(1)), one("cell", 1.0)]) == one("cell", 1.0)
    assert best([one("draft", missing_decisions(5)), one("cell", 1.0)]) == one("draft", 1.0)


def test_what_is_worth_little_is_not_said() -> None:
    assert worth(one("cell", 0.1)) < LEAST
    assert best([one("cell", 0.1)]) is None
    assert best([]) is None


def test_the_rhythm_turns_the_scales() -> None:
    both = [one("comparison"), one("cell")]
    assert best(both) == one("comparison")
    assert best(both, focus={"cell"}) == one("cell")


def test_what_was_ignored_is_not_said_again_but_the_next_best() -> None:
    both = [one("draft"), one("cell")]
    assert best(both, ignored=one("draft").key) == one("cell")
    assert best([one("draft")], ignored=one("draft").key) is None


def test_the_same_action_about_something_else_is_another_suggestion() -> None:
    assert best([one("cell", about="story/error:1")], ignored=one("cell", about="story/error:0").key) is not None
    assert best([one("cell", project_id="project_2")], ignored=one("cell").key) is not None


@pytest.mark.parametrize(("waiting", "missing"), [(0, 0.0), (1, 0.2), (5, 1.0), (500, 1.0)])
def test_decisions_are_missing_by_the_examples_that_wait(waiting: int, missing: float) -> None:
    assert missing_decisions(waiting) == pytest.approx(missing)


@pytest.mark.parametrize(("pairs", "missing"), [(0, 0.0), (1, 1 / 3), (3, 1.0), (40, 1.0)])
def test_votes_are_missing_by_the_pairs_of_a_card(pairs: int, missing: float) -> None:
    assert missing_votes(pairs, 3) == pytest.approx(missing)


@pytest.mark.parametrize(("approved", "missing"), [(9, 0.0), (10, 10 / 24), (24, 1.0), (90, 1.0)])
def test_a_first_run_is_missing_from_ten_examples_on(approved: int, missing: float) -> None:
    assert missing_training(approved) == pytest.approx(missing)


@pytest.mark.parametrize(("new", "missing"), [(9, 0.0), (10, 0.4), (25, 1.0), (90, 1.0)])
def test_another_run_is_missing_from_ten_new_examples_on(new: int, missing: float) -> None:
    assert missing_retraining(new) == pytest.approx(missing)


@pytest.mark.parametrize(
    ("mean", "target", "missing"), [(4.0, 4.0, 0.0), (2.5, 4.0, 0.5), (1.0, 4.0, 1.0), (5, 4, 0.0), (1, 1, 0.0)]
)
def test_quality_is_missing_by_what_lies_between_the_mean_and_the_target(
    mean: float, target: float, missing: float
) -> None:
    assert missing_quality(mean, target) == pytest.approx(missing)


@pytest.mark.parametrize(
    ("newer_version", "newer_pins", "days", "missing"),
    [(True, False, 0, 1.0), (False, True, 0, 1.0), (False, False, 29, 0.0), (False, False, 30, 0.5)],
)
def test_an_evaluation_is_stale_by_what_is_not_in_it_and_half_as_much_by_age(
    newer_version: bool, newer_pins: bool, days: float, missing: float
) -> None:
    found = missing_evaluation(newer_version=newer_version, newer_pins=newer_pins, days=days)
    assert found == missing
