"""The loss curve of a run as a picture that reads on a phone, and the same in words for whoever does not see it.

It does not know where metrics are kept, and writes no sentence of its own: labels and words come from ``agent.words``.
"""

import io
import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from agent.numbers import figure
from agent.words import say

Point = Mapping[str, Any]
"""A line of ``metrics.jsonl``: ``step`` and ``loss``, or ``step`` and ``validation_loss``; other keys are ignored."""
_Series = tuple[tuple[int, float], ...]
"""Steps and losses."""

_INCHES = (9.0, 6.0)
_DPI = 100
"""900 x 600 pixels: shown on a phone at about 0.4 of its size, so that 17 pt letters stay readable."""
_LETTERS = 17
_SMOOTHING = 0.8
"""Weight of the past in the moving average of the training loss, which is one mini-batch each and jumps."""
_ENOUGH_TO_SMOOTH = 12
_INK, _TRAIN, _VALIDATION = "#22272e", "#3b6ea8", "#b3440a"
"""The two lines also differ in lightness, in dashes and in markers: nothing depends on telling the colours apart."""


def describe(points: Sequence[Point]) -> dict[str, Any]:
    """Return the facts of a curve; a value that is not known is None.

    ``steps`` (the last step), ``loss_first``, ``loss_last`` (as measured), ``validation_first``,
    ``validation_last``, ``validation_best``, ``validation_best_step`` and ``validations`` (how many there are). A loss
    that is no finite number is left out, and counted in ``not_finite``. At equal losses the earlier step is the best.
    """
    train, validation = _series(points, "loss"), _series(points, "validation_loss")
    best = min(validation, key=lambda at: (at[1], at[0]), default=None)
    return {
        "steps": max((int(point["step"]) for point in points if "step" in point), default=0),
        "loss_first": train[0][1] if train else None,
        "loss_last": train[-1][1] if train else None,
        "validation_first": validation[0][1] if validation else None,
        "validation_last": validation[-1][1] if validation else None,
        "validation_best": best[1] if best else None,
        "validation_best_step": best[0] if best else None,
        "validations": len(validation),
        "not_finite": sum(1 for point in points for name in ("loss", "validation_loss") if _is_broken(point, name)),
    }


def in_words(points: Sequence[Point], number: int) -> str:
    """What the picture of run ``number`` shows, for whoever does not see it."""
    facts = describe(points)
    validation = say("chart.alt_no_validation")
    if facts["validations"]:
        validation = say(
            "chart.alt_validation",
            first=figure(facts["validation_first"]),
            best=figure(facts["validation_best"]),
            best_step=facts["validation_best_step"],
            last=figure(facts["validation_last"]),
        )
    return say(
        "chart.alt",
        number=number,
        steps=facts["steps"],
        first=figure(facts["loss_first"]),
        last=figure(facts["loss_last"]),
        validation=validation,
    )


def draw_loss_chart(points: Sequence[Point]) -> bytes:
    """The curve as a PNG of 900 x 600 pixels. It blocks: call it in a thread."""
    return _png(_series(points, "loss"), _series(points, "validation_loss"))


@lru_cache(maxsize=16)  # a turn that is taken up again shows the same
def _png(train: _Series, validation: _Series) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    picture = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(picture)
    axes = picture.add_subplot()
    _draw_training(axes, train)
    _draw_validation(axes, validation)
    axes.set_xlabel(say("chart.step"), fontsize=_LETTERS, color=_INK)
    axes.set_ylabel(say("chart.loss"), fontsize=_LETTERS, color=_INK)
    axes.tick_params(labelsize=_LETTERS - 2, colors=_INK)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=6))
    axes.grid(visible=True, color="#d9dde2", linewidth=1)
    axes.spines[["top", "right"]].set_visible(False)
    axes.margins(x=0.04, y=0.12)
    if axes.get_legend_handles_labels()[0]:
        axes.legend(fontsize=_LETTERS - 1, frameon=False, loc="best")
    buffer = io.BytesIO()
    picture.savefig(buffer, format="png")
    return buffer.getvalue()


def _draw_training(axes: Any, series: _Series) -> None:
    """Each mini-batch thin and pale; over it, where there are enough of them, their moving average."""
    if not series:
        return
    steps, losses = zip(*series, strict=True)
    enough = len(series) >= _ENOUGH_TO_SMOOTH
    axes.plot(
        steps,
        losses,
        color=_TRAIN,
        alpha=0.35 if enough else 1.0,
        linewidth=1.2 if enough else 2.0,
        marker="." if len(series) < 60 else None,
        label=None if enough else say("chart.training"),
    )
    if enough:
        axes.plot(steps, _smoothed(losses), color=_TRAIN, linewidth=2.6, label=say("chart.training_smoothed"))


def _draw_validation(axes: Any, series: _Series) -> None:
    if not series:
        return
    steps, losses = zip(*series, strict=True)
    axes.plot(
        steps,
        losses,
        color=_VALIDATION,
        linestyle=(0, (5, 2)),
        linewidth=2.6,
        marker="s",
        markersize=8,
        label=say("chart.validation"),
    )
    best_step, best = min(series, key=lambda at: (at[1], at[0]))
    axes.plot(
        [best_step],
        [best],
        linestyle="none",
        marker="*",
        markersize=26,
        markerfacecolor="#ffd24d",
        markeredgecolor=_INK,
        markeredgewidth=1.5,
        zorder=5,
        label=say("chart.best", loss=f"{best:.3g}", step=best_step),
    )


def _smoothed(values: Sequence[float]) -> list[float]:
    """Exponential moving average, corrected for its start (as Adam does), so that it begins at the first value."""
    average, result = 0.0, []
    for count, value in enumerate(values, 1):
        average = _SMOOTHING * average + (1 - _SMOOTHING) * value
        result.append(average / (1 - _SMOOTHING**count))
    return result


def _series(points: Sequence[Point], name: str) -> _Series:
    """Step and value, by step. Of a step that was done again after a crash the later line counts."""
    found = {
        int(point["step"]): float(point[name])
        for point in points
        if "step" in point and point.get(name) is not None and not _is_broken(point, name)
    }
    return tuple(sorted(found.items()))


def _is_broken(point: Point, name: str) -> bool:
    value = point.get(name)
    if value is None:
        return name in point
    return not math.isfinite(float(value))
