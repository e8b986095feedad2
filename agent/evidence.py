"""What both models answered in a folder, and what of it is evidence: each answer knows whether training had seen its request.

Whoever shows, rates, judges or counts answers reads them here, so that none of them takes for evidence what another leaves out.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.evaluation.answers import joined
from agent.evaluation.facts import Answered
from agent.evaluation.requests import form_in
from agent.evaluation.sets import leaks_in, with_leaks
from agent.training import read_lines
from dataset.leakage import Leakage
from dataset.remembered import Remembered
from storage.domain import Part
from storage.files import Files


@dataclass(frozen=True, kw_only=True)
class Evidence:
    answers: tuple[Answered, ...]
    leaks: Leakage
    """How near the requests are to what was trained on."""


def evidence_in(files: Files, folder: str) -> Evidence:
    """Of a run's ``rows.jsonl``, ``prompts.jsonl`` and ``answers.jsonl``; a run from before forms were recorded has the form
    of its training answers. It blocks: comparing texts takes a second where there are thousands of rows."""
    rows, prompts, lines = (read_lines(files, f"{folder}/{name}.jsonl") for name in ("rows", "prompts", "answers"))
    leaks = _leaks_in(rows, prompts)
    answers = with_leaks(joined(prompts, lines), leaks.leaked)
    if not any("source" in prompt for prompt in prompts):
        form = form_in([str(row.get("output") or "") for row in rows if row.get("part") == Part.TRAIN])
        answers = tuple(replace(one, expected=form) for one in answers)
    return Evidence(answers=answers, leaks=leaks)


def seen_in_training(files: Files, run_ids: Sequence[str], prompts: Sequence[Mapping[str, Any]]) -> Leakage:
    """How near requests that were put before several versions are to what any of these runs was trained on: what one of them
    may remember tells nothing about another. It blocks, as ``evidence_in``."""
    trained = [row for run_id in run_ids for row in trained_rows(files, run_id)]
    asked = [{**prompt, "output": prompt.get("reference")} for prompt in prompts if prompt.get("source") == "row"]
    return _leaks_in([*trained, *asked], prompts)


_remembered: Remembered[Leakage] = Remembered(64)
"""Ids and shares, and nobody's words."""


def _leaks_in(rows: Sequence[Mapping[str, Any]], prompts: Sequence[Mapping[str, Any]]) -> Leakage:
    """As ``sets.leaks_in``; of the same texts once: every press on a card of answers asks for it."""
    return _remembered.of(lambda: leaks_in(rows, prompts), json.dumps([rows, prompts]))


def trained_rows(files: Files, run_id: str) -> list[dict[str, Any]]:
    """The rows that a run was trained on, as they were then: lines of its ``rows.jsonl``. It blocks."""
    return [row for row in read_lines(files, f"runs/{run_id}/rows.jsonl") if row.get("part") == Part.TRAIN]


def examples_of(files: Files, run_id: str) -> list[tuple[str, str]]:
    """Request and answer of each of them. It blocks."""
    return [
        (f"{row['instruction']}\n\n{row['input']}".strip(), str(row["output"])) for row in trained_rows(files, run_id)
    ]
