"""Take files of examples: what is named plainly at once; else it is asked which column is what, or what the text is."""

import asyncio
from collections.abc import Sequence
from typing import Any

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import IN_HAND, going_on
from agent.checking import reason
from agent.columns import columns_question, with_instruction
from agent.context import Context
from agent.goals import project_now
from agent.permissions import Action
from agent.replies import AnyReply, Say, ShowCard
from agent.reports.cards import document_card
from agent.rows import progress
from agent.state import Position, State, Turn, answered, turn_of
from agent.uploads import Upload, not_taken, shown_name, take_sheet
from agent.words import say
from dataset.formats.columns import ColumnMapping, propose
from dataset.formats.passages import passages
from dataset.formats.sheets import Sheet, read_sheet_file
from storage.domain import stable_id


async def take_upload(state: State, runtime: Runtime[Context]) -> Position:
    """Read every file of the message, or of those that waited for a project."""
    context = runtime.context
    early = state.get("upload_events") or []
    project_id = state["project_id"]
    assert project_id is not None, "the router sends no file here without a project"
    before = state.get("replies", [])
    replies: list[AnyReply] = []
    added = 0
    now = turn_of(state)
    events = [*early, *([now.event] if now.files and all(event["id"] != now.id for event in early) else [])]
    for turn in map(Turn, events):
        refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
        if refused:
            return {"upload_events": [], "replies": [*before, *answered(refused)]}
        for number, file in enumerate(turn.files):
            if turn.event in early and file.get("path") is None:
                continue  # that was told when it came
            said, count = await _take(context, turn, project_id, number, file)
            replies += said
            added += count
    position: Position = {"upload_events": []}
    if state.get("stage") not in IN_HAND:
        position |= {"stage": "examples", "row_id": None}
    if any(isinstance(reply, ShowCard) for reply in replies):  # one of them asks something
        return {**position, "outcome": "asked", "replies": [*before, *answered(*replies)]}
    if state.get("stage") in IN_HAND:
        return {"upload_events": [], **going_on(state, "", *replies)}
    if added or early:
        return {**position, "outcome": "added", "replies": [*before, *answered(*replies)]}
    replies.append(Say(text=await progress(context, project_id)))
    return {**position, "replies": [*before, *answered(*replies)]}


async def _take(
    context: Context, turn: Turn, project_id: str, number: int, file: dict[str, Any]
) -> tuple[Sequence[AnyReply], int]:
    """What is said or asked about a file, and how many rows came of it."""
    name = shown_name(file["name"])
    if file.get("path") is None:
        return [Say(text=not_taken(file))], 0
    upload = Upload(event_id=turn.id, person_id=turn.person_id, number=number, name=name, path=file["path"])
    sheet = await asyncio.to_thread(read_sheet_file, context.files.path(upload.path), name)
    if sheet.document:
        return [await _document(turn, project_id, upload, sheet)], 0
    if not sheet.records and any(refusal.line == 0 for refusal in sheet.refusals):
        whole = sheet.refusals[0]
        return [Say(text=say("upload.unreadable", name=name, reason=reason(whole.code, whole.numbers)))], 0
    mapping = await asyncio.to_thread(propose, sheet) if sheet.records else ColumnMapping(sure=True)
    if mapping is None:
        return [Say(text=say("upload.no_columns", name=name))], 0
    if mapping.sure:
        taken = await take_sheet(context, turn, project_id, upload, sheet, mapping)
        return taken.replies, taken.added
    project = await project_now(context, project_id)
    card_id = stable_id("card", turn.id, number)
    return [columns_question(card_id, project, upload, sheet, with_instruction(mapping, project))], 0


async def _document(turn: Turn, project_id: str, upload: Upload, sheet: Sheet) -> AnyReply:
    found = await asyncio.to_thread(passages, sheet.document)
    subject = {
        "project_id": project_id,
        "path": upload.path,
        "name": upload.name,
        "event_id": upload.event_id,
        "person_id": upload.person_id,
    }
    return document_card(stable_id("card", turn.id, upload.number), subject, upload.name, len(found.passages))
