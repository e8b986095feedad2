"""What held-out rows cost the contenders of an evaluation: which rows are measured, and what two of them told side by side.

The trainer measures (``trainer.worker.held_out``); what follows from the figures ``evaluation.measures`` says. Hosted models tell
no losses.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.contenders import Contender
from agent.context import Context
from agent.evaluation.requests import Lesson
from agent.evaluation.sets import losses_in_all
from agent.evaluation_answers import FOR_RUN, folder_of
from agent.evidence import seen_in_training
from agent.training import read_lines
from storage.domain import Evaluation, Job, Part, Run
from storage.files import Files

HELD_OUT = "held_out.jsonl"
"""Beside the requests of an evaluation, and of its jobs."""
HELD_OUT_ROWS = "held_out"
"""In the results of an evaluation: how many rows were to be measured. Not there where it began before any were."""

WhyNone = Literal["", "hosted", "before", "unmeasured"]
"""Why two contenders have no losses side by side; empty where there is nothing to say of it: they have, or no row is left."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a contender told of the rows."""

    by_row: Mapping[str, Mapping[str, Any]]
    """By id: ``loss``, ``swapped``, ``swapped_with`` and ``tokens``, as ``trainer.worker.held_out`` has them."""
    arithmetic: tuple[object, object]
    """In what it was computed, and on what: figures of two contenders are comparable where both are the same."""
    no_memory: frozenset[str]


@dataclass(frozen=True, kw_only=True)
class LossesTold:
    by_place: Mapping[int, Told] = field(default_factory=dict)
    """Of the contenders that told any."""
    counted: frozenset[str] = frozenset()
    """Ids of the rows that are evidence: nobody took them back, and no contender learned them."""

    def beside(self, reference: int, place: int) -> Mapping[str, Any] | None:
        """Of two contenders, in the shape of a train job's ``losses`` (``trainer.worker.train``); None without any."""
        both = [self.by_place.get(one) for one in (reference, place)]
        base, tuned = both
        if base is None or tuned is None or base.arithmetic != tuned.arithmetic:
            return None
        shared = [name for name in base.by_row if name in self.counted and name in tuned.by_row]
        rows = [row for name in shared if (row := _row(name, base.by_row[name], tuned.by_row[name]))]
        lacking = sorted((base.no_memory | tuned.no_memory) & self.counted)
        return {**losses_in_all(rows), "no_memory": lacking} if rows else None


def rows_to_measure(rows: Sequence[Lesson]) -> tuple[Mapping[str, Any], ...]:
    """Lines of ``held_out.jsonl``: the test rows, as a run measures them; golden ones are for people."""
    return tuple(
        {"id": row.id, "instruction": row.instruction, "input": row.input, "output": row.output, "part": row.part}
        for row in rows
        if row.part == Part.TEST.value
    )


def rows_measured_in(files: Files, run: Run) -> tuple[Mapping[str, Any], ...]:
    """The test rows of a run as its trainer measured them, in their order: whoever measures the same rows swaps requests as it
    did. None of a run that did not tell with what it swapped. It blocks."""
    trained = run.results.get("train") or {}
    if _told_by_run(run) is None:
        return ()
    left_out = {str(one.get("id")) for one in trained.get("left_out") or ()}
    rows = read_lines(files, f"runs/{run.id}/rows.jsonl")
    return tuple(row for row in rows if row.get("part") == Part.TEST.value and str(row.get("id")) not in left_out)


def arithmetic_of(runs: Sequence[Run]) -> str:
    """In which all contenders' losses are measured: that of the latest of the runs that was trained on a processor and told it.
    Left to each job, two of them on a busy machine would find different ones quicker, and their figures could not be compared."""
    trained = [run.results.get("train") or {} for run in runs]
    told = [str(one.get("arithmetic") or "") for one in trained if one.get("device") == "cpu"]
    return next(filter(None, reversed(told)), "")


def as_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


