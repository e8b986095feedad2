"""How versions and evaluations stand, from what was written when they were compared. It measures nothing."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from agent.context import Context
from agent.evaluation.intervals import Interval
from agent.evaluation.measures import Measure
from agent.evaluation.rubric import Rubric, rubric_of
from agent.promotion import saved_models
from agent.replies import ShowTable
from agent.reports.over_time import MOST_VERSIONS, evaluations_face, versions_face
from agent.training import object_of
from storage.files import Files

_MOST_EVALUATIONS = 5
_FIELDS = frozenset(field.name for field in fields(Measure)) - {"pairs", "at_equal_length"}
"""Of a measure that are told over time."""


async def versions_table(context: Context, project_id: str) -> ShowTable | None:
    """What each of the latest versions reached in its own comparison with the base; None without any."""
    saved = sorted(await saved_models(context, project_id), key=lambda one: one.version)[-MOST_VERSIONS:]
    rubric: Rubric = rubric_of(await context.store.briefs.get(project_id))
    told = {
        one.version: await asyncio.to_thread(_measures, context.files, f"runs/{one.run_id}/comparison.json")
        for one in saved
    }
    return versions_face({version: found for version, found in told.items() if found}, rubric)


async def evaluations_table(context: Context, project_id: str) -> ShowTable | None:
    """The latest evaluations with their states and verdicts; None without any."""
    found = list(await context.store.evaluations.of_project(project_id))[-_MOST_EVALUATIONS:]
    return evaluations_face(found)


def _measures(files: Files, name: str) -> Sequence[Measure]:
    """What a comparison measured; nothing of a file of another time. It blocks."""
    text = files.read_bytes(name).decode("utf-8", "replace") if files.exists(name) else ""
    lines = (object_of(text) or {}).get("measures") or []
    found = [_measure(line) for line in lines if isinstance(line, dict)]
    return [one for one in found if one is not None]


def _measure(line: Mapping[str, Any]) -> Measure | None:
    values = {name: value for name, value in line.items() if name in _FIELDS}
    try:
        if isinstance(values.get("difference"), dict):
            values["difference"] = Interval(**values["difference"])
        return Measure(**values)
    except TypeError:
        return None
