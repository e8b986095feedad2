"""Say that a job failed or was stopped, why, and what to do."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.failures import sentence
from agent.replies import Say
from agent.reports.run_card import run_card
from agent.state import ASK_RUN, Position, State, answered, turn_of
from agent.words import say
from storage.domain import JobState, RunState


async def report_failure(state: State, runtime: Runtime[Context]) -> Position:
    """One ping, one sentence with the remedy; the run's card says the same for good."""
    context, turn = runtime.context, turn_of(state)
    job = await context.trainer.follow(turn.payload["job_id"])
    reason = sentence(job, context.base)
    if job.run_id.startswith(ASK_RUN):
        return {"replies": answered(Say(text=say("failure.other", reason=reason), ping=True))}
    failed = job.state is JobState.FAILED
    run = await context.store.runs.update(job.run_id, RunState.FAILED if failed else RunState.STOPPED)
    text = (
        say("failure.ping", number=run.number, reason=reason) if failed else say("trained.stopped", number=run.number)
    )
    return {"replies": answered(run_card(job, run), Say(text=text, ping=True))}
