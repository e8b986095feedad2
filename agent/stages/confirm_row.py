"""Take a person's decision about an example: approve, edit or reject."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.reading import read_decision
from agent.replies import Say
from agent.reports.cards import row_card_decided
from agent.rows import consent_of, progress
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Row, RowStatus
from storage.errors import NotFound


async def confirm_row(state: State, runtime: Runtime[Context]) -> Position:
    """A button of the card, or its word typed. A card decides once; a late tap is told how it was decided."""
    context, turn = runtime.context, turn_of(state)
    if turn.card is not None:
        card_id, action = turn.card["id"], turn.action
    else:
        card_id, action = state.get("card_id") or "", read_decision(turn.text) or ""
    try:
        card = await context.store.cards.get(card_id)
        row = await context.store.rows.get(card.subject["row_id"])
    except NotFound:
        return {"stage": "examples", "replies": answered(Say(text=say("row.gone")))}
    needed = Action.GIVE if row.author_id == turn.person_id else Action.REVIEW
    refused = await refusal(context, row.project_id, turn.person_id, needed)
    if refused:
        return {"replies": answered(refused)}
    if row.status is not RowStatus.PENDING and card.answered_by_event != turn.id:  # by another card of the same row
        status = say(f"state.{row.status.value}")
        return {"replies": answered(Say(text=say("row.decided", status=status)))}
    if action == "approve" and await _consent(context, turn, row) is None:
        return {"replies": answered(Say(text=say("row.needs_author")))}
    answer = await context.store.cards.answer(card_id, action, turn.id)
    if not answer.accepted:
        status = say(f"state.{row.status.value}")
        return {"replies": answered(Say(text=say("row.decided", status=status)))}
    if action == "edit":
        face = row_card_decided(row, card_id, "row.title_edited")
        return {"stage": "edit", "row_id": row.id, "replies": answered(face, Say(text=say("row.ask_edit")))}
    decided = await (_approve if action == "approve" else _reject)(context, turn, row)
    face = row_card_decided(row, card_id, "row.title_approved" if action == "approve" else "row.title_rejected")
    position: Position = {"replies": answered(face, Say(text=f"{decided} {await progress(context, row.project_id)}"))}
    if state.get("row_id") == row.id:
        position["stage"] = "examples"
    return position


async def _consent(context: Context, turn: Turn, row: Row) -> str | None:
    """The author's consent: approving one's own row gives it; for somebody else's it must be in force already."""
    if row.author_id == turn.person_id:
        return await consent_of(context, turn, row.project_id)
    consent = await context.store.people.consent(row.author_id, row.project_id)
    return consent.id if consent else None


async def _approve(context: Context, turn: Turn, row: Row) -> str:
    consent_id = await _consent(context, turn, row)
    assert consent_id is not None, "asked for before the card was answered"
    await context.store.rows.approve([row.id], turn.person_id, consent_id)
    return say("row.approved")


async def _reject(context: Context, turn: Turn, row: Row) -> str:
    del turn
    await context.store.rows.reject(row.id)
    return say("row.rejected")
