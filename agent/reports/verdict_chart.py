"""The criteria of a comparison as a picture that reads on a phone: a dot for each difference, a line for its interval.

All are put on one scale, points of 100, so that further right is better whatever the unit. What its font has no letters for is
told by its place in the table.
"""

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

from agent.evaluation.intervals import FEWEST, Interval
from agent.evaluation.measures import Measure
from agent.reports.comparison import Comparison
from agent.reports.criteria import label_of_name
from agent.reports.measure_words import cells, criterion_of, heading, name_within, signed
from agent.reports.naming import called
from agent.reports.verdict_words import decisive, table
from agent.words import knows, say

_INCHES, _DPI = 9.0, 100
"""900 pixels wide, as the chart of the loss: on a phone 17 pt letters stay readable."""
_INCHES_OF_ROW, _INCHES_OF_FRAME = 1.2, 2.0
_LETTERS = 17
_MOST_LETTERS, _MOST_LETTERS_BELOW, _MOST_LETTERS_ACROSS = 30, 40, 60
"""Of a line of a label, below the axis, and across the picture."""
_MOST_ROWS = 10
"""On a phone ten rows are two screens; the rest stands in the table, and the picture says so."""
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


def shown(comparison: Comparison) -> list[Dot]:
    """Those that are drawn, in the order of the table: of many, what got worse, something of each role, what tells most."""
    every, telling = dots(comparison), decisive(comparison)
    codes = [one.code for one in telling]
    first = {next((one.code for one in telling if one.role == role), "") for role in ("content", "form")}

    def rank(dot: Dot) -> tuple[bool, bool, int]:
        code = dot.measure.code
        worse = comparison.verdict.outcomes[code] == "worse"
        return not worse, code not in first, codes.index(code) if code in codes else len(codes)

    kept = sorted(every, key=rank)[:_MOST_ROWS]
    return [dot for dot in every if dot in kept]


def dots(comparison: Comparison) -> list[Dot]:
    """The criteria that have a difference with an interval, in their order; what is for information only is left out."""
    found = []
    for measure in comparison.measures:
        scale = _scale(measure, comparison)
        if measure.gain is not None and scale and (measure.role != "beside" or measure.beyond):
            found.append(Dot(measure=measure, gain=measure.gain.scaled(scale)))
    return found


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """All that the picture of a verdict shows."""

    title: str
    labels: tuple[str, ...]
    """Of the rows, the first on top."""
    gains: tuple[Interval, ...]
    below: str


def draw_verdict(comparison: Comparison) -> bytes | None:
    """The picture as a PNG; None where nothing has an interval. It blocks."""
    rows = shown(comparison)
    if not rows:
        return None
    drawing = Drawing(
        title=_lines(say("verdict_chart.title", **_drawable(comparison)), _MOST_LETTERS_ACROSS),
        labels=tuple(row_label(comparison, row) for row in rows),
        gains=tuple(row.gain for row in rows),
        below="\n".join(_below(comparison)),
    )
    return _png(drawing)


@lru_cache(maxsize=16)  # a comparison is written again whenever somebody looks, and mostly shows the same
def _png(drawing: Drawing) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    count = len(drawing.gains)
    height = _INCHES_OF_FRAME + _INCHES_OF_ROW * count
    figure = Figure(figsize=(_INCHES, height), dpi=_DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.axvline(0, color=_INK, linewidth=2)
    for place, gain in enumerate(drawing.gains):
        _draw(axes, place, gain)
    axes.set_yticks(range(count), drawing.labels, fontsize=_LETTERS - 2, color=_INK, parse_math=False)
    axes.set_ylim(count - 0.4, -0.6)  # the first row on top
    axes.set_xlabel(drawing.below, fontsize=_LETTERS, color=_INK, parse_math=False)
    figure.suptitle(drawing.title, fontsize=_LETTERS + 1, color=_INK, parse_math=False)  # a name may hold a $
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
        for row in shown(comparison)
    ]
    return " ".join([say("verdict_chart.alt", rows="; ".join(rows), **called(comparison)), *_more(comparison)])


