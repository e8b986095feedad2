"""Change the coverage plan as a person says."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on, turned_aside, went_on
from agent.context import Context
from agent.coverage import changed
from agent.permissions import Action
from agent.planning import targets_in_words
from agent.reading import leaves
from agent.replies import Say
from agent.reports.cards import closed_card, decided_already
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say


async def change_plan(state: State, runtime: Runtime[Context]) -> Position:
    """The plan card's buttons, or the words that followed Change: ``user stories 8``, ``no risks``, ``total 30``."""
    context, turn = runtime.context, turn_of(state)
    project_id = turn.card["subject"]["project_id"] if turn.card else state.get("project_id")
    assert project_id is not None, "the router sends no words here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.GIVE)
    if refused:
        return {**went_on(state), "replies": answered(refused)}
    if turn.card is not None and turn.action == "change" and state.get("project_id") != project_id:
        return {"replies": answered(Say(text=say("question.other_project")))}
    if turn.card is not None:
        return await _pressed(context, turn, state, project_id)
    if leaves(turn.text):
        return going_on(state, "planned")
    brief = await context.store.briefs.get(project_id)
    pack = context.packs.get(brief.pack)
    plan = changed(brief.plan, pack, turn.text) if pack else None
    if pack is None or plan is None:
        return {"replies": answered(Say(text=say("plan.ask_again")))}
    await context.store.briefs.change(project_id, lambda current: replace(current, plan=plan))
    text = say("plan.changed", total=plan.total, targets=targets_in_words(pack, plan))
    return going_on(state, "planned", Say(text=text))


async def _pressed(context: Context, turn: Turn, state: State, project_id: str) -> Position:
    assert turn.card is not None
    answer = await context.store.cards.answer(turn.card["id"], turn.action, turn.id)
    if not answer.accepted:
        return {"replies": answered(decided_already(answer.card, turn.card["labels"]))}
    subject = {"project_id": project_id}
    if turn.action == "change":
        face = closed_card(turn.card["id"], "plan", subject, "plan.title_changing")
        return {**turned_aside(state, "plan"), "replies": answered(face, Say(text=say("plan.ask_change")))}
    face = closed_card(turn.card["id"], "plan", subject, "plan.title_kept")
    return going_on(state, "planned", face)
