"""Learn what the model should do, and make a project of it."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.questions import goal_refusal
from agent.reading import name_of_goal, read_example, slug_of
from agent.replies import Say
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Project, stable_id


async def learn_goal(state: State, runtime: Runtime[Context]) -> Position:
    """A wish becomes a project; anything that is no wish is asked for again."""
    turn = turn_of(state)
    before = state.get("replies", [])
    text = turn.rest if turn.word == "new" else turn.text
    given = read_example(text)
    refused = Say(text=say("goal.example_first")) if given and given.output else goal_refusal(text)
    if refused:
        return {"stage": "goal", "replies": [*before, *answered(refused)]}
    project = await _make_project(runtime.context, turn, text)
    understood = Say(text=say("goal.understood", name=project.name))
    return {
        "stage": "examples",
        "project_id": project.id,
        "row_id": None,
        "question_id": None,
        "came_from": None,
        "replies": [*before, *answered(understood)],
    }


async def _make_project(context: Context, turn: Turn, goal: str) -> Project:
    name = name_of_goal(goal)
    project = await context.store.projects.add(
        Project(
            id=stable_id("project", turn.id),
            name=name,
            slug=slug_of(name),
            goal=goal,
            owner_id=turn.person_id,
            created_at=turn.at,
        )
    )
    await context.store.conversations.set_project(turn.conversation_id, project.id)
    return project
