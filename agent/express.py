"""``stop``, ``status`` and ``help``: answered from the database alone, also while something long runs.

It knows no state of the conversation: what it says must be true whatever stage that is in.
"""

from agent.access import refusal
from agent.context import Context
from agent.numbers import duration, figure
from agent.permissions import Action
from agent.replies import AnyReply, Say
from agent.rows import in_a_list, waiting
from agent.state import ASK_RUN, Turn
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
    """Stop what runs in this conversation and the person may stop; by a run card's button, that run alone."""
    jobs = list(await context.store.jobs.active(turn.conversation_id))
    if turn.kind == "press":
        run_id = turn.card["subject"].get("run_id") if turn.card else None
        jobs = [job for job in jobs if job.run_id == run_id]
    if not jobs:
        return Say(text=say("stop.nothing"))
    said = []
    for job in jobs:
        refused = await refusal(context, await _project_of(job, turn, context), turn.person_id, Action.STOP)
        if refused:
            said.append(refused.text)
            continue
        await context.trainer.cancel(job.id, turn.at)
        said.append(await _stopping(job, context))
    return Say(text="\n".join(dict.fromkeys(said)))


async def _project_of(job: Job, turn: Turn, context: Context) -> str | None:
    """Whose permission it takes to stop the job: its run's project, or of a question the conversation's."""
    if job.run_id.startswith(ASK_RUN):
        return (await context.store.conversations.get(turn.conversation_id)).project_id
    return (await context.store.runs.get(job.run_id)).project_id


async def _stopping(job: Job, context: Context) -> str:
    if job.run_id.startswith(ASK_RUN):
        return say("stop.stopped")
    run = await context.store.runs.get(job.run_id)
    return say("stop.comparison" if job.kind is JobKind.GENERATE else "stop.stopping", number=run.number)


async def _status(turn: Turn, context: Context) -> Say:
    """Where the project stands, and everything that runs in this conversation, whatever project it is of."""
    store = context.store
    conversation = await store.conversations.get(turn.conversation_id)
    refused = await refusal(context, conversation.project_id, turn.person_id, Action.VIEW)
    if refused:
        return refused
    jobs = [await _job_line(job, context) for job in await store.jobs.active(turn.conversation_id)]
    if conversation.project_id is None:
        return Say(text="\n".join([say("status.no_project"), *jobs]))
    project = await store.projects.get(conversation.project_id)
    approved = await store.rows.count(project.id, RowStatus.APPROVED)
    pending = len(await waiting(context, project.id))
    lines = [say("status.project", name=project.name, approved=approved, pending=pending), *jobs]
    begun = [row for row in await store.rows.of_project(project.id, [RowStatus.PENDING]) if not row.output]
    if begun and begun[-1].author_id == turn.person_id:
        lines.append(say("status.begun", request=in_a_list(begun[-1])))
    if not jobs:
        runs = await store.runs.of_project(project.id)
        lines.append(
            say("status.last", number=runs[-1].number, state=say(f"runstate.{runs[-1].state.value}"))
            if runs
            else say("status.no_run")
        )
    return Say(text="\n".join(lines))


async def _job_line(job: Job, context: Context) -> str:
    if job.run_id.startswith(ASK_RUN):
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
