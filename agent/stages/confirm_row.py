"""Take a person's decision about an example: approve, edit or reject."""

from langgraph.runtime import Runtime

from agent.access import row_refusal
from agent.checking import is_sensitive
from agent.context import Context
from agent.deck import approve_rows, may_approve
from agent.reading import read_decision
from agent.replies import Say
from agent.reports.cards import APPROVE_AS_IT_IS, row_card_decided
from agent.rows import progress, show
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
        if card.kind != "row":  # another card was shown since
            return await _show_again(context, turn, state)
        row = await context.store.rows.get(card.subject["row_id"])
    except NotFound:
        return {"stage": "examples", "replies": answered(Say(text=say("row.gone"), private=True))}
    refused = await row_refusal(context, row, turn.person_id)
    if refused:
        return {"replies": answered(refused)}
    if row.status is not RowStatus.PENDING and card.answered_by_event != turn.id:  # by another card of the same row
        return _decided_elsewhere(state, row)
    if action == "approve" and await is_sensitive(context, row):
        return await _ask_about_findings(context, turn, row)
    approves = action in ("approve", APPROVE_AS_IT_IS)
    if approves and not await may_approve(context, turn, row):
        return {"replies": answered(Say(text=say("row.needs_author"), private=True))}
    answer = await context.store.cards.answer(card_id, action, turn.id)
    if not answer.accepted:
        return _decided_elsewhere(state, row)
    if action == "edit":
        face = row_card_decided(row, card_id, "row.title_edited")
        replies = answered(face, Say(text=say("row.ask_edit")))
        return {"stage": "edit", "row_id": row.id, "deck_id": None, "replies": replies}
    if approves:
        await approve_rows(context, turn, [row])
        said, face = say("row.approved"), row_card_decided(row, card_id, "row.title_approved")
    else:
        await context.store.rows.reject(row.id)
        said, face = say("row.rejected"), row_card_decided(row, card_id, "row.title_rejected")
    if not _goes_on(state, row):
        said = f"{said} {await progress(context, row.project_id)}"
        return {"replies": answered(face, Say(text=said))}
    return {"stage": "examples", "row_id": None, "outcome": "decided", "replies": answered(face, Say(text=said))}


def _decided_elsewhere(state: State, row: Row) -> Position:
    """By another card, or by somebody else: nothing is waited for any longer."""
    replies = answered(Say(text=say("row.decided", status=say(f"state.{row.status.value}")), private=True))
    if state.get("stage") == "confirm" and state.get("row_id") == row.id and row.status is not RowStatus.PENDING:
        return {"stage": "examples", "row_id": None, "replies": replies}
    return {"replies": replies}


async def _ask_about_findings(context: Context, turn: Turn, row: Row) -> Position:
    """Something in it looks secret or personal: a yes to the whole is no answer to that."""
    shown = await show(context, turn, row)
    return {**shown, "replies": [*answered(Say(text=say("row.press_one"))), *shown["replies"]]}


async def _show_again(context: Context, turn: Turn, state: State) -> Position:
    """Raises NotFound."""
    shown = await show(context, turn, await context.store.rows.get(state.get("row_id") or ""))
    return {**shown, "replies": [*answered(Say(text=say("examples.row_waits"))), *shown["replies"]]}


def _goes_on(state: State, row: Row) -> bool:
    """Whether the next question may follow: not while another example is being given, edited or decided."""
    free = state.get("stage") == "examples" or state.get("row_id") == row.id
    return free and state.get("project_id") == row.project_id
