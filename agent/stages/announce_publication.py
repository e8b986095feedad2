"""Say that a model can be asked outside Threadtune, or why not."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.state import Position, State, answered
from agent.words import say


async def announce_publication(state: State, runtime: Runtime[Context]) -> Position:
    del state, runtime
    return {"replies": answered(Say(text=say("card.gone")))}
