"""From which saved versions a run may go on, and what speaks against each: facts, no advice.

What a version learned from an example that was taken back since cannot be taken out of its weights. So nothing continues
it, nor anything that came of it.
"""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent.context import Context
from agent.promotion import has_adapter, saved_models
from storage.domain import JobKind, ModelVersion, Run
from storage.domain.recipes import Recipe
from storage.files import Files

SHAPE = ("rank", "alpha", "adapted_share")
"""Settings that an adapter was made with: whoever continues it has the same."""


@dataclass(frozen=True, kw_only=True)
class Origin:
    """A saved version, as what a run may begin with."""

    version: int
    run_id: str
    recipe: Recipe
    base: str
    """Name of the base that it was trained on."""
    intact: bool
    """Whether all rows that it and those before it were trained on are still there."""
    steps: int
    """How many versions continued each other up to this one; 1 for one that began afresh."""
    there: bool = True
    """Whether its adapter still is: somebody may have deleted it by hand."""


async def origins(context: Context, project_id: str) -> dict[int, Origin]:
    """By version."""
    runs = {run.id: run for run in await context.store.runs.of_project(project_id)}
    saved = [model for model in await saved_models(context, project_id) if model.run_id in runs]
    whole = await asyncio.to_thread(_whole, context.files, [runs[model.run_id] for model in saved])
    there = {model.run_id: await asyncio.to_thread(has_adapter, context.files, model.run_id) for model in saved}
    made_on = {model.run_id: await _base_of(context, model.run_id) for model in saved}
    found: dict[int, Origin] = {}
    for model in sorted(saved, key=lambda one: one.version):
        origin = _origin(model, runs[model.run_id], whole, found, made_on[model.run_id])
        found[model.version] = replace(origin, there=there[model.run_id])
    return found


def why_not(origin: Origin | None, recipe: Recipe, base: str) -> str:
    """The code of what keeps a run with this recipe from continuing the version; empty if nothing does."""
    if origin is None or not origin.there:
        return "start_gone"
    if not origin.intact:
        return "start_forgotten"
    unlike = any(getattr(origin.recipe, name) != getattr(recipe, name) for name in SHAPE)
    return "start_unfit" if unlike or origin.base != base else ""


def _origin(
    model: ModelVersion, run: Run, whole: Mapping[str, bool], earlier: Mapping[int, Origin], base: str
) -> Origin:
    recipe = recipe_of(run)
    before = earlier.get(recipe.from_version)
    lost = bool(recipe.from_version) and (before is None or not before.intact)
    return Origin(
        version=model.version,
        run_id=run.id,
        recipe=recipe,
        base=base,
        intact=whole[run.id] and not lost,
        steps=1 + (before.steps if before else 0),
    )


def recipe_of(run: Run) -> Recipe:
    """What a run was made with; of a run of another time, what it has of it."""
    known = Recipe().to_json()
    return Recipe(**{name: value for name, value in run.recipe.items() if name in known})


async def _base_of(context: Context, run_id: str) -> str:
    jobs = await context.store.jobs.of_run(run_id)
    return next((str(job.spec.get("base") or "") for job in jobs if job.kind is JobKind.TRAIN), "")


def _whole(files: Files, runs: Sequence[Run]) -> dict[str, bool]:
    """Whether the rows of each run are still those that it was trained on, by the hash that its worker has told. It blocks."""
    return {run.id: _hash(files, run.id) == (run.results.get("train") or {}).get("rows_sha256") for run in runs}


def _hash(files: Files, run_id: str) -> str:
    name = f"runs/{run_id}/rows.jsonl"
    return hashlib.sha256(files.read_bytes(name)).hexdigest() if files.exists(name) else ""
