"""A run's version beside the one in use: asked the same, and put to use by the verdict, or left to a person.

How two models are compared is ``evaluated``'s to say, which of them may take over ``evaluation.taking_over``'s.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from agent.after_saving import asked_after_saving, asked_if_undecided
from agent.allowance import allowance_in
from agent.comparing import compare
from agent.contenders import Contender, contenders_in
from agent.context import Context
from agent.evaluated import evaluated
from agent.evaluating import EvaluationPlan, evaluation_of, jobs_of, start_evaluation
from agent.evaluation.cost import Cost
from agent.evaluation.taking_over import exposed, taking_over
from agent.evaluation_answers import FOR_RUN, pair_folder
from agent.promotion import (
    in_use,
    promote_by_verdict,
    replaced_by,
    saved_models,
    settle,
    was_promoted_by,
)
from agent.publishing import publish
from agent.replies import AnyReply, Say, ShowCard
from agent.reports.evaluation_card import evaluation_card
from agent.reports.evaluation_result import EvaluationResult
from agent.reports.promotion_card import in_use_card, waiting_card
from agent.reports.verdict_words import headline
from agent.state import Turn
from agent.training import read_lines
from agent.words import say
from storage.domain import Evaluation, EvaluationState, Job, JobState, ModelVersion, Run, RunState, stable_id
from storage.errors import NotFound

_ALLOWED = "judging_beside.json"
"""In the run's folder: what judging the second comparison may cost, until that is begun."""
NEW = 1
"""The place of the new version among the contenders; the one in use is the first."""


# Both are asked the same


async def compare_with_the_one_in_use(context: Context, turn: Turn, run: Run, job: Job) -> list[AnyReply]:
    """Have the version in use answer what base and new version were asked in ``job``; nothing where there is none, or where
    the answers of the new one are not there. Repeating it asks nothing twice."""
    await settle(context, turn, run.project_id)
    used, model = await in_use(context, run.project_id), await context.store.models.of_run(run.id)
    prompts = await asyncio.to_thread(read_lines, context.files, f"runs/{run.id}/prompts.jsonl")
    answered = await asyncio.to_thread(context.files.exists, f"runs/{run.id}/answers.jsonl")
    if used is None or model is None or job.state is not JobState.DONE or not (prompts and answered):
        return []
    plan = EvaluationPlan(
        contenders=(_contender(used), _contender(model)),
        prompts=tuple(prompts),
        max_tokens=int(job.spec.get("max_tokens") or 0),
    )
    await _spend_no_more_than_was_shown(context, run)
    evaluation = await start_evaluation(context, turn, run.project_id, plan, after=run)
    jobs = await jobs_of(context, evaluation)
    text = say("loop.comparing", version=model.version, used=used.version)
    return [Say(text=text), evaluation_card(evaluation, jobs, edit=False)]


def _contender(model: ModelVersion) -> Contender:
    return Contender(name=f"v{model.version}", model=model)


async def allow_second_comparison(context: Context, run_id: str, cost: Cost) -> None:
    """Let judging a run's version beside the one in use cost as much as its card said, once it has answered."""
    await (await asyncio.to_thread(allowance_in, context.files, f"runs/{run_id}", _ALLOWED)).allow_first(cost)


async def _spend_no_more_than_was_shown(context: Context, run: Run) -> None:
    """Where the card of the run spoke of no second comparison, no judge is paid for one."""
    shown = await asyncio.to_thread(allowance_in, context.files, f"runs/{run.id}", _ALLOWED)
    pair = await asyncio.to_thread(allowance_in, context.files, pair_folder(evaluation_of(run.id), NEW))
    await pair.allow_first(shown.allowed or Cost())


async def comparison_with_the_one_in_use(context: Context, run_id: str) -> Evaluation | None:
    try:
        return await context.store.evaluations.get(evaluation_of(run_id))
    except NotFound:
        return None


# The verdict


async def concluded(
    context: Context, turn: Turn, evaluation: Evaluation, result: EvaluationResult | None = None
) -> list[AnyReply]:
    """What follows from an evaluation that has ended, if it was made for a run whose version is saved; else nothing, for
    whoever announces the version asks again. The verdict acts once, however often it is told.

    ``result``: what was found, if it is at hand.
    """
    run_id = evaluation.results.get(FOR_RUN)
    if run_id is None or not evaluation.state.ended:
        return []
    run, model = await context.store.runs.get(str(run_id)), await context.store.models.of_run(str(run_id))
    if run.state is not RunState.SAVED or model is None:
        return []
    case = await _case(context, evaluation, run, model, result)
    if await _was_chosen(context, evaluation, model):
        chosen = await now_in_use(context, turn, model, case, by_person=True)
        return [*chosen, *await asked_after_saving(context, turn, run, model)]
    if case.why == "better":
        await promote_by_verdict(context, turn, model, evaluation.id, case.why)
        said = await now_in_use(context, turn, model, case)
        return [*said, *await asked_after_saving(context, turn, run, model)]
    return [await left_to_a_person(context, turn, model, case)]


