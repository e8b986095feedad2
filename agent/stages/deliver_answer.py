"""Bring the tuned model's answer to the person who asked."""

import asyncio

from langgraph.runtime import Runtime

from agent.context import Context
from agent.forgetting import forget_questions
from agent.replies import Quote, Say
from agent.state import Position, State, answered, turn_of
from agent.training import read_lines
from agent.words import say


async def deliver_answer(state: State, runtime: Runtime[Context]) -> Position:
    """The answer is quoted as it is: it is a model's text, not ours.

    Files of earlier questions go. This one's stay until the next: a turn that is repeated after a crash reads them.
    """
    context, turn = runtime.context, turn_of(state)
    await forget_questions(context)
    run_id = turn.payload["run_id"]
    job = await context.trainer.follow(turn.payload["job_id"])
    lines = await asyncio.to_thread(read_lines, context.files, f"runs/{run_id}/answers.jsonl")
    if not lines:
        return {"replies": answered(Say(text=say("stop.stopped")))}
    text = str(lines[0].get("tuned") or "").strip() or say("ask.empty_answer")
    model = await context.store.models.of_run(str(job.spec["adapter_run"]))
    name, version = (model.name, model.version) if model else (job.spec["adapter_run"], "")
    answer = Say(
        text=say("ask.answer", name=name, version=version),
        quoted=(Quote(name=say("compare.tuned"), text=text),),
        ping=True,
    )
    return {"replies": answered(answer)}
