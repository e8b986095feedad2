"""What a run will take of time, memory and disk: pure arithmetic over facts of data, machine and base.

It knows no files and no torch: token counts and machine facts (``storage.domain.Machine.facts``, or empty) are handed in.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from storage.domain.recipes import Recipe

MACHINE_FILE = "machine.json"
"""In the home folder: those facts of its machine that last, for estimates while no trainer lives."""


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
    test_rows: int = 0
    test_tokens: int = 0
    lengths: tuple[int, ...] = ()
    """Of every row, in tokens, where they are known."""

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
            test_rows=len(test),
            test_tokens=sum(test),
            lengths=(*train, *validation, *test),
        )

    def longer_than(self, context: int) -> int:
        """How many rows a run with that context would leave out."""
        return sum(length > context for length in self.lengths)


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
    """Until the tuned model is compared and saved, as ``seconds_high``."""
    seconds_high: float
    memory_bytes: int
    """Of the machine, or of its graphics card where there is one."""
    disk_bytes: int
    measured: bool
    """Whether the time of training rests on a run of this base on this machine, not on the arithmetic of processors."""

    @property
    def seconds_middle(self) -> float:
        """The geometric mean of the range: it spans a factor, not a difference."""
        return math.sqrt(self.seconds_low * self.seconds_high)


def estimate(
    recipe: Recipe,
    data: DataFacts,
    machine: Mapping[str, Any],
    base_name: str = "",
    base: BaseFacts = SMOLLM2_135M,
    requests: int | None = None,
    short_tokens: int = 0,
    answer_tokens: int = 0,
    sides: int = 2,
) -> Estimate:
    """What the run will take, the comparison of ``requests`` (as many as test rows if None) and saving included.
    ``answer_tokens``: that each of their answers may have, where that is known. ``short_tokens``: of the answers to short
    requests besides, at most. ``sides``: how many models answer: the base, the tuned one, and versions with jobs of their own.

    Seconds of training come from the pace measured on this machine with ``base_name`` if there is one
    (``seconds_per_token``), and from operations by processor otherwise: then the range is wide. A token that is only
    read costs a forward pass, about half of a training token; one that is learned from costs the backward pass of the
    adapted blocks besides. Early stopping can end a run sooner than the low end.
    """
    validations = recipe.epochs * recipe.validations_per_epoch + 1
    read = validations * data.validation_tokens + _LOSSES_OF_A_ROW * sides * data.test_tokens
    tokens = recipe.epochs * data.train_tokens * (1 + recipe.adapted_share) / 2 + read / 2
    measured = (machine.get("seconds_per_token") or {}).get(base_name)
    low, high = _pace(machine, base_name, base)
    asked, jobs = data.test_rows if requests is None else requests, _JOBS + sides - 2
    answers = _answering(machine, data, base, asked, short_tokens, answer_tokens)
    return Estimate(
        seconds_low=tokens * low + answers[0] * sides / 2 + _START_SECONDS[0] * jobs / _JOBS,
        seconds_high=tokens * high + answers[1] * sides / 2 + _START_SECONDS[1] * jobs / _JOBS,
        memory_bytes=_memory(recipe, base, _usual_tokens(recipe, data, machine)),
        disk_bytes=disk(recipe, base),
        measured=bool(measured),
    )


_LOSSES_OF_A_ROW = 2
"""Of each model: after the row's own request, and after another one's."""


def losses_seconds(
    tokens: int, machine: Mapping[str, Any], base_name: str = "", base: BaseFacts = SMOLLM2_135M
) -> tuple[float, float]:
    """In which the losses of one model are measured, of rows of so many tokens in all; low and high, as ``estimate`` has it."""
    low, high = _pace(machine, base_name, base)
    read = _LOSSES_OF_A_ROW * tokens / 2
    return read * low, read * high


_TOKENS_AT_ONCE = {"core": 512, "gpu": 8192}
"""More of a batch than this the worker takes in several passes."""
_START_SECONDS = (15.0, 90.0)
"""Starting Python and torch and reading the base, for the three jobs of a run: train, answer, save."""
_JOBS = 3
_OPERATIONS_PER_SECOND = {"core": (8e9, 60e9), "core in bfloat16": (25e9, 150e9), "gpu": (1e12, 20e12)}
"""What training reaches in practice, from slow to fast, of one processor core or of one graphics card. With
SmolLM2-135M a core reached 57e9 in float32, and 114e9 in bfloat16 where nothing else was running, 49e9 beside others
(docs/speed.md: 213, 423 and 183 tokens a second on two cores)."""
_ANSWER_OPERATIONS_PER_SECOND = {"core": (1.5e9, 12e9), "gpu": (10e9, 300e9)}
"""The same of answering, token by token: 24 tokens a second of four answers at once on two cores are 3.2e9 a core."""


_TIMING_SECONDS = (1.0, 6.0)
"""In which both sides are timed with single requests: the worker ends it after six."""


def _unit(machine: Mapping[str, Any]) -> tuple[str, int]:
    """What computes, and how many of it."""
    return ("gpu", 1) if machine.get("gpu") else ("core", int(machine.get("cores") or 1))


def _pace(machine: Mapping[str, Any], base_name: str, base: BaseFacts) -> tuple[float, float]:
    """Seconds per training token, low and high, as measured on this machine or by arithmetic."""
    measured = (machine.get("seconds_per_token") or {}).get(base_name)
    return (0.8 * measured, 1.3 * measured) if measured else _pace_by_arithmetic(machine, base)


def _pace_by_arithmetic(machine: Mapping[str, Any], base: BaseFacts) -> tuple[float, float]:
    """Seconds per training token, low and high: 2N operations forward and 2N backward for N parameters, since LoRA
    computes no gradients of the base's own weights."""
    unit, count = _unit(machine)
    kind = "core in bfloat16" if unit == "core" and machine.get("bfloat16") else unit
    slow, fast = _OPERATIONS_PER_SECOND[kind]
    operations = 4 * base.parameters
    return operations / (fast * count), operations / (slow * count)


