"""Say what base and tuned model did with the same test requests, and have the tuned one saved."""

from langgraph.runtime import Runtime

from agent.comparing import compare, replies_about
from agent.context import Context
from agent.failures import sentence
from agent.goals import project_now
from agent.loop import compare_with_the_one_in_use
from agent.mending import mending_cards
from agent.promotion import saved_models
from agent.replies import AnyReply, Say
from agent.reports.run_card import run_card
from agent.results import losses_of
from agent.state import Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Job, JobState, ModelVersion, Run, RunState, stable_id
from trainer.client import ExportRequest


async def compare_models(state: State, runtime: Runtime[Context]) -> Position:
    """What was trained is saved whatever the comparison says; saving goes on while it is measured and judged."""
    context, turn = runtime.context, turn_of(state)
    job = await context.trainer.follow(turn.payload["job_id"])
    run = await context.store.runs.get(job.run_id)
    run = await context.store.runs.update(run.id, RunState.SAVING, {"generate": dict(job.result or {})})
    export = await _save(context, turn, run)
    comparison = await compare(context, run)
    replies: list[AnyReply] = await replies_about(context, run, turn, comparison)
    if not comparison.answers:
        replies.insert(0, Say(text=_without_answers(job, context.base)))
    mending = await mending_cards(context, run, turn, comparison)
    beside = await compare_with_the_one_in_use(context, turn, run, job)
    return {"replies": answered(run_card(export, run), *replies, *mending, *beside)}


async def _save(context: Context, turn: Turn, run: Run) -> Job:
    """Number the version and queue its export. Repeating it does neither twice."""
    project = await project_now(context, run.project_id)
    losses = losses_of(run.results.get("train", {}))
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
    return await context.trainer.submit(
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


def _without_answers(job: Job, base: str) -> str:
    """Why there are no answers to show, if there are none: the comparison is worth less than what was trained."""
    if job.state is JobState.CANCELLED:
        return say("compare.stopped")
    if job.state is JobState.FAILED:
        return say("compare.failed", reason=sentence(job, base))
    return say("compare.no_answers")
