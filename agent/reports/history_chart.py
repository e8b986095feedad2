"""What versions reached over time, as a picture and in words. A line joins only what was measured on the same requests."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from agent.evaluation.intervals import FEWEST
from agent.evaluation.tracks import Stretch
from agent.words import say

_INCHES, _DPI = (9.0, 6.5), 100
_LETTERS = 16
_INK = "#22272e"
_STYLES = (
    ("#3b6ea8", "o", "solid"),
    ("#b3440a", "s", "dashed"),
    ("#4f7d3a", "^", "dashdot"),
    ("#7a3e8e", "D", "dotted"),
)
"""Each measure has a marker and a dash of its own: nothing depends on telling the colours apart."""

_APART = 0.06
"""Versions that a measure stands beside the one before it."""
_MARGIN = 4.0
"""Points above and below the scale: half a marker."""


@dataclass(frozen=True, kw_only=True)
class Track:
    """One measure over the versions, in points of 100."""

    code: str
    stretches: tuple[Stretch, ...]


def draw_history(tracks: Sequence[Track]) -> bytes:
    """A PNG. It blocks."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=_INCHES, dpi=_DPI, layout="constrained", facecolor="white")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    versions = sorted({version for track in tracks for one in track.stretches for version, _ in one.points})
    for at, (track, style) in enumerate(zip(tracks, _STYLES, strict=False)):
        aside = _APART * (at - (len(tracks) - 1) / 2)
        for place, one in enumerate(track.stretches):
            _draw(axes, one, style, say(f"measure.{track.code}") if not place else "", aside)
    axes.set_xticks(versions, [f"v{version}" for version in versions])
    axes.set_xlim(min(versions) - 0.5, max(versions) + 0.5)
    lowest = min(value for track in tracks for one in track.stretches for _, value in one.points)
    axes.set_ylim(min(0.0, lowest) - _MARGIN, 100 + _MARGIN)  # the whole scale: a small difference looks small
    axes.set_ylabel(say("history.axis"), fontsize=_LETTERS, color=_INK)
    axes.tick_params(labelsize=_LETTERS - 1, colors=_INK)
    axes.grid(visible=True, axis="y", color="#d9dde2", linewidth=1)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
    figure.suptitle(say("history.chart_title"), fontsize=_LETTERS + 1, color=_INK)
    figure.legend(loc="outside lower center", fontsize=_LETTERS - 3, frameon=False)
    png = BytesIO()
    figure.savefig(png, format="png")
    return png.getvalue()


def _draw(axes: Any, stretch: Stretch, style: tuple[str, str, str], label: str, aside: float) -> None:
    """Hollow where there are few requests; beside the others of its version, so that none covers another."""
    color, marker, dash = style
    axes.plot(
        [version + aside for version, _ in stretch.points],
        [value for _, value in stretch.points],
        color=color,
        marker=marker,
        linestyle=dash,
        linewidth=3,
        markersize=12,
        markerfacecolor="white" if stretch.requests < FEWEST else color,
        markeredgewidth=3,
        label=label or None,
    )


def alt(tracks: Sequence[Track]) -> str:
    """The picture in words."""
    return say("history.alt", tracks="; ".join(_in_words(track) for track in tracks))


def _whole(value: float) -> str:
    """Without the sign of what rounds to none."""
    return f"{value:z.0f}".replace("-", "−")


def _in_words(track: Track) -> str:
    told = []
    for one in track.stretches:
        points = ", ".join(say("history.point", version=version, value=_whole(value)) for version, value in one.points)
        key = "history.stretch" if len(one.points) > 1 else "history.alone"
        few = say("history.few") if one.requests < FEWEST else ""
        told.append(say(key, points=points, requests=one.requests) + few)
    return say("history.track", name=say(f"measure.{track.code}"), told=say("history.then").join(told))
