"""Loss curves and what they say."""

import json
import math
import random
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.trainer.test_curve import LINES
from trainer import diagnosis
from trainer.diagnosis import Diagnosis

PER_EPOCH = 4


def curve(
    losses: Sequence[float | None], validations: dict[int, float] | None = None, per_epoch: int = PER_EPOCH
) -> list[dict[str, Any]]:
    """Training losses by step from 1, and validation losses by step."""
    points: list[dict[str, Any]] = [
        {"step": step, "epoch": step / per_epoch, "loss": loss} for step, loss in enumerate(losses, start=1)
    ]
    for step, value in (validations or {}).items():
        points.append({"step": step, "epoch": step / per_epoch, "validation_loss": value})
    return points


FALLING: list[float | None] = [3.0, 2.6, 2.2, 1.9, 1.6, 1.4, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7]
"""Three epochs."""


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([], "too_early"),
        (curve([3.0, 2.9]), "too_early"),
        (curve([3.0, 3.0, 3.0]), "too_early"),
        (curve(FALLING), "learning"),
        (curve(FALLING, per_epoch=100), "learning"),
        (curve(FALLING, {0: 3.0, 4: 2.5, 8: 2.2, 12: 2.0}), "learning"),
        (curve([3.0] * 12, {0: 2.5, 4: 2.5, 8: 2.5, 12: 2.49}), "not_learning"),
        (curve([3.0] * 12), "not_learning"),
        (curve(FALLING, {0: 3.0, 2: 2.5, 4: 2.0, 8: 2.3, 12: 2.6}), "overfitting"),
        (curve(FALLING, {0: 2.0, 4: 2.1, 8: 2.4, 12: 2.8}), "overfitting"),
        (curve([3.0, 2.9, 3.1, 4.0, 5.5, 7.0, 8.0, 9.0]), "diverging"),
        (curve([3.0, 2.0, 1.5, 1.2, 3.0, 4.0, 5.0, 5.0]), "diverging"),
        (curve([3.0, 2.9, None]), "diverging"),
        (curve([3.0, 2.9, 3.1, 3.0, 6.0, 8.0, 8.5, 9.0], per_epoch=50), "diverging"),
        (curve([2.0, 0.5, 0.15, 0.02, 0.01, 0.001, 0.001, 0.0001]), "suspiciously_fast"),
    ],
)
def test_the_code_of_a_curve(points: list[dict[str, Any]], code: str) -> None:
    assert diagnosis.read(points).code == code
    assert code in diagnosis.CODES


class TestTheGuidesLogs:
    """``Epoch 1/3 - Loss: 2.45 -> 1.82 -> ...``, as the guide prints them."""

    def test_the_good_one(self) -> None:
        losses = [2.45, 1.82, 1.54, 1.31, 1.28, 1.15, 1.08, 0.98, 0.95, 0.89, 0.84, 0.79]
        assert diagnosis.read(curve(losses)).code == "learning"

    def test_the_one_that_does_not_learn(self) -> None:
        losses = [2.45, 2.45, 2.45, 2.44, 2.44, 2.44, 2.43, 2.43, 2.43, 2.42, 2.42, 2.42]
        assert diagnosis.read(curve(losses, per_epoch=3)).code == "not_learning"

    def test_the_one_that_is_too_good(self) -> None:
        found = diagnosis.read(curve([2.45, 1.2, 0.5, 0.2, 0.15, 0.02, 0.001, 0.0001, 0.0001, 0.0001, 0.0001, 0.0001]))
        assert found.code == "suspiciously_fast"
        assert found.numbers["near_zero_epoch"] == 1.75
        assert found.numbers["near_zero_loss"] < 0.001


