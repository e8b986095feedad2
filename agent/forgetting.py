"""Rows that a person takes back -> the copies of them in files, and the files of questions that were answered.

What a trained model learned from a row cannot be taken out of its weights: models that were not saved go with their
weights, and the saved ones are returned, so that the person can be told.
"""

import asyncio
import json
from collections.abc import Collection, Sequence
from dataclasses import replace

from agent.agreement import shown_key
from agent.context import Context
from agent.state import ASK_RUN
from agent.words import say
from storage.domain import AgreedFormat, Brief, ModelVersion, Row, RowStatus, Run, RunState, stable_id
from storage.files import Files


def forget_files(
    files: Files,
    slug: str,
    rows: Sequence[Row],
    runs: Sequence[Run],
    models: Sequence[ModelVersion],
    uploads: Collection[str] = (),
) -> list[ModelVersion]:
    """Remove the rows from every copy; returns the saved models that were trained with any of them. It blocks.

    ``uploads`` are ids of events that brought files of the person. The comparison of a run that showed one of the rows
    is removed whole; so are the adapter and the model folder of a run that used one, unless it was saved; and so is
    ``datasets/<slug>/``, which the next run writes anew. Doing it again after a crash does the rest.
    """
    ids = {row.id for row in rows}
    files.delete_tree(f"datasets/{slug}")
    for run in runs:
        folder = f"runs/{run.id}"
        for name in files.list(f"{folder}/attempts"):
            files.delete_tree(f"{folder}/attempts/{name}")
        if run.state is not RunState.SAVED and _holds(files, f"{folder}/rows.jsonl", ids):
            files.delete_tree(f"{folder}/adapter")
            for model in models:
                if model.run_id == run.id:
                    files.delete_tree(f"models/{model.name}/{model.version}")
        if any(_holds(files, f"{folder}/{name}", ids) for name in ("prompts.jsonl", "answers.jsonl")):
            forget_comparison(files, run.id)
            files.delete(f"{folder}/judgements.jsonl")  # a judge's reasons may quote what they are about
        for name in ("prompts.jsonl", "answers.jsonl", "rows.jsonl"):  # what says that a run used a row goes last
            _drop(files, f"{folder}/{name}", ids)
    for event_id in {*uploads, *(row.event_id for row in rows)}:
        files.delete_tree(f"uploads/{stable_id('upload', event_id)}")
    return [model for model in models if _drop(files, f"models/{model.name}/{model.version}/rows.jsonl", ids)]


def forget_comparison(files: Files, run_id: str) -> None:
    """Remove what a run's comparison says, of rows and votes; it can be made anew of what is left. It blocks."""
    for name in ("comparison.json", "comparison.md", "verdict.png"):
        files.delete(f"runs/{run_id}/{name}")


async def blank_changed(context: Context, before: Row, after: Row) -> None:
    """Blank the message that a row came in, and every quote of a text of it that was changed. An uploaded file stays."""
    pairs = [(getattr(before, name), getattr(after, name)) for name in ("instruction", "input", "output", "passage")]
    changed = {old for old, new in pairs if old != new}
    if changed:
        events = {before.event_id} if before.source == "conversation" else set()
        blank = say("row.blank")
        await context.store.conversations.forget(before.project_id, before.author_id, events, changed, blank)


async def forget_formats(context: Context, project_id: str, person_id: str) -> None:
    """Keep of the formats what stands in the examples of others; without any, none. One that lost something is found anew."""
    rows = await context.store.rows.of_project(project_id, [RowStatus.PENDING, RowStatus.APPROVED])
    outputs = [row.output for row in rows if row.author_id != person_id]

    def without(brief: Brief) -> Brief:
        kept = {name: found for name, found in brief.formats.items() if outputs and _stands_in(found, outputs)}
        lost = {shown_key(name) for name in brief.formats if name not in kept}
        answers = {name: text for name, text in brief.answers.items() if name not in lost}
        return replace(brief, formats=kept, answers=answers)

    await context.store.briefs.change(project_id, without)


def _stands_in(found: AgreedFormat, outputs: Sequence[str]) -> bool:
    """Whether each of its texts stands in an answer; a tone is nobody's text but its writer's, and does not."""
    texts = (*found.sections, *found.labels, *found.json_keys, *found.terms)
    return not found.tone and all(any(text in output for output in outputs) for text in texts)


async def forget_questions(context: Context) -> None:
    """Remove the files of every question to a model whose answer was delivered.

    One whose answer is being delivered stays: that turn may be repeated after a crash, and reads them again.
    """
    for run_id in await asyncio.to_thread(context.files.list, "runs"):
        if run_id.startswith(ASK_RUN) and await _is_delivered(context, run_id):
            await asyncio.to_thread(context.files.delete_tree, f"runs/{run_id}")


async def _is_delivered(context: Context, run_id: str) -> bool:
    jobs = await context.store.jobs.of_run(run_id)
    ends = [f"run:{run_id}:{job.kind.value}:{job.id}:{job.state.value}" for job in jobs]
    return bool(ends) and all([await context.store.inbox.is_finished(event_id) for event_id in ends])


def _holds(files: Files, name: str, ids: set[str]) -> bool:
    """Whether a JSON-lines file has a line of one of these ids."""
    return any(json.loads(line).get("id") in ids for line in _lines(files, name))


def _lines(files: Files, name: str) -> list[str]:
    """The lines of a JSON-lines file; none if there is no such file."""
    text = files.read_text(name) if files.exists(name) else ""
    return [line for line in text.split("\n") if line.strip()]  # splitlines() cuts at U+2028 too


def _drop(files: Files, name: str, ids: set[str]) -> int:
    """Rewrite a JSON-lines file without the rows of these ids; returns how many went."""
    lines = _lines(files, name)
    kept = [line for line in lines if json.loads(line).get("id") not in ids]
    if len(kept) != len(lines):
        files.write_text(name, "".join(f"{line}\n" for line in kept))
    return len(lines) - len(kept)
