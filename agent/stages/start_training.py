"""Start a training run: from a recipe card, or at once; and turn or leave such a card."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import turned_aside, went_on
from agent.context import Context
from agent.failures import words_of
from agent.permissions import Action
from agent.proposals import (
    allow_judging,
    changed,
    decided_before,
    open_proposal,
    preset_in,
    recipe_of,
    replaced,
    replacement_id,
    turned,
    way_in,
)
from agent.replies import AnyReply, Say
from agent.reports.cards import closed_card
from agent.reports.recipe_card import Face
from agent.reports.run_card import run_card
from agent.state import Position, State, Turn, answered, turn_of
from agent.training import begun, make_plan, run_id_of, running, start, started
from agent.words import say
from storage.domain import Card

_FACES: dict[str, Face] = {"change": "changing", "explain": "explained", "settings": "settings"}


async def start_training(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune train start``, or a button of a recipe card: Start, Change, Explain, a preset, Not now."""
    context, turn = runtime.context, turn_of(state)
    pressed = turn.card
    project_id = pressed["subject"]["project_id"] if pressed else state["project_id"]
    assert project_id is not None, "the router asks for a goal first"
    verb = turn.action.partition(":")[0] if pressed else "start"
    action = Action.VIEW if verb in ("explain", "settings") else Action.TRAIN
    refused = await refusal(context, project_id, turn.person_id, action)
    if refused:
        return {"replies": answered(refused)}
    if pressed is None:
        return await _start(context, turn, state, project_id, await _being_changed(context, turn, state))
    card = await open_proposal(context, pressed["id"], turn)
    if card is None:
        return {"replies": answered(decided_before(await context.store.cards.get(pressed["id"])))}
    match verb:
        case "start":
            return await _start(context, turn, state, project_id, card)
        case "change" | "explain" | "settings":
            return await _turn(context, turn, state, card, _FACES[verb])
        case "preset":
            return await _preset(context, turn, state, card)
        case "way":
            return await _way(context, turn, state, card)
        case "later":
            return await _later(context, turn, state, card)
        case _:
            return {"replies": answered(Say(text=say("card.gone"), private=True))}


async def _being_changed(context: Context, turn: Turn, state: State) -> Card | None:
    """Whoever writes ``/tune train start`` while settings are being changed means these settings."""
    if state.get("stage") != "change":
        return None
    card = await open_proposal(context, state.get("card_id"), turn)
    return card if card and card.subject["project_id"] == state["project_id"] else None


async def _turn(context: Context, turn: Turn, state: State, card: Card, face: Face) -> Position:
    position: Position = {"replies": answered(await turned(context, turn, card, face))}
    if face == "changing":
        return {**turned_aside(state, "change"), "card_id": card.id, **position}
    leaves = face == "settings" and state.get("stage") == "change" and state.get("card_id") == card.id
    return {**(went_on(state) if leaves else {}), **position}


async def _preset(context: Context, turn: Turn, state: State, card: Card) -> Position:
    asked = preset_in(turn.action)
    if asked is None:
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    plan = await make_plan(context, card.subject["project_id"], turn)
    recipe = changed(recipe_of(card), plan, asked)
    replies = await replaced(context, turn, card, plan, recipe, say("recipe.changed"))
    if replies is None:
        return {"replies": answered(decided_before(await context.store.cards.get(card.id)))}
    return {**turned_aside(state, "change"), "card_id": replacement_id(turn), "replies": answered(*replies)}


async def _way(context: Context, turn: Turn, state: State, card: Card) -> Position:
    """To continue the version in use, or to begin afresh, with all else as it stands on the card."""
    plan = await make_plan(context, card.subject["project_id"], turn)
    recipe, said = way_in(turn.action, recipe_of(card), plan)
    replies = await replaced(context, turn, card, plan, recipe, said)
    if replies is None:
        return {"replies": answered(decided_before(await context.store.cards.get(card.id)))}
    return {**went_on(state), "replies": answered(*replies)}


async def _later(context: Context, turn: Turn, state: State, card: Card) -> Position:
    answer = await context.store.cards.answer(card.id, "later", turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_before(answer.card))}
    face = closed_card(card.id, "recipe", card.subject, "recipe.title_later")
    return {**went_on(state), "replies": answered(face, Say(text=say("recipe.later_done")))}


async def _start(context: Context, turn: Turn, state: State, project_id: str, card: Card | None) -> Position:
    """Start with the card's recipe, or with what is recommended. Where something stands against it, the card stays
    open: it can be pressed again when the obstacle is gone."""
    plan = await make_plan(context, project_id, turn)
    recipe = recipe_of(card) if card else plan.recipe()
    if not await begun(context, turn.id):  # this very event may have begun its run before a crash
        if await running(context, project_id):
            return {**went_on(state), "replies": answered(Say(text=say("train.running")))}
        obstacle = plan.refused(recipe)
        if obstacle:
            reason = words_of(*obstacle, base=context.base)
            return {**went_on(state), "replies": answered(Say(text=say("train.not_yet", reason=reason)))}
    before: list[AnyReply] = []
    if card:
        answer = await context.store.cards.answer(card.id, "start", turn.id)
        if not answer.accepted:
            return {"replies": answered(decided_before(answer.card))}
        before.append(closed_card(card.id, "recipe", card.subject, "recipe.title_started"))
    judging = await allow_judging(context, run_id_of(turn.id), project_id, plan, card)
    run = await start(context, project_id, turn, plan, recipe)
    job = (await context.store.jobs.of_run(run.id))[0]
    return {**went_on(state), "replies": answered(*before, started(run, plan, judging), run_card(job, run, edit=False))}
