"""A conversation that has a project already, without the questions that lead to one."""

from typing import Any

from agent.state import VERSION
from storage.domain import Brief, Project, Row, RowStatus
from tests.fakes.talk import Talk

GOAL = "Write what our product team writes"


async def in_a_project(talk: Talk, pack: str = "", asked_cell: str = "") -> str:
    """Put the conversation where it waits for examples; returns the project's id."""
    await talk.type("hello")
    project = Project(id="project_1", name="Team", slug="team", goal=GOAL, owner_id=talk.person, created_at=talk.now)
    await talk.store.projects.add(project)
    await talk.store.conversations.set_project(talk.conversation, project.id)
    await talk.store.briefs.change(project.id, lambda _: Brief(project_id=project.id, pack=pack, asked_cell=asked_cell))
    config: Any = {"configurable": {"thread_id": talk.conversation}}
    position: Any = {"version": VERSION, "stage": "examples", "project_id": project.id, "row_id": None}
    await talk.interviewer.graph.aupdate_state(config, position, as_node="explain")
    return project.id


async def stage_of(talk: Talk) -> str:
    """What the conversation waits for."""
    config: Any = {"configurable": {"thread_id": talk.conversation}}
    return str((await talk.interviewer.graph.aget_state(config)).values.get("stage", "hello"))


async def rows_of(talk: Talk, *statuses: RowStatus) -> list[Row]:
    """The rows of the only project there is; all, or those of these states."""
    (project,) = await talk.store.projects.all()
    return list(await talk.store.rows.of_project(project.id, statuses or None))
