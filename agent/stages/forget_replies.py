"""Somebody took back what they gave: says nothing, so that the conversation keeps nothing of what it said last."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.state import Position, State


async def forget_replies(state: State, runtime: Runtime[Context]) -> Position:
    """The turn has begun without replies; where the conversation stands stays as it is."""
    return {"replies": []}
