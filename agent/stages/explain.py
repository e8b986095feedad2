"""Say what can be done, where a command or a button leads nowhere."""

from difflib import get_close_matches

from langgraph.runtime import Runtime

from agent.context import Context
from agent.express import HELP_WORDS, help_text
from agent.replies import Say
from agent.state import Position, State, answered, turn_of
from agent.words import say


async def explain(state: State, runtime: Runtime[Context]) -> Position:
    """A wrong word gets the list of right ones; a button of a card that nobody knows is told so."""
    del runtime
    turn = turn_of(state)
    if turn.kind == "press":
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    if turn.payload.get("too_long"):
        return {"replies": answered(Say(text=say("examples.message_too_long", length=f"{turn.payload['too_long']:,}")))}
    word = turn.rest.split(maxsplit=1)[0][:40] if turn.word == "unknown" and turn.rest else ""
    meant = get_close_matches(word.casefold(), HELP_WORDS, n=1)
    if meant:
        text = f"{say('help.unknown', word=word.replace('`', ''))} {say('help.meant', word=meant[0])}"
        return {"replies": answered(Say(text=text))}
    unknown = say("help.unknown", word=word.replace("`", "")) + "\n" if word else ""
    return {"replies": answered(Say(text=unknown + help_text()))}
