"""Answers of the base and of the tuned model: the same in a batch as alone, and none twice."""

import json
import weakref
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from storage.domain import JobKind
from tests.unit.trainer.worker.conftest import MakeAttempt, make_rows, read_lines, write_lines
from trainer.run_dir import WorkerResult
from trainer.worker import adapters, decoding, resources, speed
from trainer.worker import base as bases
from trainer.worker import generate as generating
from trainer.worker.__main__ import outcome
from trainer.worker.attempt import Attempt
from trainer.worker.decoding import Row
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
def bounded(tmp_path: Path) -> Path:
    """Six prompts; the answer to each may be a token shorter than that to the one before."""
    rows = make_rows(6)
    prompts = [
        {"id": row["id"], "instruction": row["instruction"], "input": row["input"], "max_tokens": 7 - place}
        for place, row in enumerate(rows)
    ]
    return write_lines(tmp_path / "bounded.jsonl", prompts)


@pytest.fixture
def asked(make_attempt: MakeAttempt, prompts: Path, trained: Attempt) -> Any:
    def make(number: int = 1, **changes: Any) -> Attempt:
        settings = {"prompts": str(prompts), "adapter": str(trained.folder.adapter), "max_tokens": 12}
        return make_attempt(number, kind=JobKind.GENERATE, **{**settings, **changes})

    return make


