"""Report how a training run ended: figures, proof of learning, chart; and have both models answer the test requests."""

import logging
from collections.abc import Sequence

from langgraph.runtime import Runtime

from agent.comparing import request_answers
from agent.context import Context
from agent.curves import chart_of, look_at, points_of
from agent.numbers import duration, figure
from agent.replies import Say, ShowPicture, ShowTable
from agent.reports.diagnoses import sentence
from agent.reports.run_card import run_card
from agent.results import Check, Training, proof_of, training_of
from agent.state import Position, State, answered, turn_of
from agent.words import say
from storage.domain import JobState, Run, RunState

_log = logging.getLogger(__name__)


async def report_training(state: State, runtime: Runtime[Context]) -> Position:
    """The one ping at the end. A stopped run is said to be stopped; a finished one is compared by itself. What the
    curve says comes first; what to do about it stands last, where its button is at hand."""
    context, turn = runtime.context, turn_of(state)
    job = await context.trainer.follow(turn.payload["job_id"])
    result = dict(job.result or {})
    stopped = job.state is JobState.CANCELLED
    findings = await look_at(context, turn, job)
    run = await context.store.runs.update(
        job.run_id, RunState.STOPPED if stopped else RunState.COMPARING, {"train": result, **findings.to_json()}
    )
    picture = await _chart(context, run)
    headline = [] if findings.diagnosis.code == "too_early" else [sentence(findings.diagnosis)]
    remedies = findings.cards(turn, run)
    if stopped:
        text = "\n".join([say("trained.stopped", number=run.number), *headline])
        return {"replies": answered(run_card(job, run), Say(text=text, ping=True), *picture, *remedies)}
    await request_answers(context, run, turn)
    checks = proof_of(result)
    done = Say(text="\n".join([*headline, *_sentences(run, training_of(result))]))  # the run's end calls, not this
    compared = Say(text=say("compare.started"))
    return {"replies": answered(run_card(job, run), done, *picture, _proof(checks), compared, *remedies)}


async def _chart(context: Context, run: Run) -> list[ShowPicture]:
    """The curve as a picture. Whatever keeps it from being drawn does not keep the run from being compared and saved."""
    try:
        drawn = await chart_of(context, run, await points_of(context, run), "chart.png")
    except Exception:  # noqa: BLE001  # a picture is no reason to lose what was trained
        _log.warning("no chart of run %s", run.id, exc_info=True)
        return []
    return [drawn] if drawn else []


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
