"""Say that a job failed or was stopped, why, and what to do."""

from langgraph.runtime import Runtime

from agent.context import Context
from agent.curves import look_at
from agent.failures import sentence
from agent.replies import Say
from agent.reports import diagnoses
from agent.reports.run_card import run_card
from agent.state import ASK_RUN, Position, State, answered, turn_of
from agent.words import say
from storage.domain import JobState, RunState


async def report_failure(state: State, runtime: Runtime[Context]) -> Position:
    """One ping, one sentence with the remedy; the run's card says the same for good. Of a run that diverged, the curve
    tells why, and the remedy is one tap away."""
    context, turn = runtime.context, turn_of(state)
    job = await context.trainer.follow(turn.payload["job_id"])
    reason = sentence(job, context.base)
    if job.run_id.startswith(ASK_RUN):
        return {"replies": answered(Say(text=say("failure.other", reason=reason), ping=True))}
    if job.state is not JobState.FAILED:
        run = await context.store.runs.update(job.run_id, RunState.STOPPED)
        text = say("trained.stopped", number=run.number)
        return {"replies": answered(run_card(job, run), Say(text=text, ping=True))}
    if job.failure is None or job.failure.code != "diverged":
        run = await context.store.runs.update(job.run_id, RunState.FAILED)
        text = say("failure.ping", number=run.number, reason=reason)
        return {"replies": answered(run_card(job, run), Say(text=text, ping=True))}
    findings = await look_at(context, turn, job)
    run = await context.store.runs.update(job.run_id, RunState.FAILED, findings.to_json())
    text = say("diagnosis.ended", number=run.number, why=diagnoses.sentence(findings.diagnosis))
    return {"replies": answered(run_card(job, run), Say(text=text, ping=True), *findings.cards(turn, run))}
