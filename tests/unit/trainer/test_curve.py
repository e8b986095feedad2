"""Points put in order: whatever lines a metrics file holds, in whatever order."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.curve import Curve, Step, curve_of, expected, scatter


def point(step: int, loss: float | None, **more: Any) -> dict[str, Any]:
    return {"step": step, "loss": loss, "epoch": step / 4, **more}


def test_training_and_validation_points_are_told_apart_and_put_in_order() -> None:
    points = [point(2, 2.0), point(1, 3.0), {"step": 2, "epoch": 0.5, "validation_loss": 2.5}, {"phase": "training"}]
    curve = curve_of(points)
    assert [(step.step, step.loss) for step in curve.steps] == [(1, 3.0), (2, 2.0)]
    assert [(validation.step, validation.loss) for validation in curve.validations] == [(2, 2.5)]


def test_of_a_step_that_was_done_again_the_later_point_counts() -> None:
    assert [step.loss for step in curve_of([point(1, 3.0), point(2, 9.0), point(2, 2.0)]).steps] == [3.0, 2.0]
    assert curve_of([point(1, None), point(1, 3.0)]).broken_at is None


@pytest.mark.parametrize("loss", [None, math.nan, math.inf, "3.0", True])
def test_a_training_loss_that_is_no_finite_number_is_broken(loss: Any) -> None:
    curve = curve_of([point(1, 3.0), point(2, loss)])
    assert curve.broken_at == 2
    assert len(curve.steps) == 1


def test_the_mean_of_an_epoch_is_by_labels_and_only_of_whole_epochs() -> None:
    points = [point(1, 4.0, labels=30), point(2, 2.0, labels=10), point(3, 2.0, labels=10), point(4, 2.0, labels=10)]
    assert curve_of([*points, point(5, 1.0, labels=10)]).epoch_means() == [pytest.approx(3.0)]


def test_epochs_as_they_are_written_with_six_digits_end_where_they_end() -> None:
    points = [{"step": step, "loss": float(epoch), "epoch": float(f"{step / 7:.6g}")} for epoch in (1, 2, 3)
              for step in range(7 * epoch - 6, 7 * epoch + 1)]  # fmt: skip
    assert curve_of(points).epoch_means() == [1.0, 2.0, 3.0]


def test_without_epochs_there_are_no_means() -> None:
    curve = curve_of([{"step": step, "loss": 1.0} for step in range(9)])
    assert (curve.epoch_means(), curve.epochs_done) == ([], 0.0)


def test_what_is_expected_is_neither_the_fall_nor_the_peak_itself() -> None:
    steps = curve_of([point(step, 10.0 - step if step != 5 else 20.0) for step in range(1, 10)]).steps
    assert expected(steps, 4) == 7.5, "the median of the steps before, which is higher than that after"
    assert expected(steps, 0) is None
    assert expected(steps, 8) is None


def test_scatter_is_the_standard_deviation_whatever_the_outliers() -> None:
    values = [math.sin(place) for place in range(1000)]
    assert scatter(values) == pytest.approx(1.4826 * math.sin(math.pi / 4), rel=0.01)
    assert scatter([*values, *[1e6] * 100]) < 1.5


NUMBERS = st.one_of(st.none(), st.booleans(), st.floats(), st.integers(-9, 9), st.text(max_size=3))
LINES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "step": NUMBERS,
            "epoch": NUMBERS,
            "loss": NUMBERS,
            "labels": NUMBERS,
            "validation_loss": NUMBERS,
            "row_ids": st.one_of(st.none(), st.lists(st.text(max_size=2), max_size=3), st.integers()),
        },
    ),
    max_size=40,
)


@given(LINES)
def test_any_lines_give_a_curve_of_finite_numbers_in_order(points: list[dict[str, Any]]) -> None:
    curve = curve_of(points)
    assert list(curve.steps) == sorted(curve.steps, key=lambda step: step.step)
    assert all(math.isfinite(step.loss) for step in curve.steps)
    assert all(math.isfinite(validation.loss) for validation in curve.validations)
    curve.epoch_means()


@given(LINES)
def test_reading_the_same_points_twice_changes_nothing(points: list[dict[str, Any]]) -> None:
    assert curve_of([*points, *points]) == curve_of(points)


def test_a_curve_of_nothing_is_empty() -> None:
    assert curve_of([]) == Curve(steps=(), validations=())
    assert Step(step=1, loss=1.0).row_ids == ()
