"""Take a file of examples: complete rows are approved as the giver's own, the others are named by line and reason."""

import asyncio
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.numbers import size
from agent.permissions import Action
from agent.replies import Say
from agent.rows import consent_of, progress
from agent.state import Position, State, Turn, answered, turn_of
from agent.uploads import LeftOut, full_list, reason, report
from agent.words import say
from dataset.formats.jsonl import GivenRow, Reading, read_jsonl_file
from dataset.quality.duplicates import content_hash, near_duplicates
from storage.domain import Origin, Row, RowStatus, stable_id


async def take_upload(state: State, runtime: Runtime[Context]) -> Position:
    """Read every file of the message, or of the one that waited for a project."""
    context = runtime.context
    events = state.get("upload_events") or [turn_of(state).event]
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no file here without a project"
    before = state.get("replies", [])
    texts: list[str] = []
    for turn in map(Turn, events):
        refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
        if refused:
            return {"upload_events": [], "replies": [*before, *answered(refused)]}
        texts += [await _take(context, turn, project_id, number, file) for number, file in enumerate(turn.files)]
    texts.append(await progress(context, project_id))
    return {
        "stage": "examples",
        "upload_events": [],
        "replies": [*before, *answered(*(Say(text=text) for text in texts))],
    }


async def _take(context: Context, turn: Turn, project_id: str, number: int, file: dict[str, Any]) -> str:
    name = _shown(file["name"])
    if file.get("path") is None:
        return say("upload.too_large", name=name, size=size(file["size"]), limit=size(file["limit"]))
    reading = await asyncio.to_thread(read_jsonl_file, context.files.path(file["path"]))
    if not reading.rows and reading.refusals[0].line == 0:
        whole = reading.refusals[0]
        return say("upload.unreadable", name=name, reason=reason(whole.code, whole.numbers))
    rows, left_out = await asyncio.to_thread(_rows, context, turn, project_id, number, name, reading)
    kept = await context.store.rows.add(rows)
    added = [row for row, was_kept in zip(rows, kept, strict=True) if was_kept]
    left_out += [
        LeftOut(line=_line(row), code="exact_duplicate", numbers={})
        for row, was_kept in zip(rows, kept, strict=True)
        if not was_kept
    ]
    left_out.sort(key=lambda one: one.line)
    near = await _flag_near(context, project_id, added)
    if added:
        consent_id = await consent_of(context, turn, project_id)
        await context.store.rows.approve([row.id for row in added], turn.person_id, consent_id)
    list_path = f"{PurePosixPath(file['path']).parent}/left-out-{number}.txt"
    await asyncio.to_thread(context.files.write_text, list_path, full_list(left_out))
    total = len(reading.rows) + len(reading.refusals)
    return report(name, total, len(added), near, left_out, list_path)


def _rows(
    context: Context, turn: Turn, project_id: str, number: int, name: str, reading: Reading
) -> tuple[list[Row], list[LeftOut]]:
    """Rows to add, each once, and what is left out. It blocks for as long as counting tokens takes."""
    left_out = [LeftOut(line=one.line, code=one.code, numbers=one.numbers) for one in reading.refusals]
    rows: dict[str, Row] = {}
    for given in reading.rows:
        row = _row(turn, project_id, number, name, given)
        tokens = sum(context.tokens.count(row.instruction, row.input, row.output)) if context.tokens else 0
        marker = _marker(context, row)
        if marker:
            left_out.append(LeftOut(line=given.line, code="control_tokens", numbers=marker))
        elif tokens > context.longest_row:
            numbers = {"tokens": tokens, "limit": context.longest_row}
            left_out.append(LeftOut(line=given.line, code="row_too_long", numbers=numbers))
        elif row.content_hash in rows:
            left_out.append(LeftOut(line=given.line, code="exact_duplicate", numbers={}))
        else:
            rows[row.content_hash] = row
    return list(rows.values()), left_out


def _marker(context: Context, row: Row) -> dict[str, str] | None:
    """The field that holds one of the model's own turn markers, and which."""
    for field in ("instruction", "input", "output"):
        marker = context.tokens.marker_in(getattr(row, field)) if context.tokens else None
        if marker:
            return {"field": field, "marker": marker}
    return None


def _row(turn: Turn, project_id: str, number: int, name: str, given: GivenRow) -> Row:
    return Row(
        id=stable_id("row", turn.id, number, given.line),
        project_id=project_id,
        instruction=given.instruction.strip(),
        input=given.input.strip(),
        output=given.output.strip(),
        status=RowStatus.PENDING,
        origin=Origin.GIVEN,
        author_id=turn.person_id,
        event_id=turn.id,
        source=f"{name}:{given.line}",
        content_hash=content_hash(given.instruction, given.input, given.output),
        created_at=turn.at,
    )


async def _flag_near(context: Context, project_id: str, added: list[Row]) -> int:
    """Flag rows of this file that read nearly like an earlier one; returns how many."""
    everything = await context.store.rows.of_project(project_id, [RowStatus.PENDING, RowStatus.APPROVED])
    near = await asyncio.to_thread(near_duplicates, [row for row in everything if row.output])
    flagged = [row for row in added if row.id in near]
    for row in flagged:
        await context.store.rows.replace(replace(row, near_duplicate_of=near[row.id]))
    return len(flagged)


def _line(row: Row) -> int:
    return int(row.source.rpartition(":")[2])


def _shown(name: str) -> str:
    """The last part of a hostile file name, without control characters or markup, at most 80 characters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(character for character in last if character.isprintable() and character not in "*_`<>")
    return plain[:80] or "file"
