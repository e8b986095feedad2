"""Change settings of the recipe that was shown, by words."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on, went_on
from agent.changes import read_changes
from agent.context import Context
from agent.forms import misfilled_recipe, recipe_changes
from agent.permissions import Action
from agent.proposals import (
    changed,
    decided_before,
    open_proposal,
    recipe_of,
    refusal_of,
    replaced,
    replacement_id,
    turned,
)
from agent.reading import leaves
from agent.replies import Say
from agent.state import Position, State, Turn, answered, turn_of
from agent.training import make_plan
from agent.words import say
from storage.domain import Card
from trainer.recipes import BadSetting


async def change_recipe(state: State, runtime: Runtime[Context]) -> Position:
    """``epochs 2`` gives a card with the changed setting; anything unclear is asked again, "done" leaves it. A form does the
    same for several settings at once."""
    context, turn = runtime.context, turn_of(state)
    card = await open_proposal(context, turn.card["id"] if turn.card else state.get("card_id"), turn)
    if card is None and turn.card:
        return {"replies": answered(decided_before(await context.store.cards.get(turn.card["id"])))}
    if card is None:
        return {**went_on(state), "replies": answered(Say(text=say("card.gone"), private=True))}
    refused = await refusal(context, card.subject["project_id"], turn.person_id, Action.TRAIN)
    if refused:  # what somebody else says ends nothing for whoever is changing settings
        return {"replies": answered(refused)}
    if turn.card:
        return await _filled_in(context, turn, state, card)
    if leaves(turn.text):
        return going_on(state, "", await turned(context, turn, card, "settings", say("recipe.left")))
    asked = read_changes(turn.text)
    if asked.empty:
        return await _asked_again(context, turn, card, say("recipe.not_understood"))
    plan = await make_plan(context, card.subject["project_id"], turn)
    before = recipe_of(card)
    try:
        recipe = changed(before, plan, asked)
    except BadSetting as error:
        return await _asked_again(context, turn, card, refusal_of(error))
    said = say("recipe.unread") if asked.unread else ""
    if recipe == before:
        return await _asked_again(context, turn, card, said or say("recipe.same"))
    said = f"{say('recipe.changed')} {said}".strip()
    replies = await replaced(context, turn, card, plan, recipe, said)
    if replies is None:
        return {**went_on(state), "replies": answered(Say(text=say("card.gone"), private=True))}
    return {"stage": "change", "card_id": replacement_id(turn), "replies": answered(*replies)}


async def _filled_in(context: Context, turn: Turn, state: State, card: Card) -> Position:
    """The settings of the form behind Change, all at once; whatever else the conversation waits for stays."""
    if wrong := misfilled_recipe(turn.values):
        return {"replies": answered(Say(text=" ".join(wrong.values()), private=True))}
    before = recipe_of(card)
    plan = await make_plan(context, card.subject["project_id"], turn)
    recipe = changed(before, plan, recipe_changes(before, turn.values))
    if recipe == before:
        return {"replies": answered(Say(text=say("recipe.same"), private=True))}
    replies = await replaced(context, turn, card, plan, recipe, say("form.recipe_changed"))
    if replies is None:
        return {"replies": answered(decided_before(await context.store.cards.get(card.id)))}
    in_hand = state.get("stage") == "change" and state.get("card_id") == card.id
    return {**(went_on(state) if in_hand else {}), "replies": answered(*replies)}


async def _asked_again(context: Context, turn: Turn, card: Card, why: str) -> Position:
    """The sentence, and below it the card, so that its buttons are at hand."""
    return {"replies": answered(Say(text=why), await turned(context, turn, card, "changing"))}
