"""The loss chart of the run that goes on, or of the latest one."""

import asyncio

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.curves import Findings, chart_of, points_of
from agent.permissions import Action
from agent.replies import Say
from agent.reports.diagnoses import sentence
from agent.reports.run_card import CHART
from agent.state import Position, State, answered, turn_of
from agent.words import say
from storage.domain import Run, stable_id
from storage.errors import NotFound
from trainer import diagnosis


async def show_chart(state: State, runtime: Runtime[Context]) -> Position:
    """``/tune chart``, or the button of a run's card: the picture as things stand, with the sentence of what it says.
    Every time it is drawn anew, under the event's id, so that what was shown before stays what it was."""
    context, turn = runtime.context, turn_of(state)
    if turn.card and turn.action.partition(":")[0] != CHART:
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    try:
        run = await context.store.runs.get(turn.card["subject"]["run_id"]) if turn.card else None
    except NotFound:
        return {"replies": answered(Say(text=say("card.gone"), private=True))}
    project_id = run.project_id if run else state["project_id"]
    assert project_id is not None, "the router sends no command here without a project"
    refused = await refusal(context, project_id, turn.person_id, Action.VIEW)
    if refused:
        return {"replies": answered(refused)}
    run = run or await _latest(context, project_id)
    if run is None:
        return {"replies": answered(Say(text=say("chart.no_run")))}
    points = await points_of(context, run)
    picture = await chart_of(context, run, points, f"charts/{stable_id('chart', turn.id)}.png")
    if picture is None:
        return {"replies": answered(Say(text=say("chart.no_steps", number=run.number)))}
    ended = Findings.of(run)
    found = ended.diagnosis if ended else await asyncio.to_thread(diagnosis.read, points)
    return {"replies": answered(picture, Say(text=sentence(found)))}


async def _latest(context: Context, project_id: str) -> Run | None:
    runs = await context.store.runs.of_project(project_id)
    return runs[-1] if runs else None