class TestLearning:
    def test_its_numbers_are_means_of_whole_epochs(self) -> None:
        numbers = diagnosis.read(curve(FALLING, {0: 3.0, 12: 2.0})).numbers
        assert numbers["first_loss"] == pytest.approx((3.0 + 2.6 + 2.2 + 1.9) / 4)
        assert numbers["last_loss"] == pytest.approx((1.0 + 0.9 + 0.8 + 0.7) / 4)
        assert (numbers["first_validation_loss"], numbers["best_validation_loss"], numbers["best_step"]) == (
            3.0,
            2.0,
            12,
        )

    def test_nothing_bad_is_said_before_every_row_was_seen(self) -> None:
        assert diagnosis.read(curve([3.0] * 12, {0: 2.5, 6: 2.5}, per_epoch=20)).code == "too_early"
        assert diagnosis.read(curve([3.0] * 20, {0: 2.5, 6: 2.5}, per_epoch=20)).code == "not_learning"
        assert diagnosis.read(curve([3.0] * 100, per_epoch=500)).code == "not_learning", "a hundred steps are enough"

    def test_nor_after_a_few_steps_unless_they_were_all(self) -> None:
        points = curve([3.0] * 6, {0: 3.5, 3: 3.45, 6: 3.44}, per_epoch=3)
        assert diagnosis.read([{**point, "steps": 18} for point in points]).code == "too_early"
        assert diagnosis.read([{**point, "steps": 6} for point in points]).code == "not_learning"

    @pytest.mark.parametrize("seed", range(20))
    def test_the_ups_and_downs_of_tiny_batches_are_no_news(self, seed: int) -> None:
        """Rows between 1.5 and 4, one a step, in another order each epoch, the model as it was."""
        rows = [1.5 + 2.5 * place / 19 for place in range(20)]
        chance = random.Random(seed)
        losses = [loss for _ in range(4) for loss in chance.sample(rows, len(rows))]
        for end in range(1, len(losses) + 1):
            found = diagnosis.read(curve(losses[:end], per_epoch=20))
            assert found.code in ("too_early", "not_learning"), end
            assert found.also == ()

    @pytest.mark.parametrize("seed", range(20))
    def test_beneath_them_the_fall_is_seen(self, seed: int) -> None:
        rows = [1.5 + 2.5 * place / 19 for place in range(20)]
        chance = random.Random(seed)
        losses = [loss * 0.93**epoch for epoch in range(4) for loss in chance.sample(rows, len(rows))]
        assert diagnosis.read(curve(losses, per_epoch=20)).code == "learning"

    def test_learning_by_heart_is_told_from_not_moving_at_all(self) -> None:
        heart = diagnosis.read(curve(FALLING, {0: 2.0, 4: 2.0, 8: 2.01, 12: 2.0}))
        still = diagnosis.read(curve([3.0] * 12, {0: 2.0, 4: 2.0, 8: 2.01, 12: 2.0}))
        assert (heart.code, heart.numbers["training_fell"]) == ("not_learning", True)
        assert (still.code, still.numbers["training_fell"]) == ("not_learning", False)

    def test_steps_that_are_too_large_are_told_from_such_that_are_too_small(self) -> None:
        worse = diagnosis.read(curve([3.0] * 12, {0: 2.0, 4: 2.3, 8: 2.1, 12: 2.2}))
        assert (worse.code, worse.numbers["validation_rose"]) == ("not_learning", True)


class TestOverfitting:
    def test_it_names_the_epoch_since_which_it_got_worse(self) -> None:
        found = diagnosis.read(curve(FALLING, {0: 3.0, 2: 2.5, 4: 2.0, 8: 2.3, 12: 2.6}))
        assert found.also == ("learning",), "its best state is better than the base all the same"
        numbers = found.numbers
        assert (numbers["since_epoch"], numbers["best_step"], numbers["best_validation_loss"]) == (1.0, 4, 2.0)

    def test_from_the_start(self) -> None:
        found = diagnosis.read(curve(FALLING, {0: 2.0, 4: 2.1, 8: 2.4, 12: 2.8}))
        assert (found.numbers["since_epoch"], found.also) == (0.0, ("not_learning",))

    def test_one_worse_validation_alone_is_none(self) -> None:
        assert diagnosis.read(curve(FALLING, {0: 3.0, 4: 2.0, 8: 2.3})).code == "learning"

    def test_two_that_are_hardly_worse_are_none(self) -> None:
        assert diagnosis.read(curve(FALLING, {0: 3.0, 4: 2.0, 8: 2.03, 12: 2.03})).code == "learning"

    def test_where_the_training_loss_rises_too_it_is_something_else(self) -> None:
        rising: list[float | None] = [*[2.0] * 4, *[2.2] * 4, *[2.6] * 4]
        assert diagnosis.read(curve(rising, {0: 3.0, 4: 2.0, 8: 2.3, 12: 2.6})).code != "overfitting"


