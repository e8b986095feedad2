"""Take the better text for an example that a person chose to edit: in a message, or in the form behind Edit."""

from dataclasses import replace
from typing import Any

from langgraph.runtime import Runtime

from agent.access import row_refusal
from agent.context import Context
from agent.deck import deck_card
from agent.forms import edited_row, is_overtaken, misfilled_row
from agent.reading import is_cancel, is_nothing, read_fields
from agent.replies import Say
from agent.reports.cards import closed_card
from agent.reports.forms import WHY
from agent.rows import content_refusal, finished, keep, offer, placed, plain
from agent.rules import keep_rule
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Origin, Row, RowStatus
from storage.errors import NotFound

_NOT_EDITING: Position = {"stage": "examples", "row_id": None, "deck_id": None}


async def edit_row(state: State, runtime: Runtime[Context]) -> Position:
    """The whole message is the new answer, or what it labels (``Input: …``) takes that place; the row is shown again for a decision, in the deck it was taken from."""
    context, turn = runtime.context, turn_of(state)
    by_form = turn.card is not None
    try:
        row = await context.store.rows.get(_row_id(turn) if by_form else state.get("row_id") or "")
    except NotFound:
        gone = answered(Say(text=say("row.gone"), private=True))
        return {"replies": gone} if by_form else {**_NOT_EDITING, "replies": gone}
    refused = await row_refusal(context, row, turn.person_id)
    if refused:
        return {"replies": answered(refused)}
    if by_form:
        return await _filled_in(context, turn, state, row)
    if row.status is not RowStatus.PENDING:
        return {**_NOT_EDITING, "replies": answered(_decided(row))}
    if is_cancel(turn.text):
        return {**_NOT_EDITING, "replies": answered(Say(text=say("skip.kept")))}
    origin = Origin.GIVEN if row.origin is Origin.GIVEN else Origin.EDITED
    edited = _edited(row, turn.text, origin)
    deck_id = state.get("deck_id")
    return await (_back_to_deck(context, turn, edited, deck_id) if deck_id else offer(context, turn, edited))


def _row_id(turn: Turn) -> str:
    """The row of the button that opened the form: that of its card, or, in the deck, the one that it was shown for."""
    assert turn.card is not None, "the router sends forms of known cards only"
    return str(turn.card["subject"].get("row_id") or turn.action.partition(":")[2])


def _decided(row: Row) -> Say:
    return Say(text=say("row.decided", status=say(f"state.{row.status.value}")), private=True)


async def _filled_in(context: Context, turn: Turn, state: State, row: Row) -> Position:
    """The texts of the form, checked once more: while it was open, somebody may have decided about the row or edited it.

    What else the conversation waits for, it goes on waiting for.
    """
    assert turn.card is not None, "only of a card's form"
    deck = turn.card["kind"] == "review"
    card = await context.store.cards.get(turn.card["id"])
    if row.status is not RowStatus.PENDING and card.answered_by_event != turn.id:
        return {"replies": answered(_decided(row))}
    if is_overtaken(row, turn.subject, turn.values):
        return {"replies": answered(Say(text=say("row.overtaken"), private=True))}
    edited = edited_row(row, turn.values)
    if wrong := misfilled_row(context, edited):
        return {"replies": answered(Say(text=" ".join(wrong.values()), private=True))}
    if deck:
        position = await _back_to_deck(context, turn, edited, card.id)
        learned = await _learned(context, turn, row)
        position["replies"] = [*learned, *position["replies"]]
        return position if _is_in_hand(state, row) else {"replies": position["replies"]}
    if not (await context.store.cards.answer(card.id, turn.action, turn.id)).accepted:
        return {"replies": answered(Say(text=say("row.edited_elsewhere"), private=True))}
    face = answered(closed_card(card.id, "row", {"row_id": row.id}, "row.title_replaced"))
    offered = await offer(context, turn, edited)
    free = _is_in_hand(state, row) or state.get("stage") == "examples"
    here = free and state.get("project_id") == row.project_id
    learned = await _learned(context, turn, row)
    return {**(offered if here else {}), "replies": [*face, *learned, *offered["replies"]]}


async def _learned(context: Context, turn: Turn, row: Row) -> list[dict[str, Any]]:
    """What was wrong with a draft, where its editor has said so in the form: a rule for the project."""
    learned = await keep_rule(context, turn, row.project_id, turn.values.get(WHY, ""))
    return answered(learned) if learned else []


def _is_in_hand(state: State, row: Row) -> bool:
    return state.get("stage") in ("confirm", "edit") and state.get("row_id") == row.id


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
    return {**_NOT_EDITING, "replies": answered(card)}
