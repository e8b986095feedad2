"""What came of an evaluation, as data: each contender's comparison with the first."""

from dataclasses import dataclass
from typing import Literal

from agent.evaluation.measures import Measure
from agent.reports.comparison import Comparison


@dataclass(frozen=True, kw_only=True)
class EvaluationResult:
    name: str
    """Of the project."""
    number: int
    called: tuple[str, ...]
    """All contenders as they stand within a sentence, by their place."""
    comparisons: tuple[tuple[int, Comparison], ...]
    """Of those that answered, each with the first that did, by its place: they all have the same ``names.base``."""
    left_out: int = 0
    """Held-out rows that were not asked, for one of the versions was trained on them."""
    without_losses: tuple[tuple[str, Literal["", "hosted", "before", "unmeasured"]], ...] = ()
    """Who has no losses beside the first, and why: it or the first is hosted, the evaluation began before any were measured, or
    not both of them told any that can be compared."""

    @property
    def reference(self) -> str:
        """What the others are compared with; empty where nobody is."""
        return self.comparisons[0][1].names.base if self.comparisons else ""

    @property
    def criteria(self) -> tuple[str, ...]:
        """Codes of what was measured and tells something of any of them, in the order of the first that has them."""
        told = (one for _, comparison in self.comparisons for one in comparison.measures if not one.is_silent)
        return tuple(dict.fromkeys(one.code for one in told))

    def measure(self, code: str) -> tuple[Comparison, Measure]:
        """The first that has it. Raises StopIteration."""
        found = ((comparison, comparison.measure(code)) for _, comparison in self.comparisons)
        return next((comparison, measure) for comparison, measure in found if measure is not None)
