"""Losses that a generate job measures: those of a run, swapped alike, and none twice where a worker was killed."""

import json
import signal
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from storage.domain import JobKind
from tests.unit.trainer.worker.conftest import MakeAttempt, make_rows, read_lines, write_lines
from tests.unit.trainer.worker.test_process import start, until
from tests.unit.trainer.worker.test_row_losses import short_for
from trainer.worker import loss as loss_module
from trainer.worker import resources
from trainer.worker.attempt import Attempt
from trainer.worker.examples import Example
from trainer.worker.failures import Overtaken
from trainer.worker.generate import generate

MakeJob = Callable[..., Attempt]
TESTED = [row for row in make_rows() if row["part"] == "test"]


@pytest.fixture
def job(make_attempt: MakeAttempt, trained: Attempt, tmp_path: Path) -> MakeJob:
    """A job of one side that measures rows: those of the trained run's test, unless told otherwise."""
    asked = [{"id": row["id"], "instruction": row["instruction"], "input": row["input"]} for row in make_rows(3)]
    prompts = write_lines(tmp_path / "prompts.jsonl", asked)

    def make(side: str = "tuned", number: int = 1, rows: Sequence[dict[str, Any]] = TESTED, **changes: Any) -> Attempt:
        return make_attempt(
            number,
            kind=JobKind.GENERATE,
            prompts=str(prompts),
            held_out=str(write_lines(tmp_path / "held_out.jsonl", list(rows))),
            adapter=str(trained.folder.adapter) if side == "tuned" else None,
            answer_with=(side,),
            max_tokens=4,
            **changes,
        )

    return make


def losses(attempt: Attempt) -> dict[str, Any]:
    ended = generate(attempt)
    assert ended.result is not None
    assert not ended.cancelled
    return dict(ended.result["losses"])


def six() -> list[dict[str, Any]]:
    return [{**row, "part": "test"} for row in make_rows(6)]


def passes(monkeypatch: pytest.MonkeyPatch, wants: Callable[[Sequence[Example]], bool] = lambda _: False) -> list[int]:
    """The rows of each pass from now on; memory is too short for those of which ``wants`` says so."""
    return short_for(monkeypatch, wants)


@pytest.mark.parametrize("side", ["base", "tuned"])
def test_they_are_those_that_the_run_itself_told(job: MakeJob, trained: Attempt, side: str) -> None:
    told = json.loads(trained.folder.result.read_text())["result"]
    found = losses(job(side))
    assert (found["arithmetic"], found["device"]) == (told["arithmetic"], told["device"])
    assert len(found["by_row"]) == len(told["losses"]["by_row"]) == 2
    for row, wanted in zip(found["by_row"], told["losses"]["by_row"], strict=True):
        assert (row["id"], row["tokens"]) == (wanted["id"], wanted["tokens"])
        assert row["swapped_with"] == wanted["swapped_with"] != row["id"]
        assert row["loss"] == pytest.approx(wanted[side], rel=1e-5)
        assert row["swapped"] == pytest.approx(wanted[f"{side}_swapped"], rel=1e-5)
    assert found["loss"] == pytest.approx(told["losses"][side]["loss"], rel=1e-5)
    assert found["tokens"] == told["losses"]["tokens"]


@pytest.mark.parametrize("arithmetic", ["float32", "bfloat16"])
def test_they_are_measured_in_the_arithmetic_that_is_asked_for(job: MakeJob, arithmetic: str) -> None:
    """On a busy machine each job by itself may find another one quicker."""
    assert losses(job(arithmetic=arithmetic))["arithmetic"] == arithmetic


