"""Make an example of a message that a person picked out of a channel."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.state import Position, State, answered
from agent.words import say


async def take_message(state: State, runtime: Runtime[Context]) -> Position:
    """Make an example of a message that a person picked out of a channel."""
    del state, runtime
    return {"replies": answered(Say(text=say("card.gone")))}
