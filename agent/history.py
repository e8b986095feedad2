"""A project's versions over time, from what was written when they were made: it measures nothing again."""

import asyncio
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from agent.context import Context
from agent.evaluating import evaluation_of
from agent.evaluation.tracks import Reached, stretches
from agent.lineage import recipe_of
from agent.promotion import saved_models, times_in_use
from agent.reports.history_chart import Track, draw_history
from agent.reports.history_table import Version
from agent.training import object_of, read_lines, rows_as_trained
from storage.domain import ModelVersion
from storage.files import Files

SHOWN = 8
"""Versions, the latest: more are read by nobody on a phone."""
MEASURES = ("format", "likeness", "own_request", "general")
"""Those that are counted, not judged, and told in points of 100: who judges may change, and what is counted does not."""
_FIRST, _SECOND = 0, 1
"""Sides of a comparison: what is compared with, and what is compared."""
_SCALE = {"answers": 100.0, "share": 100.0, "points": 1.0}


async def versions(context: Context, project_id: str) -> list[Version]:
    """The latest versions, the earliest first, each with what it has beside the version before."""
    saved = sorted(await saved_models(context, project_id), key=lambda one: one.version)
    runs = {run.id: run for run in await context.store.runs.of_project(project_id)}
    times = await times_in_use(context, project_id)
    found: list[Version] = []
    before: frozenset[str] | None = frozenset()
    for model in saved:
        lines = await asyncio.to_thread(rows_as_trained, context.files, model)
        ids = None if lines is None else frozenset(str(line["id"]) for line in lines if "id" in line)
        run = runs[model.run_id]
        verdict, beside = await asyncio.to_thread(_verdicts, context.files, run.id)
        found.append(
            Version(
                model=model,
                rows=None if ids is None else len(ids),
                added=None if ids is None or before is None else len(ids - before),
                recipe=recipe_of(run),
                verdict=verdict,
                beside=beside,
                in_use=tuple((one.promotion.at, one.until) for one in times if one.model.id == model.id),
            )
        )
        before = ids
    return found


async def tracks(context: Context, project_id: str) -> list[Track]:
    """Each measure with the stretches of versions that were asked the same; none where nothing was compared. What a version
    answered once more, to be compared with a later one, counts for it too."""
    saved = sorted(await saved_models(context, project_id), key=lambda one: one.version)[-SHOWN:]
    reached = {model.version: await asyncio.to_thread(_reached, context.files, model.run_id) for model in saved}
    for model in saved:
        await asyncio.to_thread(_add_answered_again, reached, context.files, evaluation_of(model.run_id))
    found = []
    for code in MEASURES:
        own = [Reached(version=version, values=values[code]) for version, values in reached.items() if code in values]
        if own:
            found.append(Track(code=code, stretches=tuple(stretches(own))))
    return found


async def picture(context: Context, model: ModelVersion, drawn: Sequence[Track]) -> str:
    """Draw them into the folder of a version's run; returns the name of the file."""
    name = f"runs/{model.run_id}/history.png"
    png = await asyncio.to_thread(draw_history, drawn)
    await asyncio.to_thread(context.files.write_bytes, name, png)
    return name


def _verdicts(files: Files, run_id: str) -> tuple[str, tuple[str, str]]:
    """The verdict beside the base, and beside which version with which verdict; empty where there is none. It blocks."""
    own = (_data(files, f"runs/{run_id}/comparison.json").get("verdict") or {}).get("code")
    evaluation = _data(files, f"evaluations/{evaluation_of(run_id)}/comparison.json")
    beside: Mapping[str, Any] = next(iter(evaluation.get("comparisons") or ()), {})
    against = str(next(iter(evaluation.get("contenders") or ()), "")).removeprefix("v")
    code = (beside.get("verdict") or {}).get("code")
    return str(own or ""), (against, str(code)) if code and against.isdigit() else ("", "")


def _reached(files: Files, run_id: str) -> dict[str, dict[str, float]]:
    """What the version of a run reached at each request, by measure, in points of 100. It blocks.

    A request is known by what it asked and wanted: one that was edited since is another one.
    """
    return _values(files, f"runs/{run_id}", _data(files, f"runs/{run_id}/comparison.json"), _SECOND)


def _add_answered_again(reached: Mapping[int, dict[str, dict[str, float]]], files: Files, evaluation: str) -> None:
    """Add what the version that was in use reached at the requests of a later one, where its own run did not ask them. It
    blocks."""
    folder = f"evaluations/{evaluation}"
    written = _data(files, f"{folder}/comparison.json")
    version = str(next(iter(written.get("contenders") or ()), "")).removeprefix("v")
    if not version.isdigit() or int(version) not in reached:
        return
    compared: Mapping[str, Any] = next(iter(written.get("comparisons") or ()), {})
    for code, values in _values(files, folder, compared, _FIRST).items():
        own = reached[int(version)]
        own[code] = values | own.get(code, {})


def _values(files: Files, folder: str, compared: Mapping[str, Any], side: int) -> dict[str, dict[str, float]]:
    """What one side of a comparison reached at each request, by measure."""
    asked = {str(line.get("id")): _mark(line) for line in read_lines(files, f"{folder}/prompts.jsonl")}
    found: dict[str, dict[str, float]] = {}
    for measure in compared.get("measures") or ():
        code, scale = str(measure.get("code")), _SCALE.get(str(measure.get("unit")))
        if code in MEASURES and scale is not None:
            found[code] = {
                f"{name}:{asked[name]}": scale * float(pair[side])
                for name, pair in (measure.get("pairs") or {}).items()
                if name in asked and isinstance(pair, list) and len(pair) == 2
            }
    return found


def _mark(line: Mapping[str, Any]) -> str:
    text = "\0".join(str(line.get(name) or "") for name in ("instruction", "input", "reference"))
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _data(files: Files, name: str) -> Mapping[str, Any]:
    text = files.read_bytes(name).decode("utf-8", "replace") if files.exists(name) else ""
    return object_of(text) or {}
