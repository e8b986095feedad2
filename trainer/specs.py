"""What a job asks for -> what a worker is told to do, or the reason why it must not start.

It reads the run's files, and does not know the database, nor processes. Blocking: call it in a thread.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from storage.domain import JobFailure, JobKind
from storage.domain.recipes import Recipe
from trainer import recipes, staging
from trainer.errors import BadSetting, JobRefused
from trainer.run_dir import AttemptDir, WorkerSpec


def completed(
    spec: WorkerSpec,
    home: Path,
    asked: Mapping[str, Any],
    machine: Mapping[str, Any],
    earlier: Sequence[AttemptDir],
) -> WorkerSpec:
    """``spec`` with what its kind needs of what was ``asked`` (JSON of a request of ``trainer.client``).

    ``machine`` holds the facts of this machine now; ``earlier`` are the job's earlier attempts, the latest last.
    Raises JobRefused with the reason why the work must not start, and UnsafePath.
    """
    run = staging.run_dir(home, spec.run_id)
    if spec.kind is JobKind.TRAIN:
        recipe = _recipe(asked.get("recipe"))
        failure = recipes.preflight(recipe, staging.read_rows(run.rows), machine, _base_facts(Path(spec.base)))
        if failure is not None:
            raise JobRefused(failure)
        kept = [str(attempt.checkpoints) for attempt in earlier if attempt.checkpoints.is_dir()]
        start = _start(home, asked, recipe)
        return replace(spec, rows=str(run.rows), recipe=recipe, resume_from=kept, adapter=start)
    _need_disk(machine["disk_free_bytes"])
    if spec.kind is JobKind.GENERATE:
        if not run.prompts.is_file():
            raise JobRefused(JobFailure(code="prompts_missing"))
        tuned = asked.get("adapter_run")
        return replace(
            spec,
            prompts=str(run.prompts),
            adapter=str(staging.adapter_of(home, str(tuned))) if tuned is not None else None,
            answer_with=tuple(asked.get("answer_with") or spec.answer_with),
            answered=[str(attempt.answers) for attempt in earlier if attempt.answers.is_file()],
            held_out=str(run.held_out) if run.held_out.is_file() else None,
            arithmetic=str(asked.get("arithmetic") or ""),
            measured=[str(attempt.losses) for attempt in earlier if attempt.losses.is_file()],
            max_tokens=int(asked.get("max_tokens") or spec.max_tokens),
        )
    if spec.kind is JobKind.EXPORT:
        return replace(
            spec,
            rows=str(run.rows),
            adapter=str(staging.adapter_of(home, spec.run_id)),
            destination=str(staging.exported(home, asked)),
            card=dict(asked.get("card") or {}),
        )
    return spec


def _recipe(fields: Any) -> Recipe:
    try:
        recipe = Recipe(**fields)
        recipes.check(recipe)
    except TypeError as error:
        raise JobRefused(JobFailure(code="bad_spec", numbers={"field": "recipe"}, detail=str(error))) from error
    except BadSetting as error:
        numbers = {"field": error.field, "value": error.value, "low": error.low, "high": error.high}
        raise JobRefused(JobFailure(code="bad_spec", numbers=numbers)) from error
    return recipe


def _start(home: Path, asked: Mapping[str, Any], recipe: Recipe) -> str | None:
    """The folder of the adapter that a run starts with; None where it starts afresh."""
    run = asked.get("from_run")
    if (run is not None) != bool(recipe.from_version):
        raise JobRefused(JobFailure(code="bad_spec", numbers={"field": "from_run"}))
    return str(staging.adapter_of(home, str(run))) if run is not None else None


def _base_facts(base: Path) -> recipes.BaseFacts:
    try:
        return recipes.BaseFacts.of_config(json.loads((base / "config.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError, ZeroDivisionError):
        return recipes.SMOLLM2_135M


_LEAST_DISK = 100 * 2**20
"""Bytes: an adapter, its answers and a log."""


def disk_numbers(home: Path) -> dict[str, int]:
    """The numbers of a ``no_disk`` failure that showed itself in the midst of work."""
    return {"needed": _LEAST_DISK, "free": shutil.disk_usage(home).free}


def _need_disk(free: int) -> None:
    if free < _LEAST_DISK:
        raise JobRefused(JobFailure(code="no_disk", numbers={"needed": _LEAST_DISK, "free": free}))