def _answering(
    machine: Mapping[str, Any], data: DataFacts, base: BaseFacts, requests: int, short_tokens: int, answer_tokens: int
) -> tuple[float, float]:
    """Seconds in which base and tuned model answer ``requests``, low and high, and are timed: 2N operations a token.
    Answers have half a row's length, or as much as they may have (a base model that was never taught to stop goes on to
    the end), a row's length at least; short ones half their tokens, or all."""
    unit, count = _unit(machine)
    slow, fast = _ANSWER_OPERATIONS_PER_SECOND[unit]
    row = (data.train_tokens + data.validation_tokens + data.test_tokens) / max(1, data.rows)
    few, many = requests * row / 2 + short_tokens / 2, requests * max(row, answer_tokens) + short_tokens
    each = 2 * 2 * base.parameters  # of a token, for both models
    return few * each / (fast * count) + _TIMING_SECONDS[0], many * each / (slow * count) + _TIMING_SECONDS[1]


def _memory(recipe: Recipe, base: BaseFacts, tokens: int) -> int:
    """Bytes while ``tokens`` are in flight, in 32 bits: the base (twice while it is read), weights, gradients and both
    Adam moments of the adapter, Python with torch, and what each token keeps for the backward pass.

    A block keeps about 16 values of the hidden width, 6 of the inner one, 6 of the keys and the rank for each of its
    seven adapters, and every token three rows of logits: the worker's own arithmetic. With SmolLM2-135M that is
    2.8 MB; the peaks measured on two cores rise by 2.7 MB a token. Where fewer blocks are adapted, less is kept; it is
    reckoned for all, to be on the safe side.
    """
    block = 16 * base.hidden + 6 * base.intermediate + 6 * base.key_value + 7 * recipe.rank
    each = 4 * (base.layers * block + 3 * base.vocabulary)
    return 2 * 4 * base.parameters + 16 * base.adapter_parameters(recipe.rank) + 600 * 2**20 + each * tokens


def least_memory(recipe: Recipe, data: DataFacts, base: BaseFacts) -> int:
    """The worker splits a batch that does not fit into passes; the longest row has to fit by itself."""
    return _memory(recipe, base, min(recipe.context, data.longest))


def free_memory(machine: Mapping[str, Any]) -> int | None:
    """Bytes where training happens: on the graphics card if there is one; all that there is where nobody says what is
    free, None where nothing is known."""
    names = ("gpu_memory_bytes",) if machine.get("gpu") else ("memory_free_bytes", "memory_bytes")
    return next((int(machine[name]) for name in names if machine.get(name) is not None), None)


def tokens_that_fit(recipe: Recipe, machine: Mapping[str, Any], base: BaseFacts) -> float:
    """The longest row that memory holds, in tokens; below 0 where not even the base fits."""
    free = free_memory(machine)
    if free is None:
        return math.inf
    empty = _memory(recipe, base, 0)
    return (free - empty) // (_memory(recipe, base, 1) - empty)


def _usual_tokens(recipe: Recipe, data: DataFacts, machine: Mapping[str, Any]) -> int:
    longest = min(recipe.context, data.longest)
    return max(longest, min(_TOKENS_AT_ONCE[_unit(machine)[0]], recipe.batch_size * longest))


def disk(recipe: Recipe, base: BaseFacts) -> int:
    """Bytes: three checkpoints with Adam's two moments, the best adapter, the published one and the saved version,
    each possibly a copy; and 50 MiB for logs, metrics and charts."""
    return base.adapter_parameters(recipe.rank) * 4 * (3 * 3 + 3) + 50 * 2**20
