"""The one status card of a run: a pure function from the run and its present job to its face."""

from agent.numbers import duration, figure
from agent.replies import Choice, Quote, ShowCard
from agent.reports.diagnoses import sentence
from agent.words import say
from storage.domain import Job, JobKind, JobState, Run, RunState
from trainer.diagnosis import Diagnosis

CHART = "chart"
"""The verb of the button's action. Behind it stands how far things are: whoever presses again after that has another
press, and sees another chart. The card's ``state`` stays the same, for a card of another state counts as shown anew,
and would take the numbers that a person types from the card that waits for a decision."""


def run_card_id(run_id: str) -> str:
    return f"run:{run_id}"


def run_card(job: Job | None, run: Run, edit: bool = True, judging: tuple[int, int] | None = None) -> ShowCard:
    """The one status card of a run, as things stand with its present job.

    ``judging``: how many requests judges have judged by now, of how many; None while none are at it.
    """
    return ShowCard(
        card_id=run_card_id(run.id),
        card_kind="run",
        subject={"run_id": run.id},
        title=say(f"run.title_{_phase(job, run)}", number=run.number),
        fields=(*(_run_fields(job) if job is not None else ()), *_judging(judging)),
        choices=_choices(job),
        note=_how_it_goes(job, run),
        edit=edit,
    )


def _choices(job: Job | None) -> tuple[Choice, ...]:
    """The chart from the first step on; to stop as long as there is something to stop."""
    if job is None:
        return ()
    choices = []
    if job.kind is not JobKind.TRAIN or job.progress.get("step"):
        action = f"{CHART}:{job.kind.value}:{job.progress_version}"
        choices.append(Choice(label=say("run.chart"), action=action))
    if not job.state.ended and not job.cancel_requested:
        choices.append(Choice(label=say("run.stop"), action="stop", style="danger"))
    return tuple(choices)


def _how_it_goes(job: Job | None, run: Run) -> str:
    """What the curve says: so far, or as it was said at the end, if it then said anything."""
    kept = run.results.get("diagnosis")
    if kept is None and job is not None and job.kind is JobKind.TRAIN:
        return sentence(Diagnosis.from_json(live)) if (live := job.progress.get("diagnosis")) else ""
    return sentence(Diagnosis.from_json(kept)) if kept and kept["code"] != "too_early" else ""


def _phase(job: Job | None, run: Run) -> str:
    if job is None or run.state.ended:
        return run.state.value
    if job.cancel_requested and not job.state.ended:
        return "stopping"
    if job.state is JobState.FAILED:
        return RunState.FAILED.value
    if job.state is JobState.CANCELLED:
        return RunState.STOPPED.value
    if job.kind is JobKind.TRAIN and job.state is JobState.DONE:
        return RunState.TRAINED.value
    if job.started_at is None and job.kind is JobKind.TRAIN:
        return "queued"
    return {JobKind.TRAIN: "training", JobKind.GENERATE: "comparing", JobKind.EXPORT: "saving"}[job.kind]


def _run_fields(job: Job) -> list[Quote]:
    progress = job.progress
    if job.kind is JobKind.GENERATE and progress.get("of"):
        value = say("run.of", done=progress.get("done", 0), total=progress["of"])
        return [Quote(name=say("run.answers"), text=value), *_time_left(job)]
    if job.kind is not JobKind.TRAIN or not progress.get("steps"):
        return []
    fields = [("run.step", say("run.of", done=progress.get("step", 0), total=progress["steps"]))]
    if progress.get("epochs"):
        fields.insert(
            0, ("run.epoch", say("run.of", done=f"{progress.get('epoch') or 0:.1f}", total=progress["epochs"]))
        )
    for key in ("loss", "validation_loss"):
        if progress.get(key) is not None:
            fields.append((f"run.{key}", figure(progress[key])))
    if progress.get("tokens_per_second"):
        speed = say(
            "run.speed_value",
            tokens=round(progress["tokens_per_second"]),
            examples=round(progress.get("examples_per_minute") or 0),
        )
        fields.append(("run.speed", speed))
    return [*(Quote(name=say(key), text=value) for key, value in fields), *_time_left(job)]


def _judging(judging: tuple[int, int] | None) -> list[Quote]:
    if judging is None or not judging[1]:
        return []
    return [Quote(name=say("run.judging"), text=say("run.of", done=judging[0], total=judging[1]))]


def _time_left(job: Job) -> list[Quote]:
    seconds = job.progress.get("eta_seconds")
    if seconds is None or job.state.ended:
        return []
    return [Quote(name=say("run.eta"), text=duration(seconds))]
