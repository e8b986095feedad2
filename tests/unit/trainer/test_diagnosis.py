"""Loss curves and what they say."""

from typing import Any

import pytest

from trainer import diagnosis


def curve(losses: list[float | None], validations: dict[int, float] | None = None) -> list[dict[str, Any]]:
    """Training losses by step from 1, four steps an epoch, and validation losses by step."""
    points: list[dict[str, Any]] = []
    for step, loss in enumerate(losses, start=1):
        points.append({"step": step, "epoch": step / 4, "loss": loss})
        if validations and step in validations:
            points.append({"step": step, "epoch": step / 4, "validation_loss": validations[step]})
    return points


FALLING: list[float | None] = [3.0, 2.6, 2.2, 1.9, 1.6, 1.4, 1.2, 1.1, 1.0, 0.9, 0.8, 0.7]


@pytest.mark.parametrize(
    ("points", "code"),
    [
        ([], "too_early"),
        (curve([3.0, 2.9]), "too_early"),
        (curve(FALLING), "learning"),
        (curve(FALLING, {4: 2.5, 8: 2.2, 12: 2.0}), "learning"),
        (curve([3.0] * 12, {4: 2.5, 8: 2.5, 12: 2.49}), "not_learning"),
        (curve([3.0] * 12), "not_learning"),
        (curve(FALLING, {2: 2.5, 4: 2.0, 8: 2.3, 12: 2.6}), "overfitting"),
        (curve([3.0, 2.9, 3.1, 4.0, 5.5, 7.0, 8.0, 9.0]), "diverging"),
        (curve([3.0, 2.9, None]), "diverging"),
    ],
)
def test_the_code_of_a_curve(points: list[dict[str, Any]], code: str) -> None:
    assert diagnosis.read(points).code == code
    assert code in diagnosis.CODES


def test_overfitting_names_the_epoch_since_which_it_got_worse() -> None:
    numbers = diagnosis.read(curve(FALLING, {2: 2.5, 4: 2.0, 8: 2.3, 12: 2.6})).numbers
    assert (numbers["since_epoch"], numbers["best_step"], numbers["best_validation_loss"]) == (1.0, 4, 2.0)


def test_one_worse_validation_alone_is_not_overfitting() -> None:
    assert diagnosis.read(curve(FALLING, {2: 2.5, 4: 2.0, 8: 2.3})).code == "learning"


def test_a_validation_point_without_a_training_loss_is_no_divergence() -> None:
    points = [*curve(FALLING), {"step": 12, "loss": None, "validation_loss": 2.0}]
    assert diagnosis.read(points).code == "learning"
