"""One turn of an evaluation that is under way: answers come home, hosted contenders are asked, and at the end it is told.

Each turn may be repeated: what was collected, asked and judged is found, and done no second time.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from agent.contenders import Contender, contenders_in
from agent.context import Context
from agent.evaluated import evaluated
from agent.evaluating import collect, jobs_of
from agent.evaluation.cost import Cost
from agent.evaluation_answers import COMPLETE, folder_of, prompts_in
from agent.failures import sentence
from agent.hosted import Asked, ask_hosted
from agent.loop import concluded
from agent.mending import mending_cards
from agent.offering import offers_to_rate
from agent.replies import AnyReply, Say
from agent.reports.evaluation_card import evaluation_card, hosted_so_far
from agent.reports.evaluation_page import evaluation_replies, headline_of
from agent.reports.evaluation_result import EvaluationResult
from agent.reports.naming import at_start
from agent.reports.verdict_words import unscored
from agent.state import Turn
from agent.votes import name_answers
from agent.words import say
from storage.domain import Evaluation, EvaluationState, Job, JobState

_PATIENT = ("out_of_time", "down", "slow", "empty")
"""Why a hosted contender lacks answers, where asking again may bring them."""


async def go_on(context: Context, turn: Turn, evaluation: Evaluation) -> list[AnyReply]:
    """After a job of it ended, or where somebody asked to go on."""
    jobs = await jobs_of(context, evaluation)
    if evaluation.state.ended and evaluation.results.get("told_by") != turn.id and turn.kind == "job":
        return [evaluation_card(evaluation, jobs)]  # a job that ended after everything was told
    if turn.kind == "press" and evaluation.state in (EvaluationState.DONE, EvaluationState.FAILED):
        # It was told, and asks again: a colleague who forgets their examples meanwhile has to wait, as the first time.
        evaluation = await context.store.evaluations.update(evaluation.id, EvaluationState.ANSWERING)
    await collect(context, evaluation, jobs)
    if evaluation.results.get("stopped") or any(job.state is JobState.CANCELLED for job in jobs.values()):
        return await _stopped(context, turn, evaluation, jobs)
    contenders = await contenders_in(context, evaluation)
    evaluation = await _ask_hosted(context, evaluation, contenders)
    if evaluation.results.get("stopped"):
        return await _stopped(context, turn, evaluation, await jobs_of(context, evaluation))
    failed = _failed(context, turn, evaluation, contenders, jobs)
    if not all(job.state.ended for job in jobs.values()):
        return [evaluation_card(evaluation, jobs), *failed]
    return await _told(context, turn, evaluation, contenders, jobs, failed)


async def _ask_hosted(context: Context, evaluation: Evaluation, contenders: Sequence[Contender]) -> Evaluation:
    """All hosted contenders at once; how far they came is kept with the evaluation."""
    hosted = [place for place, one in enumerate(contenders) if one.kind == "hosted"]
    if not hosted:
        return evaluation
    prompts = await asyncio.to_thread(prompts_in, context.files, evaluation)

    async def stopped() -> bool:
        return bool((await context.store.evaluations.get(evaluation.id)).results.get("stopped"))

    asked = await asyncio.gather(
        *(
            ask_hosted(
                context,
                contenders[place].name,
                folder_of(evaluation),
                place,
                prompts,
                int(evaluation.results.get("max_tokens") or 0),
                stopped,
            )
            for place in hosted
        )
    )
    found = {str(place): _as_json(one) for place, one in zip(hosted, asked, strict=True)}
    return await context.store.evaluations.update(evaluation.id, None, {"hosted": found})


def _as_json(asked: Asked) -> Mapping[str, Any]:
    spent = asdict(asked.spent)
    told = {"answered": asked.answered, "of": asked.of, "unavailable": asked.unavailable}
    return {**told, "calls": spent["calls"], "tokens": spent["tokens"]}


async def _stopped(context: Context, turn: Turn, evaluation: Evaluation, jobs: Mapping[int, Job]) -> list[AnyReply]:
    """One job was stopped: nobody waits for the others. What was answered stays in its files."""
    for job in jobs.values():
        if not job.state.ended:
            await context.trainer.cancel(job.id, turn.at)
    jobs = await jobs_of(context, evaluation)
    if not all(job.state.ended for job in jobs.values()):
        evaluation = await context.store.evaluations.stop(evaluation.id)
        return [evaluation_card(evaluation, jobs)]
    told = {"stopped": True, "told_by": turn.id}
    evaluation = await context.store.evaluations.update(evaluation.id, EvaluationState.CANCELLED, told)
    text = say("evaluate.stopped", number=evaluation.number)
    return [evaluation_card(evaluation, jobs), Say(text=text, ping=True), *await concluded(context, turn, evaluation)]


def _failed(
    context: Context, turn: Turn, evaluation: Evaluation, contenders: Sequence[Contender], jobs: Mapping[int, Job]
) -> list[AnyReply]:
    """That the job of this turn failed, and why."""
    failed = [
        (contenders[place], job)
        for place, job in jobs.items()
        if job.state is JobState.FAILED and job.id == turn.payload.get("job_id")
    ]
    return [
        Say(
            text=say(
                "evaluate.failed",
                number=evaluation.number,
                who=at_start(one.called),
                reason=sentence(job, context.base),
            )
        )
        for one, job in failed
    ]


async def _told(
    context: Context,
    turn: Turn,
    evaluation: Evaluation,
    contenders: Sequence[Contender],
    jobs: Mapping[int, Job],
    failed: Sequence[AnyReply],
) -> list[AnyReply]:
    result = await evaluated(context, evaluation, contenders)
    state = EvaluationState.DONE if result.comparisons else EvaluationState.FAILED
    told = {"told_by": turn.id, "stopped": False, "headlines": [headline_of(one) for _, one in result.comparisons]}
    evaluation = await context.store.evaluations.update(evaluation.id, state, told)
    lacking = _lacking(evaluation, contenders, result)
    said: list[AnyReply] = [Say(text="\n".join(lacking))] if lacking else []
    if not result.comparisons:
        said.append(Say(text=say("evaluate.nobody", number=evaluation.number), ping=True))
        return [evaluation_card(evaluation, jobs), *failed, *said, *await concluded(context, turn, evaluation)]
    done = Say(text=say("evaluate.done", number=evaluation.number), ping=True)
    shown = await replies_about(context, turn, evaluation, contenders, result)
    last = [*_spent(context, evaluation, result), *await concluded(context, turn, evaluation, result)]
    return [evaluation_card(evaluation, jobs), *failed, done, *said, *shown, *last]


async def told_again(context: Context, turn: Turn, evaluation: Evaluation) -> list[AnyReply]:
    """One that is done, with the votes and scores that have come since; no judge is asked."""
    contenders = await contenders_in(context, evaluation)
    result = await evaluated(context, evaluation, contenders, ask=False)
    if not result.comparisons:
        return [Say(text=say("evaluate.nobody", number=evaluation.number))]
    return await replies_about(context, turn, evaluation, contenders, result)


async def replies_about(
    context: Context, turn: Turn, evaluation: Evaluation, contenders: Sequence[Contender], result: EvaluationResult
) -> list[AnyReply]:
    """The evaluation as it is shown; with an offer to rate answers where nobody trustworthy has scored them."""
    folder = folder_of(evaluation)
    drawn = await asyncio.to_thread(context.files.exists, f"{folder}/comparison.png")
    await _name_shown(context, evaluation, result)
    asked = any(unscored(one) for _, one in result.comparisons)
    offers = await offers_to_rate(context, evaluation, turn) if asked else []
    mending = await _mending(context, turn, contenders, result)
    return [*evaluation_replies(result, folder, drawn=drawn), *offers, *mending]


async def _mending(
    context: Context, turn: Turn, contenders: Sequence[Contender], result: EvaluationResult
) -> Sequence[AnyReply]:
    """What helps against the faults of the project's latest run, where its version is among those compared."""
    for place, comparison in result.comparisons:
        if (model := contenders[place].model) and comparison.faults:
            latest = (await context.store.runs.of_project(model.project_id))[-1]
            if latest.id == model.run_id:
                return await mending_cards(context, latest, turn, comparison)
    return []


