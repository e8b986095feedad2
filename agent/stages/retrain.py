"""Train again on what the dataset has become: ``/tune retrain``, ``/tune retrain continue`` and ``/tune retrain afresh``."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import went_on
from agent.context import Context
from agent.failures import words_of
from agent.growth import Growth
from agent.permissions import Action
from agent.proposals import propose
from agent.replies import AnyReply, Say, ShowTable
from agent.reports.retraining import growth_table, in_words
from agent.retraining import advised, growth, names_of, taken
from agent.state import Position, State, Turn, answered, turn_of
from agent.training import Plan, make_plan, running
from agent.words import say

_WAYS = {"continue": "continue", "afresh": "afresh", "fresh": "afresh", "from scratch": "afresh"}


async def retrain(state: State, runtime: Runtime[Context]) -> Position:
    """What came since the version in use, then the card of the run: nothing starts before a person says so."""
    context, turn = runtime.context, turn_of(state)
    project_id = turn.card["subject"]["project_id"] if turn.card else state["project_id"]
    assert project_id is not None, "nothing leads here without a project"
    if refused := await refusal(context, project_id, turn.person_id, Action.TRAIN):
        return {"replies": answered(refused)}
    if await running(context, project_id):
        return {"replies": answered(Say(text=say("train.running")))}
    plan = await make_plan(context, project_id, turn)
    if obstacle := plan.refused(plan.recipe()):
        return {"replies": answered(Say(text=say("train.not_yet", reason=words_of(*obstacle, base=context.base))))}
    if plan.in_use is None:
        card = await propose(context, turn, project_id, plan, plan.recipe(), said=say("retrain.first"))
        return {**went_on(state), "replies": answered(card)}
    return {**went_on(state), "replies": answered(*await _proposed(context, turn, project_id, plan))}


async def _proposed(context: Context, turn: Turn, project_id: str, plan: Plan) -> list[AnyReply]:
    assert plan.in_use is not None, "asked before"
    grown = await growth(context, plan.in_use)
    advice = advised(plan, grown)
    asked = _WAYS.get(turn.rest.strip().casefold().rstrip(".!"))
    recipe = taken("continue" if (asked or advice.way) == "continue" else "afresh", plan.recipe(), plan)
    said = in_words(advice, grown, continued=bool(recipe.from_version), asked=asked or "")
    if turn.rest.strip() and asked is None:
        said = f"{say('retrain.not_understood')} {said}"
    table = await _table(context, project_id, grown)
    return [table, await propose(context, turn, project_id, plan, recipe, said=said)]


async def _table(context: Context, project_id: str, grown: Growth) -> ShowTable | Say:
    owners = await context.store.links.first_accounts({row.author_id for row in grown.added})
    pack = context.packs.get((await context.store.briefs.get(project_id)).pack)
    counted = grown.by_whom_and_kind(owners)
    names = await names_of(context, [who for who, _, _ in counted])
    titles = {one.id: one.plural for one in pack.categories} if pack else {}
    return growth_table(grown, [(names[who], titles.get(kind, ""), count) for who, kind, count in counted])