@dataclass(frozen=True, kw_only=True)
class Case:
    """Why a version takes the place of another, or does not."""

    why: str
    """A code of ``taking_over``; or ``not_compared``; ``changed`` where another version is in use by now than was compared."""
    headlines: tuple[tuple[str, str], ...] = ()
    """With whom it was compared, and the verdict in a sentence."""
    exposed: int = 0


async def _case(
    context: Context, evaluation: Evaluation, run: Run, model: ModelVersion, result: EvaluationResult | None
) -> Case:
    contenders = await contenders_in(context, evaluation)
    if result is None and evaluation.state is EvaluationState.DONE:
        result = await evaluated(context, evaluation, contenders, ask=False)
    if result is None or not result.comparisons:
        return Case(why="not_compared")
    ((_, beside),) = result.comparisons
    base = await compare(context, run, ask=False)
    why: str = taking_over(
        beside.verdict, beside.measures, beside.pinned, base.verdict if base.answers else None, base.measures
    )
    headlines = ((beside.names.base, headline(beside)), (say("compare.base_name"), headline(base)))
    if why == "better" and await _is_overtaken(context, evaluation, contenders[0]):
        why = "changed"
    return Case(why=why, headlines=headlines, exposed=exposed(beside.measures))


async def _is_overtaken(context: Context, evaluation: Evaluation, used: Contender) -> bool:
    """Whether another version is in use by now, and not by this verdict."""
    if await was_promoted_by(context, evaluation.project_id, evaluation.id):
        return False
    now = await in_use(context, evaluation.project_id)
    return now is None or used.model is None or now.id != used.model.id


async def _was_chosen(context: Context, evaluation: Evaluation, model: ModelVersion) -> bool:
    """Whether the version is in use already, because somebody said so while it was compared."""
    now = await in_use(context, model.project_id)
    return now == model and not await was_promoted_by(context, model.project_id, evaluation.id)


async def now_in_use(
    context: Context, turn: Turn, model: ModelVersion, case: Case | None = None, *, by_person: bool = False
) -> list[AnyReply]:
    """The announcement, with the way back in one tap; and what becomes of it in Ollama. ``case``: what was found of it;
    ``by_person``: whether that came when somebody had put it to use already."""
    back = await replaced_by(context, model.project_id)
    headlines = case.headlines if case else ()
    card = in_use_card(stable_id("card", turn.id, "promotion"), model, back, headlines, by_person=by_person)
    return [card, *await published(context, turn, model)]


async def left_to_a_person(context: Context, turn: Turn, model: ModelVersion, case: Case) -> ShowCard:
    """A version that waits beside the one in use."""
    used = await in_use(context, model.project_id)
    assert used is not None, "only a version that is not in use waits"
    await asked_if_undecided(context, turn, await context.store.runs.get(model.run_id), model)
    why = say(f"loop.why_{case.why}", version=model.version, used=used.version, count=case.exposed)
    return waiting_card(stable_id("card", turn.id, "promotion"), model, used, case.headlines, why)


async def announced(context: Context, turn: Turn, run: Run, model: ModelVersion) -> list[AnyReply]:
    """What follows once a version is saved: the first is in use at once; another one is compared, or waits for a person.
    Its maker is asked about it once that is known."""
    await settle(context, turn, run.project_id)
    used = await in_use(context, run.project_id)
    evaluation = await comparison_with_the_one_in_use(context, run.id)
    if used is not None and used.id == model.id:
        asked = await asked_after_saving(context, turn, run, model)
        return [*([] if evaluation else await published(context, turn, model)), *asked]
    if evaluation is None:
        return [await left_to_a_person(context, turn, model, Case(why="not_compared"))]
    if not evaluation.state.ended:
        return []
    return await concluded(context, turn, evaluation)


async def published(context: Context, turn: Turn, model: ModelVersion) -> Sequence[AnyReply]:
    """Have a version put into Ollama, where a server is set up: that in use can be asked there. One that failed to is tried
    again; one that is there already stays."""
    run = await context.store.runs.get(model.run_id)
    job = await publish(context, run, model, turn.at, turn.conversation_id)
    if job is not None and job.state in (JobState.FAILED, JobState.CANCELLED):
        job = await publish(context, run, model, turn.at, turn.conversation_id, again=turn.id)
    if job is None:
        return []
    key = "loop.published_already" if job.state is JobState.DONE else "publish.begun"
    return [Say(text=say(key, model=job.spec["model"]))]


async def saved_by_id(context: Context, project_id: str, model_id: str) -> ModelVersion | None:
    return next((one for one in await saved_models(context, project_id) if one.id == model_id), None)
