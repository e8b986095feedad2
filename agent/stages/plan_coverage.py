"""Plan which examples are needed, or show the plan."""

from collections.abc import Sequence
from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on
from agent.context import Context
from agent.coverage import Pack, changed, plan_for
from agent.goals import project_now
from agent.permissions import Action
from agent.planning import counted, plan_card, targets_in_words
from agent.replies import Say
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Brief, CoveragePlan, stable_id


async def plan_coverage(state: State, runtime: Runtime[Context]) -> Position:
    """After the questions: a plan, said in one sentence. ``/tune plan`` shows it; with words behind it, changes it."""
    context, turn = runtime.context, turn_of(state)
    before = state.get("replies", [])
    project_id = state["project_id"]
    assert project_id is not None, "the router plans nothing without a project"
    asked = turn.word == "plan"
    refused = await refusal(context, project_id, turn.person_id, Action.VIEW if asked else Action.GIVE)
    if refused:
        return {"replies": [*before, *answered(refused)]}
    brief = await context.store.briefs.get(project_id)
    pack = context.packs.get(brief.pack)
    if pack is None:
        none = answered(Say(text=say("plan.no_pack"))) if asked else []
        return {"stage": "examples", "outcome": "" if asked else "planned", "replies": [*before, *none]}
    planned = await _planned(context, brief, pack)
    if asked and turn.rest:
        return await _change(context, turn, state, planned, pack)
    if asked:
        return await _show(context, turn, planned, pack)
    said = say("plan.made", total=planned.plan.total, targets=targets_in_words(pack, planned.plan))
    return {"stage": "examples", "outcome": "planned", "replies": [*before, *answered(Say(text=said))]}


async def _planned(context: Context, brief: Brief, pack: Pack) -> Brief:
    """The brief with a plan over categories that its pack has; one that was made is kept."""
    if any(pack.category(name) for name in brief.plan.targets):
        return brief
    project = await project_now(context, brief.project_id)

    def with_plan(current: Brief) -> Brief:
        return replace(current, plan=plan_for(pack, total=current.plan.total, goal=project.goal))

    return await context.store.briefs.change(brief.project_id, with_plan)


async def _show(context: Context, turn: Turn, brief: Brief, pack: Pack) -> Position:
    rows = await counted(context, brief.project_id)
    card = plan_card(stable_id("card", turn.id, 0), brief, pack, rows)
    return {"replies": answered(card)}


async def _change(context: Context, turn: Turn, state: State, brief: Brief, pack: Pack) -> Position:
    refused = await refusal(context, brief.project_id, turn.person_id, Action.GIVE)
    if refused:
        return {"replies": answered(refused)}
    plan = changed(brief.plan, pack, turn.rest)
    if plan is None:
        return {"replies": answered(Say(text=say("plan.not_understood", plurals=_plurals(pack, brief.plan))))}
    await context.store.briefs.change(brief.project_id, lambda current: replace(current, plan=plan))
    text = say("plan.changed", total=plan.total, targets=targets_in_words(pack, plan))
    return going_on(state, "planned", Say(text=text))


def _plurals(pack: Pack, plan: CoveragePlan) -> str:
    names: Sequence[str] = [category.plural for category in pack.categories if category.id in plan.targets]
    return ", ".join(names)
