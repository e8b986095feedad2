"""Answers of the base and of the tuned model: the same in a batch as alone, and none twice."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from storage.domain import JobKind
from tests.unit.trainer.worker.conftest import MakeAttempt, make_rows, read_lines, write_lines
from trainer.run_dir import WorkerResult
from trainer.worker import adapters
from trainer.worker import base as bases
from trainer.worker import generate as generating
from trainer.worker.__main__ import outcome
from trainer.worker.attempt import Attempt
from trainer.worker.examples import encode_prompt
from trainer.worker.failures import Overtaken
from trainer.worker.generate import answer, generate


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    return write_lines(
        tmp_path / "prompts.jsonl",
        [
            {"id": row["id"], "instruction": row["instruction"], "input": row["input"], "reference": row["output"]}
            for row in make_rows(6)
        ],
    )


@pytest.fixture
def asked(make_attempt: MakeAttempt, prompts: Path, trained: Attempt) -> Any:
    def make(number: int = 1, **changes: Any) -> Attempt:
        settings = {"prompts": str(prompts), "adapter": str(trained.folder.adapter), "max_tokens": 12}
        return make_attempt(number, kind=JobKind.GENERATE, **{**settings, **changes})

    return make


def test_both_models_answer_every_prompt(asked: Any) -> None:
    attempt = asked()
    ended = generate(attempt)
    assert not ended.cancelled
    assert ended.result is not None
    lines = read_lines(attempt.folder.answers)
    assert [line["id"] for line in lines] == [row["id"] for row in make_rows(6)]
    assert all(line["base"] != line["tuned"] for line in lines)
    for line in lines:
        assert 0 <= line["tuned_tokens"] <= 12
        assert line["tuned_finished"] is (line["tuned_tokens"] < 12)
    assert ended.result["answers"] == ended.result["of"] == 6
    assert [point["done"] for point in read_lines(attempt.folder.metrics) if "done" in point] == [0, 4, 6]


@pytest.mark.parametrize("side", ["base", "tuned"])
def test_a_batch_answers_as_one_by_one(base: Path, trained: Attempt, side: str) -> None:
    loaded = bases.load(base)
    model = adapters.load(loaded.model, trained.folder.adapter) if side == "tuned" else loaded.model
    prompts = [encode_prompt(loaded.tokenizer, row) for row in make_rows(5)]
    assert len({len(ids) for ids in prompts}) > 1
    together = answer(loaded, model, prompts, 16)
    assert together == [answer(loaded, model, [ids], 16)[0] for ids in prompts]


def test_the_tuned_side_is_the_adapter_and_the_base_side_is_not(asked: Any, base: Path, trained: Attempt) -> None:
    attempt = asked()
    generate(attempt)
    loaded = bases.load(base)
    prompt = encode_prompt(loaded.tokenizer, make_rows(1)[0])
    line = read_lines(attempt.folder.answers)[0]
    assert line["base"] == answer(loaded, loaded.model, [prompt], 12)[0].text
    tuned = adapters.load(loaded.model, trained.folder.adapter)
    assert line["tuned"] == answer(loaded, tuned, [prompt], 12)[0].text


def test_an_answer_ends_with_the_turn(base: Path) -> None:
    """The model is made to say the end of its turn at once."""
    loaded = bases.load(base)
    end = loaded.tokenizer.eos_token_id

    class Ending(torch.nn.Module):
        def forward(self, hidden: torch.Tensor) -> torch.Tensor:
            logits = torch.zeros(*hidden.shape[:-1], loaded.model.config.vocab_size)
            logits[..., end] = 1
            return logits

    loaded.model.lm_head = Ending()
    [found] = answer(loaded, loaded.model, [encode_prompt(loaded.tokenizer, make_rows(1)[0])], 12)
    assert (found.text, found.tokens, found.finished) == ("", 0, True)


def test_without_an_adapter_the_base_answers_alone(asked: Any) -> None:
    attempt = asked(adapter=None)
    generate(attempt)
    assert all("tuned" not in line for line in read_lines(attempt.folder.answers))


def test_what_an_earlier_attempt_answered_is_copied_and_not_answered_again(asked: Any) -> None:
    first = asked(1)
    generate(first)
    lines = first.folder.answers.read_text().splitlines()
    half = [*lines[:3], json.dumps({"id": "row_03", "base": "only half"})]
    earlier = first.folder.path / "earlier.jsonl"
    earlier.write_text("\n".join(half) + "\n" + lines[4][:10])  # the last line was being written
    second = asked(2, answered=[str(earlier)])
    result = generate(second).result
    assert result is not None
    assert sorted(second.folder.answers.read_text().splitlines()) == sorted(lines)
    tokens = sum(line["base_tokens"] + line["tuned_tokens"] for line in map(json.loads, lines[3:]))
    assert result["tokens"] == tokens


def test_a_prompt_longer_than_the_context_is_skipped_and_named(asked: Any, tmp_path: Path) -> None:
    long = {"id": "long", "instruction": "Read this.", "input": "word " * 600}
    path = write_lines(tmp_path / "long.jsonl", [long, {"id": "short", "instruction": "Hello", "input": ""}])
    attempt = asked(prompts=str(path))
    result = generate(attempt).result
    assert result is not None
    assert result["skipped"] == ["long"]
    assert [line["id"] for line in read_lines(attempt.folder.answers)] == ["short"]


def test_want_of_memory_makes_the_batch_smaller(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    real, sizes = generating.answer, []

    def greedy(loaded: Any, model: Any, prompts: Any, *rest: Any) -> Any:
        sizes.append(len(prompts))
        if len(prompts) > 1:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return real(loaded, model, prompts, *rest)

    monkeypatch.setattr(generating, "answer", greedy)
    attempt = asked()
    generate(attempt)
    assert sizes[:3] == [4, 2, 1]
    assert len(read_lines(attempt.folder.answers)) == 6


def test_want_of_memory_for_a_single_prompt_ends_the_job(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*arguments: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(generating, "answer", greedy)
    failure = outcome(asked(), generate).failure
    assert failure is not None
    assert failure.code == "out_of_memory"


def test_a_cancel_keeps_what_was_answered(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Attempt.report

    def cancelling(self: Attempt, **point: Any) -> None:
        report(self, **point)
        if point.get("done"):
            self.folder.cancel.touch()

    monkeypatch.setattr(Attempt, "report", cancelling)
    attempt = asked()
    ended = generate(attempt)
    assert ended.cancelled
    assert len(read_lines(attempt.folder.answers)) == 4


def test_another_token_stops_it_before_the_next_batch(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    report = Attempt.report

    def overtaking(self: Attempt, **point: Any) -> None:
        report(self, **point)
        if point.get("done"):
            self.folder.token.write_text("9")

    monkeypatch.setattr(Attempt, "report", overtaking)
    attempt = asked()
    with pytest.raises(Overtaken):
        generate(attempt)
    assert len(read_lines(attempt.folder.answers)) == 4


def test_what_is_missing_is_refused(asked: Any, tmp_path: Path) -> None:
    def code(attempt: Attempt) -> str:
        ended: WorkerResult = outcome(attempt, generate)
        assert ended.failure is not None
        return ended.failure.code

    empty = tmp_path / "empty.jsonl"
    empty.touch()
    assert code(asked(1, prompts=str(tmp_path / "none"))) == "prompts_missing"
    assert code(asked(2, prompts=str(empty))) == "prompts_missing"
    assert code(asked(3, adapter=str(tmp_path / "none"))) == "adapter_missing"


def test_a_damaged_adapter_is_refused(asked: Any, trained: Attempt, tmp_path: Path) -> None:
    folder = tmp_path / "damaged"
    folder.mkdir()
    for name in (adapters.CONFIG, adapters.WEIGHTS):
        (folder / name).write_bytes((trained.folder.adapter / name).read_bytes()[:-50])
    failure = outcome(asked(adapter=str(folder)), generate).failure
    assert failure is not None
    assert failure.code == "adapter_unreadable"
