"""Take what a person thinks of an answer that a version gave."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.state import Position, State, answered
from agent.words import say


async def take_feedback(state: State, runtime: Runtime[Context]) -> Position:
    """Take what a person thinks of an answer that a version gave."""
    del state, runtime
    return {"replies": answered(Say(text=say("card.gone")))}
