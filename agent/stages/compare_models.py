"""Show what base and tuned model did with the same test requests, and have the tuned one saved."""

import asyncio
import json

from langgraph.runtime import Runtime

from agent.context import Context
from agent.failures import sentence
from agent.goals import project_now
from agent.replies import AnyReply, Quote, Say, ShowTable
from agent.reports.comparison import Comparison, heading, side_by_side, table, texts
from agent.reports.run_card import run_card
from agent.results import losses_of
from agent.state import Position, State, answered, turn_of
from agent.training import read_lines, saved_models
from agent.words import say
from storage.domain import Job, JobState, ModelVersion, RunState, stable_id
from trainer.client import ExportRequest


async def compare_models(state: State, runtime: Runtime[Context]) -> Position:
    """The comparison as a table and side by side; the same as ``comparison.json`` and ``.md`` in the run's folder."""
    context, turn = runtime.context, turn_of(state)
    job = await context.trainer.follow(turn.payload["job_id"])
    run = await context.store.runs.get(job.run_id)
    project = await project_now(context, run.project_id)
    folder = f"runs/{run.id}"
    prompts = await asyncio.to_thread(read_lines, context.files, f"{folder}/prompts.jsonl")
    answers = await asyncio.to_thread(read_lines, context.files, f"{folder}/answers.jsonl")
    comparison = Comparison(
        name=project.name,
        run=run.number,
        losses=losses_of(run.results.get("train", {})),
        answers=side_by_side(prompts, answers),
    )
    data = json.dumps(comparison.to_json(), ensure_ascii=False, indent=2)
    await asyncio.to_thread(context.files.write_text, f"{folder}/comparison.json", data)
    await asyncio.to_thread(context.files.write_text, f"{folder}/comparison.md", comparison.to_markdown())
    losses = comparison.losses
    figures = {"base_loss": losses.base, "tuned_loss": losses.tuned} if losses else {}
    model = await context.store.models.add(
        ModelVersion(
            id=stable_id("model", run.id),
            project_id=project.id,
            run_id=run.id,
            name=project.slug,
            version=0,
            metrics=figures,
            created_at=turn.at,
        )
    )
    earlier = [other.version for other in await saved_models(context, project.id)]
    run = await context.store.runs.update(run.id, RunState.SAVING, {"generate": dict(job.result or {})})
    export = await context.trainer.submit(
        ExportRequest(
            run_id=run.id,
            base=context.base,
            name=model.name,
            version=model.version,
            card={"goal": project.goal, "title": project.name, "figures": figures, "earlier": earlier},
        ),
        request_id=f"export:{run.id}",
        now=turn.at,
        conversation_id=turn.conversation_id,
    )
    return {"replies": answered(run_card(export, run), *_shown(comparison, _without_answers(job, context.base)))}


def _without_answers(job: Job, base: str) -> str:
    """Why there are no answers to show, if there are none: the comparison is worth less than what was trained."""
    if job.state is JobState.CANCELLED:
        return say("compare.stopped")
    if job.state is JobState.FAILED:
        return say("compare.failed", reason=sentence(job, base))
    return say("compare.no_answers")


def _shown(comparison: Comparison, without_answers: str) -> list[AnyReply]:
    replies: list[AnyReply] = []
    losses = comparison.losses
    if losses:
        header, *rows = table(losses)
        text = say(
            "compare.text",
            rows=losses.rows,
            tokens=losses.tokens,
            base=rows[0][1],
            tuned=rows[0][2],
        )
        title = say("compare.title", number=comparison.run)
        replies.append(ShowTable(title=title, text=text, header=tuple(header), rows=tuple(map(tuple, rows))))
    if not comparison.answers:
        replies.append(Say(text=without_answers))
    for number, one in enumerate(comparison.answers, 1):
        quoted = tuple(Quote(name=say(key), text=text) for key, text in texts(one))
        replies.append(Say(text=f"**{heading(comparison, number)}**", quoted=quoted))
    return replies
