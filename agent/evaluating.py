"""An evaluation: the same requests before several contenders, from its estimate to their answers.

Its files, for whoever has to delete what a person gave (``agent.forgetting``), all lie in ``evaluations/<id>/``, ``n`` being
a contender's place: ``prompts.jsonl``, ``held_out.jsonl``, ``answers_<n>.jsonl`` and ``hosted_<n>.jsonl`` are JSON lines whose
``id`` is that of the row, the pin or the pack's prompt; ``hosted_<n>.json`` and ``pair_<n>/judging.json`` hold figures alone, ``named.json`` ids; all else
(``comparison.*``, ``pair_<n>/``) quotes the same texts, and may be deleted whole: ``evaluated.evaluated`` makes it again.
While a contender answers, and where its job failed, there is ``runs/<id>_<n>/`` with a copy of requests and rows, and its
answers. The losses of rows stand in the results of jobs: ids and figures.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from agent.allowance import allowance_in
from agent.comparing import tokens_for_answers
from agent.contenders import Contender, contenders_in
from agent.context import Context
from agent.evaluation.answers import joined
from agent.evaluation.cost import BYTES_OF_A_TOKEN, Cost
from agent.evaluation.pinned import folded_request
from agent.evaluation.requests import Lesson, general_requests, requests_of
from agent.evaluation_answers import FOR_RUN, folder_of, job_run, pair_folder
from agent.evaluation_losses import HELD_OUT, HELD_OUT_ROWS, arithmetic_of, as_lines, rows_measured_in, rows_to_measure
from agent.hosted import allow_asking, cost_of_asking
from agent.judging import most_to_judge
from agent.pins import pinned_prompts, pins_of
from agent.state import EVAL_RUN, Turn
from agent.training import length_of, machine_facts, make_plan, read_lines
from storage.domain import Evaluation, EvaluationState, Job, JobState, Part, Row, RowStatus, Run, stable_id
from storage.files import Files
from trainer.client import GenerateRequest
from trainer.recipes import losses_seconds

_START_SECONDS = (15.0, 90.0)
"""Of a job: starting Python and torch and reading the base, as ``trainer.estimates`` has it."""
_SPREAD = (0.6, 1.7)
"""How much quicker or slower answering may be than in the latest comparison: answers are shorter or longer."""


@dataclass(frozen=True, kw_only=True)
class EvaluationPlan:
    """What an evaluation would be if it started now. Nothing is spent, nothing is written."""

    contenders: tuple[Contender, ...]
    prompts: tuple[Mapping[str, Any], ...]
    """Lines of ``prompts.jsonl``."""
    max_tokens: int
    held_out: tuple[Mapping[str, Any], ...] = ()
    """Rows whose losses versions and the base tell; of an evaluation after a run, those of the run are measured."""
    held_out_tokens: int = 0
    """Of these rows."""
    left_out: int = 0
    """Held-out rows that one of the versions was trained on."""
    seconds: tuple[float, float] | None = None
    """Of the trainer, low and high; None where it has nothing to do."""
    hosted: Mapping[str, Cost] = field(default_factory=dict)
    """At most, by contender."""
    judging: Cost = field(default_factory=Cost)
    """Of all pairs, at most; none where no hosted judge is asked."""

    @property
    def counts(self) -> Counter[str]:
        """Requests by their source: ``row``, ``pack``, ``general``, ``pinned``."""
        return Counter(str(one.get("source")) for one in self.prompts)

    @property
    def cost(self) -> Cost:
        """Of everything hosted, at most."""
        return sum(self.hosted.values(), Cost()) + self.judging


async def plan_evaluation(
    context: Context, project_id: str, contenders: Sequence[Contender], turn: Turn
) -> EvaluationPlan:
    brief = await context.store.briefs.get(project_id)
    approved = await context.store.rows.of_project(project_id, [RowStatus.APPROVED])
    rows, left_out = await asyncio.to_thread(_rows, context.files, contenders, approved)
    own = await asyncio.to_thread(requests_of, rows, context.packs.get(brief.pack), dict(brief.formats))
    prompts = (
        *(one.to_json() for one in (*own, *general_requests())),
        *pinned_prompts(await pins_of(context, project_id)),
    )
    measured = sum(one.kind != "hosted" for one in contenders) > 1  # else nobody's losses stand beside others
    plan = EvaluationPlan(
        contenders=tuple(contenders),
        prompts=prompts,
        max_tokens=await asyncio.to_thread(tokens_for_answers, context, rows),
        held_out=rows_to_measure(rows) if measured else (),
        held_out_tokens=await asyncio.to_thread(_tokens_held_out, context, rows) if measured else 0,
        left_out=left_out,
    )
    return replace(
        plan,
        seconds=await _seconds(context, project_id, turn, plan),
        hosted={one.name: cost_of_asking(prompts, plan.max_tokens) for one in contenders if one.kind == "hosted"},
        judging=await _judging(context, project_id, plan),
    )


def _rows(files: Files, contenders: Sequence[Contender], approved: Sequence[Row]) -> tuple[list[Lesson], int]:
    """The rows that are asked, with those that the versions were trained on beside them, and how many were left out.

    What a version was trained on is what its own run says, whatever part a row has by now; a row that asks the same as one
    of those counts as the same. It blocks.
    """
    categories = {row.id: row.category for row in approved}
    runs = [one.model.run_id for one in contenders if one.model is not None]
    known = [
        Lesson.of_line(row, categories) for run_id in runs for row in read_lines(files, f"runs/{run_id}/rows.jsonl")
    ]
    if not runs:
        known = [Lesson.of(row, row.part or Part.TRAIN) for row in approved]
    trained = {one.id: one for one in known if one.part == Part.TRAIN}
    looked_at = {one.id for one in known if one.part in (Part.TRAIN, Part.VALIDATION)}
    learned = {folded_request(one.instruction, one.input) for one in trained.values()}
    aside = [Lesson.of(row, row.part) for row in approved if row.part and row.part in (Part.TEST, Part.GOLDEN)]
    asked = [
        one for one in aside if one.id not in looked_at and folded_request(one.instruction, one.input) not in learned
    ]
    return [*asked, *trained.values()], len(aside) - len(asked)


def _tokens_held_out(context: Context, rows: Sequence[Lesson]) -> int:
    """Of the rows whose losses are measured. It blocks."""
    return sum(sum(length_of(context, row)) for row in rows if row.part == Part.TEST.value)


async def _seconds(context: Context, project_id: str, turn: Turn, plan: EvaluationPlan) -> tuple[float, float] | None:
    """By the pace of the latest comparison, where one was measured; else by arithmetic."""
    jobs = sum(one.kind != "hosted" for one in plan.contenders)
    if not jobs:
        return None
    machine = await machine_facts(context, turn)
    measuring = losses_seconds(plan.held_out_tokens, machine, context.base, context.base_facts)
    starts = [jobs * (start + losses) for start, losses in zip(_START_SECONDS, measuring, strict=True)]
    runs = await context.store.runs.of_project(project_id)
    paces = [pace for run in reversed(runs) if (pace := _pace(run.results.get("generate") or {}))]
    if paces:
        low, high = (paces[0] * len(plan.prompts) * jobs * one for one in _SPREAD)
        return low + starts[0], high + starts[1]
    would_be = replace(await make_plan(context, project_id, turn), in_use=None)
    recipe = would_be.recipe()
    with_answers = replace(would_be, requests=len(plan.prompts), besides=0, answer_tokens=plan.max_tokens).estimate(
        recipe
    )
    without = replace(would_be, requests=0, besides=0).estimate(recipe)
    low = (with_answers.seconds_low - without.seconds_low) / 2 * jobs  # a run's comparison has two sides
    high = (with_answers.seconds_high - without.seconds_high) / 2 * jobs
    return low + starts[0], high + starts[1]


def _pace(result: Mapping[str, Any]) -> float | None:
    """Seconds for one answer of one model, as a comparison's job has reported."""
    answers, seconds = result.get("answers"), result.get("seconds")
    if not isinstance(answers, int) or not isinstance(seconds, int | float) or answers < 1 or seconds <= 0:
        return None
    return float(seconds) / (2 * answers)


