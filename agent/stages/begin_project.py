"""Leave the present project as it is, and begin another."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.state import Position, State, turn_of


async def begin_project(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune new``, with or without the goal behind it (``routing.after_begin``)."""
    turn = turn_of(state)
    await runtime.context.store.conversations.set_project(turn.conversation_id, None)
    return {"stage": "goal", "project_id": None, "row_id": None, "card_id": None, "upload_event": None, "replies": []}
