"""``stop``, ``status`` and ``help``: answered from the database alone, also while something long runs.

It knows no state of the conversation: what it says must be true whatever stage that is in.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher, get_close_matches

from agent.access import refusal
from agent.context import ROWS_NEEDED, Context
from agent.coverage import cells, question, thinnest
from agent.numbers import duration, figure
from agent.permissions import Action
from agent.planning import counted
from agent.questions import ASKED, KIND, answer_in_words, plain_words
from agent.replies import AnyReply, Say
from agent.reports.diagnoses import sentence
from agent.reports.naming import who
from agent.rows import in_a_list, progress, waiting
from agent.state import ASK_RUN, EVAL_RUN, Turn, evaluation_of_run
from agent.words import say
from storage.domain import Brief, Job, JobKind, Project, Row, RowStatus
from trainer.diagnosis import Diagnosis

HELP_WORDS = (
    "new",
    "add",
    "review",
    "draft",
    "contrast",
    "goal",
    "plan",
    "format",
    "skip",
    "back",
    "examples",
    "export",
    "train",
    "chart",
    "status",
    "stop",
    "compare",
    "rate",
    "rubric",
    "judge",
    "evaluate",
    "retrain",
    "use",
    "history",
    "pin",
    "ask",
    "models",
    "stats",
    "remind",
    "share",
    "join",
    "link",
    "forget",
    "help",
)


_AS_NEAR = 0.1
"""``difflib`` ratio: "stauts" is 0.91 like "stats" and 0.83 like "status", and either may be meant."""
_STOPPING = {JobKind.GENERATE: "stop.comparison", JobKind.PUBLISH: "stop.publication"}


async def answer(turn: Turn, context: Context) -> list[AnyReply]:
    if turn.kind == "press" or turn.word == "stop":
        return [await _stop(turn, context)]
    if turn.word == "status":
        return [await _status(turn, context)]
    return [Say(text=help_text())]


def help_text() -> str:
    lines = [say("help.intro"), *(f"- {say(f'help.{word}')}" for word in HELP_WORDS)]
    return "\n".join(lines)


def unknown_text(typed: str) -> str:
    """What is said of a word that is none of ours: the one or two that were perhaps meant, else all there are."""
    word = typed.split(maxsplit=1)[0][:40] if typed.strip() else ""
    meant = _meant(word.casefold())
    unknown = say("help.unknown", word=word.replace("`", "")) if word else ""
    if meant:
        words = say("list.or").join(f"`/tune {one}`" for one in meant)
        return f"{unknown} {say('help.meant', words=words)}"
    return "\n".join(filter(None, [unknown, help_text()]))


def _meant(word: str) -> list[str]:
    """The nearest word of ours, and the next one where it is hardly less near."""
    near = get_close_matches(word, HELP_WORDS, n=2)
    likeness = [SequenceMatcher(None, one, word).ratio() for one in near]
    return [one for one, alike in zip(near, likeness, strict=True) if alike > likeness[0] - _AS_NEAR]


async def _stop(turn: Turn, context: Context) -> Say:
    """Stop what runs in this conversation and the person may stop; by a run card's button, that run alone."""
    jobs = list(await context.store.jobs.active(turn.conversation_id))
    if turn.kind == "press":
        subject = turn.card["subject"] if turn.card else {}
        if evaluation_id := subject.get("evaluation_id"):
            return await _stop_evaluation(turn, context, str(evaluation_id))
        jobs = [job for job in jobs if job.run_id == subject.get("run_id")]
    if not jobs:
        return Say(text=say("stop.nothing"))
    said, refusals = [], []
    for job in jobs:
        refused = await refusal(context, await _project_of(job, turn, context), turn.person_id, Action.STOP)
        if refused:
            refusals.append(refused.text)
            continue
        await context.trainer.cancel(job.id, turn.at)
        said.append(await _stopping(job, context))
    if not said:
        return Say(text="\n".join(dict.fromkeys(refusals)), private=True)
    return Say(text="\n".join(dict.fromkeys([*said, *refusals])))


async def _stop_evaluation(turn: Turn, context: Context, evaluation_id: str) -> Say:
    """Its jobs, and whatever is being asked of hosted models at the moment: that stops after the calls in hand."""
    evaluation = await context.store.evaluations.get(evaluation_id)
    if refused := await refusal(context, evaluation.project_id, turn.person_id, Action.STOP):
        return refused
    if (await context.store.evaluations.stop(evaluation_id)).state.ended:
        return Say(text=say("stop.nothing"))
    for place in range(len(evaluation.contenders)):
        for job in await context.store.jobs.of_run(f"{evaluation_id}_{place}"):
            await context.trainer.cancel(job.id, turn.at)
    return Say(text=say("evaluate.stopping", number=evaluation.number))


