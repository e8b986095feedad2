"""The versions of a project over time, and its weak tasks: ``/tune history``, ``/tune history weak``, and its buttons."""

from dataclasses import replace

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.asides import going_on, went_on
from agent.complaints import complaints
from agent.context import Context
from agent.evaluation.rubric import rubric_of
from agent.history import SHOWN, picture, tracks, versions
from agent.permissions import Action
from agent.promotion import in_use
from agent.replies import AnyReply, Say, ShowPicture
from agent.reports.history_chart import alt
from agent.reports.history_table import history_table
from agent.reports.weak_tasks import complaints_said, next_card, tasks_table
from agent.state import CardFacts, Position, State, Turn, answered, turn_of
from agent.weak import tasks_of
from agent.words import say
from storage.domain import ModelVersion, stable_id


async def show_history(state: State, runtime: Runtime[Context]) -> Position:
    """What was done, what it brought, and what would help next."""
    context, turn = runtime.context, turn_of(state)
    if turn.card is not None:
        return await _collect(context, turn, state, turn.card)
    project_id = state["project_id"]
    assert project_id is not None, "nothing leads here without a project"
    if refused := await refusal(context, project_id, turn.person_id, Action.VIEW):
        return {"replies": answered(refused)}
    used = await in_use(context, project_id)
    if used is None:
        return {"replies": answered(Say(text=say("loop.none")))}
    weak = await _weak(context, turn, used)
    asked = turn.rest.strip().casefold().rstrip(".!")
    if asked == "weak":
        return {"replies": answered(*weak)}
    unknown = [Say(text=say("history.not_understood"))] if asked else []
    return {"replies": answered(*unknown, *await _history(context, project_id, used), *weak)}


async def _history(context: Context, project_id: str, used: ModelVersion) -> list[AnyReply]:
    table = history_table(await versions(context, project_id), SHOWN)
    drawn = await tracks(context, project_id)
    if not drawn:
        return [table, Say(text=say("history.no_chart"))]
    path = await picture(context, used, drawn)
    return [table, ShowPicture(path=path, alt=alt(drawn), text=say("history.chart_text"))]


async def _weak(context: Context, turn: Turn, used: ModelVersion) -> list[AnyReply]:
    found = await tasks_of(context, used)
    told = tasks_table(found, used) if found else Say(text=say("weak.no_plan"))
    rubric = rubric_of(await context.store.briefs.get(used.project_id))
    against = complaints_said(await complaints(context, used), rubric)
    return [told, *against, next_card(stable_id("card", turn.id, "weak"), used.project_id, found)]


async def _collect(context: Context, turn: Turn, state: State, card: CardFacts) -> Position:
    """Ask for an example of that kind; what is in hand comes first."""
    project_id, kind = str(card["subject"]["project_id"]), turn.action.partition(":")[2]
    if refused := await refusal(context, project_id, turn.person_id, Action.GIVE):
        return {"replies": answered(refused)}
    if state.get("project_id") != project_id:
        name = (await context.store.projects.get(project_id)).name
        return {"replies": answered(Say(text=say("remedy.elsewhere", name=name)))}
    pack = context.packs.get((await context.store.briefs.get(project_id)).pack)
    category = pack.category(kind) if pack else None
    position = going_on(state, "answered")
    if category is None or position.get("outcome") != "answered":
        return position if category else {"replies": answered(Say(text=say("card.gone"), private=True))}
    await context.store.briefs.change(project_id, lambda brief: replace(brief, asked_cell=f"{kind}/"))
    return {**went_on(state), "replies": answered(Say(text=category.ask))}
