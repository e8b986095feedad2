"""Say that the model is saved, what its comparison found, and how to ask it."""

import asyncio
from collections.abc import Mapping
from typing import Any

from langgraph.runtime import Runtime

from agent.comparing import headline_of
from agent.context import Context
from agent.loop import announced
from agent.numbers import figure
from agent.promotion import in_use
from agent.replies import Say
from agent.reports.run_card import run_card
from agent.results import proof_of
from agent.state import Position, State, answered, turn_of
from agent.words import say
from storage.domain import ModelVersion, Run, RunState


async def announce_model(state: State, runtime: Runtime[Context]) -> Position:
    """The run's last words."""
    context, turn = runtime.context, turn_of(state)
    job = await context.trainer.follow(turn.payload["job_id"])
    run = await context.store.runs.update(job.run_id, RunState.SAVED, {"export": dict(job.result or {})})
    model = await context.store.models.of_run(run.id)
    assert model is not None, "compare_models gives the version its number before it is saved"
    name, version = model.name, model.version
    verdict = await asyncio.to_thread(headline_of, context.files, run)
    texts = [
        await _saved(context, run, model),
        *([verdict] if verdict else []),
        say("saved.where", path=f"models/{name}/{version}/"),
        *_served(job.result or {}),
    ]
    proof = proof_of(run.results.get("train", {}))
    if not all(check.passed for check in proof):
        texts.append(say("saved.did_not_improve"))
    said = Say(text="\n".join(texts), ping=True)
    return {"replies": answered(run_card(job, run), said, *await announced(context, turn, run, model))}


async def _saved(context: Context, run: Run, model: ModelVersion) -> str:
    """How to ask it: one that does not take the place of the version in use yet is asked by its number."""
    used = await in_use(context, run.project_id)
    if used is None or used.id == model.id:
        return say("saved.done", name=model.name, version=model.version)
    return say("loop.saved", name=model.name, version=model.version, used=used.version)


_NOT_KEPT = {"unfaithful": "saved.engine_unfaithful", "engine_failed": "saved.engine_failed"}


def _served(result: Mapping[str, Any]) -> list[str]:
    """What the export found of the copy for the embedded engine (``trainer.worker.export.engine_copy``)."""
    engine = (result.get("verified") or {}).get("engine")
    if not engine:
        return []
    numbers = {name: figure(engine.get(name)) for name in ("base", "tuned", "allowed")}
    if engine["kept"]:
        return [say("saved.engine", places=engine["places"], **numbers)]
    return [say(_NOT_KEPT.get(engine["code"], "saved.engine_not_served"), **numbers)]
