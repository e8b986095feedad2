"""Show what is understood of the goal, and take a better goal."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.goals import GOAL
from agent.permissions import Action
from agent.questions import CHANGE, LANGUAGE, asked_here, goal_refusal, keep_answer, understood
from agent.replies import Choice, Say, ShowCard
from agent.reports.forms import goal_form
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Project, stable_id


async def show_goal(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune goal`` shows the answers, each with a button to change it; with words behind it, they are the goal."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE if turn.rest else Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    project = await context.store.projects.get(project_id)
    if turn.rest:
        return await _correct(context, turn, project)
    brief = await context.store.briefs.get(project_id)
    goal, *answers = understood(context, project, brief)
    form = goal_form(project, goal.text)
    changeable = (GOAL, *asked_here(context), LANGUAGE)
    card = ShowCard(
        card_id=stable_id("card", turn.id, 0),
        card_kind="goal",
        subject={"project_id": project_id},
        title=say("goal.title"),
        quoted=(goal, *answers),
        choices=tuple(
            Choice(label=say(f"goal.change_{one}"), action=CHANGE + one, form=form if one == GOAL else None)
            for one in changeable
        ),
        note=say("goal.note"),
    )
    return {"replies": answered(card)}


async def _correct(context: Context, turn: Turn, project: Project) -> Position:
    refused = goal_refusal(turn.rest)
    if refused:
        return {"replies": answered(refused)}
    await keep_answer(context, project, GOAL, turn.rest)
    return {"replies": answered(Say(text=say("goal.changed_plan")))}
