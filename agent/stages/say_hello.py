"""Say who we are, and ask what the model should do."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.replies import AnyReply, Say
from agent.state import Position, State, answered, turn_of
from agent.uploads import not_taken
from agent.words import say


async def say_hello(state: State, runtime: Runtime[Context]) -> Position:
    """The first words of a conversation, or the question for the goal where there is none yet.

    A first message that is a wish already goes on to ``learn_goal`` (``routing.after_hello``).
    """
    context, turn = runtime.context, turn_of(state)
    replies: list[AnyReply] = []
    if state.get("stage", "hello") == "hello":
        variant = await context.flags.variant(context.store, "hello", turn.person_id, turn.at)
        replies.append(Say(text=say(f"hello.greeting_{variant}")))
    if not turn.files:
        return {"stage": "goal", "replies": answered(*replies)}
    events = state.get("upload_events", [])
    kept = [file for file in turn.files if file.get("path") is not None]
    replies += [Say(text=not_taken(file)) for file in turn.files if file not in kept]
    if kept:
        replies.append(Say(text=say("goal.file_first")))
    return {
        "stage": "goal",
        "upload_events": [*events, *([turn.event] if kept else [])],
        "replies": answered(*replies),
    }
