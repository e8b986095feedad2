"""Answer prompts with the base, the tuned model, or both: greedy, in batches, each answer written as soon as it is there.

It knows prompts and an adapter folder. It does not know what the answers are for. What a model writes is hostile until
somebody upstairs has looked at it.
"""

import json
import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import StoppingCriteria, StoppingCriteriaList

from trainer.run_dir import WorkerResult, read_json_lines
from trainer.worker import adapters, base, resources
from trainer.worker.attempt import Attempt
from trainer.worker.base import Base
from trainer.worker.examples import encode_prompt
from trainer.worker.failures import Refused, is_out_of_memory

_MOST_AT_ONCE = {"cpu": 4, "cuda": 32}
"""Prompts in a batch. On two cores more of them only delay the first answer."""


@dataclass(frozen=True)
class Answer:
    text: str
    tokens: int
    """Of the answer, without the end of the turn."""
    finished: bool
    """Whether the model ended its turn by itself, within the tokens it was given."""


def generate(attempt: Attempt) -> WorkerResult:
    """Do the attempt. Raises Refused and Overtaken.

    ``result``: ``answers``, ``skipped`` (ids of prompts longer than the model's context), ``tokens``, ``seconds``,
    ``tokens_per_second``. Each line of ``answers.jsonl`` holds ``id`` and, of each side that was asked for, the text,
    ``<side>_tokens`` and ``<side>_finished``.
    """
    spec = attempt.spec
    assert spec.prompts is not None, "a generate job has prompts"
    began = time.monotonic()
    attempt.report(phase="loading")
    sides = [side for side in ("base", "tuned") if side in spec.answer_with] if spec.adapter else ["base"]
    prompts = _read_prompts(Path(spec.prompts))
    config = base.read_config(Path(spec.base)) if (weights := base.check_files(Path(spec.base))) else {}
    _check_memory(config, weights, spec.max_tokens)
    loaded = base.load(Path(spec.base))
    model = adapters.load(loaded.model, Path(spec.adapter)) if "tuned" in sides and spec.adapter else loaded.model

    done = _carry_over(attempt, sides, {str(prompt["id"]) for prompt in prompts})
    waiting = [
        (str(prompt["id"]), encode_prompt(loaded.tokenizer, prompt))
        for prompt in prompts
        if str(prompt["id"]) not in done
    ]
    skipped = [name for name, ids in waiting if len(ids) >= loaded.context]
    waiting = [item for item in waiting if item[0] not in skipped]
    size = min(_MOST_AT_ONCE[loaded.device.type], _fitting(config, waiting, spec.max_tokens, loaded))
    tokens, total, answering = 0, len(prompts) - len(skipped), time.monotonic()
    attempt.report(phase="answering", done=len(done), of=total)
    while waiting and not attempt.cancelled:
        attempt.check_token()
        batch = waiting[:size]
        try:
            answers = {side: _answers(loaded, model, side, batch, spec.max_tokens, attempt) for side in sides}
        except Exception as error:
            if not is_out_of_memory(error) or size == 1:
                raise
            size = max(1, len(batch) // 2)
            torch.cuda.empty_cache()
            continue
        if attempt.cancelled:  # these answers may have been broken off
            break
        attempt.check_token()
        _write(attempt.folder.answers, [_line(name, answers, place) for place, (name, _) in enumerate(batch)])
        waiting = waiting[size:]
        done |= {name for name, _ in batch}
        tokens += sum(answer.tokens for found in answers.values() for answer in found)
        spent = time.monotonic() - answering
        answered = max(1, total - len(waiting))
        attempt.report(
            done=len(done),
            of=total,
            tokens_per_second=tokens / max(spent, 1e-9),
            eta_seconds=spent / answered * len(waiting),
            seconds=time.monotonic() - began,
        )
    spent = time.monotonic() - answering
    result = {
        "answers": len(done),
        "of": total,
        "skipped": skipped,
        "tokens": tokens,
        "seconds": time.monotonic() - began,
        "tokens_per_second": tokens / spent if spent else None,
        "peak_memory_bytes": resources.peak_memory(),
    }
    return WorkerResult(token=spec.token, result=result, cancelled=bool(waiting))


@torch.no_grad()
def answer(
    loaded: Base, model: Any, prompts: Sequence[Sequence[int]], max_tokens: int, stop: StoppingCriteria | None = None
) -> list[Answer]:
    """Greedy answers to prompts of token ids, in one batch padded on the left. The same as one by one, but for the
    last digits of the arithmetic."""
    end = loaded.tokenizer.eos_token_id
    width = max(len(ids) for ids in prompts)
    ids = torch.tensor([[end] * (width - len(ids)) + list(ids) for ids in prompts], device=loaded.device)
    mask = torch.tensor([[0] * (width - len(ids)) + [1] * len(ids) for ids in prompts], device=loaded.device)
    ends = sorted({end, *_ends(model)})
    out = model.generate(
        input_ids=ids,
        attention_mask=mask,
        do_sample=False,
        num_beams=1,
        max_new_tokens=max(1, min(max_tokens, loaded.context - width)),
        eos_token_id=ends,
        pad_token_id=end,
        stopping_criteria=StoppingCriteriaList([stop] if stop else []),
    )
    return [_answer(loaded, row[width:].tolist(), ends) for row in out]


def _ends(model: Any) -> list[int]:
    """What the model's own configuration ends a turn with, besides the tokenizer's end."""
    found = model.generation_config.eos_token_id
    return list(found) if isinstance(found, list) else [found] if isinstance(found, int) else []


def _answer(loaded: Base, ids: list[int], ends: Sequence[int]) -> Answer:
    length = next((place for place, token in enumerate(ids) if token in ends), len(ids))
    text = loaded.tokenizer.decode(ids[:length], skip_special_tokens=True).strip()
    return Answer(text, length, finished=length < len(ids))


def _answers(
    loaded: Base, model: Any, side: str, batch: Sequence[tuple[str, list[int]]], max_tokens: int, attempt: Attempt
) -> list[Answer]:
    adapted = hasattr(model, "disable_adapter")
    with model.disable_adapter() if side == "base" and adapted else nullcontext():
        return answer(loaded, model, [ids for _, ids in batch], max_tokens, _Interrupted(attempt))


class _Interrupted(StoppingCriteria):
    """Ends a batch within a second of a cancel, and raises Overtaken within one of a new token."""

    def __init__(self, attempt: Attempt) -> None:
        self._attempt = attempt
        self._looked = time.monotonic()
        self._stop = False

    def __call__(self, input_ids: torch.Tensor, scores: Any, **_: Any) -> torch.Tensor:
        if time.monotonic() - self._looked > 0.5:
            self._looked = time.monotonic()
            self._attempt.check_token()
            self._stop = self._attempt.cancelled
        return torch.full((input_ids.shape[0],), self._stop, dtype=torch.bool, device=input_ids.device)


def _line(name: str, answers: dict[str, list[Answer]], place: int) -> dict[str, Any]:
    line: dict[str, Any] = {"id": name}
    for side, found in answers.items():
        line |= {
            side: found[place].text,
            f"{side}_tokens": found[place].tokens,
            f"{side}_finished": found[place].finished,
        }
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


def _read_prompts(path: Path) -> list[dict[str, Any]]:
    if not path.is_file():
        raise Refused("prompts_missing")
    try:
        prompts = list(read_json_lines(path))
        complete = all(isinstance(prompt["instruction"], str) and "id" in prompt for prompt in prompts)
    except (ValueError, KeyError, TypeError) as error:
        raise Refused("prompts_unreadable", detail=repr(error)) from error
    if not complete or not prompts:
        raise Refused("prompts_missing" if not prompts else "prompts_unreadable")
    return prompts


def _check_memory(config: dict[str, Any], weights: int, max_tokens: int) -> None:
    free = resources.free_memory(base.device())
    needed = 2 * weights + resources.cache_bytes(config) * max_tokens
    if needed > free:
        raise Refused("no_memory", needed=needed, free=free)


def _fitting(config: dict[str, Any], waiting: Sequence[tuple[str, list[int]]], max_tokens: int, loaded: Base) -> int:
    """How many of the longest prompts fit into half of the memory that is free now."""
    longest = max((len(ids) for _, ids in waiting), default=1) + max_tokens
    each = resources.cache_bytes(config) * longest + 4 * int(config.get("vocab_size", 0))
    return max(1, resources.free_memory(loaded.device) // 2 // max(1, each))
