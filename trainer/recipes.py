"""How a model is trained: the recommended recipe, what it will cost, and what must hold before it starts.

Pure functions of data and machine facts. Nothing here knows torch, files or a database; token counts are handed in.

Sources, by their short names in the docstrings:
  regret   Schulman et al., "LoRA Without Regret", Thinking Machines Lab, 2025
  openai   OpenAI's fine-tuning guide: 10 examples at least, gains from 50 to 100
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.domain import JobFailure
from storage.domain.recipes import Recipe
from trainer.errors import BadSetting

__all__ = [
    "BOUNDS",
    "LEAST_ROWS",
    "SMOLLM2_135M",
    "BadSetting",
    "BaseFacts",
    "DataFacts",
    "Estimate",
    "Recipe",
    "change",
    "check",
    "estimate",
    "preflight",
    "recommend",
]

LEAST_ROWS = 10
"""Fewer rows than this are not trained on (openai)."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "rank": (1, 256),
    "alpha": (1, 512),
    "learning_rate": (1e-6, 1e-2),
    "epochs": (1, 50),
    "batch_size": (1, 64),
    "context": (64, 8192),
    "warmup_ratio": (0.0, 0.5),
    "max_grad_norm": (0.01, 100.0),
    "patience": (1, 20),
    "validations_per_epoch": (1, 10),
    "seed": (0, 2**31 - 1),
}
"""The least and the greatest value of each field, both allowed."""

_FRACTIONS = frozenset({"learning_rate", "warmup_ratio", "max_grad_norm"})


@dataclass(frozen=True, kw_only=True)
class DataFacts:
    """What of the rows matters. Tokens are those of the whole row in the model's chat template."""

    rows: int
    """All rows, of whatever part."""
    train_rows: int
    validation_rows: int = 0
    longest: int
    """Tokens of the longest row."""
    train_tokens: int
    """Tokens of the train rows together: one epoch."""
    validation_tokens: int = 0

    @classmethod
    def of_lengths(cls, train: Sequence[int], validation: Sequence[int] = (), test: Sequence[int] = ()) -> "DataFacts":
        """From each row's length in tokens, by part."""
        return cls(
            rows=len(train) + len(validation) + len(test),
            train_rows=len(train),
            validation_rows=len(validation),
            longest=max([*train, *validation, *test], default=0),
            train_tokens=sum(train),
            validation_tokens=sum(validation),
        )


@dataclass(frozen=True, kw_only=True)
class BaseFacts:
    """The shape of a base model."""

    parameters: int
    layers: int
    hidden: int
    intermediate: int
    key_value: int
    """Width of the keys (and of the values) of one layer, all heads together."""
    vocabulary: int
    context: int

    @classmethod
    def of_config(cls, config: Mapping[str, Any]) -> "BaseFacts":
        """From a Hugging Face ``config.json`` of the Llama family. Raises KeyError, ValueError or TypeError."""
        hidden, layers = int(config["hidden_size"]), int(config["num_hidden_layers"])
        heads = int(config["num_attention_heads"])
        key_value = hidden // heads * int(config.get("num_key_value_heads") or heads)
        intermediate, vocabulary = int(config["intermediate_size"]), int(config["vocab_size"])
        layer = 2 * hidden * hidden + 2 * hidden * key_value + 3 * hidden * intermediate
        embeddings = vocabulary * hidden * (1 if config.get("tie_word_embeddings") else 2)
        return cls(
            parameters=layers * layer + embeddings,
            layers=layers,
            hidden=hidden,
            intermediate=intermediate,
            key_value=key_value,
            vocabulary=vocabulary,
            context=int(config.get("max_position_embeddings", 2048)),
        )

    def adapter_parameters(self, rank: int) -> int:
        """Of LoRA on all seven linear layers of a block: ``rank x (inputs + outputs)`` each."""
        query_and_output = 2 * (2 * self.hidden)
        key_and_value = 2 * (self.hidden + self.key_value)
        perceptron = 3 * (self.hidden + self.intermediate)
        return rank * self.layers * (query_and_output + key_and_value + perceptron)


