"""Learn what the model should do, and make a project of it."""

from langgraph.runtime import Runtime

from agent.context import GOOD_START, ROWS_NEEDED, Context
from agent.reading import is_small_talk, name_of_goal, says_a_goal, slug_of
from agent.replies import Say
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Project, stable_id

LONGEST_GOAL = 2000
"""Characters."""


async def learn_goal(state: State, runtime: Runtime[Context]) -> Position:
    """A wish becomes a project; anything that is no wish is asked for again."""
    turn = turn_of(state)
    before = state.get("replies", [])
    text = turn.rest if turn.word == "new" else turn.text
    if len(text) > LONGEST_GOAL:
        refusal = Say(text=say("goal.too_long", length=f"{len(text):,}", limit=f"{LONGEST_GOAL:,}"))
        return {"stage": "goal", "replies": [*before, *answered(refusal)]}
    if not says_a_goal(text) or is_small_talk(text):
        return {"stage": "goal", "replies": [*before, *answered(Say(text=say("goal.too_short")))]}
    project = await _make_project(runtime.context, turn, text)
    replies = answered(
        Say(text=say("goal.understood", name=project.name)),
        Say(text=say("goal.consent")),
        Say(text=say("examples.how", needed=ROWS_NEEDED, good=GOOD_START)),
    )
    if state.get("upload_events"):
        replies = replies[:2]
    return {"stage": "examples", "project_id": project.id, "row_id": None, "replies": [*before, *replies]}


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
