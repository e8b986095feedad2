"""Pure functions from the state to the next stage: every edge of the graph that depends on anything."""

from collections.abc import Callable

from agent.errors import UnknownEvent
from agent.reading import is_small_talk, read_decision, says_a_goal
from agent.state import ASK_RUN, State, Turn, turn_of

NODES = (
    "say_hello",
    "ask_goal",
    "learn_goal",
    "begin_project",
    "take_example",
    "take_upload",
    "confirm_row",
    "edit_row",
    "list_examples",
    "propose_recipe",
    "change_recipe",
    "start_training",
    "report_training",
    "compare_models",
    "announce_model",
    "report_failure",
    "ask_model",
    "deliver_answer",
    "list_models",
    "forget_rows",
    "explain",
)

_BY_WORD = {
    "new": "begin_project",
    "examples": "list_examples",
    "ask": "ask_model",
    "forget": "forget_rows",
    "models": "list_models",
}

_BY_CARD = {
    "row": "confirm_row",
    "recipe": "start_training",
    "forget": "forget_rows",
    "projects": "begin_project",
}
_BY_STAGE = {"edit": "edit_row", "change": "change_recipe"}
"""Stages that go on whatever project the conversation is in by now: they know what they are about."""


def route(state: State) -> str:
    """The stage that answers the event in hand, whatever order events come in."""
    turn = turn_of(state)
    match turn.kind:
        case "job":
            return _of_job(turn)
        case "press":
            return _of_press(turn)
        case "message":
            return _of_message(state, turn)
        case other:
            raise UnknownEvent(other)


def _of_job(turn: Turn) -> str:
    kind, ended = turn.payload["kind"], turn.payload["state"]
    if kind == "generate" and not str(turn.payload["run_id"]).startswith(ASK_RUN):
        return "compare_models"  # also without answers: what was trained is saved
    if ended == "failed":
        return "report_failure"
    if kind == "generate":
        return "deliver_answer"
    if kind == "train":
        return "report_training"
    return "announce_model" if ended == "done" else "report_failure"


def _of_press(turn: Turn) -> str:
    card = turn.card
    if card is None or turn.action not in card["labels"]:
        return "explain"
    return _BY_CARD.get(card["kind"], "explain")


def _of_message(state: State, turn: Turn) -> str:
    stage = state.get("stage", "hello")
    if turn.word is not None:
        return _of_word(state, turn.word, turn.rest)
    if turn.payload.get("too_long"):
        return "explain"
    if turn.files:
        return "take_upload" if state.get("project_id") else "say_hello"
    if stage in _BY_STAGE:
        return _BY_STAGE[stage]
    if stage == "hello":
        return "say_hello"
    if not state.get("project_id"):
        return "learn_goal"
    if stage == "confirm" and read_decision(turn.text):
        return "confirm_row"
    return "take_example"


def _of_word(state: State, word: str, rest: str) -> str:
    if word == "unknown":
        return "explain"
    if word in ("models", "ask"):
        return _BY_WORD[word]
    if not state.get("project_id") and word != "new":
        return "say_hello"
    if word == "add":
        return "take_example"
    if word == "train":
        return "start_training" if rest.casefold() in ("start", "start now") else "propose_recipe"
    return _BY_WORD.get(word, "explain")


def after_hello(state: State) -> str:
    """A first message that is a wish already is taken as the goal; otherwise it is asked for."""
    turn = turn_of(state)
    wish = turn.kind == "message" and turn.word is None and not turn.files
    return "learn_goal" if wish and says_a_goal(turn.text) and not is_small_talk(turn.text) else "ask_goal"


def after_begin(state: State) -> str:
    """``/tune new`` may have the goal behind it; where it has shown the projects, or was refused, it waits."""
    if state.get("project_id") or state.get("stage") != "goal":
        return "wait"
    return "learn_goal" if turn_of(state).rest else "ask_goal"


def after_goal(state: State) -> str:
    """A file that came before there was a project is read as soon as there is one."""
    return "take_upload" if state.get("upload_events") and state.get("project_id") else "wait"


FORKS: dict[str, tuple[Callable[[State], str], tuple[str, ...]]] = {
    "say_hello": (after_hello, ("ask_goal", "learn_goal")),
    "begin_project": (after_begin, ("ask_goal", "learn_goal", "wait")),
    "learn_goal": (after_goal, ("take_upload", "wait")),
}
"""Stages after which the way forks within the turn."""
