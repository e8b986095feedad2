"""Start a training run: from the recipe card, or at once."""

import json

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import turned_aside, went_on
from agent.context import Context
from agent.failures import words_of
from agent.permissions import Action
from agent.replies import AnyReply, Say
from agent.reports.cards import closed_card, decided_already
from agent.reports.run_card import run_card
from agent.state import CardFacts, Position, State, Turn, answered, turn_of
from agent.training import begun, make_plan, running, start
from agent.words import say
from storage.domain.recipes import Recipe


async def start_training(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune train start``, or a button of a recipe card (Start, Change, Not now)."""
    context, turn = runtime.context, turn_of(state)
    card = turn.card
    project_id = card["subject"]["project_id"] if card else state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    refused = await refusal(context, project_id, turn.person_id, Action.TRAIN)
    if refused:
        return {"replies": answered(refused)}
    if card is None:
        obstacle = await _obstacle(context, turn, project_id, None)
        return _refused(state, obstacle) if obstacle else await _start(context, turn, state, project_id, None, [])
    recipe = Recipe(**json.loads(card["subject"]["recipe"]))
    if turn.action == "start":
        obstacle = await _obstacle(context, turn, project_id, recipe)
        if obstacle:  # the card stays open: it can be pressed again when the obstacle is gone
            return _refused(state, obstacle)
    answer = await context.store.cards.answer(card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, card["labels"]))}
    if turn.action == "start":
        return await _start(context, turn, state, project_id, recipe, [_closed(card, "recipe.title_started")])
    if turn.action == "change":
        face = _closed(card, "recipe.title_changed")
        asked = answered(face, Say(text=say("recipe.ask_change")))
        return {**turned_aside(state, "change"), "card_id": card["id"], "replies": asked}
    face = _closed(card, "recipe.title_later")
    return {**went_on(state), "replies": answered(face, Say(text=say("recipe.later_done")))}


def _closed(card: CardFacts, title_key: str) -> AnyReply:
    return closed_card(card["id"], "recipe", card["subject"], title_key)


def _refused(state: State, sentence: str) -> Position:
    return {**went_on(state), "replies": answered(Say(text=sentence))}


async def _obstacle(context: Context, turn: Turn, project_id: str, recipe: Recipe | None) -> str | None:
    """The sentence that says why no run can start now; None if it can, or if this very event has begun it already."""
    if await begun(context, turn.id):
        return None
    if await running(context, project_id):
        return say("train.running")
    plan = await make_plan(context, project_id, turn)
    obstacle = plan.refused(recipe or plan.recipe())
    return say("train.not_yet", reason=words_of(*obstacle, base=context.base)) if obstacle else None


async def _start(
    context: Context, turn: Turn, state: State, project_id: str, recipe: Recipe | None, before: list[AnyReply]
) -> Position:
    plan = await make_plan(context, project_id, turn)
    run = await start(context, project_id, turn, plan, recipe or plan.recipe())
    job = (await context.store.jobs.of_run(run.id))[0]
    replies: list[AnyReply] = [
        *before,
        Say(text=say("train.started", number=run.number)),
        run_card(job, run, edit=False),
    ]
    return {**went_on(state), "replies": answered(*replies)}
