"""``stop``, ``status`` and ``help``: answered from the database alone, also while something long runs.

It knows no state of the conversation: what it says must be true whatever stage that is in.
"""

from agent.access import refusal
from agent.context import Context
from agent.numbers import duration, figure
from agent.permissions import Action
from agent.replies import AnyReply, Say
from agent.state import Turn
from agent.words import say
from storage.domain import Job, JobKind, RowStatus

HELP_WORDS = ("new", "add", "examples", "train", "status", "stop", "ask", "models", "forget", "help")


async def answer(turn: Turn, context: Context) -> list[AnyReply]:
    if turn.kind == "press" or turn.word == "stop":
        return [await _stop(turn, context)]
    if turn.word == "status":
        return [await _status(turn, context)]
    return [Say(text=help_text())]


def help_text() -> str:
    lines = [say("help.intro"), *(f"- {say(f'help.{word}')}" for word in HELP_WORDS)]
    return "\n".join(lines)


async def _stop(turn: Turn, context: Context) -> Say:
    conversation = await context.store.conversations.get(turn.conversation_id)
    refused = await refusal(context, conversation.project_id, turn.person_id, Action.STOP)
    if refused:
        return refused
    jobs = await context.store.jobs.active(turn.conversation_id)
    if turn.kind == "press" and turn.card is not None:
        jobs = [job for job in jobs if job.run_id == turn.card["subject"].get("run_id")]
    if not jobs:
        return Say(text=say("stop.nothing"))
    for job in jobs:
        await context.trainer.cancel(job.id, turn.at)
    training = [job for job in jobs if job.kind is JobKind.TRAIN]
    if training:
        run = await context.store.runs.get(training[0].run_id)
        return Say(text=say("stop.stopping", number=run.number))
    return Say(text=say("stop.stopped"))


async def _status(turn: Turn, context: Context) -> Say:
    store = context.store
    conversation = await store.conversations.get(turn.conversation_id)
    if conversation.project_id is None:
        return Say(text=say("status.no_project"))
    refused = await refusal(context, conversation.project_id, turn.person_id, Action.VIEW)
    if refused:
        return refused
    project = await store.projects.get(conversation.project_id)
    approved = await store.rows.count(project.id, RowStatus.APPROVED)
    pending = await store.rows.count(project.id, RowStatus.PENDING)
    lines = [say("status.project", name=project.name, approved=approved, pending=pending)]
    jobs = await store.jobs.active(turn.conversation_id)
    lines += [await _job_line(job, context) for job in jobs]
    if not jobs:
        runs = await store.runs.of_project(project.id)
        last = runs[-1] if runs else None
        lines.append(
            say("status.last", number=last.number, state=say(f"runstate.{last.state.value}"))
            if last
            else say("status.no_run")
        )
    return Say(text="\n".join(lines))


async def _job_line(job: Job, context: Context) -> str:
    if job.run_id.startswith("ask_"):
        return say("status.generate").capitalize() + "."
    run = await context.store.runs.get(job.run_id)
    state = say("status.queued") if job.started_at is None else say(f"status.{job.kind.value}")
    line = say("status.run", number=run.number, state=state)
    progress = job.progress
    if job.kind is JobKind.TRAIN and progress.get("step"):
        line += " " + say(
            "status.run_progress",
            epoch=f"{progress.get('epoch') or 0:.1f}",
            epochs=progress.get("epochs", "–"),
            step=progress["step"],
            steps=progress.get("steps", "–"),
            loss=figure(progress.get("loss")),
            eta=duration(progress.get("eta_seconds") or 0),
        )
    return line
