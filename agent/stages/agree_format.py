"""Being written."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.state import Position, State


async def agree_format(state: State, runtime: Runtime[Context]) -> Position:
    """Being written."""
    del runtime
    return {"replies": state.get("replies", [])}