@pytest.fixture
def untimed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked besides, for how quickly it is answered."""
    monkeypatch.setattr(speed, "REQUESTS", 100)


def batches_of(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Row]]:
    """The rows of each batch from now on."""
    real, seen = decoding.greedy, list[Sequence[Row]]()

    def watched(model: Any, rows: Sequence[Row], *rest: Any) -> Any:
        seen.append(rows)
        return real(model, rows, *rest)

    monkeypatch.setattr(decoding, "greedy", watched)
    return seen


def test_both_models_answer_every_prompt(asked: Any) -> None:
    attempt = asked()
    ended = generate(attempt)
    assert not ended.cancelled
    assert ended.result is not None
    lines = read_lines(attempt.folder.answers)
    assert sorted(line["id"] for line in lines) == [row["id"] for row in make_rows(6)]
    assert all(line["base"] != line["tuned"] for line in lines)
    for line in lines:
        assert 0 <= line["tuned_tokens"] <= 12
        assert line["tuned_finished"] is (line["tuned_tokens"] < 12)
    assert ended.result["answers"] == ended.result["of"] == 6
    assert ended.result["tokens"] == sum(line["base_tokens"] + line["tuned_tokens"] for line in lines)


def test_an_answer_is_written_and_told_as_soon_as_it_is_there(asked: Any, bounded: Path) -> None:
    attempt = asked(prompts=str(bounded))
    generate(attempt)
    lines = read_lines(attempt.folder.answers)
    assert [line["id"] for line in lines] == ["row_05", "row_04", "row_03", "row_02", "row_01", "row_00"]
    assert [line["base_tokens"] for line in lines] == [2, 3, 4, 5, 6, 7]
    told = [point for point in read_lines(attempt.folder.metrics) if "done" in point]
    assert [point["done"] for point in told] == [0, 1, 2, 3, 4, 5, 6]
    assert {point["of"] for point in told} == {6}
    assert told[-1]["eta_seconds"] == 0
    assert all(point["tokens_per_second"] > 0 for point in told[1:])


def test_many_prompts_are_answered_batch_by_batch_those_of_a_length_together(
    asked: Any, monkeypatch: pytest.MonkeyPatch, untimed: None
) -> None:
    sizes = batches_of(monkeypatch)
    monkeypatch.setitem(generating.MOST_ROWS, "cpu", 8)
    monkeypatch.setitem(generating.MOST_ROWS, "cuda", 8)
    attempt = asked()
    generate(attempt)
    assert [len(rows) for rows in sizes] == [8, 4]
    lengths = [len(row.prompt) for rows in sizes for row in rows]
    assert lengths == sorted(lengths)
    assert len(read_lines(attempt.folder.answers)) == 6


def test_little_memory_makes_small_batches(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = batches_of(monkeypatch)
    attempt = asked()
    config = json.loads((Path(attempt.spec.base) / "config.json").read_text())
    weights = sum(path.stat().st_size for path in Path(attempt.spec.base).glob("*.safetensors"))
    free = 2 * weights + 12 * resources.cache_bytes(config)
    monkeypatch.setattr(resources, "free_memory", lambda device: free)
    generate(attempt)
    assert len(sizes[0]) < 12
    assert len(read_lines(attempt.folder.answers)) == 6


@pytest.mark.parametrize("bound", [0, -3, 1.5, "7", None, True])
def test_a_bound_that_is_none_is_refused(asked: Any, tmp_path: Path, bound: Any) -> None:
    prompt = {"id": "one", "instruction": "Hello", "input": "", "max_tokens": bound}
    failure = outcome(asked(prompts=str(write_lines(tmp_path / "odd.jsonl", [prompt]))), generate).failure
    assert failure is not None
    assert failure.code == "prompts_unreadable"


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
    line = next(line for line in read_lines(attempt.folder.answers) if line["id"] == "row_00")
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


def test_a_single_prompt_that_is_too_long_leaves_no_answers(asked: Any, tmp_path: Path) -> None:
    path = write_lines(tmp_path / "long.jsonl", [{"id": "ask", "instruction": "Read this.", "input": "word " * 600}])
    attempt = asked(prompts=str(path))
    result = generate(attempt).result
    assert result is not None
    assert (result["answers"], result["skipped"]) == (0, ["ask"])
    assert not attempt.folder.answers.exists()


def test_want_of_memory_makes_the_batch_smaller_and_keeps_what_was_answered(
    asked: Any, bounded: Path, monkeypatch: pytest.MonkeyPatch, untimed: None
) -> None:
    real, batches = decoding.greedy, list[int]()

    def greedy(model: Any, rows: Sequence[Row], *rest: Any) -> Any:
        batches.append(len(rows))
        for number, step in enumerate(real(model, rows, *rest)):
            yield step
            if number == 3 and len(rows) > 2:  # the first prompts have been answered by then
                raise RuntimeError("DefaultCPUAllocator: can't allocate memory")

    monkeypatch.setattr(decoding, "greedy", greedy)
    attempt = asked(prompts=str(bounded))
    ended = generate(attempt)
    assert batches[:2] == [12, 6]
    assert batches[-1] == 2
    names = [line["id"] for line in read_lines(attempt.folder.answers)]
    assert len(names) == len(set(names)) == 6
    assert ended.result is not None
    assert ended.result["answers"] == 6


def short_of_memory(monkeypatch: pytest.MonkeyPatch, wants: Callable[[Sequence[Row], int], bool]) -> list[int]:
    """Memory is too short for what ``wants`` says, of rows and of the tokens read at once; the sizes of all batches."""
    real, sizes = decoding.greedy, list[int]()

    def greedy(model: Any, rows: Sequence[Row], ends: Any, at_once: int) -> Any:
        sizes.append(len(rows))
        if wants(rows, at_once):
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:121] DefaultCPUAllocator: not enough memory")
        yield from real(model, rows, ends, at_once)

    monkeypatch.setattr(decoding, "greedy", greedy)
    return sizes


def test_where_both_sides_do_not_fit_together_they_answer_one_after_the_other(
    asked: Any, monkeypatch: pytest.MonkeyPatch, untimed: None
) -> None:
    expected = asked(1)
    generate(expected)
    sizes = short_of_memory(monkeypatch, lambda rows, at_once: len(rows) > 1)
    attempt = asked(2)
    result = generate(attempt).result
    assert result is not None
    assert (result["answers"], result["no_memory"]) == (6, [])
    assert sizes.count(1) == 12
    told = {line["id"]: line for line in read_lines(attempt.folder.answers)}
    assert told == {line["id"]: line for line in read_lines(expected.folder.answers)}


def test_a_prompt_for_which_memory_is_too_short_is_named_and_the_others_go_on(
    asked: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, untimed: None
) -> None:
    long = {"id": "long", "instruction": "Read this.", "input": "word " * 40}
    short = [{"id": f"short_{at}", "instruction": "Hello", "input": ""} for at in range(3)]
    short_of_memory(monkeypatch, lambda rows, at_once: max(len(row.prompt) for row in rows) > 100)
    attempt = asked(prompts=str(write_lines(tmp_path / "long.jsonl", [short[0], long, *short[1:]])))
    ended = generate(attempt)
    assert ended.result is not None
    assert not ended.cancelled
    assert ended.result["no_memory"] == ["long"]
    assert (ended.result["answers"], ended.result["of"]) == (3, 3)
    assert sorted(line["id"] for line in read_lines(attempt.folder.answers)) == ["short_0", "short_1", "short_2"]


@pytest.mark.parametrize("side", [False, True])
def test_one_side_without_memory_leaves_no_half_an_answer(
    asked: Any, monkeypatch: pytest.MonkeyPatch, side: bool, untimed: None
) -> None:
    """Alone, the base (or the tuned model) fits for the first prompts only."""
    short_of_memory(
        monkeypatch, lambda rows, at_once: len(rows) > 1 or (rows[0].tuned is side and len(rows[0].prompt) > 40)
    )
    attempt = asked()
    result = generate(attempt).result
    assert result is not None
    assert result["no_memory"]
    lines = read_lines(attempt.folder.answers)
    assert {line["id"] for line in lines} | set(result["no_memory"]) == {row["id"] for row in make_rows(6)}
    assert all("base" in line and "tuned" in line for line in lines)


def test_a_long_prompt_is_read_in_small_pieces_before_it_is_given_up(
    asked: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, untimed: None
) -> None:
    prompt = {"id": "long", "instruction": "Read this.", "input": "word " * 40}
    short_of_memory(monkeypatch, lambda rows, at_once: at_once > 64)
    result = generate(asked(prompts=str(write_lines(tmp_path / "long.jsonl", [prompt])))).result
    assert result is not None
    assert (result["answers"], result["no_memory"]) == (1, [])


def test_what_a_failed_batch_held_is_given_back_before_the_next(
    asked: Any, monkeypatch: pytest.MonkeyPatch, untimed: None
) -> None:
    """An error that is still being handled keeps its traceback, and with it every tensor of the batch."""
    real, held = decoding.greedy, list[weakref.ref[torch.Tensor]]()

    def greedy(model: Any, rows: Sequence[Row], *rest: Any) -> Any:
        assert all(one() is None for one in held)
        if len(rows) > 2:
            large = torch.ones(1000)
            held.append(weakref.ref(large))
            raise torch.OutOfMemoryError("CUDA out of memory")
        yield from real(model, rows, *rest)

    monkeypatch.setattr(decoding, "greedy", greedy)
    result = generate(asked()).result
    assert result is not None
    assert result["answers"] == 6
    assert len(held) == 2


def test_an_attempt_after_one_that_was_killed_asks_for_less(
    asked: Any, monkeypatch: pytest.MonkeyPatch, untimed: None
) -> None:
    """The system kills without a word, most often for memory."""
    monkeypatch.setitem(generating.MOST_ROWS, "cpu", 12)
    sizes = batches_of(monkeypatch)
    generate(asked(3))
    assert max(map(len, sizes)) == 4


def test_a_base_for_which_memory_is_too_short_is_not_called_damaged(
    asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(folder: Path) -> Any:
        raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 9 bytes")

    monkeypatch.setattr(bases, "_read_model", read)
    failure = outcome(asked(), generate).failure
    assert failure is not None
    assert failure.code == "out_of_memory"


def test_want_of_memory_for_every_prompt_ends_the_job(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def greedy(*arguments: Any) -> Any:
        raise MemoryError

    monkeypatch.setattr(decoding, "greedy", greedy)
    failure = outcome(asked(), generate).failure
    assert failure is not None
    assert failure.code == "out_of_memory"


def once_told(monkeypatch: pytest.MonkeyPatch, act: Callable[[Attempt], object]) -> None:
    """``act`` as soon as an answer was told of."""
    report = Attempt.report

    def watched(self: Attempt, **point: Any) -> None:
        report(self, **point)
        if point.get("done"):
            act(self)

    monkeypatch.setattr(Attempt, "report", watched)


def test_a_cancel_keeps_what_was_answered(asked: Any, bounded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    once_told(monkeypatch, lambda attempt: attempt.folder.cancel.touch())
    attempt = asked(prompts=str(bounded))
    ended = generate(attempt)
    assert ended.cancelled
    assert [line["id"] for line in read_lines(attempt.folder.answers)] == ["row_05"]


def test_a_cancel_is_heard_while_no_answer_ends(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two pieces of the prompts, or two tokens, if half a second has passed."""
    monkeypatch.setattr(generating, "_LOOK_SECONDS", 0.0)
    attempt, looks = asked(), []
    check = Attempt.check_token

    def cancelling(self: Attempt) -> None:
        check(self)
        looks.append(1)
        if len(looks) == 4:
            self.folder.cancel.touch()

    monkeypatch.setattr(Attempt, "check_token", cancelling)
    ended = generate(attempt)
    assert ended.cancelled
    assert len(looks) == 4
    assert not attempt.folder.answers.exists()


