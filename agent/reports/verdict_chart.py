"""The criteria of a comparison as a picture that reads on a phone: a dot for each difference, a line for its interval.

All are put on one scale, points of 100, so that further right is better whatever the unit.
"""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from agent.evaluation.intervals import FEWEST, Interval
from agent.evaluation.measures import Measure
from agent.reports.comparison import Comparison
from agent.reports.measure_words import cells, heading, name_within, signed
from agent.reports.naming import called
from agent.words import say

_INCHES, _DPI = 9.0, 100
"""900 pixels wide, as the chart of the loss: on a phone 17 pt letters stay readable."""
_INCHES_OF_ROW, _INCHES_OF_FRAME = 1.15, 1.7
_LETTERS = 17
_MOST_LETTERS = 30
"""Of a line of a label."""
_FARTHEST = 110
"""Points of 100 to either side; an interval of very few requests may reach beyond what there is."""
_INK, _DOT, _FEW = "#22272e", "#3b6ea8", "#7a828c"
_PER_100 = {"answers": 100.0, "share": 100.0, "votes": 100.0, "points": 1.0, "score": 25.0}


@dataclass(frozen=True, kw_only=True)
class Dot:
    """A criterion on the common scale."""

    measure: Measure
    gain: Interval
    """In points of 100, more is better."""

    @property
    def few(self) -> bool:
        return self.gain.n < FEWEST


def dots(comparison: Comparison) -> list[Dot]:
    """The criteria that have a difference with an interval, in their order; what is for information only is left out."""
    found = []
    for measure in comparison.measures:
        scale = _scale(measure, comparison)
        if measure.gain is not None and scale and (measure.role != "beside" or measure.beyond):
            found.append(Dot(measure=measure, gain=measure.gain.scaled(scale)))
    return found


def draw_verdict(comparison: Comparison) -> bytes | None:
    """The picture as a PNG; None where nothing has an interval. It blocks."""
    rows = dots(comparison)
    if not rows:
        return None
    height = _INCHES_OF_FRAME + _INCHES_OF_ROW * len(rows)
    figure = Figure(figsize=(_INCHES, height), dpi=_DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.axvline(0, color=_INK, linewidth=2)
    for place, row in enumerate(rows):
        _draw(axes, place, row)
    axes.set_yticks(range(len(rows)), [_label(comparison, row) for row in rows], fontsize=_LETTERS - 2, color=_INK)
    axes.set_ylim(len(rows) - 0.4, -0.6)  # the first row on top
    axes.set_xlabel(say("verdict_chart.axis", **called(comparison)), fontsize=_LETTERS, color=_INK)
    figure.suptitle(say("verdict_chart.title", **called(comparison)), fontsize=_LETTERS + 1, color=_INK)
    axes.tick_params(axis="x", labelsize=_LETTERS - 2, colors=_INK)
    axes.tick_params(axis="y", length=0)
    axes.grid(visible=True, axis="x", color="#d9dde2", linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.margins(x=0.08)
    axes.set_xlim(max(-_FARTHEST, axes.get_xlim()[0]), min(_FARTHEST, axes.get_xlim()[1]))
    png = BytesIO()
    figure.savefig(png, format="png")
    return png.getvalue()


def alt(comparison: Comparison) -> str:
    """The picture in words."""
    rows = [
        say(
            "verdict_chart.alt_row",
            name=_name(comparison, row.measure),
            mean=signed(row.gain.mean),
            low=signed(row.gain.low),
            high=signed(row.gain.high),
            outcome=say(f"outcome.{comparison.verdict.outcomes[row.measure.code]}"),
        )
        for row in dots(comparison)
    ]
    return say("verdict_chart.alt", rows="; ".join(rows), **called(comparison))


def _scale(measure: Measure, comparison: Comparison) -> float | None:
    """What one of the measure's units is in points of 100; a loss is told as a share of the base model's."""
    if measure.unit == "nats":
        loss = comparison.measure("loss")
        return 100 / loss.base if loss and loss.base > 0 else None
    return _PER_100.get(measure.unit)


def _draw(axes: Any, place: int, row: Dot) -> None:
    """Filled where there are enough requests; hollow and dashed where there are too few: not by colour alone."""
    color = _FEW if row.few else _DOT
    axes.plot(
        [row.gain.low, row.gain.high],
        [place, place],
        color=color,
        linewidth=4,
        linestyle=(0, (3, 2)) if row.few else "solid",
        solid_capstyle="butt",
    )
    axes.plot(
        [row.gain.mean],
        [place],
        marker="o",
        markersize=15,
        markerfacecolor="white" if row.few else color,
        markeredgecolor=color,
        markeredgewidth=3,
        linestyle="none",
    )


def _name(comparison: Comparison, measure: Measure) -> str:
    """Of what is further right; a loss, of which less is better, and in points of what, is called otherwise than in the table."""
    if measure.unit == "nats":
        return say(f"verdict_chart.{measure.code}", **called(comparison))
    return name_within(measure, comparison)


def _label(comparison: Comparison, row: Dot) -> str:
    _, base, tuned, *_ = cells(row.measure, comparison)
    name = heading(_name(comparison, row.measure))
    key = "verdict_chart.few" if row.few else "verdict_chart.enough"
    return say(key, name=_wrapped(name), base=base, tuned=tuned)


def _wrapped(name: str) -> str:
    lines: Sequence[str] = textwrap.wrap(name, _MOST_LETTERS)
    return "\n".join(lines)