async def _project_of(job: Job, turn: Turn, context: Context) -> str | None:
    """Whose permission it takes to stop the job: its run's project, or of a question the conversation's."""
    if job.run_id.startswith(ASK_RUN):
        return (await context.store.conversations.get(turn.conversation_id)).project_id
    if job.run_id.startswith(EVAL_RUN):
        return (await context.store.evaluations.get(evaluation_of_run(job.run_id))).project_id
    return (await context.store.runs.get(job.run_id)).project_id


async def _stopping(job: Job, context: Context) -> str:
    if job.run_id.startswith(ASK_RUN):
        return say("stop.stopped")
    if job.run_id.startswith(EVAL_RUN):
        evaluation = await context.store.evaluations.stop(evaluation_of_run(job.run_id))
        return say("evaluate.stopping", number=evaluation.number)
    run = await context.store.runs.get(job.run_id)
    return say(_STOPPING.get(job.kind, "stop.stopping"), number=run.number)


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
    brief = await store.briefs.get(project.id)
    approved = await store.rows.count(project.id, RowStatus.APPROVED)
    pending = len(await waiting(context, project.id))
    lines = [say("status.project", name=project.name, approved=approved, pending=pending)]
    lines += _understood(context, project, brief)
    rows = await counted(context, project.id)
    lines += _coverage(context, brief, rows)
    lines += jobs or [await _last_run(context, project.id)]
    lines += await _next(context, turn, brief, rows, approved, pending)
    return Say(text="\n".join(lines))


async def welcome_back(turn: Turn, context: Context) -> list[AnyReply]:
    """One sentence for somebody who was away; none for somebody without a project here."""
    project_id = (await context.store.conversations.get(turn.conversation_id)).project_id
    if project_id is None or await refusal(context, project_id, turn.person_id, Action.VIEW):
        return []
    project = await context.store.projects.get(project_id)
    text = say("status.welcome_back", name=project.name, progress=await progress(context, project_id))
    return [Say(text=text)]


def _understood(context: Context, project: Project, brief: Brief) -> list[str]:
    """The kind of task, and what was answered. The goal itself is as long as the person liked."""
    said = [
        question_id for question_id in ASKED if (question_id == KIND and brief.pack) or brief.answers.get(question_id)
    ]
    answers = [
        f"{say(f'goal.{one}')}: {plain_words(context, answer_in_words(context, project, brief, one))}" for one in said
    ]
    return [say("status.understood", answers="; ".join(answers))] if answers else []


def _coverage(context: Context, brief: Brief, rows: Sequence[Row]) -> list[str]:
    """Each kind of the plan with its count."""
    pack = context.packs.get(brief.pack)
    if pack is None or not brief.plan.targets:
        return []
    told = [
        say("status.cell", plural=cell.category.plural, have=cell.have, want=cell.want)
        for cell in cells(pack, brief.plan, rows)
        if cell.aspect is None
    ]
    return [say("status.coverage", cells=", ".join(told))] if told else []


async def _last_run(context: Context, project_id: str) -> str:
    runs = await context.store.runs.of_project(project_id)
    if not runs:
        return say("status.no_run")
    return say("status.last", number=runs[-1].number, state=say(f"runstate.{runs[-1].state.value}"))


async def _next(
    context: Context, turn: Turn, brief: Brief, rows: Sequence[Row], approved: int, pending: int
) -> list[str]:
    """What waits for the person first; only where nothing does, what would be asked for next."""
    lines = []
    latest = max((row.created_at for row in rows if row.output and turn.is_by(row.author_id)), default=None)
    begun = [row for row in rows if not row.output and (latest is None or row.created_at > latest)]
    card = await context.store.cards.latest(turn.conversation_id)
    if begun and turn.is_by(begun[-1].author_id) and not turn.shared:  # it may have been begun elsewhere
        lines.append(say("status.begun", request=in_a_list(begun[-1])))
    elif card and card.kind == "question" and card.answered_by_event is None:
        lines.append(say("status.question", question=say(f"question.{card.subject['question_id']}")))
    elif pending:
        lines.append(say("status.decide"))
    else:
        lines.append(_asking(context, brief, rows))
    if approved >= ROWS_NEEDED:
        lines.append(say("status.can_train"))
    return lines


def _asking(context: Context, brief: Brief, rows: Sequence[Row]) -> str:
    pack = context.packs.get(brief.pack)
    cell = thinnest(pack, brief.plan, rows) if pack else None
    if pack is None or not rows:
        return say("status.first")
    return say("status.next", question=question(cell, brief.plan, rows, pack))


async def _job_line(job: Job, context: Context) -> str:
    if job.run_id.startswith(ASK_RUN):
        return say("status.generate").capitalize() + "."
    if job.run_id.startswith(EVAL_RUN):
        evaluation = await context.store.evaluations.get(evaluation_of_run(job.run_id))
        name = evaluation.contenders[int(job.run_id.rpartition("_")[2])]
        state = say(f"evaluate.job_{job.state.value}")
        return say("evaluate.status", number=evaluation.number, who=who(name), state=state)
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
        if found := progress.get("diagnosis"):
            line += " " + sentence(Diagnosis.from_json(found))
    return line
