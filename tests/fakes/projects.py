"""A conversation that has a project already, without the questions that lead to one."""

from typing import Any

from agent.state import VERSION
from storage.domain import Brief, ModelVersion, Project, Row, RowStatus, Run, RunState
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


async def save(talk: Talk, project_id: str, name: str, version: int, state: RunState = RunState.SAVED) -> None:
    """A version of a project's model, and the run that it came of."""
    run = Run(
        id=f"run_{name}_{version}",
        project_id=project_id,
        conversation_id=talk.conversation,
        started_by=talk.person,
        number=version,
        recipe={},
        state=state,
        created_at=talk.now,
    )
    await talk.store.runs.add(run)
    await talk.store.models.add(
        ModelVersion(
            id=f"model_{name}_{version}",
            project_id=project_id,
            run_id=run.id,
            name=name,
            version=version,
            metrics={},
            created_at=talk.now,
        )
    )


async def stage_of(talk: Talk) -> str:
    """What the conversation waits for."""
    config: Any = {"configurable": {"thread_id": talk.conversation}}
    return str((await talk.interviewer.graph.aget_state(config)).values.get("stage", "hello"))


async def rows_of(talk: Talk, *statuses: RowStatus) -> list[Row]:
    """The rows of the only project there is; all, or those of these states."""
    (project,) = await talk.store.projects.all()
    return list(await talk.store.rows.of_project(project.id, statuses or None))
