"""Rows that a person takes back -> the copies of them in files.

It does not touch the database. What a trained model learned from a row cannot be taken out of its weights; the models
concerned are returned, so that the person can be told.
"""

import json
from collections.abc import Sequence

from storage.domain import ModelVersion, Row, Run, stable_id
from storage.files import Files

_RUN_FILES = ("rows.jsonl", "prompts.jsonl", "answers.jsonl")


def forget_files(
    files: Files, slug: str, rows: Sequence[Row], runs: Sequence[Run], models: Sequence[ModelVersion]
) -> list[ModelVersion]:
    """Remove the rows from every copy; returns the models that were trained with any of them. It blocks.

    The comparison of a run that showed one of them is removed whole. Uploaded files of these rows go too, and so does
    ``datasets/<slug>/``, which the next run writes anew.
    """
    ids = {row.id for row in rows}
    files.delete_tree(f"datasets/{slug}")
    for run in runs:
        folder = f"runs/{run.id}"
        gone = sum([_drop(files, f"{folder}/{name}", ids) for name in _RUN_FILES[1:]])
        _drop(files, f"{folder}/{_RUN_FILES[0]}", ids)
        if gone:
            for name in ("comparison.json", "comparison.md"):
                files.delete(f"{folder}/{name}")
        for name in files.list(f"{folder}/attempts"):
            files.delete_tree(f"{folder}/attempts/{name}")
    for row in rows:
        files.delete_tree(f"uploads/{stable_id('upload', row.event_id)}")
    return [model for model in models if _drop(files, f"models/{model.name}/{model.version}/rows.jsonl", ids)]


def _drop(files: Files, name: str, ids: set[str]) -> int:
    """Rewrite a JSON-lines file without the rows of these ids; returns how many went."""
    if not files.exists(name):
        return 0
    lines = [line for line in files.read_text(name).split("\n") if line.strip()]  # splitlines() cuts at U+2028 too
    kept = [line for line in lines if json.loads(line).get("id") not in ids]
    if len(kept) != len(lines):
        files.write_text(name, "".join(f"{line}\n" for line in kept))
    return len(lines) - len(kept)
