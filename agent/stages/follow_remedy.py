"""Do, with one press, what the diagnosis of a run suggests."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.state import Position, State, answered
from agent.words import say


async def follow_remedy(state: State, runtime: Runtime[Context]) -> Position:
    del state, runtime
    return {"replies": answered(Say(text=say("card.gone")))}
