"""Say which version is in use, or choose another: ``/tune use``, ``/tune use v2``, and the buttons of its cards."""

import re

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.after_saving import asked_after_saving
from agent.context import Context
from agent.loop import now_in_use, saved_by_id
from agent.permissions import Action
from agent.promotion import can_answer, in_use, promote, saved_models, settle, was_promoted_by
from agent.replies import AnyReply, Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.reports.promotion_card import CARD, KEEP, USE, choosing_card
from agent.state import CardFacts, Position, State, Turn, answered, turn_of
from agent.words import harmless, say
from storage.domain import ModelVersion, stable_id

_VERSION = re.compile(
    r"(?:(?P<name>[a-z0-9][a-z0-9-]*)-)?(?:v(?:ersion)?\s*)?0*(?P<number>[1-9][0-9]{0,8})", re.IGNORECASE
)
_SHOWN = 4
"""Other versions with a button, the latest: any can be written."""
_TOLD = 8
"""Versions that are named where another one cannot be had, the latest."""


async def use_version(state: State, runtime: Runtime[Context]) -> Position:
    """Anybody who may look sees which it is; whoever may promote says which it shall be."""
    context, turn = runtime.context, turn_of(state)
    if turn.card is not None:
        return {"replies": answered(*await _pressed(context, turn, turn.card))}
    project_id = state["project_id"]
    assert project_id is not None, "nothing leads here without a project"
    named = turn.rest.strip()
    if refused := await refusal(context, project_id, turn.person_id, Action.PROMOTE if named else Action.VIEW):
        return {"replies": answered(refused)}
    saved = await saved_models(context, project_id)
    used = await in_use(context, project_id)
    if used is None:
        return {"replies": answered(Say(text=say("loop.none")))}
    if not named:
        return {"replies": answered(await _which(context, turn, used, saved))}
    model = _named(named, saved)
    if model is None:
        known = ", ".join(f"`v{one.version}`" for one in saved[-_TOLD:])
        return {"replies": answered(Say(text=say("loop.no_version", name=harmless(named), versions=known)))}
    return {"replies": answered(*await _used(context, turn, model))}


async def _which(context: Context, turn: Turn, used: ModelVersion, saved: list[ModelVersion]) -> AnyReply:
    """The version in use, and a button for each of the others whose files are there."""
    there = [one for one in reversed(saved) if await can_answer(context, one)]
    others = [one for one in there if one.id != used.id][:_SHOWN]
    lost = say("loop.in_use_lost", version=used.version) if used not in there else ""
    if not others:
        return Say(text=lost or say("loop.only", version=used.version))
    return choosing_card(stable_id("card", turn.id, "which"), used, others, lost)


def _named(text: str, saved: list[ModelVersion]) -> ModelVersion | None:
    found = _VERSION.fullmatch(text.rstrip(" .!"))
    if found is None:
        return None
    alike = [one for one in saved if one.version == int(found["number"])]
    return next((one for one in alike if found["name"] in (None, one.name)), None)


async def _pressed(context: Context, turn: Turn, card: CardFacts) -> list[AnyReply]:
    project_id, (verb, _, model_id) = str(card["subject"]["project_id"]), turn.action.partition(":")
    if refused := await refusal(context, project_id, turn.person_id, Action.PROMOTE):
        return [refused]
    model = await saved_by_id(context, project_id, model_id) if verb == USE else None
    if verb == USE and model is None:
        return [Say(text=say("loop.gone"), private=True)]
    if model is not None and (lost := await _lost(context, model)):
        return [lost]
    answer = await context.store.cards.answer(card["id"], turn.action, turn.id)
    if not answer.accepted:
        return [decided_already(answer.card, card["labels"])]
    if model is not None:
        return [closed_card(card["id"], CARD, card["subject"], "loop.title_chosen"), *await _used(context, turn, model)]
    assert verb == KEEP, "the router sends buttons of this card only"
    used, waited = await in_use(context, project_id), str(card["subject"]["model_id"])
    closed = closed_card(card["id"], CARD, card["subject"], "loop.title_kept")
    kept = Say(text=say("loop.kept", version=used.version if used else 0))
    return [closed, kept, *await _asked(context, turn, await saved_by_id(context, project_id, waited))]


async def _lost(context: Context, model: ModelVersion) -> Say | None:
    """Why a version cannot be put to use, and what can be done; None where it can answer."""
    if await can_answer(context, model):
        return None
    others = [one for one in await saved_models(context, model.project_id) if one.id != model.id]
    there = [one for one in others if await can_answer(context, one)][-_TOLD:]
    known = ", ".join(f"`v{one.version}`" for one in there)
    text = say("loop.files_gone", version=model.version)
    return Say(text=f"{text} {say('loop.files_there', versions=known)}" if known else text)


async def _used(context: Context, turn: Turn, model: ModelVersion) -> list[AnyReply]:
    """Put it to use, if it is not and can answer; a turn that is repeated says again what it did."""
    if lost := await _lost(context, model):
        return [lost]
    used = await in_use(context, model.project_id)
    repeated = await was_promoted_by(context, model.project_id, turn.id)
    if not repeated and used is not None and used.id == model.id:
        return [Say(text=say("loop.in_use_already", version=model.version))]
    await settle(context, turn, model.project_id)  # so that there is a way back to what was in use by custom
    await promote(context, turn, model)
    return [*await now_in_use(context, turn, model), *await _asked(context, turn, model)]


async def _asked(context: Context, turn: Turn, model: ModelVersion | None) -> list[ShowCard]:
    """What waited until somebody had decided."""
    if model is None:
        return []
    return await asked_after_saving(context, turn, await context.store.runs.get(model.run_id), model)
