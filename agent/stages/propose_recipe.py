"""Show the settings of a run that would start now, or say what is missing."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import went_on
from agent.changes import Changes, read_changes
from agent.context import Context
from agent.failures import words_of
from agent.permissions import Action
from agent.proposals import changed, propose, refusal_of
from agent.replies import Say
from agent.reports.recipe_card import Face
from agent.state import Position, State, answered, turn_of
from agent.training import Plan, make_plan, running
from agent.words import say
from storage.domain.recipes import Recipe
from trainer.recipes import BadSetting


async def propose_recipe(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune train``: nothing starts before a person says so. ``/tune train documents`` or ``/tune train epochs 2``
    begins with that preset or setting, ``/tune train explain`` with what the settings mean."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    refused = await refusal(context, project_id, turn.person_id, Action.TRAIN)
    if refused:
        return {"replies": answered(refused)}
    if await running(context, project_id):
        return {"replies": answered(Say(text=say("train.running")))}
    plan = await make_plan(context, project_id, turn)
    face: Face = "explained" if turn.rest.casefold() == "explain" else "settings"
    asked = read_changes(turn.rest)
    recipe, said = _asked_for(plan, asked)
    if turn.rest and asked.empty and face == "settings":
        said = say("recipe.not_understood")
    obstacle = plan.refused(recipe)
    if obstacle:
        return {"replies": answered(Say(text=say("train.not_yet", reason=words_of(*obstacle, base=context.base))))}
    return {
        **went_on(state),
        "replies": answered(await propose(context, turn, project_id, plan, recipe, face, said)),
    }


def _asked_for(plan: Plan, asked: Changes) -> tuple[Recipe, str]:
    """The recommendation with what was asked for, and what could not be had of it."""
    try:
        recipe = changed(plan.recipe(), plan, asked)
    except BadSetting as error:
        return plan.recipe(), refusal_of(error)
    return recipe, say("recipe.unread") if asked.unread else ""
