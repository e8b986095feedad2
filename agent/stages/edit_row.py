"""Take the better text for an example that a person chose to edit."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import row_refusal
from agent.context import Context
from agent.deck import deck_card
from agent.reading import is_cancel, is_nothing, read_fields
from agent.replies import Say
from agent.rows import content_refusal, finished, keep, offer, placed, plain
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Origin, Row, RowStatus
from storage.errors import NotFound


async def edit_row(state: State, runtime: Runtime[Context]) -> Position:
    """The whole message is the new answer, or what it labels (``Input: …``) takes that place; the row is shown again for a decision, in the deck it was taken from."""
    context, turn = runtime.context, turn_of(state)
    try:
        row = await context.store.rows.get(state.get("row_id") or "")
    except NotFound:
        return {
            "stage": "examples",
            "row_id": None,
            "deck_id": None,
            "replies": answered(Say(text=say("row.gone"), private=True)),
        }
    refused = await row_refusal(context, row, turn.person_id)
    if refused:
        return {"replies": answered(refused)}
    if row.status is not RowStatus.PENDING:
        said = Say(text=say("row.decided", status=say(f"state.{row.status.value}")))
        return {"stage": "examples", "row_id": None, "deck_id": None, "replies": answered(said)}
    if is_cancel(turn.text):
        return {"stage": "examples", "row_id": None, "deck_id": None, "replies": answered(Say(text=say("skip.kept")))}
    origin = Origin.GIVEN if row.origin is Origin.GIVEN else Origin.EDITED
    edited = _edited(row, turn.text, origin)
    deck_id = state.get("deck_id")
    return await (_back_to_deck(context, turn, edited, deck_id) if deck_id else offer(context, turn, edited))


def _edited(row: Row, text: str, origin: Origin) -> Row:
    fields = read_fields(text)
    if not fields or read_fields(row.output):  # an answer that begins so by itself is one
        return finished(row, text, origin)
    instruction = plain(fields.get("instruction", "")) or row.instruction
    if instruction != row.instruction:  # another request may be of another kind: it is sorted anew
        row = replace(row, category="", aspects=())
    given = plain(fields["input"]) if "input" in fields else row.input
    changed = replace(row, instruction=instruction, input="" if is_nothing(given) else given)
    return finished(changed, fields.get("output") or row.output, origin)


async def _back_to_deck(context: Context, turn: Turn, row: Row, deck_id: str) -> Position:
    refused = await content_refusal(context, row)
    if refused:
        return {"replies": answered(refused)}
    row = await placed(context, row)
    said = "" if await keep(context, row) else say("examples.duplicate")
    card = await deck_card(context, turn, row.project_id, deck_id, row.id, said=said)
    return {"stage": "examples", "row_id": None, "deck_id": None, "replies": answered(card)}
