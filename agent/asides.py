"""What is decided beside an example that is in hand: afterwards one goes on with it, and a word reminds of it.

It knows neither what is decided nor how.
"""

from agent.questions import what_waits
from agent.replies import AnyReply, Say
from agent.state import ANSWERING, Outcome, Position, Stage, State, answered

IN_HAND: frozenset[str] = ANSWERING | {"confirm"}
"""Stages in which an example or a pick is being written or decided."""
_ASIDE: frozenset[str] = frozenset({"question", "format", "plan", "change", "rubric", "why", "survey", "zone"})


def turned_aside(state: State, stage: Stage) -> Position:
    """Wait for words about something else first."""
    before = state.get("came_from") if state.get("stage") in _ASIDE else state.get("stage")
    return {"stage": stage, "came_from": before if before in IN_HAND else None}


def went_on(state: State) -> Position:
    """What is in hand, or an open question, stays; from words about something else one turns back."""
    stage = state.get("stage")
    if stage in IN_HAND or stage == "question":
        return {}
    if stage in _ASIDE:
        return {"stage": state.get("came_from") or "examples", "came_from": None}
    return {"stage": "examples"}


def going_on(state: State, outcome: Outcome, *said: AnyReply) -> Position:
    """The same with what was said, and the outcome by which the next example is asked for where nothing is in hand."""
    position = went_on(state)
    stage = position.get("stage", state.get("stage"))
    if stage == "examples":
        return {**position, "outcome": outcome, "replies": answered(*said)}
    waits = what_waits(stage)
    return {**position, "replies": answered(*said, *([Say(text=waits)] if waits else []))}