def test_another_token_stops_it_before_the_next_answer(
    asked: Any, bounded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    once_told(monkeypatch, lambda attempt: attempt.folder.token.write_text("9"))
    attempt = asked(prompts=str(bounded))
    with pytest.raises(Overtaken):
        generate(attempt)
    assert [line["id"] for line in read_lines(attempt.folder.answers)] == ["row_05"]


def test_progress_is_told_while_no_answer_ends(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(generating, "_TELL_SECONDS", 0.0)
    attempt = asked()
    generate(attempt)
    told = [point for point in read_lines(attempt.folder.metrics) if "done" in point]
    waiting = [point for point in told if point["done"] == 0]
    assert len(waiting) > 5
    assert waiting[-1]["eta_seconds"] > 0
    assert waiting[-1]["tokens_per_second"] > 0


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


# How quickly one request is answered


def test_each_side_is_timed_alone_by_a_few_requests(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = batches_of(monkeypatch)
    attempt = asked()
    result = generate(attempt).result
    assert result is not None
    assert set(result["speed"]) == {"base", "tuned"}
    for told in result["speed"].values():
        assert told["first_token_seconds"] > 0
        assert told["tokens_per_second"] > 0
        assert told["requests"] == speed.REQUESTS
    assert [len(rows) for rows in sizes[1:]] == [1] * 2 * speed.REQUESTS
    assert len(read_lines(attempt.folder.answers)) == 6


def test_timing_the_base_leaves_the_adapter_in_place(asked: Any, base: Path, trained: Attempt) -> None:
    loaded = bases.load(base)
    model = adapters.load(loaded.model, trained.folder.adapter)
    prompt = encode_prompt(loaded.tokenizer, make_rows(1)[0])
    before = answer(loaded, model, [prompt], 12)
    attempt = asked()
    found = generating._speed(attempt, loaded, model, ["base", "tuned"], [generating._Asked("x", prompt, 12)] * 3)
    assert set(found) == {"base", "tuned"}
    assert answer(loaded, model, [prompt], 12) == before


def test_a_single_question_is_not_timed(asked: Any, tmp_path: Path) -> None:
    one = write_lines(tmp_path / "one.jsonl", [{"id": "one", "instruction": "Hello", "input": ""}])
    result = generate(asked(prompts=str(one))).result
    assert result is not None
    assert result["speed"] == {}


def test_nothing_is_timed_once_it_was_cancelled_or_too_late(asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speed, "SECONDS", 0.0)
    result = generate(asked(1)).result
    assert result is not None
    assert result["speed"] == {}
    once_told(monkeypatch, lambda attempt: attempt.folder.cancel.touch())
    cancelled = generate(asked(2)).result
    assert cancelled is not None
    assert cancelled["speed"] == {}


def test_a_prompt_that_memory_was_too_short_for_is_not_timed(
    asked: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    long = {"id": "long", "instruction": "Read this.", "input": "word " * 40}
    short = [{"id": f"short_{at}", "instruction": "Hello", "input": ""} for at in range(3)]
    short_of_memory(monkeypatch, lambda rows, at_once: max(len(row.prompt) for row in rows) > 100)
    result = generate(asked(prompts=str(write_lines(tmp_path / "long.jsonl", [long, *short])))).result
    assert result is not None
    assert result["no_memory"] == ["long"]
    assert set(result["speed"]) == {"base", "tuned"}


def test_want_of_memory_while_timing_costs_the_figure_and_nothing_else(
    asked: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    short_of_memory(monkeypatch, lambda rows, at_once: len(rows) == 1)
    result = generate(asked()).result
    assert result is not None
    assert (result["answers"], result["speed"]) == (6, {})
