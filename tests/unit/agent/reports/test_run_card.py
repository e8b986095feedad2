"""The card of a run: what it shows of a run at work, and that a second press is another press and disturbs nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from agent.reports.run_card import run_card
from bot.chat.messages import CardFace
from bot.platforms.console.inbound import press_id
from bot.render import render
from storage.domain import Job, JobKind, JobState, Run, RunState
from trainer.diagnosis import Diagnosis

AT = datetime(2026, 11, 21, tzinfo=UTC)
RUN = Run(
    id="run_1",
    project_id="p",
    conversation_id="c",
    started_by="console:ana",
    number=4,
    recipe={},
    state=RunState.TRAINING,
    created_at=AT,
)
PROGRESS: dict[str, Any] = {
    "phase": "training",
    "step": 18,
    "steps": 54,
    "epoch": 2.0,
    "epochs": 6,
    "loss": 2.51234,
    "validation_loss": 2.99149,
    "tokens_per_second": 207.071,
    "examples_per_minute": 49.3,
    "eta_seconds": 137.1,
}


def job(kind: JobKind = JobKind.TRAIN, version: int = 7, **progress: Any) -> Job:
    return Job(
        id=f"job_{kind.value}",
        request_id="r",
        kind=kind,
        run_id="run_1",
        spec={},
        state=JobState.RUNNING,
        created_at=AT,
        started_at=AT,
        progress=progress,
        progress_version=version,
    )


def fields(at: Job) -> dict[str, str]:
    return {quote.name: quote.text for quote in run_card(at, RUN).fields}


def labels(at: Job | None, run: Run = RUN) -> list[str]:
    return [choice.label for choice in run_card(at, run).choices]


def face(at: Job) -> CardFace:
    card = render(run_card(at, RUN)).card
    assert card is not None
    return card


def presses(at: Job) -> dict[str, str]:
    return {button.label: press_id("c", "p", face(at), button) for button in face(at).buttons}


def test_a_run_at_work_shows_where_it_is_how_fast_and_how_long_still() -> None:
    assert fields(job(**PROGRESS)) == {
        "Epoch": "2.0 of 6",
        "Step": "18 of 54",
        "Loss": "2.512",
        "Validation loss": "2.991",
        "Speed": "207 tokens/s, 49 examples/min",
        "Time left": "2 min",
    }


def test_it_says_in_a_sentence_how_it_goes() -> None:
    found = Diagnosis(
        code="overfitting",
        numbers={"since_epoch": 1.5, "best_validation_loss": 2.8, "last_validation_loss": 2.99149, "validations": 4},
    )
    card = run_card(job(**PROGRESS, diagnosis=found.to_json()), RUN)
    assert card.note == (
        "Overfitting since epoch 1.5: it learns the examples by heart, and gets worse on those kept aside "
        "(2.800, now 2.991). The best state is kept."
    )


def test_what_was_said_at_the_end_stays_also_while_it_is_compared() -> None:
    ended = replace(RUN, state=RunState.COMPARING, results={"diagnosis": Diagnosis(code="learning").to_json()})
    assert run_card(job(JobKind.GENERATE), ended).note.startswith("Learning")


def test_there_is_a_chart_from_the_first_step_on() -> None:
    assert labels(job()) == ["Stop"]
    assert labels(job(**PROGRESS)) == ["Show chart", "Stop"]
    assert labels(job(JobKind.GENERATE)) == ["Show chart", "Stop"]
    assert labels(replace(job(**PROGRESS), state=JobState.DONE)) == ["Show chart"]
    assert labels(None) == []


def test_to_press_again_once_it_has_moved_on_is_another_press_and_a_double_tap_is_not() -> None:
    assert presses(job(**PROGRESS))["Show chart"] == presses(job(**PROGRESS))["Show chart"]
    assert presses(job(**PROGRESS))["Show chart"] != presses(job(version=8, **PROGRESS))["Show chart"]
    compared = job(JobKind.GENERATE, version=7)
    assert presses(job(**PROGRESS))["Show chart"] != presses(compared)["Show chart"]


@pytest.mark.parametrize("later", [job(version=8, **PROGRESS), job(JobKind.GENERATE, version=1)])
def test_its_state_stays_so_that_it_takes_no_numbers_from_the_card_that_waits(later: Job) -> None:
    """A card whose state changes counts as shown anew: a number typed then would press its buttons."""
    assert face(job(**PROGRESS)).state == face(later).state == ""


def test_how_far_judges_are_is_told_as_long_as_there_is_something_to_judge() -> None:
    def told(judging: tuple[int, int] | None) -> list[tuple[str, str]]:
        return [(one.name, one.text) for one in run_card(job(JobKind.EXPORT), RUN, judging=judging).fields]

    assert told((12, 40)) == [("Requests judged", "12 of 40")]
    assert told((0, 0)) == told(None) == []
