"""Put the same requests before versions, the base and hosted models: ``/tune evaluate``, its cards, and its jobs' ends."""

import json
from collections.abc import Mapping

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.contenders import Misnamed, contenders_of, known_contenders
from agent.context import Context
from agent.evaluating import EvaluationPlan, evaluation_id_of, jobs_of, plan_evaluation, start_evaluation
from agent.evaluation_turns import go_on
from agent.over_time import evaluations_table, versions_table
from agent.permissions import Action
from agent.replies import AnyReply, Say
from agent.reports.cards import closed_card, decided_already
from agent.reports.evaluation_card import CARD, GO_ON, LATER, START, evaluation_card, proposal_card
from agent.state import Position, State, Turn, answered, evaluation_of_run, turn_of
from agent.words import say
from storage.domain import stable_id
from storage.errors import NotFound


async def evaluate_models(state: State, runtime: Runtime[Context]) -> Position:
    """A command proposes, a button starts or goes on, the end of a job brings its answers."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "job":
        evaluation = await context.store.evaluations.get(evaluation_of_run(str(turn.payload["run_id"])))
        return {"replies": answered(*await go_on(context, turn, evaluation))}
    if turn.kind == "press":
        return {"replies": answered(*await _pressed(context, turn))}
    project_id = state["project_id"]
    assert project_id is not None, "nothing leads here without a project"
    if refused := await refusal(context, project_id, turn.person_id, Action.VIEW):
        return {"replies": answered(refused)}
    return {"replies": answered(*await _asked(context, turn, project_id))}


async def _asked(context: Context, turn: Turn, project_id: str) -> list[AnyReply]:
    """Without names: how the versions compare and how far evaluations are, then a proposal, if none is under way."""
    shown = [] if turn.rest.strip() else await _overview(context, project_id)
    found = await contenders_of(context, project_id, turn.rest)
    if isinstance(found, Misnamed):
        return [*shown, Say(text=found.sentence)]
    going = [one for one in await context.store.evaluations.of_project(project_id) if not one.state.ended]
    names = tuple(one.name for one in found)
    if same := [one for one in going if one.contenders == names or not turn.rest.strip()]:
        latest = same[-1]
        card = evaluation_card(latest, await jobs_of(context, latest))
        return [*shown, Say(text=say("evaluate.going_on", number=latest.number)), card]
    return [*shown, _proposal(turn, project_id, await plan_evaluation(context, project_id, found, turn))]


async def _overview(context: Context, project_id: str) -> list[AnyReply]:
    tables = [await versions_table(context, project_id), await evaluations_table(context, project_id)]
    return [table for table in tables if table is not None]


def _proposal(turn: Turn, project_id: str, plan: EvaluationPlan) -> AnyReply:
    return proposal_card(
        stable_id("card", turn.id, "evaluation"),
        project_id,
        [one.name for one in plan.contenders],
        plan.counts,
        plan.seconds,
        plan.hosted,
        plan.judging,
        left_out=plan.left_out,
    )


async def _pressed(context: Context, turn: Turn) -> list[AnyReply]:
    assert turn.card is not None, "the router sends presses of known cards only"
    subject, verb = turn.card["subject"], turn.action.partition(":")[0]
    if refused := await refusal(context, str(subject.get("project_id")), turn.person_id, Action.EVALUATE):
        return [refused]
    if verb == GO_ON and "evaluation_id" in subject:
        evaluation = await context.store.evaluations.get(str(subject["evaluation_id"]))
        return await go_on(context, turn, evaluation)
    if verb == LATER and "contenders" in subject:
        return await _left(context, turn, subject)
    if verb == START and "contenders" in subject:
        return await _start(context, turn, subject)
    return [Say(text=say("card.gone"), private=True)]


async def _left(context: Context, turn: Turn, subject: Mapping[str, str]) -> list[AnyReply]:
    assert turn.card is not None, "only after a press"
    answer = await context.store.cards.answer(turn.card["id"], LATER, turn.id)
    if not answer.accepted:
        return [decided_already(answer.card, turn.card["labels"])]
    return [closed_card(turn.card["id"], CARD, subject, "evaluate.title_later")]


async def _start(context: Context, turn: Turn, subject: Mapping[str, str]) -> list[AnyReply]:
    """Only what was shown is spent: where it would be more by now, the new estimate is shown instead."""
    assert turn.card is not None, "only after a press"
    card = await context.store.cards.get(turn.card["id"])
    if card.answered_by_event not in (None, turn.id):
        return [decided_already(card, turn.card["labels"])]
    project_id = str(subject["project_id"])
    found = await known_contenders(context, project_id, json.loads(subject["contenders"]))
    if isinstance(found, Misnamed):
        return [Say(text=found.sentence)]
    plan = await plan_evaluation(context, project_id, found, turn)
    if not await _begun(context, turn) and _is_more(plan, subject):
        await context.store.cards.answer(card.id, START, turn.id)
        changed = closed_card(card.id, CARD, subject, "evaluate.title_changed")
        return [changed, Say(text=say("evaluate.changed")), _proposal(turn, project_id, plan)]
    answer = await context.store.cards.answer(card.id, START, turn.id)
    if not answer.accepted:
        return [decided_already(answer.card, turn.card["labels"])]
    evaluation = await start_evaluation(context, turn, project_id, plan)
    jobs = await jobs_of(context, evaluation)
    begun: list[AnyReply] = [
        closed_card(card.id, CARD, subject, "evaluate.title_started"),
        Say(text=say("evaluate.started", number=evaluation.number)),
        evaluation_card(evaluation, jobs, edit=False),
    ]
    return [*begun, *(await go_on(context, turn, evaluation) if not jobs else [])]


async def _begun(context: Context, turn: Turn) -> bool:
    """Whether this very press has begun its evaluation already (the turn is repeated after a crash)."""
    try:
        await context.store.evaluations.get(evaluation_id_of(turn))
    except NotFound:
        return False
    return True


def _is_more(plan: EvaluationPlan, shown: Mapping[str, str]) -> bool:
    now = (len(plan.prompts), plan.cost.calls, plan.cost.tokens)
    return any(one > int(shown[name]) for one, name in zip(now, ("requests", "calls", "tokens"), strict=True))
