"""Say what can be done, where a command or a button leads nowhere."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.express import unknown_text
from agent.replies import Say
from agent.state import Position, State, answered, turn_of
from agent.words import say


async def explain(state: State, runtime: Runtime[Context]) -> Position:
    """A wrong word gets the list of right ones; a button of a card that nobody knows is told so."""
    del runtime
    turn = turn_of(state)
    if turn.kind in ("press", "form"):
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    if turn.payload.get("too_long"):
        return {"replies": answered(Say(text=say("examples.message_too_long", length=f"{turn.payload['too_long']:,}")))}
    return {"replies": answered(Say(text=unknown_text(turn.rest if turn.word == "unknown" else "")))}
