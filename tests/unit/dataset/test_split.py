"""Parts are disjoint, complete, independent of order, and never change once they are recorded."""

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dataset.split import LEAST, LEAST_TRAIN, MOST, assign, held_out
from storage.domain import Part


def fresh(count: int) -> dict[str, Part | None]:
    return {f"row_{number}": None for number in range(count)}


def sizes(parts: dict[str, Part]) -> tuple[int, int, int]:
    counts = Counter(parts.values())
    return counts[Part.TRAIN], counts[Part.VALIDATION], counts[Part.TEST]


@pytest.mark.parametrize(
    ("rows", "train", "held"),
    [(3, 3, 0), (8, 6, 1), (10, 6, 2), (24, 18, 3), (40, 32, 4), (100, 80, 10), (5000, 4600, 200)],
)
def test_the_sizes_that_people_can_count_on(rows: int, train: int, held: int) -> None:
    assert sizes(assign(fresh(rows), "project")) == (train, held, held)


@given(st.integers(min_value=12, max_value=3000))
def test_from_twelve_rows_on_every_part_has_its_minimum(count: int) -> None:
    assert LEAST <= held_out(count) <= MOST
    assert count - 2 * held_out(count) >= LEAST_TRAIN


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
    had, target = held_out(first), held_out(first + more)
    test = min(target, had + more)
    assert sizes(after)[1:] == (min(target, had + more - (test - had)), test)


def test_rows_that_nearly_repeat_each_other_stay_in_one_part() -> None:
    groups = {f"row_{number}": f"row_{number % 20}" for number in range(20, 40)}

    for salt in map(str, range(20)):
        parts = assign(fresh(40), salt, groups)
        assert all(parts[row] == parts[first] for row, first in groups.items())
        assert sizes(parts) == (32, 4, 4)


def test_chains_and_rings_of_near_rows_are_one_group() -> None:
    chain = {"row_2": "row_1", "row_1": "row_0", "row_4": "row_5", "row_5": "row_4"}

    for salt in map(str, range(20)):
        parts = assign(fresh(40), salt, chain)
        assert parts["row_2"] == parts["row_1"] == parts["row_0"]
        assert parts["row_4"] == parts["row_5"]


def test_a_new_row_follows_the_row_that_it_nearly_repeats() -> None:
    before = assign(fresh(30), "project")
    for part in Part:
        first = next(row for row, its in before.items() if its is part)
        assert assign({**before, "late": None}, "project", {"late": first})["late"] is part


def test_a_group_is_divided_only_where_a_part_would_have_nothing_to_measure_with() -> None:
    two_heaps = {f"row_{number}": f"row_{number // 6 * 6}" for number in range(12)}

    assert sizes(assign(fresh(12), "project", two_heaps)) == (6, 3, 3)


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
    train, validation, test = sizes(parts)
    assert min(validation, test) >= LEAST
    assert train >= LEAST_TRAIN
