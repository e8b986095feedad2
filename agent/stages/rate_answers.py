"""Three blind pairs of answers, one after the other; what people pick counts."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import Say
from agent.state import Position, State, answered
from agent.words import say


async def rate_answers(state: State, runtime: Runtime[Context]) -> Position:
    del state, runtime
    return {"replies": answered(Say(text=say("card.gone")))}
