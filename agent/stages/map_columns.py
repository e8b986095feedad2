"""Take a file whose columns a person has looked at: as proposed, the other way round, or not at all."""

import asyncio

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.columns import columns_question, mapping_of, swapped, upload_of
from agent.context import Context
from agent.goals import project_now
from agent.permissions import Action
from agent.replies import AnyReply, Say
from agent.reports.cards import closed_card, decided_already
from agent.rows import progress
from agent.state import Position, State, answered, turn_of
from agent.uploads import take_sheet
from agent.words import say
from dataset.formats.sheets import read_sheet_file
from storage.domain import stable_id


async def map_columns(state: State, runtime: Runtime[Context]) -> Position:
    """The file is read again by the mapping that its card holds; only who sent it says what becomes of it."""
    context, turn = runtime.context, turn_of(state)
    assert turn.card is not None, "the router sends presses of known cards only"
    card_id, subject = turn.card["id"], turn.card["subject"]
    refused = await refusal(context, subject["project_id"], turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    upload = upload_of(subject)
    if not turn.is_by(upload.person_id):
        return {"replies": answered(Say(text=say("columns.not_yours"), private=True))}
    try:
        sheet = await asyncio.to_thread(read_sheet_file, context.files.path(upload.path), upload.name)
    except OSError:
        return {"replies": answered(Say(text=say("columns.gone", name=upload.name)))}
    answer = await context.store.cards.answer(card_id, turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    face = closed_card(card_id, "columns", subject, f"columns.title_{turn.action}")
    if turn.action == "swap":
        project = await project_now(context, subject["project_id"])
        fresh = columns_question(stable_id("card", turn.id, 0), project, upload, sheet, swapped(mapping_of(subject)))
        return {"replies": answered(face, fresh)}
    said: list[AnyReply] = []
    if turn.action == "take":
        project_id, mapping = subject["project_id"], mapping_of(subject)
        taken = await take_sheet(context, turn, project_id, upload, sheet, mapping)
        said += taken.replies
    if state.get("stage") == "examples" and state.get("project_id") == subject["project_id"]:
        return {"outcome": "added", "replies": answered(face, *said)}
    return {"replies": answered(face, *said, Say(text=await progress(context, subject["project_id"])))}
