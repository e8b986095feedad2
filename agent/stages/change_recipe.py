"""Change one setting of the recipe that was shown."""

import json

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on, went_on
from agent.context import Context
from agent.permissions import Action
from agent.reading import leaves, read_setting
from agent.replies import Say
from agent.reports.recipe_card import recipe_card
from agent.state import Position, State, answered, turn_of
from agent.training import make_plan
from agent.words import say
from storage.domain import stable_id
from storage.domain.recipes import Recipe
from trainer.recipes import BadSetting, change


async def change_recipe(state: State, runtime: Runtime[Context]) -> Position:
    """``epochs 2`` gives a card with the changed setting; anything unclear is asked again, "no" leaves it."""
    context, turn = runtime.context, turn_of(state)
    card = await context.store.cards.get(state.get("card_id") or "")
    project_id = card.subject["project_id"]
    refused = await refusal(context, project_id, turn.person_id, Action.TRAIN)
    if refused:
        return {**went_on(state), "replies": answered(refused)}
    if leaves(turn.text):
        return going_on(state, "", Say(text=say("recipe.left")))
    setting = read_setting(turn.text)
    if setting is None:
        question = say("recipe.ask_change")
        return {"replies": answered(Say(text=say("recipe.not_understood", question=question)))}
    try:
        recipe = change(Recipe(**json.loads(card.subject["recipe"])), *setting)
    except BadSetting as error:
        text = say(
            "recipe.out_of_bounds",
            field=say(f"recipe.{error.field}"),
            low=f"{error.low:g}",
            high=f"{error.high:g}",
            value=f"{setting[1]:g}",
        )
        return {"replies": answered(Say(text=text))}
    project = await context.store.projects.get(project_id)
    plan = await make_plan(context, project_id, turn)
    estimate = plan.estimate(recipe, context.base)
    time = (estimate.seconds_low, estimate.seconds_high)
    fresh = recipe_card(
        recipe, stable_id("card", turn.id, 0), project_id, project.name, plan.counts(), context.base, time
    )
    more = Say(text=say("recipe.change_more"))
    return {"stage": "change", "card_id": fresh.card_id, "replies": answered(fresh, more)}
