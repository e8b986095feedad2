"""Black out what looks like secrets and personal data in an example, and show it again for a decision."""

from langgraph.runtime import Runtime

from agent.access import row_refusal
from agent.checking import redacted
from agent.context import Context
from agent.forgetting import blank_changed
from agent.pairs import redact_beside
from agent.replies import Say, ShowCard
from agent.reports.cards import closed_card
from agent.rows import keep, show
from agent.state import Position, State, answered, turn_of
from agent.words import say
from storage.domain import RowStatus
from storage.errors import NotFound


async def redact_row(state: State, runtime: Runtime[Context]) -> Position:
    """The row is replaced by its redacted text; what the conversation keeps of the text as it was is blanked first."""
    context, turn = runtime.context, turn_of(state)
    assert turn.card is not None, "the router sends presses of known cards only"
    card_id = turn.card["id"]
    try:
        card = await context.store.cards.get(card_id)
        row = await context.store.rows.get(card.subject["row_id"])
    except NotFound:
        return {"stage": "examples", "replies": answered(Say(text=say("row.gone"), private=True))}
    refused = await row_refusal(context, row, turn.person_id)
    if refused:
        return {"replies": answered(refused)}
    face = closed_card(card_id, "row", {"row_id": row.id}, "row.title_redacted")
    if row.status is not RowStatus.PENDING and card.answered_by_event == turn.id:  # found to be there already
        return _duplicate(face)
    if (
        row.status is not RowStatus.PENDING
        or not (await context.store.cards.answer(card_id, "redact", turn.id)).accepted
    ):
        return {
            "replies": answered(Say(text=say("row.decided", status=say(f"state.{row.status.value}")), private=True))
        }
    mended = await redacted(context, row)
    await blank_changed(context, row, mended)
    await redact_beside(context, mended)
    if not await keep(context, mended):
        return _duplicate(face)
    shown = await show(context, turn, await context.store.rows.get(row.id))
    said = Say(text=f"{say('row.redacted')} {say('row.unseen')}")
    return {**shown, "replies": [*answered(face, said), *shown["replies"]]}


def _duplicate(face: ShowCard) -> Position:
    """The same example, without what was blacked out, is there already."""
    return {"stage": "examples", "row_id": None, "replies": answered(face, Say(text=say("examples.duplicate")))}
