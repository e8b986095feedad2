"""Parts are disjoint, complete, independent of order, and never change once they are recorded."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.split import LADDER, LEAST, LEAST_TRAIN, assign, next_rung, sizes, together
from storage.domain import Part


def fresh(count: int) -> dict[str, Part | None]:
    return {f"row_{number}": None for number in range(count)}


def counted(parts: dict[str, Part]) -> tuple[int, int, int, int]:
    counts = Counter(parts.values())
    return counts[Part.TRAIN], counts[Part.VALIDATION], counts[Part.TEST], counts[Part.GOLDEN]


@pytest.mark.parametrize(
    ("rows", "train", "validation", "test", "golden"),
    [
        (3, 3, 0, 0, 0),
        (8, 6, 1, 1, 0),
        (10, 6, 2, 2, 0),
        (24, 18, 3, 3, 0),
        (30, 24, 3, 3, 0),
        (40, 30, 4, 6, 0),
        (80, 52, 8, 20, 0),
        (100, 67, 9, 21, 3),
        (200, 134, 16, 30, 20),
        (1000, 770, 100, 100, 30),
        (5000, 4570, 200, 200, 30),
    ],
)
def test_the_sizes_that_people_can_count_on(rows: int, train: int, validation: int, test: int, golden: int) -> None:
    assert counted(assign(fresh(rows), "project")) == (train, validation, test, golden)


@given(st.integers(min_value=12, max_value=3000))
def test_from_twelve_rows_on_every_part_has_its_minimum(count: int) -> None:
    wanted = sizes(count)
    assert min(wanted.validation, wanted.test) >= LEAST
    assert wanted.train >= LEAST_TRAIN
    assert wanted.rows == count


@given(st.integers(min_value=0, max_value=3000))
def test_a_row_more_never_takes_one_from_a_held_out_part_nor_more_than_two_from_training(count: int) -> None:
    """Two parts may round up at the same row; what is recorded stays in any case."""
    before, after = sizes(count), sizes(count + 1)
    assert all(before.of(part) <= after.of(part) for part in (Part.VALIDATION, Part.TEST, Part.GOLDEN))
    assert after.train >= before.train - 2


def test_a_verdict_can_rest_on_own_rows_as_soon_as_fifty_are_learned_from() -> None:
    enough = next(count for count in range(3000) if sizes(count).test >= 20)
    assert enough == 80
    assert sizes(enough).train >= 50


def test_the_next_rung_is_named_until_the_top() -> None:
    assert next_rung(10) == LADDER[0]
    assert next_rung(80) == LADDER[2]
    assert next_rung(LADDER[-1].rows) is None


def test_golden_appears_in_a_project_that_grows_and_what_it_had_stays() -> None:
    before = assign(fresh(80), "project")
    after = assign({**before, **{f"late_{number}": None for number in range(120)}}, "project")

    assert {row: after[row] for row in before} == before
    assert counted(before)[3] == 0
    assert counted(after) == (134, 16, 30, 20)
    assert all(row.startswith("late_") for row, part in after.items() if part is Part.GOLDEN)


def test_what_was_recorded_by_other_sizes_stays_as_it_was() -> None:
    """Forty rows were once split into 32, 4 and 4."""
    recorded = [Part.TRAIN] * 32 + [Part.VALIDATION] * 4 + [Part.TEST] * 4
    before: dict[str, Part | None] = {f"row_{number}": part for number, part in enumerate(recorded)}

    assert assign(before, "project") == before
    assert counted(assign({**before, **{f"new_{n}": None for n in range(10)}}, "project")) == (36, 5, 9, 0)


@given(st.integers(0, 120), st.text(max_size=5), st.randoms())
def test_every_row_has_one_part_whatever_the_order(count: int, salt: str, shuffle: random.Random) -> None:
    rows = list(fresh(count).items())
    parts = assign(dict(rows), salt)
    shuffle.shuffle(rows)

    assert parts.keys() == dict(rows).keys()
    assert assign(dict(rows), salt) == parts


def test_another_project_draws_other_rows() -> None:
    assert assign(fresh(40), "one") != assign(fresh(40), "other")


@given(st.integers(10, 60), st.integers(0, 60), st.integers(0, 60))
def test_what_is_recorded_stays_and_new_rows_fill_up_the_shares(first: int, more: int, forgotten: int) -> None:
    before = assign(fresh(first), "project")
    kept = dict(list(before.items())[min(forgotten, first) :])

    after = assign({**fresh(first + more), **before}, "project")
    after_loss = assign({**kept, **{f"new_{n}": None for n in range(more)}}, "project")

    assert {row: after[row] for row in before} == before
    assert {row: after_loss[row] for row in kept} == kept
    had, wanted = sizes(first), sizes(first + more)
    test = min(wanted.test, had.test + more)
    validation = min(wanted.validation, had.validation + more - (test - had.test))
    assert counted(after)[1:3] == (validation, test)


def test_rows_that_nearly_repeat_each_other_stay_in_one_part() -> None:
    groups = {f"row_{number}": f"row_{number % 20}" for number in range(20, 40)}

    for salt in map(str, range(20)):
        parts = assign(fresh(40), salt, groups)
        assert all(parts[row] == parts[first] for row, first in groups.items())
        assert counted(parts) == (30, 4, 6, 0)


def test_chains_and_rings_of_near_rows_are_one_group() -> None:
    chain = {"row_2": "row_1", "row_1": "row_0", "row_4": "row_5", "row_5": "row_4"}

    for salt in map(str, range(20)):
        parts = assign(fresh(40), salt, chain)
        assert parts["row_2"] == parts["row_1"] == parts["row_0"]
        assert parts["row_4"] == parts["row_5"]


def test_a_new_row_follows_the_row_that_it_nearly_repeats() -> None:
    before = assign(fresh(120), "project")
    for part in Part:
        first = next(row for row, its in before.items() if its is part)
        assert assign({**before, "late": None}, "project", {"late": first})["late"] is part


def test_pairs_stay_together_although_a_part_becomes_a_row_larger() -> None:
    pairs = {f"row_{number}": f"row_{number // 2 * 2}" for number in range(24)}

    for salt in map(str, range(20)):
        parts = assign(fresh(24), salt, pairs)
        assert all(parts[row] == parts[first] for row, first in pairs.items())
        assert counted(parts) == (16, 4, 4, 0)


def test_a_group_is_divided_only_where_a_part_would_have_nothing_to_measure_with() -> None:
    two_heaps = {f"row_{number}": f"row_{number // 6 * 6}" for number in range(12)}

    assert counted(assign(fresh(12), "project", two_heaps)) == (6, 3, 3, 0)


def test_a_group_may_be_named_after_a_row_that_is_gone() -> None:
    parts = assign(fresh(30), "project", {"row_3": "gone", "row_4": "gone"})

    assert parts["row_3"] == parts["row_4"]
    assert "gone" not in parts


@given(st.integers(12, 60), st.dictionaries(st.integers(0, 59), st.integers(0, 59)), st.randoms())
def test_no_grouping_breaks_the_minimum_or_the_independence_of_order(
    count: int, links: dict[int, int], shuffle: random.Random
) -> None:
    groups = {f"row_{a}": f"row_{b}" for a, b in links.items()}
    rows = list(fresh(count).items())
    parts = assign(dict(rows), "project", groups)
    shuffle.shuffle(rows)

    assert assign(dict(rows), "project", groups) == parts
    train, validation, test, _ = counted(parts)
    assert min(validation, test) >= LEAST
    assert train >= LEAST_TRAIN


def test_rows_that_are_together_in_any_grouping_are_together() -> None:
    joined = together({"b": "a", "d": "c"}, {"c": "b"}, {"f": "e"}, {"a": "b"})

    assert {joined[row] for row in "bcd"} == {"a"}
    assert joined["f"] == "e"
    assert "a" not in joined


@given(st.lists(st.dictionaries(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=4), st.randoms())
def test_together_is_the_same_in_any_order_and_never_circular(
    groupings: list[dict[str, str]], shuffle: random.Random
) -> None:
    joined = together(*groupings)
    shuffle.shuffle(groupings)

    assert together(*groupings) == joined
    assert not joined.keys() & set(joined.values())
