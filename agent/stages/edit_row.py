"""Take the better answer for an example that a person chose to edit."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.permissions import Action
from agent.replies import Say
from agent.rows import finished, offer
from agent.state import Position, State, answered, turn_of
from agent.words import say
from storage.domain import Origin, RowStatus
from storage.errors import NotFound


async def edit_row(state: State, runtime: Runtime[Context]) -> Position:
    """The whole message is the new answer; the row is shown again for a decision."""
    context, turn = runtime.context, turn_of(state)
    try:
        row = await context.store.rows.get(state.get("row_id") or "")
    except NotFound:
        return {"stage": "examples", "replies": answered(Say(text=say("row.gone")))}
    refused = await refusal(context, row.project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    if row.status is not RowStatus.PENDING:
        status = say(f"state.{row.status.value}")
        return {"stage": "examples", "replies": answered(Say(text=say("row.decided", status=status)))}
    origin = Origin.GIVEN if row.origin is Origin.GIVEN else Origin.EDITED
    return await offer(context, turn, finished(row, turn.text, origin))
