"""Show the settings of a run that would start now, or say what is missing."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import went_on
from agent.context import Context
from agent.failures import words_of
from agent.permissions import Action
from agent.replies import Say
from agent.reports.recipe_card import recipe_card
from agent.state import Position, State, answered, turn_of
from agent.training import make_plan, running
from agent.words import say
from storage.domain import stable_id


async def propose_recipe(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune train``: nothing starts before a person says so."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    refused = await refusal(context, project_id, turn.person_id, Action.TRAIN)
    if refused:
        return {"replies": answered(refused)}
    if await running(context, project_id):
        return {"replies": answered(Say(text=say("train.running")))}
    plan = await make_plan(context, project_id, turn)
    recipe = plan.recipe()
    obstacle = plan.refused(recipe)
    if obstacle:
        return {"replies": answered(Say(text=say("train.not_yet", reason=words_of(*obstacle, base=context.base))))}
    project = await context.store.projects.get(project_id)
    estimate = plan.estimate(recipe, context.base)
    time = (estimate.seconds_low, estimate.seconds_high)
    card = recipe_card(
        recipe, stable_id("card", turn.id, 0), project_id, project.name, plan.counts(), context.base, time
    )
    return {**went_on(state), "replies": answered(card)}
