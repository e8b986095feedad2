"""Whether a model's scores reach the target of a criterion: told by the interval of their mean, never by the mean alone.

It knows neither who scored nor how a criterion is called.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agent.evaluation.anytime import anytime_t_interval
from agent.evaluation.intervals import FEWEST, Interval, adjusted_interval
from agent.evaluation.measures import Measure
from agent.evaluation.rubric import HIGHEST, LOWEST, Rubric

_LEAST = 0.5
"""What another request's score may be away from the target at least, as of differences of scores."""
_BOUND = float(HIGHEST - LOWEST)

Code = Literal["reached", "missed", "open", "too_few"]
"""``open``: the interval holds the target; ``too_few``: scored on fewer than ``FEWEST`` requests."""


@dataclass(frozen=True, kw_only=True)
class Target:
    criterion: str
    scored_by: Literal["measured", "judge", "people"]
    target: float
    mean: float
    """Of the tuned model's scores, 1 to 5."""
    low: float
    high: float
    """Bounds of its 95 % interval. A claim to have reached, or to have missed, a target is wrong in 1 of 40 cases at most:
    each stands for itself, and no verdict rests on it."""
    n: int

    @property
    def code(self) -> Code:
        if self.n < FEWEST:
            return "too_few"
        if self.low >= self.target:
            return "reached"
        return "missed" if self.high < self.target else "open"


def targets_of(measures: Sequence[Measure], rubric: Rubric) -> list[Target]:
    """One for each criterion that was scored on two requests or more: by people if on ``FEWEST``, else by whoever scored most."""
    found = []
    for criterion in rubric:
        scored = [one for one in measures if one.code in (f"scored_{criterion.name}", f"judged_{criterion.name}")]
        best = max(scored, key=lambda one: (one.scored_by == "people" and one.n >= FEWEST, one.n), default=None)
        beside = _interval(best, criterion.target) if best else None
        if best and beside:
            found.append(
                Target(
                    criterion=criterion.name,
                    scored_by=best.scored_by,
                    target=criterion.target,
                    mean=best.tuned,
                    low=beside.low + criterion.target,
                    high=beside.high + criterion.target,
                    n=best.n,
                )
            )
    return found


def _interval(measure: Measure, target: float) -> Interval | None:
    """Of what the scores lie above the target. People may look as often as they like."""
    above = [tuned - target for _, tuned in measure.pairs.values()]
    if measure.scored_by == "people":
        return anytime_t_interval(above, least=_LEAST, bound=_BOUND)
    return adjusted_interval(above, least=_LEAST, bound=_BOUND)
