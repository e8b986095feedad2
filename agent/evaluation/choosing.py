"""Which answers people are shown: those that changed most for the better and for the worse, and one from the middle.

Of few answers fewer are shown: what was once seen with its model's name, nobody can rate blind any more.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.evaluation.facts import Answered
from agent.evaluation.measures import Measure

Why = Literal["gained_most", "middle", "lost_most", "gained_least", "all"]
_MOST_SHOWN = 3
_FULL_SCALE = {"answers": 1.0, "share": 1.0, "points": 100.0, "score": 4.0, "votes": 1.0}
"""What a measure can change by at most; the others are not told by request."""


@dataclass(frozen=True, kw_only=True)
class Chosen:
    id: str
    why: Why
    change: float | None
    """By how much the answer got better, -1 to 1; None where nothing was measured about it."""


def changes(answers: Sequence[Answered], measures: Sequence[Measure]) -> dict[str, float]:
    """By how much each answer got better: the mean of its changes by all criteria, each as a share of its scale."""
    told: dict[str, list[float]] = {}
    for measure in measures:
        scale = _FULL_SCALE.get(measure.unit)
        if scale is None or (measure.role == "beside" and not measure.beyond):
            continue
        for name, (base, tuned) in measure.pairs.items():
            told.setdefault(name, []).append((tuned - base) / scale)
    return {one.id: sum(told[one.id]) / len(told[one.id]) for one in answers if one.id in told}


def chosen(answers: Sequence[Answered], measures: Sequence[Measure]) -> tuple[Chosen, ...]:
    """Of the answers about the task three, but of few at most half, or one; nobody's favourites."""
    near = [one for one in answers if one.of_verdict]
    task = near or list(answers)
    most = min(_MOST_SHOWN, max(1, len(near) // 2)) if near else _MOST_SHOWN
    by_change = changes(task, measures)
    ranked = sorted((one.id for one in task if one.id in by_change), key=lambda name: (-by_change[name], name))
    if len(task) <= most or len(ranked) < 3:
        return tuple(Chosen(id=one.id, why="all", change=by_change.get(one.id)) for one in task[:most])
    least: Why = "lost_most" if by_change[ranked[-1]] < 0 else "gained_least"
    places: tuple[tuple[int, Why], ...] = ((0, "gained_most"), (len(ranked) // 2, "middle"), (-1, least))
    shown = {1: places[1:2], 2: (places[0], places[2])}.get(most, places)
    return tuple(Chosen(id=ranked[at], why=why, change=by_change[ranked[at]]) for at, why in shown)
