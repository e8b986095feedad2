"""Take the better answer for an example that a person chose to edit."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.deck import deck_card
from agent.permissions import Action
from agent.reading import is_cancel
from agent.replies import Say
from agent.rows import content_refusal, finished, keep, offer, placed
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Origin, Row, RowStatus
from storage.errors import NotFound


async def edit_row(state: State, runtime: Runtime[Context]) -> Position:
    """The whole message is the new answer; the row is shown again for a decision, in the deck it was taken from."""
    context, turn = runtime.context, turn_of(state)
    try:
        row = await context.store.rows.get(state.get("row_id") or "")
    except NotFound:
        return {"stage": "examples", "row_id": None, "deck_id": None, "replies": answered(Say(text=say("row.gone")))}
    needed = Action.GIVE if row.author_id == turn.person_id else Action.REVIEW
    refused = await refusal(context, row.project_id, turn.person_id, needed)
    if refused:
        return {"replies": answered(refused)}
    if row.status is not RowStatus.PENDING:
        said = Say(text=say("row.decided", status=say(f"state.{row.status.value}")))
        return {"stage": "examples", "row_id": None, "deck_id": None, "replies": answered(said)}
    if is_cancel(turn.text):
        return {"stage": "examples", "row_id": None, "deck_id": None, "replies": answered(Say(text=say("skip.kept")))}
    origin = Origin.GIVEN if row.origin is Origin.GIVEN else Origin.EDITED
    edited = finished(row, turn.text, origin)
    deck_id = state.get("deck_id")
    return await (_back_to_deck(context, turn, edited, deck_id) if deck_id else offer(context, turn, edited))


async def _back_to_deck(context: Context, turn: Turn, row: Row, deck_id: str) -> Position:
    refused = await content_refusal(context, row)
    if refused:
        return {"replies": answered(refused)}
    row = await placed(context, row)
    said = "" if await keep(context, row) else say("examples.duplicate")
    card = await deck_card(context, turn, row.project_id, deck_id, row.id, said=said)
    return {"stage": "examples", "row_id": None, "deck_id": None, "replies": answered(card)}
