"""Report how a training run ended: figures, proof of learning, chart; and have both models answer the test requests."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from langgraph.runtime import Runtime

from agent.comparing import request_answers
from agent.context import Context
from agent.numbers import duration, figure
from agent.replies import AnyReply, Say, ShowPicture, ShowTable
from agent.reports.charts import describe, draw_loss_chart
from agent.reports.run_card import run_card
from agent.results import Check, Training, proof_of, training_of
from agent.state import Position, State, answered, turn_of
from agent.training import read_lines
from agent.words import say
from storage.domain import JobState, Run, RunState


async def report_training(state: State, runtime: Runtime[Context]) -> Position:
    """The one ping at the end. A stopped run is said to be stopped; a finished one is compared by itself."""
    context, turn = runtime.context, turn_of(state)
    job = await context.trainer.follow(turn.payload["job_id"])
    result = dict(job.result or {})
    stopped = job.state is JobState.CANCELLED
    run = await context.store.runs.update(
        job.run_id, RunState.STOPPED if stopped else RunState.COMPARING, {"train": result}
    )
    picture = await _chart(context, run)
    if stopped:
        text = Say(text=say("trained.stopped", number=run.number), ping=True)
        return {"replies": answered(run_card(job, run), text, *picture)}
    await request_answers(context, run, turn)
    training = training_of(result)
    checks = proof_of(result)
    done = Say(text="\n".join(_sentences(run, training)), ping=True)
    return {
        "replies": answered(run_card(job, run), done, *picture, _proof(checks), Say(text=say("compare.started"))),
    }


def _sentences(run: Run, training: Training) -> list[str]:
    lines = [
        say(
            "trained.done",
            number=run.number,
            steps=training.steps,
            duration=duration(training.seconds),
            before=figure(training.validation_before),
            after=figure(training.validation_best),
        )
    ]
    if training.stopped_early:
        lines.append(say("trained.stopped_early", epochs=f"{training.epochs_done:.1f}", step=training.best_step))
    if training.left_out:
        lines.append(say("trained.left_out", count=training.left_out))
    return lines


def _proof(checks: Sequence[Check]) -> ShowTable:
    passed = all(check.passed for check in checks)
    return ShowTable(
        title=say("trained.proof_title"),
        header=(say("trained.proof_header_check"), say("trained.proof_header_result")),
        rows=tuple(
            (check.words, say("trained.proof_passed" if check.passed else "trained.proof_failed")) for check in checks
        ),
        text=say("trained.proof_all" if passed else "trained.not_learned"),
    )


async def _chart(context: Context, run: Run) -> list[AnyReply]:
    points = await asyncio.to_thread(read_lines, context.files, f"runs/{run.id}/metrics.jsonl")
    facts = describe(points)
    if not facts.get("steps"):
        return []
    path = f"runs/{run.id}/chart.png"
    await asyncio.to_thread(draw_loss_chart, points, context.files.path(path))
    return [ShowPicture(path=path, alt=_alt(run, facts), text=say("chart.text", number=run.number))]


def _alt(run: Run, facts: Mapping[str, Any]) -> str:
    validation = say("chart.alt_no_validation")
    if facts.get("validation_first") is not None:
        validation = say(
            "chart.alt_validation",
            first=figure(facts["validation_first"]),
            best=figure(facts["validation_best"]),
            best_step=facts["validation_best_step"],
            last=figure(facts["validation_last"]),
        )
    return say(
        "chart.alt",
        number=run.number,
        steps=facts["steps"],
        first=figure(facts["loss_first"]),
        last=figure(facts["loss_last"]),
        validation=validation,
    )
