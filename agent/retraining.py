"""Training again on a grown dataset: what came since the version in use, and whether to continue it or begin afresh.

The rule only advises; a person picks. Its thresholds are ours, and stand in docs/loop.md with their reasons.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from agent.context import Context
from agent.growth import Advice, Growth, Way
from agent.lineage import SHAPE, Origin, why_not
from agent.training import Plan, rows_as_trained
from agent.words import harmless, say
from storage.domain import ModelVersion, Part, Row, RowStatus
from storage.domain.recipes import Recipe

SMALL = 0.25
"""New examples as a share of those that a version has: of more, most of what it would continue with is to be weighed anew."""
LONG_SECONDS = 3600.0
"""Of a run that begins afresh, at its slow end: a shorter one is not worth what continuing costs."""
MOST_STEPS = 3
"""Versions that continued each other before one begins afresh: whatever the first had learned wrongly is in all of them."""


async def growth(context: Context, model: ModelVersion) -> Growth:
    """What came since, was changed, and was taken back."""
    lines = await asyncio.to_thread(rows_as_trained, context.files, model)
    approved = await context.store.rows.of_project(model.project_id, [RowStatus.APPROVED])
    if lines is None:
        return Growth(since=model, added=(), had=None)
    had = {str(line.get("id")): line for line in lines}
    now = {row.id: row for row in approved}
    learned = {name: line for name, line in had.items() if line.get("part") == Part.TRAIN}
    return Growth(
        since=model,
        added=tuple(row for row in approved if row.id not in had),
        had=len(had),
        changed=sum(name in now and _reads_otherwise(line, now[name]) for name, line in learned.items()),
        gone=sum(name not in now for name in learned),
    )


def _reads_otherwise(line: Mapping[str, Any], row: Row) -> bool:
    return any(str(line.get(name) or "") != getattr(row, name) for name in ("instruction", "input", "output"))


def continuing(recipe: Recipe, origin: Origin) -> Recipe:
    """The recipe with which a version is continued: of its adapter's shape."""
    shape = {name: getattr(origin.recipe, name) for name in SHAPE}
    return replace(recipe, **shape, from_version=origin.version)


def begun_afresh(recipe: Recipe) -> Recipe:
    return replace(recipe, from_version=0)


def taken(way: Way, recipe: Recipe, plan: Plan) -> Recipe:
    """The recipe to go that way from the version in use; afresh where it cannot be continued."""
    origin = plan.origins.get(plan.in_use.version) if plan.in_use else None
    if way == "afresh" or origin is None or why_not(origin, continuing(recipe, origin), plan.base):
        return begun_afresh(recipe)
    return continuing(recipe, origin)


def other_way(recipe: Recipe, plan: Plan) -> Way | None:
    """What may be picked instead; None where there is nothing to continue."""
    if recipe.from_version:
        return "afresh"
    return "continue" if taken("continue", recipe, plan).from_version else None


def advised(plan: Plan, grown: Growth) -> Advice:
    """Afresh, unless the version in use can be continued, was taught nothing that has been corrected since, little was
    added, few versions continued each other, and beginning afresh takes long."""
    recipe = begun_afresh(plan.recipe())
    origin = plan.origins.get(grown.since.version)
    cannot = why_not(origin, continuing(recipe, origin) if origin else recipe, plan.base)
    if cannot or origin is None:
        return Advice(way="afresh", why=cannot or "start_gone", numbers={"version": grown.since.version})
    if grown.changed or grown.gone:
        return Advice(way="afresh", why="corrected", numbers={"changed": grown.changed, "gone": grown.gone})
    if len(grown.added) > SMALL * (grown.had or 0):
        return Advice(way="afresh", why="grown", numbers={"added": len(grown.added), "had": grown.had})
    if origin.steps >= MOST_STEPS:
        return Advice(way="afresh", why="chain", numbers={"steps": origin.steps})
    seconds = plan.estimate(recipe).seconds_high
    return Advice(
        way="continue" if seconds > LONG_SECONDS else "afresh", why="slow" if seconds > LONG_SECONDS else "quick"
    )


async def names_of(context: Context, person_ids: Sequence[str]) -> dict[str, str]:
    """As people call themselves; of somebody who is not known any more, that."""
    found = {name: await context.store.people.get(name) for name in person_ids}
    return {name: harmless(one.display_name) if one else say("retrain.somebody") for name, one in found.items()}
