"""Say that a saved version can be asked in Ollama too, or why not, and try again on request."""

from langgraph.runtime import Runtime

from agent.access import refusal
from agent.context import Context
from agent.failures import words_of
from agent.permissions import Action
from agent.publishing import publish
from agent.replies import AnyReply, Choice, Say, ShowCard
from agent.reports.cards import closed_card, decided_already
from agent.state import CardFacts, Position, State, Turn, answered, turn_of
from agent.words import say
from storage.domain import Job, JobState, ModelVersion, Run


async def announce_publication(state: State, runtime: Runtime[Context]) -> Position:
    """The end of a publish job, or a press of the button under one that failed."""
    context, turn = runtime.context, turn_of(state)
    if turn.kind == "press":
        assert turn.card is not None, "the router sends presses of known cards only"
        return {"replies": answered(*await _again(context, turn, turn.card))}
    job = await context.trainer.follow(turn.payload["job_id"])
    run = await context.store.runs.get(job.run_id)
    model = await context.store.models.of_run(run.id)
    assert model is not None, "only a version that has its number is published"
    if job.state is JobState.DONE:
        await context.store.runs.update(run.id, run.state, {"publish": dict(job.result or {})})
        return {"replies": answered(_done(job))}
    return {"replies": answered(_not_done(context, job, run, model))}


def _done(job: Job) -> Say:
    result = job.result or {}
    text = say(
        "publish.done",
        model=result["model"],
        requests=result["requests"],
        difference=f"{result['difference']:.2f}",
        tolerance=f"{result['tolerance']:g}",
    )
    return Say(text=text)  # the run has called when it ended


def _not_done(context: Context, job: Job, run: Run, model: ModelVersion) -> ShowCard:
    reason = say("publish.stopped")
    if job.failure is not None:
        reason = words_of(job.failure.code, job.failure.numbers, base=context.base, log="logs/trainer.log")
    return ShowCard(
        card_id=f"publication:{job.id}",
        card_kind="publication",
        subject={"run_id": run.id},
        title=say("publish.title_not_done", name=model.name, version=model.version),
        note=say("publish.not_done", reason=reason[:1].upper() + reason[1:]),
        choices=(Choice(label=say("publish.again"), action="again"),),
        ping=True,
    )


async def _again(context: Context, turn: Turn, card: CardFacts) -> list[AnyReply]:
    run = await context.store.runs.get(str(card["subject"]["run_id"]))
    refused = await refusal(context, run.project_id, turn.person_id, Action.TRAIN)
    if refused:
        return [refused]
    if context.team is None:  # the button is still good once a server is set up
        return [Say(text=say("publish.not_set"))]
    answer = await context.store.cards.answer(card["id"], turn.action, turn.id)
    if not answer.accepted:
        return [decided_already(answer.card, card["labels"])]
    model = await context.store.models.of_run(run.id)
    job = None
    if model is not None:
        job = await publish(context, run, model, turn.at, turn.conversation_id, again=turn.id)
    closed = closed_card(card["id"], "publication", card["subject"], "publish.title_again")
    text = say("publish.begun", model=job.spec["model"]) if job else say("publish.not_set")
    return [closed, Say(text=text)]