async def _judging(context: Context, project_id: str, plan: EvaluationPlan) -> Cost:
    """Of every pair, with answers as long as they may get. A judge on this machine costs nothing but time."""
    judges = context.judges or (context.model,)
    if not any(one.clever for one in judges):
        return Cost()
    length = plan.max_tokens * BYTES_OF_A_TOKEN
    lines = [{"id": one["id"], "base": "a" * length, "tuned": "b" * length} for one in plan.prompts]
    task = [one for one in joined(plan.prompts, lines) if not one.beyond]
    if not task:
        return Cost()
    each = await most_to_judge(context, project_id, "evaluations/estimate", task)
    pairs = len(plan.contenders) - 1
    return Cost(calls=each.calls * pairs, tokens=each.tokens * pairs, seconds=each.seconds * pairs)


# Starting


def evaluation_id_of(turn: Turn) -> str:
    return stable_id(EVAL_RUN.rstrip("_"), turn.id)


def evaluation_of(run_id: str) -> str:
    """The evaluation that holds a run's version against the one in use."""
    return stable_id(EVAL_RUN.rstrip("_"), run_id)


async def start_evaluation(
    context: Context, turn: Turn, project_id: str, plan: EvaluationPlan, *, after: Run | None = None
) -> Evaluation:
    """Keep the requests and what may be spent, then queue a job for each version and the base, which measures losses too.
    Repeating it starts nothing twice, and allows nothing more.

    ``after``: the run whose requests these are; its version, one of the contenders, has answered them already.
    """
    held_out = await asyncio.to_thread(rows_measured_in, context.files, after) if after else plan.held_out
    evaluation = Evaluation(
        id=evaluation_of(after.id) if after else evaluation_id_of(turn),
        project_id=project_id,
        number=0,
        contenders=tuple(one.name for one in plan.contenders),
        conversation_id=turn.conversation_id,
        asked_by=after.started_by if after else turn.person_id,
        event_id=turn.id,
        created_at=turn.at,
        state=EvaluationState.ANSWERING,
        results={
            "max_tokens": plan.max_tokens,
            "requests": len(plan.prompts),
            "left_out": plan.left_out,
            HELD_OUT_ROWS: len(held_out),
            **({FOR_RUN: after.id} if after else {}),
        },
    )
    lines = {"prompts.jsonl": as_lines(plan.prompts), HELD_OUT: as_lines(held_out)}
    asked = [place for place, one in enumerate(plan.contenders) if one.kind != "hosted" and not _is_of(one, after)]
    await asyncio.to_thread(_write_requests, context.files, evaluation, lines, asked)
    for place, one in enumerate(plan.contenders):
        if one.kind == "hosted":
            await allow_asking(context, folder_of(evaluation), place, plan.hosted[one.name])
    await _allow_judging(context, evaluation, plan)
    arithmetic = arithmetic_of([after] if after else await _runs_of(context, plan.contenders))
    evaluation = await context.store.evaluations.add(evaluation)
    for place, one in enumerate(await contenders_in(context, evaluation)):
        if after and _is_of(one, after):
            await asyncio.to_thread(_take_over, context.files, evaluation, place, f"runs/{after.id}")
        elif one.kind != "hosted":
            await context.trainer.submit(
                GenerateRequest(
                    run_id=job_run(evaluation.id, place),
                    base=context.base,
                    adapter_run=one.model.run_id if one.model else None,
                    answer_with=("tuned",) if one.model else ("base",),
                    max_tokens=plan.max_tokens,
                    arithmetic=arithmetic,
                ),
                request_id=f"evaluate:{evaluation.id}:{place}",
                now=turn.at,
                conversation_id=turn.conversation_id,
            )
    return evaluation