SMOLLM2_135M = BaseFacts(
    parameters=134_515_008, layers=30, hidden=576, intermediate=1536, key_value=192, vocabulary=49_152, context=8192
)


@dataclass(frozen=True, kw_only=True)
class Estimate:
    seconds_low: float
    seconds_high: float
    memory_bytes: int
    disk_bytes: int
    measured: bool
    """Whether the time rests on a run of this base on this machine, not on the arithmetic of processors."""


def recommend(data: DataFacts, machine: Mapping[str, Any], base: BaseFacts = SMOLLM2_135M) -> Recipe:
    """The recipe for these rows on this machine (``storage.domain.Machine.facts``, or empty).

    The machine changes nothing as yet: the worker takes a batch in as many passes as its memory needs, which gives
    the same gradients, so the best batch for the data is the best one everywhere.

    - LoRA on all linear layers, rank 16, alpha 32: on small data rank matters little, the layers do (regret).
    - Learning rate 5e-4 below 1,000 rows, 2e-4 from there: about ten times that of full fine-tuning (regret), and
      short runs want a higher one than long runs.
    - Batches of 2 rows below 50 rows, of 4, of 8 from 500 rows: LoRA loses by large batches (regret), and few rows
      give few steps: after one epoch on 18 rows of 260 tokens the validation loss stood at 3.30 with batches of 2 and
      at 3.34 with batches of 4, at the same cost (SmolLM2-135M-Instruct, seed 7).
    - 6 epochs below 50 rows, 3 below 1,000, else 2: on those 18 rows it still fell after the fourth. Early stopping
      (patience 2) ends a run before it overfits.
    - Context from the longest row, in steps of 64 and at least 256: shorter needs less memory, and no row is cut off.
    """
    few, many = data.train_rows < 50, data.train_rows >= 1000
    batch = 8 if data.train_rows >= 500 else 2 if few else 4
    return Recipe(
        rank=16,
        alpha=32,
        learning_rate=2e-4 if many else 5e-4,
        epochs=6 if few else 2 if many else 3,
        batch_size=batch,
        context=min(base.context, max(256, math.ceil(data.longest / 64) * 64)),
        patience=2,
        validations_per_epoch=2 if data.train_rows >= 2 * batch else 1,
    )


def estimate(
    recipe: Recipe,
    data: DataFacts,
    machine: Mapping[str, Any],
    base_name: str = "",
    base: BaseFacts = SMOLLM2_135M,
) -> Estimate:
    """What the run will take. Seconds come from the pace measured on this machine with ``base_name`` if there is
    one (``seconds_per_token``), and from operations by processor otherwise: then the range is wide.

    A validation token costs a forward pass, about half of a training token.
    """
    validations = recipe.epochs * recipe.validations_per_epoch + 1
    tokens = recipe.epochs * data.train_tokens + validations * data.validation_tokens / 2
    measured = (machine.get("seconds_per_token") or {}).get(base_name)
    low, high = (0.8 * measured, 1.3 * measured) if measured else _pace_by_arithmetic(machine, base)
    return Estimate(
        seconds_low=tokens * low + _START_SECONDS[0],
        seconds_high=tokens * high + _START_SECONDS[1],
        memory_bytes=_usual_memory(recipe, data, base),
        disk_bytes=_disk(recipe, base),
        measured=bool(measured),
    )


def preflight(
    recipe: Recipe,
    data: DataFacts,
    machine: Mapping[str, Any],
    base: BaseFacts = SMOLLM2_135M,
) -> JobFailure | None:
    """Why the run must not start, or None: ``too_few_rows``, ``nothing_to_learn``, ``no_memory``, ``no_disk``.

    Numbers: ``rows`` and ``least``; ``rows`` and ``train_rows``; ``needed`` and ``free``, in bytes.
    """
    if data.rows < LEAST_ROWS:
        return JobFailure(code="too_few_rows", numbers={"rows": data.rows, "least": LEAST_ROWS})
    if data.train_rows == 0:
        return JobFailure(code="nothing_to_learn", numbers={"rows": data.rows, "train_rows": 0})
    memory, disk = _least_memory(recipe, data, base), _disk(recipe, base)
    if _too_much(memory, machine.get("memory_free_bytes")):
        return JobFailure(code="no_memory", numbers={"needed": memory, "free": machine["memory_free_bytes"]})
    if _too_much(disk, machine.get("disk_free_bytes")):
        return JobFailure(code="no_disk", numbers={"needed": disk, "free": machine["disk_free_bytes"]})
    return None


