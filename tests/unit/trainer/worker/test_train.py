"""Training: it learns, it can be stopped and gone on with at any step, and it says honestly when it did not learn."""

import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save_file

from tests.unit.trainer.worker.conftest import RECIPE, MakeAttempt, make_rows, read_lines, write_lines
from trainer.run_dir import WorkerResult
from trainer.worker import adapters, checkpoints, resources
from trainer.worker import base as bases
from trainer.worker import train as training
from trainer.worker.__main__ import outcome
from trainer.worker.attempt import Attempt
from trainer.worker.examples import Example
from trainer.worker.failures import Overtaken
from trainer.worker.loss import CompletionLoss
from trainer.worker.train import learning_rate, stopped_early, train, validation_steps


def result_of(attempt: Attempt) -> dict[str, Any]:
    data = json.loads(attempt.folder.result.read_text())
    assert data["failure"] is None
    return dict(data["result"])


def adapter_of(attempt: Attempt) -> adapters.Tensors:
    return adapters.read_tensors(attempt.folder.adapter / adapters.WEIGHTS)


# It learns, and says so in numbers


def test_golden_rows_change_nothing_of_what_is_learned_and_measured(
    make_attempt: MakeAttempt, trained: Attempt, tmp_path: Path
) -> None:
    golden = [{**row, "id": f"golden_{row['id']}", "part": "golden"} for row in make_rows(8)]
    rows = write_lines(tmp_path / "with_golden.jsonl", [*golden, *make_rows()])
    attempt = make_attempt(rows=str(rows), recipe=trained.spec.recipe)
    attempt.finish(train(attempt))
    with_golden, without = adapter_of(attempt), adapter_of(trained)
    assert all(torch.equal(with_golden[name], without[name]) for name in without)
    for what in ("losses", "validation", "rows", "steps", "tokens_seen"):
        assert result_of(attempt)[what] == result_of(trained)[what]


def test_a_run_learns_and_proves_it(trained: Attempt) -> None:
    result = result_of(trained)
    assert {name: check["passed"] for name, check in result["proof"].items()} == {
        "labels_unmasked": True,
        "adapter_nonzero": True,
        "answers_differ": True,
        "validation_improved": True,
    }
    assert result["losses"]["tuned"]["loss"] < result["losses"]["base"]["loss"]
    assert result["losses"]["base"]["perplexity"] == pytest.approx(np.exp(result["losses"]["base"]["loss"]))
    assert result["losses"]["rows"] == 2
    assert [row["id"] for row in result["losses"]["by_row"]] == ["row_05", "row_09"]
    assert result["validation"]["best"] < result["validation"]["before"]
    assert result["steps"] == result["steps_planned"] == 12
    assert result["rows"] == {"train": 11, "validation": 3, "test": 2}
    assert result["adapter"]["trainable_parameters"] == sum(t.numel() for t in adapter_of(trained).values())
    assert result["base"] == {"name": "tests/tiny-llama", "license": "apache-2.0"}
    assert set(result["versions"]) == {"torch", "transformers", "peft"}


def tuned_test_loss(attempt: Attempt) -> float:
    """Measured afresh: the adapter loaded from its folder by peft alone."""
    from peft import PeftModel

    from trainer.worker.examples import encode

    loaded = bases.load(Path(attempt.spec.base))
    with pytest.warns(FutureWarning, match="is_gradient_checkpointing"):
        tuned = PeftModel.from_pretrained(loaded.model, str(attempt.folder.adapter))
    examples = [encode(loaded.tokenizer, row) for row in make_rows() if row["part"] == "test"]
    pieces = list(CompletionLoss(tuned.get_base_model(), 1000).sums(examples))
    return sum(loss for loss, _ in pieces) / sum(labels for _, labels in pieces)


def test_the_adapter_that_is_kept_gives_the_loss_that_is_told(trained: Attempt) -> None:
    assert tuned_test_loss(trained) == pytest.approx(result_of(trained)["losses"]["tuned"]["loss"], rel=1e-5)


def test_metrics_tell_every_step_and_every_validation(trained: Attempt) -> None:
    points = read_lines(trained.folder.metrics)
    steps = [point for point in points if "loss" in point]
    assert [point["step"] for point in steps] == list(range(1, 13))
    for point in steps:
        assert point["tokens_per_second"] > 0
        assert point["examples_per_minute"] > 0
        assert point["eta_seconds"] >= 0
        assert point["row_ids"]
    assert steps[-1]["epoch"] == 4
    validations = [point for point in points if "validation_loss" in point]
    assert [point["step"] for point in validations] == [0, 2, 3, 5, 6, 8, 9, 11, 12]
    assert points[0] == {"phase": "loading"}


