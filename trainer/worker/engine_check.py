"""Does the embedded engine, with the GGUF copy of an adapter, answer as peft does with the adapter itself?

It compares next-token distributions, in numbers. Whether a copy is kept is decided by who asked.
"""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch

from dataset.prompts import messages
from trainer.worker.base import Base
from trainer.worker.examples import control_tokens, encode

ROWS = 4
"""Of the test, the shortest: enough to see a wrong tensor, and seconds on two cores."""
_SHARES = (0.25, 0.5, 0.75)
"""Of an answer that was read when the next token is asked for, besides its very beginning."""
_MOST_TOKENS = 1024
"""Of a row that are read."""
_PATIENCE = 300.0
"""Seconds for all places: some 3,000 tokens are read, which takes ten on two idle cores."""

OF_BASE, OF_MOVED, FLOOR = 2.5, 0.03, 0.01
"""What the mean difference of the tuned model's log-probabilities may be: so many times the base's own difference, so
much of how far the adapter moved them, and so many nats in any case.

The engine multiplies quantised weights with quantised inputs: at 16 places of four test rows, SmolLM2-135M in Q4_1 itself
differs from transformers by 0.067 nats, and adapters of three strengths by 0.084, 0.132 and 0.155 where they moved 0.10,
2.10 and 3.15. Wrong copies of the latter two: rows not in rotary pairs 0.37 and 0.66, no queries 0.26 and 0.36, a quarter
too strong 0.52 and 0.66. Of the first, which hardly does anything, a wrong copy answers as well."""
MOST_OF_BASE = 0.25
"""Nats. A base that differs by more is not the model that was trained on, or is asked in another form."""


class EngineFailed(Exception):
    """The engine could not be asked: it crashed, took too long or refused the file. The text is for the log."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Mean differences of log-probabilities, in nats, over the engine's ten likeliest tokens at each place."""

    places: int
    base: float
    """Engine against transformers, without the adapter."""
    tuned: float
    """With it."""
    moved: float
    """How far the adapter moves them, by transformers and peft."""

    @property
    def allowed(self) -> float:
        return OF_BASE * self.base + OF_MOVED * self.moved + FLOOR

    @property
    def faithful(self) -> bool:
        return self.base <= MOST_OF_BASE and self.tuned <= self.allowed

    def numbers(self) -> dict[str, float]:
        return {**asdict(self), "allowed": self.allowed}


@dataclass(frozen=True)
class Place:
    """Where a next token is asked for: after the first ``length`` of a row's token ids."""

    ids: tuple[int, ...]
    length: int
    messages: Sequence[Mapping[str, str]] = ()
    """The request as the engine is asked it in earnest, where the answer begins; empty elsewhere."""

    def to_json(self) -> dict[str, Any]:
        return {"messages": list(self.messages)} if self.messages else {"prompt": list(self.ids[: self.length])}


@dataclass(frozen=True)
class Likeliest:
    """The engine's likeliest tokens at one place."""

    tokens: np.ndarray
    log_probabilities: np.ndarray

    @classmethod
    def from_json(cls, told: Mapping[str, float], vocabulary: int) -> "Likeliest":
        tokens = np.array([int(token) for token in told])
        if not len(tokens) or tokens.max() >= vocabulary:
            raise ValueError("the engine has another vocabulary")
        return cls(tokens, np.array(list(told.values())))


def compare(
    loaded: Base, model: Any, engine_base: Path, adapter: Path, rows: Sequence[Mapping[str, Any]], threads: int
) -> Likeness:
    """``model`` carries the adapter by peft; ``engine_base`` and ``adapter`` are GGUF files. Raises EngineFailed."""
    places = _places(loaded, rows)
    if not places:
        raise EngineFailed("no row to compare with")
    told = _asked(engine_base, adapter, places, threads, loaded.tokenizer)
    tuned = _log_probabilities(loaded, model, places)
    with model.disable_adapter():
        base = _log_probabilities(loaded, model, places)
    return Likeness(
        places=len(places),
        base=_mean([one.log_probabilities - ours[one.tokens] for one, ours in zip(told["base"], base, strict=True)]),
        tuned=_mean([one.log_probabilities - ours[one.tokens] for one, ours in zip(told["tuned"], tuned, strict=True)]),
        moved=_mean([(a - b)[one.tokens] for one, a, b in zip(told["tuned"], tuned, base, strict=True)]),
    )


def _mean(differences: Sequence[np.ndarray]) -> float:
    return float(np.abs(np.concatenate(differences)).mean())


def _places(loaded: Base, rows: Sequence[Mapping[str, Any]]) -> list[Place]:
    """Of the shortest test rows, or of others where there are none."""
    marks = control_tokens(loaded.tokenizer)  # a text that holds one is another for the engine than for the trainer
    plain = [row for row in rows if not any(mark in f"{row['instruction']} {row.get('input', '')}" for mark in marks)]
    chosen = [row for row in plain if row["part"] == "test"] or plain
    return [place for row in sorted(chosen, key=_characters)[:ROWS] for place in _places_of(loaded, row)]


def _characters(row: Mapping[str, Any]) -> int:
    return sum(len(row.get(name, "")) for name in ("instruction", "input", "output"))


def _places_of(loaded: Base, row: Mapping[str, Any]) -> list[Place]:
    example = encode(loaded.tokenizer, row)
    begins, most = len(example.prompt), min(_MOST_TOKENS, loaded.context - 1)
    ids = (*example.prompt, *example.completion)[:most]
    within = {min(most, begins + int(share * len(example.completion))) for share in _SHARES} - {begins}
    first = [Place(ids, begins, messages(row["instruction"], row.get("input", "")))] if begins <= most else []
    return [*first, *(Place(ids, length) for length in sorted(within))]


def _asked(
    base: Path, adapter: Path, places: Sequence[Place], threads: int, tokenizer: Any
) -> dict[str, list[Likeliest]]:
    letter = tokenizer("a", add_special_tokens=False)["input_ids"][-1]
    asked = {
        "model": str(base),
        "adapter": str(adapter),
        "context": max(512, max(place.length for place in places) + 8),
        "threads": threads,
        "letter": letter,
        "places": [place.to_json() for place in places],
    }
    command = [sys.executable, "-m", "trainer.worker.engine_process"]
    try:
        done = subprocess.run(
            command, input=json.dumps(asked) + "\n", capture_output=True, text=True, timeout=_PATIENCE, check=True
        )
        answers = json.loads(done.stdout)
        told = {
            side: [Likeliest.from_json(found, len(tokenizer)) for found in answers[side]] for side in ("base", "tuned")
        }
    except subprocess.CalledProcessError as error:
        raise EngineFailed(f"status {error.returncode}: {str(error.stderr)[-2000:]}") from error
    except (subprocess.TimeoutExpired, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise EngineFailed(repr(error)) from error
    if any(len(found) != len(places) for found in told.values()):
        raise EngineFailed("an answer is missing")
    return told


@torch.no_grad()
def _log_probabilities(loaded: Base, model: Any, places: Sequence[Place]) -> list[np.ndarray]:
    """By place, of the whole vocabulary. A row is read once for all its places."""
    read: dict[tuple[int, ...], torch.Tensor] = {}
    found = []
    for place in places:
        if place.ids not in read:
            read[place.ids] = model(input_ids=torch.tensor([place.ids], device=loaded.device)).logits[0]
        found.append(torch.log_softmax(read[place.ids][place.length - 1].double(), -1).cpu().numpy())
    return found
