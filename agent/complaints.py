"""By which criteria people found a version's answers not good, and whether so many that it is no chance. It asks nobody."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from agent.context import Context
from agent.evaluation.collect import FAILING, FEWEST_OF_KIND
from agent.evaluation.rubric import rubric_of
from agent.evaluation.tasks import exact_interval
from agent.feedback import feedback_of
from storage.domain import ModelVersion


@dataclass(frozen=True, kw_only=True)
class Complaint:
    """What people said against a version's answers by one criterion."""

    criterion: str
    count: int
    """How often an answer was counted against it."""
    n: int
    """How often an answer of the version was judged at all: each person and answer once."""

    @property
    def interval(self) -> tuple[float, float] | None:
        """Of the share, 95 %; None of fewer than ``FEWEST_OF_KIND``."""
        return exact_interval(self.count, self.n) if self.n >= FEWEST_OF_KIND else None

    @property
    def is_weak(self) -> bool:
        """Whether more are against it than may fail, beyond chance: by the rule for kinds of tasks (``collect``)."""
        return self.interval is not None and self.interval[0] > FAILING


async def complaints(context: Context, model: ModelVersion) -> Sequence[Complaint]:
    """Of the criteria that the project has now, those with the most first; a criterion that none counts against is left out."""
    said = await feedback_of(context, model)
    rubric = rubric_of(await context.store.briefs.get(model.project_id))
    counted = Counter(one.criterion for one in said)
    found = [Complaint(criterion=one.name, count=counted[one.name], n=len(said)) for one in rubric]
    return sorted((one for one in found if one.count), key=lambda one: -one.count)