def test_only_safetensors_and_text_are_left_behind(trained: Attempt) -> None:
    suffixes = {path.suffix for path in trained.folder.path.rglob("*") if path.is_file()}
    assert suffixes <= {".safetensors", ".json", ".jsonl", ""}
    assert str(Path.home()) not in (trained.folder.adapter / adapters.CONFIG).read_text()
    assert json.loads((trained.folder.adapter / adapters.CONFIG).read_text())["base_model_name_or_path"] == (
        "tests/tiny-llama"
    )


def test_training_does_not_touch_the_base(
    make_attempt: MakeAttempt, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[bases.Base] = []
    load = bases.load

    def loading(folder: Path) -> bases.Base:
        seen.append(load(folder))
        return seen[-1]

    monkeypatch.setattr(bases, "load", loading)
    files = {path.name: path.read_bytes() for path in base.iterdir()}
    train(make_attempt())
    assert files == {path.name: path.read_bytes() for path in base.iterdir()}
    weights = load_file(base / "model.safetensors")
    for name, parameter in seen[0].model.named_parameters():
        if "lora_" not in name:
            plain = name.replace(".base_layer", "")
            np.testing.assert_array_equal(parameter.detach().numpy(), weights[plain])


# It says when it did not learn


def test_a_learning_rate_of_zero_proves_nothing(make_attempt: MakeAttempt) -> None:
    result = train(make_attempt(recipe=replace(RECIPE, learning_rate=0.0, patience=9))).result
    assert result is not None
    assert {name: check["passed"] for name, check in result["proof"].items()} == {
        "labels_unmasked": True,
        "adapter_nonzero": False,
        "answers_differ": False,
        "validation_improved": False,
    }
    assert result["proof"]["answers_differ"]["max_logit_difference"] == 0
    assert result["losses"]["tuned"] == result["losses"]["base"]


def given_validations(monkeypatch: pytest.MonkeyPatch, *losses: float) -> None:
    """Let the validations find these losses, one after the other."""
    given = iter(losses)
    measure = training.measure

    def measured(loss: CompletionLoss, examples: list[Example], attempt: Attempt) -> tuple[float, int]:
        value, labels = measure(loss, examples, attempt)
        return (next(given), labels) if examples[0].part == "validation" else (value, labels)

    monkeypatch.setattr(training, "measure", measured)


def test_training_that_makes_it_worse_is_told_and_stopped(
    make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_validations(monkeypatch, 3.0, 3.2, 3.1)
    attempt = make_attempt(recipe=replace(RECIPE, epochs=9))
    result = train(attempt).result
    assert result is not None
    assert (result["stopped_early"], result["steps"]) == (True, 3)
    assert result["validation"]["improved"] is False
    assert result["proof"]["validation_improved"] == {"passed": False, "before": 3.0, "best": 3.1, "best_step": 3}
    assert result["proof"]["adapter_nonzero"]["passed"]  # it did change, only not for the better
    assert result["best_step"] == 3  # of what was trained, the best is kept


def test_the_best_adapter_is_kept_and_not_the_last(make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch) -> None:
    given_validations(monkeypatch, 5.0, 4.0, 3.0, 3.5, 3.6)
    kept: dict[int, adapters.Tensors] = {}
    save = checkpoints.save
    monkeypatch.setattr(
        checkpoints,
        "save",
        lambda folder, point: kept.update({point.progress.step: point.adapter}) or save(folder, point),
    )
    attempt = make_attempt(recipe=replace(RECIPE, epochs=9))
    result = train(attempt).result
    assert result is not None
    assert result["validation"]["history"] == [[0, 5.0], [2, 4.0], [3, 3.0], [5, 3.5], [6, 3.6]]
    assert (result["best_step"], result["stopped_early"], result["steps"]) == (3, True, 6)
    assert result["losses"]["tuned"]["loss"] == pytest.approx(tuned_test_loss(attempt), rel=1e-5)
    same = {name: torch.equal(tensor, kept[3][name]) for name, tensor in adapter_of(attempt).items()}
    assert all(same.values())
    assert not all(torch.equal(tensor, kept[6][name]) for name, tensor in adapter_of(attempt).items())


# It can be stopped and gone on with


class Killed(Exception):
    """In place of SIGKILL: nothing after it runs."""


def kill_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    report = Attempt.report

    def dying(self: Attempt, **point: Any) -> None:
        report(self, **point)
        if point.get("step") == step and "loss" in point:
            raise Killed

    monkeypatch.setattr(Attempt, "report", dying)


@pytest.mark.parametrize("step", [1, 3, 4, 11])
def test_a_run_that_was_killed_ends_as_if_it_had_not_been(
    make_attempt: MakeAttempt, trained: Attempt, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    recipe = replace(RECIPE, epochs=4)
    first = make_attempt(1, recipe=recipe)
    with monkeypatch.context() as patch:
        kill_at(patch, step)
        with pytest.raises(Killed):
            train(first)
    second = make_attempt(2, recipe=recipe, resume_from=[str(first.folder.checkpoints)])
    result = train(second).result
    assert result is not None
    assert result["resumed_at_step"] == {1: 0, 3: 2, 4: 3, 11: 9}[step]
    whole = result_of(trained)
    for name, tensor in adapter_of(trained).items():
        torch.testing.assert_close(adapter_of(second)[name], tensor, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(result["validation"]["history"], whole["validation"]["history"], rtol=1e-5)
    assert result["losses"]["tuned"]["loss"] == pytest.approx(whole["losses"]["tuned"]["loss"], rel=1e-5)
    assert result["tokens_seen"] == whole["tokens_seen"]
    steps = [point["step"] for point in read_lines(second.folder.metrics) if "step" in point]
    assert min(steps) == result["resumed_at_step"] + 1  # no step is told twice, none is missing


def test_a_run_that_was_killed_after_its_last_step_only_measures(make_attempt: MakeAttempt, trained: Attempt) -> None:
    second = make_attempt(2, recipe=trained.spec.recipe, resume_from=[str(trained.folder.checkpoints)])
    result = train(second).result
    assert result is not None
    assert result["steps"] == 12
    assert result["losses"] == result_of(trained)["losses"]
    assert not [point for point in read_lines(second.folder.metrics) if "loss" in point]


@pytest.mark.parametrize("damage", ["torn tensors", "no state", "half a state", "other rank", "one flipped byte"])
def test_a_broken_checkpoint_is_passed_over(
    make_attempt: MakeAttempt, trained: Attempt, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "checkpoints"
    shutil.copytree(trained.folder.checkpoints, folder)
    newest = folder / "step-000012"
    adapter = newest / "adapter.safetensors"
    if damage == "torn tensors":
        adapter.write_bytes(adapter.read_bytes()[:-100])
    elif damage == "no state":
        (newest / "state.json").unlink()
    elif damage == "half a state":
        (newest / "state.json").write_text((newest / "state.json").read_text()[:40])
    elif damage == "one flipped byte":
        data = bytearray(adapter.read_bytes())
        data[-1] ^= 1
        adapter.write_bytes(data)
    else:
        save_file({name: tensor[:1] for name, tensor in load_file(adapter).items()}, adapter)
        state = json.loads((newest / "state.json").read_text())
        state["sha256"]["adapter"] = adapters.sha256(adapter)
        (newest / "state.json").write_text(json.dumps(state))
    result = train(make_attempt(2, recipe=trained.spec.recipe, resume_from=[str(folder)])).result
    assert result is not None
    assert result["resumed_at_step"] == 11
    assert result["losses"]["tuned"]["loss"] == pytest.approx(result_of(trained)["losses"]["tuned"]["loss"], rel=1e-5)


def test_a_checkpoint_of_other_rows_is_not_taken_up(
    make_attempt: MakeAttempt, trained: Attempt, tmp_path: Path
) -> None:
    rows = write_lines(tmp_path / "others.jsonl", make_rows(15))
    result = train(make_attempt(2, rows=str(rows), resume_from=[str(trained.folder.checkpoints)])).result
    assert result is not None
    assert result["resumed_at_step"] is None


def test_two_checkpoints_are_kept_and_work_between_validations_is_saved(
    make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[int] = []
    save = checkpoints.save

    def saving(folder: Path, checkpoint: checkpoints.Checkpoint) -> None:
        saved.append(checkpoint.progress.step)
        save(folder, checkpoint)

    monkeypatch.setattr(checkpoints, "save", saving)
    now = iter(range(0, 10_000_000, 15))  # a clock on which each look is 15 s after the last
    attempt = make_attempt(recipe=replace(RECIPE, epochs=1, validations_per_epoch=1))
    train(attempt, clock=lambda: float(next(now)))
    assert saved == [0, 1, 2, 3]
    assert sorted(path.name for path in attempt.folder.checkpoints.iterdir()) == ["step-000002", "step-000003"]


def test_a_cancel_keeps_the_best_adapter_so_far(make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Attempt.report

    def cancelling(self: Attempt, **point: Any) -> None:
        report(self, **point)
        if point.get("step") == 4 and "loss" in point:
            self.folder.cancel.touch()

    monkeypatch.setattr(Attempt, "report", cancelling)
    attempt = make_attempt(recipe=replace(RECIPE, epochs=4))
    ended = train(attempt)
    assert ended.cancelled
    assert ended.result is not None
    assert ended.result["steps"] == 4
    assert ended.result["validation"]["history"][-1][0] == 4  # what was learned since the last validation counts
    assert ended.result["losses"]["tuned"]["loss"] < ended.result["losses"]["base"]["loss"]
    assert not ended.result["stopped_early"]
    assert adapter_of(attempt)


def test_a_cancel_before_the_first_step_leaves_no_result(make_attempt: MakeAttempt) -> None:
    attempt = make_attempt()
    attempt.folder.cancel.touch()
    assert train(attempt) == WorkerResult(token=1, cancelled=True)


def test_a_worker_that_was_overtaken_stops_at_once_and_writes_nothing_more(
    make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = Attempt.report
    before: set[Path] = set()

    def overtaking(self: Attempt, **point: Any) -> None:
        report(self, **point)
        if point.get("step") == 4 and "loss" in point:
            self.folder.token.write_text("2")
            before.update(self.folder.path.rglob("*"))

    monkeypatch.setattr(Attempt, "report", overtaking)
    attempt = make_attempt(recipe=replace(RECIPE, epochs=4))
    with pytest.raises(Overtaken):
        outcome(attempt, train)
    assert set(attempt.folder.path.rglob("*")) == before
    assert read_lines(attempt.folder.metrics)[-1]["step"] == 4
    with pytest.raises(Overtaken):
        attempt.finish(WorkerResult(token=1, cancelled=True))
    assert not attempt.folder.result.exists()


# It refuses what cannot work


def failure_of(attempt: Attempt) -> Any:
    failure = outcome(attempt, train).failure
    assert failure is not None
    return failure


def test_too_few_rows_are_refused_before_anything_is_loaded(make_attempt: MakeAttempt, tmp_path: Path) -> None:
    rows = write_lines(tmp_path / "few.jsonl", make_rows(9))
    failure = failure_of(make_attempt(rows=str(rows), base=str(tmp_path / "nowhere")))
    assert (failure.code, dict(failure.numbers)) == ("too_few_rows", {"rows": 9, "least": 10})


def test_long_rows_are_left_out_and_listed(make_attempt: MakeAttempt, tmp_path: Path) -> None:
    rows = make_rows()
    rows[0]["input"] = "word " * 300
    path = write_lines(tmp_path / "long.jsonl", rows)
    result = train(make_attempt(rows=str(path))).result
    assert result is not None
    assert [(item["id"], item["position"], item["reason"]) for item in result["left_out"]] == [
        ("row_00", 1, "row_too_long")
    ]
    assert result["rows"]["train"] == 10


def test_rows_without_answers_are_refused(make_attempt: MakeAttempt, tmp_path: Path) -> None:
    rows = write_lines(tmp_path / "empty.jsonl", [row | {"output": "  "} for row in make_rows()])
    assert failure_of(make_attempt(rows=str(rows))).code == "nothing_to_learn"


def test_rows_that_are_missing_or_broken_are_refused(make_attempt: MakeAttempt, tmp_path: Path) -> None:
    assert failure_of(make_attempt(rows=str(tmp_path / "none.jsonl"))).code == "rows_missing"
    broken = tmp_path / "broken.jsonl"
    broken.write_text('{"id": 1}\n')
    assert failure_of(make_attempt(2, rows=str(broken))).code == "rows_unreadable"


def test_too_little_memory_is_refused_with_both_numbers(
    make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resources, "free_memory", lambda device: 50 * 2**20)
    failure = failure_of(make_attempt())
    assert failure.code == "no_memory"
    assert failure.numbers["free"] == 50 * 2**20 < failure.numbers["needed"]


def test_little_memory_makes_smaller_passes_and_the_same_model(
    make_attempt: MakeAttempt, base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = train(make_attempt(1)).result
    config = bases.read_config(base)
    weights = bases.check_files(base)
    needed = 2 * weights + 16 * resources.adapter_parameters(config, 4) + resources._RUNTIME
    room = needed + 200 * resources.bytes_per_token(config, 4)
    monkeypatch.setattr(resources, "free_memory", lambda device: int(room / resources._SHARE))
    small = train(make_attempt(2)).result
    assert whole is not None
    assert small is not None
    assert small["tokens_at_once"] < whole["tokens_at_once"]
    assert small["losses"]["tuned"]["loss"] == pytest.approx(whole["losses"]["tuned"]["loss"], rel=1e-3)


def test_too_little_disk_is_refused(make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=1000))
    failure = failure_of(make_attempt())
    assert (failure.code, failure.numbers["free"]) == ("no_disk", 1000)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("model.safetensors", None, "base_missing"),
        ("config.json", None, "base_missing"),
        ("model.safetensors", b"\x10\0\0\0\0\0\0\0garbage", "base_unreadable"),
        ("config.json", b"{", "base_unreadable"),
        ("tokenizer.json", b"{}", "base_unreadable"),
        ("chat_template.jinja", None, "base_unreadable"),
    ],
)
def test_a_base_that_is_missing_or_damaged_is_refused(
    make_attempt: MakeAttempt, base: Path, tmp_path: Path, name: str, content: bytes | None, code: str
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(base, folder)
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    failure = failure_of(make_attempt(base=str(folder)))
    assert (failure.code, failure.numbers["base"]) == (code, "damaged")


def test_a_base_that_lacks_a_tensor_is_not_filled_with_random_numbers(
    make_attempt: MakeAttempt, base: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "damaged"
    shutil.copytree(base, folder)
    tensors = load_file(folder / "model.safetensors")
    del tensors["model.layers.1.mlp.up_proj.weight"]
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    failure = failure_of(make_attempt(base=str(folder)))
    assert failure.code == "base_unreadable"
    assert failure.numbers["missing"] == ["model.layers.1.mlp.up_proj.weight"]


def test_a_loss_that_is_no_number_ends_the_run(make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch) -> None:
    backward = CompletionLoss.backward
    calls = iter([False, False, True])

    def poisoned(self: CompletionLoss, batch: list[Example]) -> tuple[float, int]:
        value, labels = backward(self, batch)
        return (float("nan") if next(calls) else value), labels

    monkeypatch.setattr(CompletionLoss, "backward", poisoned)
    attempt = make_attempt()
    failure = failure_of(attempt)
    assert (failure.code, failure.numbers["step"]) == ("diverged", 3)
    assert failure.numbers["row_ids"]
    attempt.finish(WorkerResult(token=1, failure=failure))
    assert json.loads(attempt.folder.result.read_text())["failure"]["numbers"]["loss"] is None  # JSON has no NaN


def test_a_learning_rate_out_of_all_bounds_is_noticed(make_attempt: MakeAttempt) -> None:
    failure = failure_of(make_attempt(recipe=replace(RECIPE, learning_rate=1e4, epochs=9, patience=9)))
    assert failure.code == "diverged"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (MemoryError(), "out_of_memory"),
        (torch.OutOfMemoryError("CUDA out of memory"), "out_of_memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes"), "out_of_memory"),
        (RuntimeError("could not create a primitive"), "out_of_memory"),
        (OSError(28, "No space left on device"), "no_disk"),
        (ZeroDivisionError("what"), "crashed"),
    ],
)
def test_whatever_is_raised_becomes_a_code(make_attempt: MakeAttempt, error: Exception, code: str) -> None:
    def work(attempt: Attempt) -> WorkerResult:
        raise error

    failure = outcome(make_attempt(), work).failure
    assert failure is not None
    assert failure.code == code
    assert type(error).__name__ in failure.detail


# Its arithmetic


def test_the_learning_rate_rises_then_falls_as_a_cosine() -> None:
    rates = [learning_rate(step, 100, replace(RECIPE, learning_rate=1.0, warmup_ratio=0.1)) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert rates[9] == rates[10] == 1.0
    assert rates[55] == pytest.approx(0.5)
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[100] == pytest.approx(0)


def test_validations_are_spread_over_each_epoch_and_the_last_step_is_one() -> None:
    assert validation_steps(10, replace(RECIPE, epochs=2, validations_per_epoch=2)) == {5, 10, 15, 20}
    assert validation_steps(1, replace(RECIPE, epochs=3, validations_per_epoch=4)) == {1, 2, 3}


@pytest.mark.parametrize(
    ("losses", "stopped"),
    [
        ([5], False),
        ([5, 6], False),
        ([5, 6, 6], True),
        ([5, 6, 4], False),
        ([5, 4, 4, 4], True),
        ([5, 4, 4.1, 3.9], False),
    ],
)
def test_patience_counts_validations_without_a_better_one(losses: list[float], stopped: bool) -> None:
    assert stopped_early(list(enumerate(losses)), patience=2) is stopped


def test_holding_between_steps_is_for_tests_alone(make_attempt: MakeAttempt, monkeypatch: pytest.MonkeyPatch) -> None:
    held: list[float] = []
    monkeypatch.setattr(time, "sleep", held.append)
    train(make_attempt(hold_seconds_per_step=0.5))
    assert held == [0.5] * 6