class TestDiverging:
    def test_a_loss_that_broke_names_its_step(self) -> None:
        found = diagnosis.read(curve([3.0, 2.9, None]))
        assert (found.numbers["step"], found.numbers["broken"]) == (3, True)

    def test_nothing_else_counts_beside_it(self) -> None:
        found = diagnosis.read(curve([3.0] * 4 + [20.0] * 8, {0: 3.0, 4: 2.0, 8: 9.0, 12: 12.0}))
        assert (found.code, found.also) == ("diverging", ())

    def test_a_validation_point_without_a_training_loss_is_none(self) -> None:
        points = [*curve(FALLING), {"step": 12, "loss": None, "validation_loss": 2.0}]
        assert diagnosis.read(points).code == "learning"

    def test_a_run_that_was_given_up_says_so_whatever_its_few_points_say(self) -> None:
        failure = {"step": 3, "loss": None, "grad_norm": 1e9, "learning_rate": 0.01, "row_ids": ["a", "b"]}
        found = diagnosis.given_up(curve([3.0, 2.9]), failure)
        assert found.code == "diverging"
        assert {"step": 3, "learning_rate": 0.01, "row_ids": ["a", "b"]}.items() <= found.numbers.items()

    def test_a_failure_without_its_numbers_is_still_read(self) -> None:
        assert diagnosis.given_up([], {}).code == "diverging"


ROWS = [f"row_{number:02}" for number in range(20)]


def run_with_rows(
    odd: dict[str, float],
    *,
    hard: dict[str, float] | None = None,
    rows_a_step: int = 2,
    epochs: int = 5,
    seed: int = 1,
    labels: int = 300,
) -> list[dict[str, Any]]:
    """A run over 20 rows whose losses fall from about 3. ``odd`` rows have that much more, as long as it lasts; ``hard``
    ones so many times as much, and are learned like the others."""
    chance = random.Random(seed)
    points, step = [], 0
    per_epoch = len(ROWS) // rows_a_step
    for epoch in range(epochs):
        order = chance.sample(ROWS, len(ROWS))
        for place in range(per_epoch):
            step += 1
            batch = order[place * rows_a_step : (place + 1) * rows_a_step]
            losses = [
                3.0 * 0.85**epoch * chance.uniform(0.85, 1.15) * (hard or {}).get(row, 1.0) + odd.get(row, 0.0)
                for row in batch
            ]
            points.append(
                {
                    "step": step,
                    "epoch": step / per_epoch,
                    "loss": sum(losses) / len(losses),
                    "labels": labels,
                    "row_ids": batch,
                }
            )
    return points