def _take_over(files: Files, evaluation: Evaluation, place: int, run: str) -> None:
    """The answers that a run's version has given. It blocks."""
    _keep_answers(files, run, f"{folder_of(evaluation)}/answers_{place}.jsonl", "tuned")


async def _runs_of(context: Context, contenders: Sequence[Contender]) -> list[Run]:
    """Those of the versions, in their order."""
    models = sorted((one.model for one in contenders if one.model is not None), key=lambda model: model.version)
    return [await context.store.runs.get(model.run_id) for model in models]


def _is_of(contender: Contender, after: Run | None) -> bool:
    """Whether it is the version of that run."""
    return after is not None and contender.model is not None and contender.model.run_id == after.id


def _write_requests(files: Files, evaluation: Evaluation, lines: Mapping[str, str], places: Sequence[int]) -> None:
    """The same requests and rows for all that have a job, by the name of their file. Those of a turn that broke off stay: a job
    may have begun on them. It blocks."""
    for name, text in lines.items():
        kept = f"{folder_of(evaluation)}/{name}"
        if not files.exists(kept):
            files.write_text(kept, text)
        for place in places:
            files.write_bytes(f"runs/{job_run(evaluation.id, place)}/{name}", files.read_bytes(kept))


async def _allow_judging(context: Context, evaluation: Evaluation, plan: EvaluationPlan) -> None:
    if not plan.judging.calls:
        return
    pairs = len(plan.contenders) - 1
    each = Cost(calls=plan.judging.calls // pairs, tokens=plan.judging.tokens // pairs)
    for place in range(len(plan.contenders)):
        allowance = await asyncio.to_thread(allowance_in, context.files, pair_folder(evaluation.id, place))
        await allowance.allow_first(each)


# Answers


async def jobs_of(context: Context, evaluation: Evaluation) -> dict[int, Job]:
    """The job of each contender that has one, by its place."""
    found = {}
    for place in range(len(evaluation.contenders)):
        jobs = await context.store.jobs.of_run(job_run(evaluation.id, place))
        if jobs:
            found[place] = jobs[-1]
    return found


async def collect(context: Context, evaluation: Evaluation, jobs: Mapping[int, Job]) -> None:
    """Bring home what was answered. The folder of a job goes when it has ended; of one that failed it stays, with its log."""
    for place, job in jobs.items():
        if job.state is JobState.DONE:
            await asyncio.to_thread(_collect, context.files, evaluation, place, job)
        if job.state in (JobState.DONE, JobState.CANCELLED):
            await asyncio.to_thread(context.files.delete_tree, f"runs/{job.run_id}")


def _collect(files: Files, evaluation: Evaluation, place: int, job: Job) -> None:
    side = "tuned" if job.spec.get("adapter_run") is not None else "base"
    _keep_answers(files, f"runs/{job.run_id}", f"{folder_of(evaluation)}/answers_{place}.jsonl", side)


def _keep_answers(files: Files, run: str, name: str, side: str) -> None:
    """Those of one side, once."""
    if not files.exists(name):
        lines = [
            {"id": line["id"], "text": str(line.get(side) or ""), "finished": line.get(f"{side}_finished") is not False}
            for line in read_lines(files, f"{run}/answers.jsonl")
            if "id" in line and side in line
        ]
        files.write_text(name, "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
