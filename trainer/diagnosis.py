"""What a loss curve says, as a code and its numbers; the words are upstairs.

Pure. It does not know where the points come from: ``runs/<id>/metrics.jsonl``, or a job still running.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

CODES = ("too_early", "learning", "not_learning", "overfitting", "diverging")

_BETTER = 0.98
"""A loss below this share of the first one is an improvement; batch noise stays above it."""
_WORSE = 1.02
"""A validation loss above this share of the best one is worse."""
_EXPLODED = 1.5
"""A training loss that ends above this share of where it began has left the valley."""


@dataclass(frozen=True, kw_only=True)
class Diagnosis:
    code: str
    """One of ``CODES``."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """As far as known: ``first_loss``, ``last_loss``, ``first_validation_loss``, ``best_validation_loss``,
    ``last_validation_loss``, ``best_step``, and of overfitting ``since_epoch``."""


def read(points: Sequence[Mapping[str, Any]]) -> Diagnosis:
    """Diagnose a curve: points in order, with ``step`` and any of ``epoch``, ``loss``, ``validation_loss``.

    A loss that is None was not a finite number. The validation loss decides where there are two of them; the
    training loss, averaged over a quarter of the run at either end, decides before that.
    """
    losses = [point["loss"] for point in points if isinstance(point.get("loss"), int | float)]
    validations = [point for point in points if isinstance(point.get("validation_loss"), int | float)]
    numbers = {**_of_training(losses), **_of_validation(validations)}
    if _exploded(points, numbers):
        return Diagnosis(code="diverging", numbers=numbers)
    if len(validations) >= 2:
        return _by_validation(points, validations, numbers)
    if len(losses) < 4:
        return Diagnosis(code="too_early", numbers=numbers)
    learned = numbers["last_loss"] < _BETTER * numbers["first_loss"]
    return Diagnosis(code="learning" if learned else "not_learning", numbers=numbers)


def _by_validation(
    points: Sequence[Mapping[str, Any]], validations: Sequence[Mapping[str, Any]], numbers: Mapping[str, Any]
) -> Diagnosis:
    best = min(validations, key=lambda point: float(point["validation_loss"]))
    after = validations[validations.index(best) + 1 :]
    if len(after) >= 2 and all(point["validation_loss"] > _WORSE * best["validation_loss"] for point in after[-2:]):
        since = best.get("epoch")
        return Diagnosis(code="overfitting", numbers={**numbers, "since_epoch": since})
    learned = numbers["best_validation_loss"] < _BETTER * numbers["first_validation_loss"]
    return Diagnosis(code="learning" if learned else "not_learning", numbers=numbers)


def _exploded(points: Sequence[Mapping[str, Any]], numbers: Mapping[str, Any]) -> bool:
    if any("loss" in point and point["loss"] is None and "validation_loss" not in point for point in points):
        return True
    first, last = numbers.get("first_loss"), numbers.get("last_loss")
    return first is not None and last is not None and last > _EXPLODED * first


def _of_training(losses: Sequence[float]) -> dict[str, float]:
    if not losses:
        return {}
    window = max(1, len(losses) // 4)
    return {"first_loss": sum(losses[:window]) / window, "last_loss": sum(losses[-window:]) / window}


def _of_validation(validations: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    if not validations:
        return {}
    best = min(validations, key=lambda point: float(point["validation_loss"]))
    return {
        "first_validation_loss": validations[0]["validation_loss"],
        "best_validation_loss": best["validation_loss"],
        "last_validation_loss": validations[-1]["validation_loss"],
        "best_step": best.get("step"),
    }
