"""The goal of a project as it was corrected last. The project keeps its name, and the goal that it began with."""

from dataclasses import replace

from agent.context import Context
from storage.domain import Brief, Project

GOAL = "goal"
"""The answer of a brief under which a correction stands."""


def goal_of(project: Project, brief: Brief) -> str:
    return brief.answers.get(GOAL) or project.goal


async def project_now(context: Context, project_id: str) -> Project:
    """The project with the goal that holds now. Raises NotFound."""
    project = await context.store.projects.get(project_id)
    return replace(project, goal=goal_of(project, await context.store.briefs.get(project_id)))