def change(recipe: Recipe, field: str, value: object) -> Recipe:
    """The recipe with one field changed; ``value`` may be a number or a person's text of one. Raises BadSetting."""
    if field not in BOUNDS:
        raise BadSetting("unknown_setting", field, value)
    low, high = BOUNDS[field]
    number = _number(field, value)
    if not low <= number <= high:
        raise BadSetting("out_of_bounds", field, value, low, high)
    return Recipe(**{**recipe.to_json(), field: number})


def check(recipe: Recipe) -> None:
    """Raises BadSetting for the first field that is out of its bounds."""
    for field in BOUNDS:
        change(recipe, field, getattr(recipe, field))


def _number(field: str, value: object) -> float | int:
    low, high = BOUNDS[field]
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or (field not in _FRACTIONS and number != int(number)):
        raise BadSetting("not_a_number", field, value, low, high)
    return number if field in _FRACTIONS else int(number)


_TOKENS_AT_ONCE = 512
"""More of a batch than this the worker takes in several passes, on a processor."""
_START_SECONDS = (5.0, 40.0)
"""Starting Python and torch and reading the base."""
_OPERATIONS_PER_SECOND = {"core": (8e9, 40e9), "gpu": (1e12, 20e12)}
"""What training reaches in practice, from slow to fast, of one processor core in 32 bits or of one graphics card."""


def _pace_by_arithmetic(machine: Mapping[str, Any], base: BaseFacts) -> tuple[float, float]:
    """Seconds per training token, low and high: 2N operations forward and 2N backward for N parameters, since LoRA
    computes no gradients of the base's own weights."""
    slow, fast = _OPERATIONS_PER_SECOND["gpu" if machine.get("gpu") else "core"]
    units = 1 if machine.get("gpu") else int(machine.get("cores") or 1)
    operations = 4 * base.parameters
    return operations / (fast * units), operations / (slow * units)


def _memory(recipe: Recipe, base: BaseFacts, tokens: int) -> int:
    """Bytes while ``tokens`` are in flight, in 32 bits: the base (twice while it is read), weights, gradients and both
    Adam moments of the adapter, Python with torch, and what each token keeps for the backward pass.

    A block keeps about 16 values of the hidden width, 6 of the inner one, 6 of the keys and the rank for each of its
    seven adapters, and every token three rows of logits: the worker's own arithmetic. With SmolLM2-135M that is
    2.8 MB; the peaks measured on two cores rise by 2.7 MB a token.
    """
    block = 16 * base.hidden + 6 * base.intermediate + 6 * base.key_value + 7 * recipe.rank
    each = 4 * (base.layers * block + 3 * base.vocabulary)
    return 2 * 4 * base.parameters + 16 * base.adapter_parameters(recipe.rank) + 600 * 2**20 + each * tokens


def _least_memory(recipe: Recipe, data: DataFacts, base: BaseFacts) -> int:
    """The worker splits a batch that does not fit into passes; the longest row has to fit by itself."""
    return _memory(recipe, base, min(recipe.context, data.longest))


def _usual_memory(recipe: Recipe, data: DataFacts, base: BaseFacts) -> int:
    longest = min(recipe.context, data.longest)
    return _memory(recipe, base, max(longest, min(_TOKENS_AT_ONCE, recipe.batch_size * longest)))


def _disk(recipe: Recipe, base: BaseFacts) -> int:
    """Bytes: three checkpoints with Adam's two moments, the best adapter, the published one and the saved version,
    each possibly a copy; and 50 MiB for logs, metrics and charts."""
    return base.adapter_parameters(recipe.rank) * 4 * (3 * 3 + 3) + 50 * 2**20


def _too_much(needed: int, free: int | None) -> bool:
    return free is not None and needed > free
