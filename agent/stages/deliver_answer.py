"""Bring an answer that the trainer gave to the person who asked."""

import asyncio
from dataclasses import replace

from langgraph.runtime import Runtime

from agent.asking import answers_in, asked_of, question_to, show_answers
from agent.context import Context
from agent.forgetting import forget_questions
from agent.replies import Say, ShowCard
from agent.state import Position, State, answered, turn_of
from agent.training import read_lines
from agent.words import say


async def deliver_answer(state: State, runtime: Runtime[Context]) -> Position:
    """The answer is quoted as it is: it is a model's text, not ours. What was asked privately is answered directly.

    Files of earlier questions go. This one's stay until the next: a turn that is repeated after a crash reads them.
    """
    context, turn = runtime.context, turn_of(state)
    await forget_questions(context)
    job = await context.trainer.follow(turn.payload["job_id"])
    lines = await asyncio.to_thread(read_lines, context.files, f"runs/{job.run_id}/answers.jsonl")
    question = await question_to(context, job.run_id)
    answer: Say | ShowCard
    if lines:
        asked = await asked_of(context, job.spec)
        answers = answers_in(lines[0], job.spec["answer_with"])
        answer = await show_answers(context, turn, asked, question, answers, ping=True)
    else:
        skipped = (job.result or {}).get("skipped")
        answer = Say(text=say("ask.beyond_context" if skipped else "stop.stopped"), ping=bool(skipped))
    directly = question.asked_by if question and question.privately else None
    return {"replies": answered(replace(answer, to=directly))}
