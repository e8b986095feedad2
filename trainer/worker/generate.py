"""Answer prompts with the base, the tuned model, or both: greedy, many at once, each answer written as soon as it is there.

It knows prompts and an adapter folder. It does not know what the answers are for. What a model writes is hostile until
somebody upstairs has looked at it.
"""

import contextlib
import json
import time
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from trainer.run_dir import WorkerResult, read_json_lines
from trainer.worker import adapters, base, decoding, held_out, resources, speed
from trainer.worker.attempt import Attempt
from trainer.worker.base import Base
from trainer.worker.decoding import Ended, Row, Step
from trainer.worker.examples import encode_prompt
from trainer.worker.failures import Refused

MOST_ROWS = {"cpu": 64, "cuda": 256}
"""Answers that are written at once. On two cores, the matrix products of a step in float32: 160 ms for 28 rows, 170 for
56, 130 for 64; beyond that, time grows with the rows."""

_LEAST_AT_ONCE = 64
"""Tokens of a prompt that are read together where memory is short: an eighth of what is usual on a processor."""

_LOOK_SECONDS = 0.5
"""How often a batch asks whether it was cancelled or overtaken; a step takes about 0.2 s."""

_TELL_SECONDS = 2.0
"""How often progress is told while no answer ends."""


@dataclass(frozen=True)
class Answer:
    text: str
    tokens: int
    """Of the answer, without the end of the turn."""
    finished: bool
    """Whether the model ended its turn by itself, within the tokens it was given."""


@dataclass(frozen=True)
class _Asked:
    name: str
    ids: list[int]
    most: int
    """Tokens of the answer; none is left to a prompt that fills the model's context."""


