"""Loss curves that say what their names say, as ``metrics.jsonl`` of a run holds them: 40 steps, eight an epoch."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PER_EPOCH = 8
_EPOCHS = 5


def curve(
    losses: Sequence[float | None], validations: Sequence[float], rows: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """``losses`` by step; ``validations`` before the first epoch and after each. ``rows`` go by in turn, one a step."""
    points: list[dict[str, Any]] = [{"step": 0, "steps": len(losses), "epoch": 0.0, "validation_loss": validations[0]}]
    for step, loss in enumerate(losses, start=1):
        row_ids = [rows[(step - 1) % len(rows)]] if rows else []
        epoch = step / PER_EPOCH
        points.append({"step": step, "steps": len(losses), "epoch": epoch, "loss": loss, "row_ids": row_ids})
        if step % PER_EPOCH == 0 and step // PER_EPOCH < len(validations):
            points.append({"step": step, "epoch": epoch, "validation_loss": validations[step // PER_EPOCH]})
    return points


_FALLING = [3.0 * 0.97**step for step in range(_EPOCHS * PER_EPOCH)]

LEARNING = curve(_FALLING, [3.2, 2.8, 2.5, 2.3, 2.2, 2.1])
NOT_LEARNING = curve([3.0] * 40, [3.2, 3.2, 3.2, 3.2, 3.2, 3.2])
BY_HEART = curve(_FALLING, [3.2, 3.2, 3.2, 3.2, 3.2, 3.2])
OVERFITTING = curve(_FALLING, [3.2, 2.8, 2.5, 2.7, 2.9, 3.1])
SUSPICIOUSLY_FAST = curve([2.0, 1.0, 0.5, 0.1, *[0.01] * 36], [3.2, 0.02, 0.01, 0.01, 0.01, 0.01])


def spike(rows: Sequence[str]) -> list[dict[str, Any]]:
    """The first of eight rows stands out in every epoch."""
    losses = [loss + (4.0 if place % PER_EPOCH == 0 else 0.0) for place, loss in enumerate(_FALLING)]
    return curve(losses, [3.2, 2.8, 2.5, 2.3, 2.2, 2.1], rows[:PER_EPOCH])


def write_curve(home: Path, run_id: str, points: Sequence[dict[str, Any]]) -> None:
    lines = "".join(json.dumps(point) + "\n" for point in points)
    (home / "runs" / run_id / "metrics.jsonl").write_text(lines, encoding="utf-8")
