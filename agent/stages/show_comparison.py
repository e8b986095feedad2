"""Compare a run again, with the votes that have come since, and show it: ``/tune compare``, ``/tune compare 2``; or an
evaluation: ``/tune compare evaluation 2``.

``/tune compare judge`` lets judges spend what the comparison said that they need to finish, and goes on with them.
"""

import asyncio
import re
from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.comparing import compare, replies_about
from agent.context import Context
from agent.evaluation_turns import told_again
from agent.evidence import evidence_in
from agent.judging import allow_the_rest
from agent.mending import mending_cards
from agent.permissions import Action
from agent.replies import AnyReply, Say
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import EvaluationState, Run

JUDGE = "judge"
_EVALUATION = re.compile(r"evaluations?\b\s*#?([0-9]{1,9})?(.*)", re.IGNORECASE | re.DOTALL)


async def show_comparison(state: State, runtime: Runtime[Context]) -> Position:
    """The latest run that was compared, or the one whose number or id is given."""
    context, turn = runtime.context, turn_of(state)
    project_id = state["project_id"]
    assert project_id is not None, "nothing leads here without a project"
    if refused := await refusal(context, project_id, turn.person_id, Action.VIEW):
        return {"replies": answered(refused)}
    if named := _EVALUATION.fullmatch(turn.rest.strip()):
        if named[1] is None or named[2].strip(" .!"):
            return {"replies": answered(Say(text=say("compare.which_evaluation")))}
        return {"replies": answered(*await _evaluation(context, turn, project_id, int(named[1])))}
    runs = await context.store.runs.of_project(project_id)
    more = turn.rest.strip().casefold() == JUDGE
    if more and (refused := await refusal(context, project_id, turn.person_id, Action.TRAIN)):
        return {"replies": answered(refused)}
    number = "" if more else turn.rest.strip().removeprefix("run").strip()
    if number:
        runs = [run for run in runs if number in (str(run.number), run.id)]
    compared = [run for run in runs if "generate" in run.results]
    if not compared:
        return {"replies": answered(Say(text=_nothing(runs, number)))}
    latest = max(compared, key=lambda run: run.number)
    if more:
        evidence = await asyncio.to_thread(evidence_in, context.files, f"runs/{latest.id}")
        await allow_the_rest(context, latest.id, evidence.answers)
    comparison = await compare(context, latest)
    replies = await replies_about(context, latest, turn, comparison)
    newest = latest.number == max(run.number for run in await context.store.runs.of_project(project_id))
    mending = await mending_cards(context, latest, turn, comparison) if newest else []
    return {"replies": answered(*replies, *mending)}


async def _evaluation(context: Context, turn: Turn, project_id: str, number: int) -> list[AnyReply]:
    for one in await context.store.evaluations.of_project(project_id):
        if one.number == number and one.state is EvaluationState.DONE:
            return await told_again(context, turn, one)
    return [Say(text=say("compare.no_such_evaluation", number=number))]


def _nothing(runs: Sequence[Run], number: str) -> str:
    """Why there is no comparison to show."""
    if not runs:
        return say("compare.no_such_run" if number else "compare.no_run")
    latest = max(runs, key=lambda run: run.number)
    return say("compare.ended" if latest.state.ended else "compare.not_yet", number=latest.number)
