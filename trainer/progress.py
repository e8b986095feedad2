"""What a worker's metrics lines say: read as they grow, merged into one view, and joined over attempts.

It does not know what is learned from them (``trainer.diagnosis``), nor who is shown them. A worker's lines are taken
with caution: it may be killed in the middle of one, and a number may not be one.
"""

import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

SHOWN = (
    "phase",
    "step",
    "steps",
    "epoch",
    "epochs",
    "loss",
    "validation_loss",
    "tokens_per_second",
    "examples_per_minute",
    "eta_seconds",
    "done",
    "of",
)
"""What of a worker's metrics is published as a job's progress. ``trainer.following`` adds ``diagnosis``."""

_PACE = frozenset({"tokens_per_second", "examples_per_minute", "eta_seconds"})

_AT_ONCE = 4 * 2**20
"""Bytes read at one time: a worker that floods its metrics file does not fill our memory."""
_WHOLE_FILE = 64 * 2**20
"""Bytes of an attempt's metrics that a curve is made of: more than 100,000 steps."""


class MetricsTail:
    """Reads the complete lines that were added to a metrics file since the last reading."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0

    def read(self) -> list[dict[str, Any]]:
        """The new points, oldest first. Lines that are no JSON object are left out."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._offset)
                data = file.read(_AT_ONCE)
        except OSError:
            return []
        whole, newline, _ = data.rpartition(b"\n")
        if not newline and len(data) == _AT_ONCE:
            whole = data  # one endless line: no metrics of ours, skipped
        self._offset += len(whole) + len(newline)
        return points(whole.splitlines())


def points(lines: Iterable[bytes]) -> list[dict[str, Any]]:
    """The JSON objects among the lines; numbers that are not finite become None, since databases refuse them."""
    found = []
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            found.append({key: _finite(item) for key, item in value.items()})
    return found


def merged_view(view: Mapping[str, Any], new: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """``view`` brought up to date: of every field the latest value that is one."""
    latest = dict(view)
    for point in new:
        latest.update({name: point[name] for name in SHOWN if _showable(name, point.get(name))})
    return latest


def carried_over(earlier: Mapping[str, Any], phase: str) -> dict[str, Any]:
    """What an earlier attempt reached, without how fast it went; nothing of a first attempt."""
    reached = {name: value for name, value in earlier.items() if name in SHOWN and name not in _PACE}
    return {**reached, "phase": phase}


class GrowingCurve:
    """The points of all attempts as one curve: of the earlier ones as their files stand, of the present one as they come.

    An attempt that went on from a checkpoint repeats the steps after it; those of the earlier attempt are dropped.
    """

    def __init__(self, earlier: Iterable[Path]) -> None:
        self.points: list[dict[str, Any]] = merged_points(earlier)
        self._begun = False

    def add(self, new: Iterable[Mapping[str, Any]]) -> bool:
        """Add points of the present attempt; says whether there were any."""
        steps = [dict(point) for point in new if isinstance(point.get("step"), int)]
        if steps and not self._begun:
            self.points = _gone_on(self.points, steps)
            self._begun = True
        else:
            self.points += steps
        return bool(steps)


def merged_points(attempts: Iterable[Path]) -> list[dict[str, Any]]:
    """The points of all attempts as one curve, from their metrics files in order of the attempts."""
    curve: list[dict[str, Any]] = []
    for path in attempts:
        new = [point for point in _all_of(path) if isinstance(point.get("step"), int)]
        if new:
            curve = _gone_on(curve, new)
    return curve


def _gone_on(curve: Iterable[dict[str, Any]], new: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    first = min(point["step"] for point in new)
    return [*(point for point in curve if point["step"] < first), *new]


def _all_of(path: Path) -> Iterator[dict[str, Any]]:
    tail = MetricsTail(path)
    for _ in range(0, _WHOLE_FILE, _AT_ONCE):
        new = tail.read()
        yield from new
        if not new:
            return


def _finite(value: Any) -> Any:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list) else value


def _showable(name: str, value: Any) -> bool:
    if name == "phase":
        return isinstance(value, str) and len(value) <= 40
    return isinstance(value, int | float) and not isinstance(value, bool)
