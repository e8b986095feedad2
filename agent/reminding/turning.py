"""How a conversation turns to what a reminder is about, without losing what is in the middle of being said there."""

from dataclasses import replace

from agent.context import Context
from agent.reminding.wording import WRITTEN
from agent.state import Position, State
from storage.domain import Brief

_FREE: frozenset[str] = frozenset({"hello", "examples"})
"""Stages in which nothing is begun: the next thing that is written may be the answer to a reminder."""


def is_free(state: State, project_id: str) -> bool:
    """Whether the conversation is about this project, or about none yet, and nothing is in hand."""
    return state.get("stage", "hello") in _FREE and state.get("project_id") in (None, project_id)


async def turned_to(context: Context, conversation_id: str, state: State, project_id: str) -> Position:
    """In this project from now on; nothing changes where one is in it already."""
    if state.get("project_id") == project_id:
        return {}
    await context.store.conversations.set_project(conversation_id, project_id)
    return {"stage": "examples", "project_id": project_id, "row_id": None}


async def awaits_example(context: Context, project_id: str, code: str, cell: str) -> None:
    """An example that follows is taken for one of the cell that was asked for; for a criterion it may be of any kind."""
    assert code in WRITTEN, "only these are answered by an example"

    def asked(brief: Brief) -> Brief:
        return brief if brief.asked_cell == cell else replace(brief, asked_cell=cell)

    await context.store.briefs.change(project_id, asked)
