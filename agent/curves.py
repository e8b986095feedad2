"""The curve of a run for the stages that tell of it: its points, its picture, what it says, what to do about it.

What was said of a run that ended is kept with it, so that later runs are not told to do in vain what it did.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.context import Context
from agent.remedies import Remedy, Tried, remedy_for
from agent.replies import ShowCard, ShowPicture
from agent.reports.charts import describe, draw_loss_chart, in_words
from agent.reports.diagnoses import remedy_card
from agent.state import Turn
from agent.training import make_plan, read_lines
from agent.words import say
from storage.domain import Job, Run, stable_id
from storage.domain.recipes import Recipe
from trainer import diagnosis
from trainer.diagnosis import Diagnosis

Points = Sequence[Mapping[str, Any]]


async def points_of(context: Context, run: Run) -> Points:
    """The curve so far; empty before the first step."""
    return await asyncio.to_thread(read_lines, context.files, f"runs/{run.id}/metrics.jsonl")


async def chart_of(context: Context, run: Run, points: Points, name: str) -> ShowPicture | None:
    """Draw the curve into ``runs/<id>/<name>``; None where there is nothing to draw."""
    if not describe(points)["steps"]:
        return None
    path = f"runs/{run.id}/{name}"
    picture = await asyncio.to_thread(draw_loss_chart, points)
    await asyncio.to_thread(context.files.write_bytes, path, picture)
    return ShowPicture(path=path, alt=in_words(points, run.number), text=say("chart.text", number=run.number))


@dataclass(frozen=True, kw_only=True)
class Findings:
    """What is said of a run whose training ended, and what may help."""

    diagnosis: Diagnosis
    remedy: Remedy | None

    def to_json(self) -> dict[str, Any]:
        """As it is kept with the run's results."""
        remedy = self.remedy.to_json() if self.remedy else None
        return {"diagnosis": self.diagnosis.to_json(), "remedy": remedy}

    @classmethod
    def of(cls, run: Run) -> "Findings | None":
        """As they were kept; None of a run whose training has not ended."""
        if "diagnosis" not in run.results:
            return None
        remedy = run.results.get("remedy")
        return cls(
            diagnosis=Diagnosis.from_json(run.results["diagnosis"]),
            remedy=Remedy.from_json(remedy) if remedy else None,
        )

    def cards(self, turn: Turn, run: Run) -> list[ShowCard]:
        """The card with the remedy, if there is one."""
        return [remedy_card(self.remedy, run, stable_id("card", turn.id, "remedy"))] if self.remedy else []


async def look_at(context: Context, turn: Turn, job: Job) -> Findings:
    """Read the curve of a training job that ended, or that its worker gave up."""
    run = await context.store.runs.get(job.run_id)
    points = await points_of(context, run)
    if job.failure is not None and job.failure.code == "diverged":
        found = await asyncio.to_thread(diagnosis.given_up, points, job.failure.numbers)
    else:
        found = await asyncio.to_thread(diagnosis.read, points)
    return Findings(diagnosis=found, remedy=await _remedy(context, turn, run, found))


async def _remedy(context: Context, turn: Turn, run: Run, found: Diagnosis) -> Remedy | None:
    recommended = (await make_plan(context, run.project_id, turn)).recipe()
    others = [other for other in await context.store.runs.of_project(run.project_id) if other.number < run.number]
    earlier = [
        Tried(recipe=Recipe(**other.recipe), diagnosis=said.diagnosis, proposed=said.remedy)
        for other in others
        if (said := Findings.of(other))
    ]
    return remedy_for(found, Recipe(**run.recipe), recommended, earlier)