async def _name_shown(context: Context, evaluation: Evaluation, result: EvaluationResult) -> None:
    """What is shown here with its names is what these models answered in their runs too: there, as here, nobody rates it
    blind any more."""
    if len(result.comparisons) != 1:
        return  # of several, answers stand in the file alone
    shown = {choice.id for _, one in result.comparisons for choice in one.chosen}
    await name_answers(context, evaluation.id, shown)
    for run in await context.store.runs.of_project(evaluation.project_id):
        if "generate" in run.results:
            await name_answers(context, run.id, shown)


def _lacking(evaluation: Evaluation, contenders: Sequence[Contender], result: EvaluationResult) -> list[str]:
    """Who is not in the comparison, and hosted contenders that have not answered all."""
    found = []
    compared = {result.reference, *(one.names.tuned for _, one in result.comparisons)}
    for place, one in enumerate(contenders):
        hosted = hosted_so_far(evaluation, place)
        if why := str(hosted.get("unavailable") or ""):
            again = say("evaluate.ask_again") if why in _PATIENT else ""
            text = say(
                "evaluate.hosted_lacks",
                who=one.called,
                answered=hosted.get("answered", 0),
                of=hosted.get("of", 0),
                why=say(f"evaluate.why_{why}"),
            )
            found.append(" ".join(filter(None, [text, again])))
        if one.called not in compared and result.comparisons:
            found.append(say("evaluate.not_compared", who=at_start(one.called), share=f"{COMPLETE * 100:.0f}"))
    if result.comparisons and contenders[0].called != result.reference:
        found.append(say("evaluate.other_first", first=contenders[0].called, who=result.reference))
    return found


def _spent(context: Context, evaluation: Evaluation, result: EvaluationResult) -> list[AnyReply]:
    """What hosted contenders and judges have cost. A judge on this machine costs nothing but time."""
    asked = [hosted_so_far(evaluation, place) for place in range(len(evaluation.contenders))]
    total = Cost(
        calls=sum(int(str(one.get("calls", 0))) for one in asked),
        tokens=sum(int(str(one.get("tokens", 0))) for one in asked),
    )
    if any(one.clever for one in context.judges or (context.model,)):
        total = sum((one.judged.spent for _, one in result.comparisons if one.judged.spent), total)
    if not total.calls:
        return []
    return [Say(text=say("evaluate.spent", calls=f"{total.calls:,}", tokens=f"{total.tokens:,}"))]
