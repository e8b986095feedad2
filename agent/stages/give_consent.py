"""Take the author's yes or no to the use of their message."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.state import Position, State, answered
from agent.words import say


async def give_consent(state: State, runtime: Runtime[Context]) -> Position:
    """Take the author's yes or no to the use of their message."""
    del state, runtime
    return {"replies": answered(Say(text=say("card.gone")))}
