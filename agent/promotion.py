"""Which of a project's saved versions is in use: by whom it was put to use, and what it took the place of.

It decides nothing: when a version takes another's place is ``agent.loop``'s to say, or a person's.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from agent.context import Context
from agent.state import Turn
from storage.domain import ModelVersion, Promotion, RunState, stable_id
from storage.files import Files

FIRST, LATEST, CHOSEN = "first", "latest", "chosen"
"""Why a version is in use: it was the first there was; it was the latest before anybody promoted one; a person said so."""


@dataclass(frozen=True, kw_only=True)
class InUse:
    """A version, and the time that it was in use."""

    model: ModelVersion
    promotion: Promotion
    until: datetime | None
    """None: it still is."""


async def saved_models(context: Context, project_id: str) -> list[ModelVersion]:
    """The versions whose files are there: a number is given when saving begins, the run is SAVED when it ended well."""
    states = {run.id: run.state for run in await context.store.runs.of_project(project_id)}
    models = await context.store.models.of_project(project_id)
    return [model for model in models if states.get(model.run_id) is RunState.SAVED]


async def can_answer(context: Context, model: ModelVersion) -> bool:
    """Whether something is left to answer with: the adapter of its run, or the copy for the embedded engine. Somebody may have
    deleted both by hand."""
    return await asyncio.to_thread(_has_weights, context.files, model)


def _has_weights(files: Files, model: ModelVersion) -> bool:
    return has_adapter(files, model.run_id) or files.exists(f"models/{model.name}/{model.version}/adapter.gguf")


def has_adapter(files: Files, run_id: str) -> bool:
    """Whether the adapter of a run is there, from which the trainer answers and continues. It blocks."""
    return files.exists(f"runs/{run_id}/adapter/adapter_model.safetensors")


async def in_use(context: Context, project_id: str) -> ModelVersion | None:
    """The version that was put to use last; where none ever was, the latest one. None where none is saved."""
    saved = await saved_models(context, project_id)
    by_id = {model.id: model for model in saved}
    promotions = await context.store.promotions.of_project(project_id)
    chosen = (by_id[one.model_id] for one in reversed(promotions) if one.model_id in by_id)
    return next(chosen, saved[-1] if saved else None)


async def times_in_use(context: Context, project_id: str) -> list[InUse]:
    """Each time that another version was put to use, the earliest first."""
    models = {model.id: model for model in await context.store.models.of_project(project_id)}
    known = [one for one in await context.store.promotions.of_project(project_id) if one.model_id in models]
    changes = [one for one, before in zip(known, [None, *known], strict=False) if not _same(one, before)]
    ends: Sequence[datetime | None] = [*(one.at for one in changes[1:]), None]
    return [
        InUse(model=models[one.model_id], promotion=one, until=until) for one, until in zip(changes, ends, strict=True)
    ]


def _same(one: Promotion, before: Promotion | None) -> bool:
    return before is not None and before.model_id == one.model_id


async def replaced_by(context: Context, project_id: str) -> ModelVersion | None:
    """The version that was in use before the one that is now: where rolling back leads. None where there was none."""
    now = await in_use(context, project_id)
    saved = {model.id for model in await saved_models(context, project_id)}
    earlier = (one.model for one in reversed(await times_in_use(context, project_id)) if one.model.id in saved)
    return next((model for model in earlier if now and model.id != now.id), None)


async def promote(context: Context, turn: Turn, model: ModelVersion) -> Promotion:
    """A person puts a version to use. Repeating the turn does it once."""
    return await _put(context, turn, model, turn.id, CHOSEN, person_id=turn.person_id)


async def promote_by_verdict(
    context: Context, turn: Turn, model: ModelVersion, evaluation_id: str, why: str
) -> Promotion:
    """The verdict of an evaluation does, once, whatever turn it is told in."""
    return await _put(context, turn, model, evaluation_id, why)


async def was_promoted_by(context: Context, project_id: str, cause: str) -> bool:
    """Whether this turn or evaluation has put a version to use before."""
    wanted = _id_of(cause)
    return any(one.id == wanted for one in await context.store.promotions.of_project(project_id))


async def settle(context: Context, turn: Turn, project_id: str) -> None:
    """Write down what is in use where it was so by custom only, so that a version that is saved next has to take its place."""
    if await context.store.promotions.of_project(project_id):
        return
    saved = await saved_models(context, project_id)
    if saved:
        why = FIRST if len(saved) == 1 else LATEST
        await _put(context, turn, saved[-1], saved[-1].id, why)


async def _put(
    context: Context, turn: Turn, model: ModelVersion, cause: str, why: str, person_id: str | None = None
) -> Promotion:
    return await context.store.promotions.put(
        Promotion(
            id=_id_of(cause),
            project_id=model.project_id,
            model_id=model.id,
            by="person" if person_id else "verdict",
            person_id=person_id,
            event_id=turn.id,
            at=turn.at,
            why=why,
        )
    )


def _id_of(cause: str) -> str:
    return stable_id("promotion", cause)