def generate(attempt: Attempt) -> WorkerResult:
    """Do the attempt. Raises Refused and Overtaken, and MemoryError where memory is too short for any answer.

    Where memory is too short for a batch, it is halved; where it is too short for one prompt, both sides answer it one
    after the other, reading it in small pieces; where even that fails, the prompt is left out and named, and the others
    go on.

    A prompt may bound its own answer by ``max_tokens``. Each line of ``answers.jsonl`` holds ``id`` and, of each side
    that was asked for, the text, ``<side>_tokens`` and ``<side>_finished``; lines stand in the order in which answers
    ended. ``result``: ``answers``, ``skipped`` (ids of prompts longer than the model's context), ``no_memory``
    (ids of those for which memory was too short), ``tokens``, ``seconds``, ``tokens_per_second``, ``speed`` of each
    side with one request at a time (``speed.measured``; empty if that was not timed), and where one side answers and there
    are held-out rows, their ``losses`` (``held_out.losses``; else None).
    """
    spec = attempt.spec
    assert spec.prompts is not None, "a generate job has prompts"
    began = time.monotonic()
    attempt.report(phase="loading")
    sides = [side for side in ("base", "tuned") if side in spec.answer_with] if spec.adapter else ["base"]
    prompts = _read_prompts(Path(spec.prompts), spec.max_tokens)
    config = base.read_config(Path(spec.base)) if (weights := base.check_files(Path(spec.base))) else {}
    _check_memory(config, weights, max(prompt["max_tokens"] for prompt in prompts))
    loaded = base.load(Path(spec.base))
    model = adapters.load(loaded.model, Path(spec.adapter)) if "tuned" in sides and spec.adapter else loaded.model

    done = _carry_over(attempt, sides, {str(prompt["id"]) for prompt in prompts})
    everything = [_asked(loaded, prompt) for prompt in prompts]
    readable = sorted((asked for asked in everything if asked.most >= 1), key=lambda asked: len(asked.ids))
    skipped = [asked.name for asked in everything if asked.most < 1]
    waiting = [asked for asked in readable if asked.name not in done]
    no_memory: list[str] = []
    work = _Work(attempt, loaded, model, sides, done, of=len(prompts) - len(skipped), began=began)
    attempt.report(phase="answering", done=len(done), of=work.of)
    rows = min(MOST_ROWS[loaded.device.type], _fitting(config, waiting, loaded.device))
    # An attempt that the system killed for its memory says nothing of it: the next ones ask for less.
    size = max(1, rows // len(sides) // spec.token)
    while waiting and not attempt.cancelled:
        attempt.check_token()
        batch, later = waiting[:size], len(waiting[size:]) / size
        if not _fits(lambda: work.answer(batch, later)):  # noqa: B023  # it is called at once
            if len(batch) > 1:
                size = len(batch) // 2
            elif not _fits(lambda: work.answer_apart(batch[0])):  # noqa: B023
                no_memory.append(batch[0].name)
                work.of -= 1
        waiting = [asked for asked in waiting if asked.name not in done and asked.name not in no_memory]
    if no_memory and not done:
        raise MemoryError("memory is too short for any answer")
    cancelled, measured = bool(waiting), None
    if spec.held_out is not None and len(sides) == 1 and not cancelled:
        measured = held_out.losses(attempt, loaded, model)
        cancelled = measured is None
    result = {
        "answers": len(done),
        "of": work.of,
        "skipped": skipped,
        "no_memory": no_memory,
        "tokens": work.tokens,
        "seconds": time.monotonic() - began,
        "tokens_per_second": work.tokens_per_second,
        "peak_memory_bytes": resources.peak_memory(),
        "losses": measured,
        "speed": {}
        if cancelled
        else _speed(attempt, loaded, model, sides, [one for one in readable if one.name in done]),
    }
    return WorkerResult(token=spec.token, result=result, cancelled=cancelled)


def _fits(work: Callable[[], object]) -> bool:
    """Do it; False if memory was too short."""

    def done() -> bool:
        work()
        return True

    return bool(resources.if_it_fits(done))


def _speed(
    attempt: Attempt, loaded: Base, model: Any, sides: Sequence[str], asked: Sequence[_Asked]
) -> dict[str, dict[str, float]]:
    """How quickly each side answers alone. Every row is answered by what the model is just then, its adapter on or off,
    as it would be served: in a batch of both, the base pays for the adapter's products too."""
    if len(asked) < speed.REQUESTS:
        return {}

    def ask(prompt: Sequence[int], side: str) -> Generator[Step]:
        off = side == "base" and hasattr(model, "peft_config")
        with model.disable_adapter() if off else contextlib.nullcontext():
            yield from _steps(loaded, model, [Row(prompt, min(speed.TOKENS, loaded.context - len(prompt)), tuned=True)])

    found: dict[str, dict[str, float]] = {}
    _fits(lambda: found.update(speed.measured([one.ids for one in asked], sides, ask, lambda: attempt.cancelled)))
    return found


class _Work:
    """Answers batches of prompts; writes, counts and tells what is there."""

    def __init__(
        self, attempt: Attempt, loaded: Base, model: Any, sides: Sequence[str], done: set[str], *, of: int, began: float
    ) -> None:
        self._attempt, self._loaded, self._model, self._sides = attempt, loaded, model, sides
        self._began, self._answering = began, time.monotonic()
        self._done = done
        """Ids of the prompts that all sides have answered, in earlier attempts too."""
        self.of = of
        self.tokens = 0
        """Of the answers that this attempt has ended, without the ends of their turns."""
        self._unended = 0

    @property
    def tokens_per_second(self) -> float:
        return (self.tokens + self._unended) / max(time.monotonic() - self._answering, 1e-9)

    def answer(self, batch: Sequence[_Asked], later: float) -> None:
        """Answer a batch, or some of it if it is cancelled. ``later``: how many like it are to come. Raises Overtaken,
        and whatever torch raises for want of memory."""
        rows = [_row(asked, side) for asked in batch for side in self._sides]
        found: dict[str, dict[str, Answer]] = {asked.name: {} for asked in batch}
        pace = _Pace(max(row.most for row in rows), later)
        looked = told = time.monotonic()
        self._unended = 0
        for step in _steps(self._loaded, self._model, rows):
            pace.count(step)
            if step.ended or time.monotonic() - looked >= _LOOK_SECONDS:
                looked = time.monotonic()
                self._attempt.check_token()
                if self._attempt.cancelled:
                    return
            self._count(step)
            for row in step.ended:
                place, side = divmod(row.place, len(self._sides))
                found[batch[place].name][self._sides[side]] = _answer(self._loaded, row)
            complete = [name for name, answers in found.items() if len(answers) == len(self._sides)]
            self._keep({name: found.pop(name) for name in complete})
            if complete or time.monotonic() - told >= _TELL_SECONDS:
                told = time.monotonic()
                self._tell(pace.eta if found or later else 0.0)

    def answer_apart(self, asked: _Asked) -> None:
        """Answer one prompt with as little memory as it takes: one side after the other. It is kept if both answered."""
        found: dict[str, Answer] = {}
        for side in self._sides:
            for step in _steps(self._loaded, self._model, [_row(asked, side)], _LEAST_AT_ONCE):
                self._attempt.check_token()
                if self._attempt.cancelled:
                    return
                self._count(step)
                if step.ended:
                    found[side] = _answer(self._loaded, step.ended[0])
        self._keep({asked.name: found})
        self._tell(None)

    def _count(self, step: Step) -> None:
        ended = sum(len(row.ids) for row in step.ended)
        self.tokens += ended
        self._unended += step.answering - sum(row.finished for row in step.ended) - ended

    def _keep(self, complete: Mapping[str, Mapping[str, Answer]]) -> None:
        if complete:
            _write(self._attempt.folder.answers, [_line(name, answers) for name, answers in complete.items()])
            self._done |= set(complete)

    def _tell(self, eta: float | None) -> None:
        self._attempt.report(
            done=len(self._done),
            of=self.of,
            tokens_per_second=self.tokens_per_second,
            eta_seconds=eta,
            seconds=time.monotonic() - self._began,
        )


class _Pace:
    """How long it takes if the longest answers use all their tokens."""

    def __init__(self, most: int, later: float) -> None:
        self._most, self._later = most, later
        self._steps, self._began = 0, time.monotonic()
        self._first = self._began

    def count(self, step: Step) -> None:
        if step.answering:
            self._steps += 1
        if self._steps <= 1:
            self._first = time.monotonic()

    @property
    def eta(self) -> float | None:
        """Seconds; None before the second token."""
        if self._steps < 2:
            return None
        each = (time.monotonic() - self._first) / (self._steps - 1)
        whole = self._first - self._began + each * self._most
        return each * (self._most - self._steps) + self._later * whole


def answer(loaded: Base, model: Any, prompts: Sequence[Sequence[int]], max_tokens: int) -> list[Answer]:
    """Greedy answers to prompts of token ids, all at once: of the adapter if the model has one, else of the base."""
    tuned = hasattr(model, "peft_config")
    rows = [Row(ids, min(max_tokens, loaded.context - len(ids)), tuned) for ids in prompts]
    ended = sorted((row for step in _steps(loaded, model, rows) for row in step.ended), key=lambda row: row.place)
    return [_answer(loaded, row) for row in ended]


def _steps(loaded: Base, model: Any, rows: Sequence[Row], at_once: int = 0) -> Iterator[Step]:
    """``at_once``: tokens of the prompts that are read together; 0: as many as are quickest on this device."""
    ends = {loaded.tokenizer.eos_token_id, *_ends(model)}
    return decoding.greedy(model, rows, ends, at_once or resources.TOKENS_AT_ONCE[loaded.device.type])


def _row(asked: _Asked, side: str) -> Row:
    return Row(asked.ids, asked.most, side == "tuned")


def _ends(model: Any) -> list[int]:
    """What the model's own configuration ends a turn with, besides the tokenizer's end."""
    found = model.generation_config.eos_token_id
    return list(found) if isinstance(found, list) else [found] if isinstance(found, int) else []


def _answer(loaded: Base, row: Ended) -> Answer:
    text = loaded.tokenizer.decode(row.ids, skip_special_tokens=True).strip()
    return Answer(text, len(row.ids), row.finished)


def _asked(loaded: Base, prompt: Mapping[str, Any]) -> _Asked:
    ids = encode_prompt(loaded.tokenizer, prompt)
    return _Asked(str(prompt["id"]), ids, min(prompt["max_tokens"], loaded.context - len(ids)))


def _line(name: str, answers: Mapping[str, Answer]) -> dict[str, Any]:
    line: dict[str, Any] = {"id": name}
    for side, found in sorted(answers.items()):
        line |= {side: found.text, f"{side}_tokens": found.tokens, f"{side}_finished": found.finished}
    return line


def _write(path: Path, lines: Sequence[dict[str, Any]]) -> None:
    with path.open("ab", buffering=0) as file:
        file.write("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines).encode())


def _carry_over(attempt: Attempt, sides: Sequence[str], wanted: set[str]) -> set[str]:
    """Copy what earlier attempts answered in full; the ids of it."""
    found: dict[str, dict[str, Any]] = {}
    for path in attempt.spec.answered:
        try:
            for line in read_json_lines(Path(path)):
                if str(line["id"]) in wanted and all(isinstance(line.get(side), str) for side in sides):
                    found[str(line["id"])] = line
        except (ValueError, KeyError, TypeError, AttributeError, OSError):
            continue  # a torn file: what stood before the tear is taken, the rest is answered again
    if found:
        _write(attempt.folder.answers, list(found.values()))
    return set(found)


def _read_prompts(path: Path, max_tokens: int) -> list[dict[str, Any]]:
    """The prompts, each with its ``max_tokens``; that of the job where it has none of its own."""
    if not path.is_file():
        raise Refused("prompts_missing")
    try:
        prompts = [{"max_tokens": max_tokens, **prompt} for prompt in read_json_lines(path)]
        complete = all(_is_prompt(prompt) for prompt in prompts)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("prompts_unreadable", detail=repr(error)) from error
    if not complete or not prompts:
        raise Refused("prompts_missing" if not prompts else "prompts_unreadable")
    return prompts


def _is_prompt(prompt: Mapping[str, Any]) -> bool:
    bound = prompt["max_tokens"]
    return isinstance(prompt["instruction"], str) and "id" in prompt and type(bound) is int and bound > 0


def _check_memory(config: dict[str, Any], weights: int, max_tokens: int) -> None:
    free = resources.free_memory(base.device())
    needed = 2 * weights + resources.cache_bytes(config) * max_tokens
    if needed > free:
        raise Refused("no_memory", needed=needed, free=free)


def _fitting(config: dict[str, Any], waiting: Sequence[_Asked], device: torch.device) -> int:
    """How many of the longest rows fit into half of the memory that is free now."""
    longest = max((len(asked.ids) for asked in waiting), default=1) + max((asked.most for asked in waiting), default=1)
    each = resources.cache_bytes(config) * longest + 4 * int(config.get("vocab_size", 0))
    return resources.free_memory(device) // 2 // max(1, each)
