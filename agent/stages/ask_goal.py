"""Ask what the model should do."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.state import Position, State, answered
from agent.words import say


async def ask_goal(state: State, runtime: Runtime[Context]) -> Position:
    """The question, after whatever was said in this turn before."""
    del runtime
    return {"stage": "goal", "replies": [*state.get("replies", []), *answered(Say(text=say("hello.ask_goal")))]}