async def run_of(context: Context, evaluation: Evaluation) -> Run | None:
    """The run whose version an evaluation was begun for."""
    run_id = evaluation.results.get(FOR_RUN)
    return await context.store.runs.get(str(run_id)) if run_id is not None else None


def losses_told(
    files: Files, evaluation: Evaluation, contenders: Sequence[Contender], jobs: Mapping[int, Job], after: Run | None
) -> LossesTold:
    """What there is by now. ``after``: the run whose version told them when it was trained. It blocks."""
    by_place = {}
    for place, one in enumerate(contenders):
        if after is not None and one.model is not None and one.model.run_id == after.id:
            told = _told_by_run(after)
        else:
            told = _told_by_job(jobs[place]) if place in jobs else None
        if told is not None:
            by_place[place] = told
    runs = [one.model.run_id for one in contenders if one.model is not None]
    return LossesTold(by_place=by_place, counted=_counted(files, evaluation, runs))


def why_none(evaluation: Evaluation, told: LossesTold, both: Sequence[Contender], losses: object) -> WhyNone:
    if losses is not None:
        return ""
    if any(one.kind == "hosted" for one in both):
        return "hosted"
    if HELD_OUT_ROWS not in evaluation.results:
        return "before"
    return "unmeasured" if told.counted else ""


def _told_by_job(job: Job) -> Told | None:
    found = (job.result or {}).get("losses")
    if not found:
        return None
    return Told(
        by_row={str(row["id"]): row for row in found.get("by_row") or ()},
        arithmetic=(found.get("arithmetic"), found.get("device")),
        no_memory=frozenset(map(str, found.get("no_memory") or ())),
    )


def _told_by_run(run: Run) -> Told | None:
    """Of the version that was trained."""
    trained = run.results.get("train") or {}
    losses = trained.get("losses") or {}
    rows = losses.get("by_row") or ()
    if not rows or not all("swapped_with" in row for row in rows):
        return None
    names = {"loss": "tuned", "swapped": "tuned_swapped", "swapped_with": "swapped_with", "tokens": "tokens"}
    return Told(
        by_row={str(row["id"]): {name: row.get(theirs) for name, theirs in names.items()} for row in rows},
        arithmetic=(trained.get("arithmetic"), trained.get("device")),
        no_memory=frozenset(map(str, losses.get("no_memory") or ())),
    )


def _counted(files: Files, evaluation: Evaluation, runs: Sequence[str]) -> frozenset[str]:
    """Rows that none of these runs learned or looked at, nor anything that is near to them; of rows that ask the same, one."""
    rows = read_lines(files, f"{folder_of(evaluation)}/{HELD_OUT}")
    known = [row for run_id in runs for row in read_lines(files, f"runs/{run_id}/rows.jsonl")]
    looked_at = {str(row.get("id")) for row in known if row.get("part") in (Part.TRAIN.value, Part.VALIDATION.value)}
    asked = [{**row, "source": "row", "reference": row.get("output")} for row in rows]
    leaks = seen_in_training(files, runs, asked)
    apart = looked_at | leaks.leaked | leaks.repeated
    return frozenset({str(row["id"]) for row in rows} - apart)


def _row(name: str, base: Mapping[str, Any], tuned: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """A line of a train job's ``by_row``; None where one of both told nothing of it, or of other tokens."""
    if base["tokens"] != tuned["tokens"] or not (_is_told(base["loss"]) and _is_told(tuned["loss"])):
        return None
    alike = base["swapped_with"] == tuned["swapped_with"] and _is_told(base["swapped"]) and _is_told(tuned["swapped"])
    return {
        "id": name,
        "base": base["loss"],
        "tuned": tuned["loss"],
        "base_swapped": base["swapped"] if alike else None,
        "tuned_swapped": tuned["swapped"] if alike else None,
        "tokens": base["tokens"],
    }


def _is_told(value: object) -> bool:
    return isinstance(value, float) and math.isfinite(value)