def test_how_it_may_compute_is_asked_of_the_base_as_training_does(
    job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside an adapter of large weights the last digits would decide, and the version be measured otherwise than in its run."""
    asked = list[bool]()

    def can_pack(causal: Any) -> bool:
        adapters = [module for module in causal.modules() if hasattr(module, "lora_A")]
        asked.append(bool(adapters) and not any(module.disable_adapters for module in adapters))
        return True

    monkeypatch.setattr(loss_module, "can_pack", can_pack)
    for number, side in enumerate(("base", "tuned"), 1):
        losses(job(side, number))
    assert asked == [False, False]


def test_without_rows_there_is_nothing_to_tell(job: MakeJob) -> None:
    found = losses(job(rows=[]))
    assert (found["rows"], found["by_row"], found["no_memory"]) == (0, [], [])


def test_a_job_that_was_begun_before_losses_were_asked_for_only_answers(job: MakeJob) -> None:
    attempt = job()
    spec = json.loads(attempt.folder.spec.read_text())
    old = {key: value for key, value in spec.items() if key not in ("held_out", "measured")}
    attempt.folder.spec.write_text(json.dumps(old))
    ended = generate(Attempt.open(attempt.folder.path))
    assert ended.result is not None
    assert (ended.result["answers"], ended.result["losses"]) == (3, None)


def test_a_job_of_both_sides_measures_nothing(job: MakeJob) -> None:
    attempt = job()
    spec = {**json.loads(attempt.folder.spec.read_text()), "answer_with": ["base", "tuned"]}
    attempt.folder.spec.write_text(json.dumps(spec))
    ended = generate(Attempt.open(attempt.folder.path))
    assert ended.result is not None
    assert ended.result["losses"] is None


def test_what_was_measured_before_is_copied_and_the_rest_is_measured(
    job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempt = job(number=1, rows=six())
    whole = losses(attempt)
    first = attempt.folder.losses
    lines = first.read_text().splitlines(keepends=True)
    assert len(lines) == 12
    first.write_text("".join(lines[:7]) + lines[7][:9])  # killed in the midst of a line
    sizes = passes(monkeypatch)
    again = job(number=2, rows=six(), measured=[str(first)])
    found = losses(again)
    assert sum(sizes) == 5
    assert [row["id"] for row in found["by_row"]] == [row["id"] for row in whole["by_row"]]
    for row, wanted in zip(found["by_row"], whole["by_row"], strict=True):
        assert row["loss"] == pytest.approx(wanted["loss"], rel=1e-5)
        assert row["swapped"] == pytest.approx(wanted["swapped"], rel=1e-5)
    assert len(read_lines(again.folder.losses)) == 12


def test_figures_of_another_arithmetic_are_not_taken_over(job: MakeJob, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = job(number=1)
    losses(attempt)
    first = attempt.folder.losses
    first.write_text(first.read_text().replace("float32", "bfloat16"))
    sizes = passes(monkeypatch)
    losses(job(number=2, measured=[str(first)]))
    assert sum(sizes) == 4


@pytest.mark.timeout(120)
def test_a_worker_that_is_killed_while_it_measures_has_done_nothing_for_nothing(
    job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Enough rows that the kill falls into the midst; each pass holds some of them."""
    many = [{**row, "part": "test"} for row in make_rows(300)]
    killed = job(number=1, rows=many)
    with start(killed.folder.path) as process:
        until(killed.folder.losses.exists, process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert not killed.folder.result.exists()
    before = killed.folder.losses.read_bytes().count(b"\n")
    assert 0 < before < 600
    answered = killed.folder.answers.read_bytes()
    sizes = passes(monkeypatch)
    again = job(number=2, rows=many, answered=[str(killed.folder.answers)], measured=[str(killed.folder.losses)])
    found = losses(again)
    assert sum(sizes) == 600 - before, "what was measured is not measured again"
    assert again.folder.answers.read_bytes() == answered, "nor is anything answered again"
    assert found["rows"] == 300
    assert all(row["swapped"] is not None for row in found["by_row"])


def test_a_pass_that_does_not_fit_is_halved_and_a_row_that_does_not_is_named(
    job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = losses(job(number=1, rows=six()))
    sizes = passes(monkeypatch, lambda piece: len(piece) > 1 or piece[0].row_id == "row_02")
    found = losses(job(number=2, rows=six()))
    assert max(sizes) > 1
    assert found["no_memory"] == ["row_02"]
    kept = [row for row in expected["by_row"] if row["id"] != "row_02"]
    for row, wanted in zip(found["by_row"], kept, strict=True):
        assert (row["id"], row["swapped_with"]) == (wanted["id"], wanted["swapped_with"])
        assert row["loss"] == pytest.approx(wanted["loss"], rel=1e-4)
        assert row["swapped"] == pytest.approx(wanted["swapped"], rel=1e-4)


def test_rows_for_which_there_is_no_memory_by_far_are_not_even_tried(
    job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "daring", lambda device: 0)
    sizes = passes(monkeypatch)
    found = losses(job())
    assert sizes == []
    assert found["no_memory"] == [row["id"] for row in TESTED]
    assert found["by_row"] == []


def test_an_attempt_after_one_that_was_killed_asks_for_less_at_once(
    job: MakeJob, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = passes(monkeypatch)
    losses(job(number=1, rows=six()))
    first = len(sizes)
    losses(job(number=8, rows=six()))
    assert len(sizes) - first > first


def test_whoever_stops_it_meanwhile_waits_for_one_pass_at_most(job: MakeJob, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = job(rows=six())
    monkeypatch.setitem(resources.TOKENS_AT_ONCE, "cpu", 1)
    sizes = passes(monkeypatch, lambda piece: bool(attempt.folder.cancel.write_text("")))
    ended = generate(attempt)
    assert ended.cancelled
    assert ended.result is not None
    assert ended.result["losses"] is None
    assert len(sizes) == 1


def test_another_token_stops_it_between_two_passes(job: MakeJob, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt = job(rows=six())
    passes(monkeypatch, lambda piece: attempt.folder.token.write_text("9") == 0)
    with pytest.raises(Overtaken):
        generate(attempt)
    assert not attempt.folder.losses.exists()