def _more(comparison: Comparison) -> list[str]:
    """That others are left to the table."""
    left = len(dots(comparison)) - len(shown(comparison))
    return [say("verdict_chart.more", count=left)] if left else []


def _below(comparison: Comparison) -> list[str]:
    lines = [say("verdict_chart.axis"), say("verdict_chart.right", **_drawable(comparison)), *_more(comparison)]
    return [_lines(line, _MOST_LETTERS_BELOW) for line in lines]


def _scale(measure: Measure, comparison: Comparison) -> float | None:
    """What one of the measure's units is in points of 100; a loss is told as a share of the base model's."""
    if measure.unit == "nats":
        loss = comparison.measure("loss")
        return 100 / loss.base if loss and loss.base > 0 else None
    return _PER_100.get(measure.unit)


def _draw(axes: Any, place: int, gain: Interval) -> None:
    """Filled where there are enough requests; hollow and dashed where there are too few: not by colour alone."""
    few = gain.n < FEWEST
    color = _FEW if few else _DOT
    axes.plot(
        [gain.low, gain.high],
        [place, place],
        color=color,
        linewidth=4,
        linestyle=(0, (3, 2)) if few else "solid",
        solid_capstyle="butt",
    )
    axes.plot(  # ends that are higher than the dot: a narrow interval would hide behind it, and look like certainty
        [gain.low, gain.high],
        [place, place],
        color=color,
        marker="|",
        markersize=27,
        markeredgewidth=3,
        linestyle="none",
    )
    axes.plot(
        [gain.mean],
        [place],
        marker="o",
        markersize=15,
        markerfacecolor="white" if few else color,
        markeredgecolor=color,
        markeredgewidth=3,
        linestyle="none",
    )


def _name(comparison: Comparison, measure: Measure) -> str:
    """Of what is further right; a loss, of which less is better, and in points of what, is called otherwise than in the table."""
    key = f"verdict_chart.{measure.code}"
    if knows(key):
        return say(key, **called(comparison))
    return name_within(measure, comparison)


def row_label(comparison: Comparison, row: Dot) -> str:
    """The name, who scored it, and the values, each on lines of its own: what is written from right to left would turn
    around whatever stands beside it."""
    _, base, tuned, *_ = cells(row.measure, comparison)
    name, scorer = heading(_name(comparison, row.measure)), ""
    if criterion := criterion_of(row.measure):
        name = heading(label_of_name(criterion, comparison.rubric))
        scorer = say(f"verdict_chart.by_{row.measure.scored_by}")
    if not _has_letters(name):
        name = heading(say("verdict_chart.row_of_table", row=_row_of_table(comparison, row.measure)))
    outcome = say(f"outcome.{comparison.verdict.outcomes[row.measure.code]}")
    values = say("verdict_chart.values", base=base, tuned=tuned, outcome=outcome)
    return "\n".join(_lines(line, _MOST_LETTERS) for line in (name, scorer, values) if line)


def _row_of_table(comparison: Comparison, measure: Measure) -> int:
    """Counted from 1, below the header."""
    name = heading(name_within(measure, comparison))
    return [row[0] for row in table(comparison)].index(name)


def _drawable(comparison: Comparison) -> dict[str, str]:
    """The names of both sides, or ours where the font has no letters for them."""
    values = called(comparison)
    for side in ("base", "tuned"):
        if not _has_letters(values[f"{side}_name"]):
            values[f"{side}_name"] = say(f"verdict_chart.{side}_name")
    return values


def _has_letters(text: str) -> bool:
    """Whether the picture's font can draw it; what it has not becomes boxes."""
    known = _letters()
    return all(ord(char) in known for char in text if not char.isspace())


@cache
def _letters() -> frozenset[int]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    return frozenset(get_font(findfont(FontProperties())).get_charmap())


def _lines(text: str, most: int) -> str:
    """Broken into lines, but not within short parentheses."""
    kept = re.sub(r"\([^)]{1,10}\)", lambda found: found[0].replace(" ", "\u00a0"), text)
    lines: Sequence[str] = textwrap.wrap(kept, most)
    return "\n".join(lines)