class TestSpike:
    @pytest.mark.parametrize("seed", range(10))
    @pytest.mark.parametrize("rows_a_step", [1, 2])
    def test_the_one_row_that_is_unlike_the_others_is_named(self, rows_a_step: int, seed: int) -> None:
        found = diagnosis.read(run_with_rows({"row_07": 5.0}, rows_a_step=rows_a_step, seed=seed))
        assert (found.code, found.also) == ("spike", ("learning",))
        assert found.numbers["spike_row_ids"] == ["row_07"]
        assert found.numbers["spike_epochs"] > 1, "it stands out again and again"

    @pytest.mark.parametrize("seed", range(20))
    @pytest.mark.parametrize("rows_a_step", [1, 2, 4])
    def test_rows_that_are_only_hard_are_none(self, rows_a_step: int, seed: int) -> None:
        """Three rows that are harder than the others: of 18 real ones, the hardest stood 31% above its neighbours."""
        hard = {"row_03": 1.3, "row_11": 1.2, "row_17": 1.25}
        points = run_with_rows({}, hard=hard, rows_a_step=rows_a_step, seed=seed)
        for end in range(1, len(points) + 1):
            found = diagnosis.read(points[:end])
            assert "spike" not in (found.code, *found.also), end

    def test_a_jump_from_which_the_loss_comes_back_names_the_rows_of_its_step(self) -> None:
        points = run_with_rows({})
        points[24]["loss"] += 6.0
        found = diagnosis.read(points)
        numbers = found.numbers
        assert found.code == "spike"
        assert (numbers["spike_step"], numbers["spike_steps"], numbers["spike_epochs"]) == (25, [25], 1)
        assert numbers["spike_row_ids"] == points[24]["row_ids"]
        assert numbers["spike_loss"] > 3 * numbers["spike_expected"]

    def test_two_rows_that_both_come_back_are_both_named(self) -> None:
        found = diagnosis.read(run_with_rows({"row_07": 6.0, "row_12": 5.0}, epochs=6))
        assert sorted(found.numbers["spike_row_ids"]) == ["row_07", "row_12"]

    def test_the_mean_of_a_few_labels_may_stand_out_more(self) -> None:
        points = run_with_rows({})
        points[24] |= {"loss": points[24]["loss"] + 2.5, "labels": 300}
        assert diagnosis.read(points).code == "spike"
        points[24]["labels"] = 6
        assert diagnosis.read(points).code == "learning"

    def test_while_it_is_not_known_whether_the_loss_comes_back_it_is_none(self) -> None:
        points = run_with_rows({})
        points[-1]["loss"] += 6.0
        assert diagnosis.read(points).code == "learning"

    def test_the_steep_fall_at_the_beginning_is_none(self) -> None:
        losses = [9.0, 6.0, 4.0, 3.0, 2.5, 2.3, 2.2, 2.1, 2.1, 2.0, 2.0, 2.0, 1.9, 1.9, 1.9, 1.9]
        assert diagnosis.read(curve(losses)).code == "learning"

    def test_where_the_loss_is_near_zero_a_multiple_of_it_is_nothing(self) -> None:
        losses = [0.01] * 20
        losses[12] = 0.3
        assert diagnosis.read(curve([2.0, 1.0, 0.5, 0.1, *losses])).also == ("learning",)

    def test_without_row_ids_it_is_told_all_the_same(self) -> None:
        points = [{key: point[key] for key in ("step", "epoch", "loss")} for point in run_with_rows({})]
        points[24]["loss"] += 6.0
        found = diagnosis.read(points)
        assert (found.code, found.numbers["spike_row_ids"]) == ("spike", [])


class TestSuspiciouslyFast:
    def test_a_loss_that_gets_near_zero_late_has_earned_it(self) -> None:
        slow: list[float | None] = [3.0 * 0.85**step for step in range(40)]
        assert diagnosis.read(curve(slow)).code == "learning"

    def test_it_counts_before_overfitting_and_says_both(self) -> None:
        fast: list[float | None] = [2.0, 0.5, 0.1, 0.02, *[0.001] * 8]
        found = diagnosis.read(curve(fast, {0: 3.0, 4: 2.0, 8: 2.3, 12: 2.6}))
        assert (found.code, found.also) == ("suspiciously_fast", ("overfitting", "learning"))

    def test_a_single_easy_batch_is_none(self) -> None:
        losses = [*FALLING[:4], 0.05, *FALLING[4:]]
        assert diagnosis.read(curve(losses)).code == "learning"


class TestAnyCurve:
    @given(LINES)
    def test_whatever_the_lines_are_there_is_a_code_and_it_can_be_stored(self, points: list[dict[str, Any]]) -> None:
        found = diagnosis.read(points)
        assert found.code in diagnosis.CODES
        assert Diagnosis.from_json(json.loads(json.dumps(found.to_json(), allow_nan=False))) == found

    @given(st.lists(st.floats(0.01, 12.0), min_size=1, max_size=60), st.integers(1, 12))
    def test_a_run_that_was_resumed_reads_like_one_that_was_not(self, losses: list[float], back: int) -> None:
        points = curve(losses)
        again = points[max(0, len(points) - back) :]
        assert diagnosis.read([*points, *again]) == diagnosis.read(points)

    @given(st.lists(st.floats(0.01, 12.0), min_size=1, max_size=60), st.floats(0.5, 4.0))
    def test_steadily_falling_losses_are_never_called_diverging(self, losses: list[float], top: float) -> None:
        falling = sorted(losses, reverse=True)
        found = diagnosis.read(curve([top * loss for loss in falling]))
        assert "diverging" not in (found.code, *found.also)

    @given(st.lists(st.floats(0.01, 12.0), min_size=8, max_size=40), st.integers(0, 39))
    def test_a_loss_that_is_no_number_is_always_diverging(self, losses: list[float], place: int) -> None:
        broken = [*losses]
        broken[place % len(broken)] = math.nan
        assert diagnosis.read(curve(broken)).code == "diverging"
