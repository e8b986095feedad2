"""Show the latest comparison of the project again."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.state import Position, State, answered
from agent.words import say


async def show_comparison(state: State, runtime: Runtime[Context]) -> Position:
    del state, runtime
    return {"replies": answered(Say(text=say("card.gone")))}
