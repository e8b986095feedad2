"""The points of a run put in order: training losses by step, validation losses, means by epoch, and their scatter.

Pure. It does not know where the points come from, nor what is good or bad about them (``trainer.diagnosis``).
"""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

_WHOLE = 1e-5
"""Epochs are written with six digits: the last step of one is this near to a whole number."""
NEIGHBOURS = 5
"""Steps on either side with which a step is compared: their median bears two outliers."""


@dataclass(frozen=True, kw_only=True)
class Step:
    step: int
    loss: float
    """Mean over the labels of the step's rows, in nats."""
    epoch: float | None = None
    """How many epochs are done after it; None where the point does not say."""
    labels: int = 0
    """Tokens that the loss is the mean of; 0 where the point does not say."""
    row_ids: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Validation:
    step: int
    loss: float
    epoch: float | None = None


@dataclass(frozen=True, kw_only=True)
class Curve:
    steps: tuple[Step, ...]
    validations: tuple[Validation, ...]
    broken_at: int | None = None
    """The first step whose training loss was not a finite number."""
    planned: int | None = None
    """Steps of the whole run; None where no point says."""

    @property
    def epochs_done(self) -> float:
        """Epochs as of the last point; 0 where no point says."""
        epochs = [step.epoch for step in self.steps] + [validation.epoch for validation in self.validations]
        return max((epoch for epoch in epochs if epoch is not None), default=0.0)

    def epoch_means(self) -> list[float]:
        """The mean training loss of each whole epoch, by labels. Each is over the same rows, so that batches, however
        small, add no noise to what one epoch has over another."""
        found: dict[int, list[Step]] = defaultdict(list)
        for step in self.steps:
            if step.epoch is not None:
                found[math.ceil(step.epoch - _WHOLE)].append(step)
        return [_mean(steps) for number, steps in sorted(found.items()) if _epoch(steps[-1]) >= number - _WHOLE]


def curve_of(points: Sequence[Mapping[str, Any]]) -> Curve:
    """Put points in order. Of a step that was done again after a crash the later point counts; what is no point of a
    curve (another kind of line, a step that is no whole number) is left out."""
    steps: dict[int, Step] = {}
    validations: dict[int, Validation] = {}
    broken: set[int] = set()
    planned: int | None = None
    for point in points:
        number = point.get("step")
        if not isinstance(number, int) or isinstance(number, bool):
            continue
        planned = int(_number(point.get("steps")) or 0) or planned
        epoch, value = _number(point.get("epoch")), _number(point.get("validation_loss"))
        if value is not None:
            validations[number] = Validation(step=number, loss=value, epoch=epoch)
        if "loss" not in point or "validation_loss" in point:
            continue
        loss = _number(point["loss"])
        broken.discard(number)
        if loss is None:
            broken.add(number)
            steps.pop(number, None)
            continue
        rows = point.get("row_ids")
        steps[number] = Step(
            step=number,
            loss=loss,
            epoch=epoch,
            labels=int(_number(point.get("labels")) or 0),
            row_ids=tuple(str(row) for row in rows) if isinstance(rows, list | tuple) else (),
        )
    return Curve(
        steps=tuple(steps[number] for number in sorted(steps)),
        validations=tuple(validations[number] for number in sorted(validations)),
        broken_at=min(broken, default=None),
        planned=planned,
    )


def expected(steps: Sequence[Step], place: int) -> float | None:
    """What the loss at a place should be: the higher of the medians of the steps before and after it, so that neither
    the fall at the beginning nor a rise looks like a peak. None near either end, where nothing tells."""
    before = [step.loss for step in steps[max(0, place - NEIGHBOURS) : place]]
    after = [step.loss for step in steps[place + 1 : place + 1 + NEIGHBOURS]]
    if len(before) < 3 or len(after) < 3:
        return None
    return max(median(before), median(after))


def scatter(values: Sequence[float]) -> float:
    """The standard deviation, by the median absolute deviation (times 1.4826): half the values may be outliers."""
    middle = median(values)
    return 1.4826 * median(abs(value - middle) for value in values)


def _epoch(step: Step) -> float:
    return step.epoch or 0.0


def _mean(steps: Sequence[Step]) -> float:
    weights = [step.labels or 1 for step in steps]
    return sum(step.loss * weight for step, weight in zip(steps, weights, strict=True)) / sum(weights)


def _number(value: Any) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return float(value)
