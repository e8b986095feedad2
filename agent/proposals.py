"""A run that was proposed to a person: the card that shows it, turned to another face, or replaced by a changed one.

A card stands for one recipe, for good: whoever changes a setting gets a card of its own, and the one before is closed.
"""

import json
from collections.abc import Sequence

from agent.cards import known_card
from agent.changes import QUICK_LOOK, RECOMMENDED, WHOLE, Changes
from agent.context import Context
from agent.evaluation.cost import Cost
from agent.judging import allow, judging_cost
from agent.loop import allow_second_comparison
from agent.replies import AnyReply, Say, ShowCard
from agent.reports.cards import closed_card
from agent.reports.recipe_card import PRESET, WAY, Face, Proposal, number, recipe_card
from agent.retraining import other_way, taken
from agent.state import Turn
from agent.training import Plan, make_plan
from agent.words import say
from storage.domain import Card, stable_id
from storage.domain.recipes import Recipe
from trainer.recipes import PRESETS, BadSetting, change, preset_of, with_preset
from trainer.recipes import QUICK_LOOK as QUICK_LOOK_SHARE


def recipe_of(card: Card) -> Recipe:
    return Recipe(**json.loads(card.subject["recipe"]))


async def allow_judging(context: Context, run_id: str, project_id: str, plan: Plan, card: Card | None) -> Cost:
    """Let judging the answers of a run cost what its card said, and no more; without a card, what one would have said.
    Returns it, to be told.

    It comes before the run, so that no run is without: repeating it changes nothing.
    """
    known = json.loads(card.subject.get("judging", "null")) if card else None
    cost = Cost(**known) if known else await judging_cost(context, project_id, requests=plan.requests)
    await allow(context, f"runs/{run_id}", cost)
    if plan.in_use is None or (card and not card.subject.get("beside")):
        return cost
    await allow_second_comparison(context, run_id, cost)
    return cost + cost


async def open_proposal(context: Context, card_id: str | None, turn: Turn) -> Card | None:
    """The card, if nothing was decided on it before this very turn."""
    card = await known_card(context, card_id)
    return card if card and card.kind == "recipe" and card.answered_by_event in (None, turn.id) else None


async def propose(
    context: Context, turn: Turn, project_id: str, plan: Plan, recipe: Recipe, face: Face = "settings", said: str = ""
) -> ShowCard:
    """A card of its own for the recipe."""
    proposal = await _proposal(context, project_id, plan, recipe)
    return recipe_card(proposal, _card_id(turn), face=face, state=turn.id, said=said)


async def turned(context: Context, turn: Turn, card: Card, face: Face, said: str = "") -> ShowCard:
    """The card with another face, as things stand now."""
    project_id = card.subject["project_id"]
    plan = await make_plan(context, project_id, turn)
    proposal = await _proposal(context, project_id, plan, recipe_of(card))
    return recipe_card(proposal, card.id, face=face, state=turn.id, said=said, edit=True)


async def replaced(
    context: Context, turn: Turn, card: Card, plan: Plan, recipe: Recipe, said: str
) -> Sequence[AnyReply] | None:
    """The card closed, and one with the recipe in its place; None if something else was decided on it before."""
    answer = await context.store.cards.answer(card.id, "change", turn.id)
    if not answer.accepted:
        return None
    fresh = await propose(context, turn, card.subject["project_id"], plan, recipe, said=said)
    return closed_card(card.id, "recipe", card.subject, "recipe.title_changed"), fresh


def replacement_id(turn: Turn) -> str:
    """The id of the card that ``replaced`` or ``propose`` shows in this turn."""
    return _card_id(turn)


def changed(recipe: Recipe, plan: Plan, changes: Changes) -> Recipe:
    """The recipe with what was asked for: a preset first, then single settings, all of them. Raises BadSetting."""
    if changes.preset == RECOMMENDED:
        recipe = plan.recipe()
    elif changes.preset == QUICK_LOOK:
        recipe = change(recipe, "adapted_share", QUICK_LOOK_SHARE)
    elif changes.preset:
        recipe = with_preset(recipe, changes.preset, plan.base_facts)
    for field, value in changes.values.items():
        recipe = change(recipe, field, value)
    return recipe


def way_in(action: str, recipe: Recipe, plan: Plan) -> tuple[Recipe, str]:
    """The recipe that takes the way of a button, and what is said of it: the version in use may have changed since."""
    found = taken("continue" if action == f"{WAY}:continue" else "afresh", recipe, plan)
    version = found.from_version
    return found, say("retrain.continues", version=version) if version else say("retrain.begins")


def refusal_of(error: BadSetting) -> str:
    """Why a setting cannot have that value. Of one that may be a fraction, only numbers beyond any bounds are refused as none."""
    whole = error.code == "not_a_number" and error.field in WHOLE
    key = "recipe.not_a_number" if whole else "recipe.out_of_bounds"
    low, high = number(error.low or 0), number(error.high or 0)
    return say(key, field=say(f"recipe.{error.field}"), low=low, high=high)


def decided_before(card: Card) -> Say:
    """What a late press is told."""
    verb = card.answered_with or ""
    if verb == "change":
        return Say(text=say("recipe.superseded"), private=True)
    return Say(text=say("card.answered", label=say(f"recipe.{verb}")), private=True)


def preset_in(action: str) -> Changes | None:
    """What a button of a preset asks for; None for one that there is not."""
    name = action.removeprefix(PRESET)
    return Changes(preset=name) if name in (RECOMMENDED, QUICK_LOOK, *PRESETS) else None


async def _proposal(context: Context, project_id: str, plan: Plan, recipe: Recipe) -> Proposal:
    project = await context.store.projects.get(project_id)
    return Proposal(
        project_id=project_id,
        name=project.name,
        base=context.base,
        recipe=recipe,
        recommended=plan.recommended(),
        preset=preset_of(recipe, plan.base_facts),
        estimate=plan.estimate(recipe),
        parts=plan.counts(),
        left_out=plan.left_out(recipe),
        on_card=bool(plan.machine.get("gpu")),
        requests=plan.requests + plan.besides,
        judges=tuple(model.name for model in context.judges or (context.model,)),
        judging=await judging_cost(context, project_id, requests=plan.requests),
        other_way=other_way(recipe, plan),
        beside=plan.in_use.version if plan.in_use else None,
    )


def _card_id(turn: Turn) -> str:
    return stable_id("card", turn.id, 0)
