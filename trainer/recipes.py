"""How a model is trained: the recommended recipe with its reasons, the guide's presets, and what a person may change.

Pure functions of data and machine facts. Nothing here knows torch, files or a database; token counts are handed in.

Sources, by their short names in the docstrings:
  guide    "Training Models for Product Management Tasks", the guide that this project began from: its presets and its
           rules of thumb stand here with its numbers
  regret   Schulman et al., "LoRA Without Regret", Thinking Machines Lab, 2025
  openai   OpenAI's fine-tuning guide: 10 examples at least, gains from 50 to 100
  ours     ``python -m bench recipes``; its table stands in docs/training-models.md
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from storage.domain import JobFailure
from storage.domain.recipes import Recipe
from trainer.errors import BadSetting
from trainer.estimates import (
    MACHINE_FILE,
    SMOLLM2_135M,
    BaseFacts,
    DataFacts,
    Estimate,
    disk,
    estimate,
    free_memory,
    least_memory,
    losses_seconds,
    tokens_that_fit,
)

__all__ = [
    "BOUNDS",
    "LEAST_ROWS",
    "MACHINE_FILE",
    "PRESETS",
    "QUICK_LOOK",
    "SMOLLM2_135M",
    "BadSetting",
    "BaseFacts",
    "DataFacts",
    "Estimate",
    "GuideRule",
    "Preset",
    "Reason",
    "Recipe",
    "Recommendation",
    "change",
    "check",
    "estimate",
    "losses_seconds",
    "preflight",
    "preset_of",
    "recommend",
    "with_preset",
]

LEAST_ROWS = 10
"""Fewer rows than this are not trained on (openai)."""

BOUNDS: Mapping[str, tuple[float, float]] = {
    "epochs": (1, 50),
    "batch_size": (1, 64),
    "learning_rate": (1e-6, 1e-2),
    "rank": (1, 256),
    "alpha": (1, 512),
    "context": (64, 8192),
    "patience": (1, 20),
    "validations_per_epoch": (1, 10),
    "warmup_ratio": (0.0, 0.5),
    "max_grad_norm": (0.01, 100.0),
    "adapted_share": (0.1, 1.0),
    "seed": (0, 2**31 - 1),
}
"""The least and the greatest value of each field, both allowed; in the order in which people are told of them."""

_FRACTIONS = frozenset({"learning_rate", "warmup_ratio", "max_grad_norm", "adapted_share"})


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Settings that the guide recommends together. It says nothing of the other fields."""

    learning_rate: float
    batch_size: int
    epochs: int
    context: int


PRESETS: Mapping[str, Preset] = {
    "documents": Preset(learning_rate=1e-4, batch_size=2, epochs=5, context=4096),
    "communications": Preset(learning_rate=3e-4, batch_size=8, epochs=3, context=2048),
    "mixed": Preset(learning_rate=2e-4, batch_size=4, epochs=3, context=4096),
}
"""The guide's configurations A (high-quality documents), B (quick communications) and C (mixed tasks)."""


QUICK_LOOK = 0.5
"""``adapted_share`` of a quick look, a mode to offer and never the default: a step of the upper half of the blocks took
61% of the processor time, and the loss fell by 63% of what it fell otherwise after an epoch, by 84% at best (ours)."""


def with_preset(recipe: Recipe, name: str, base: BaseFacts = SMOLLM2_135M) -> Recipe:
    """The recipe with the settings of a preset; its context as far as the base reaches. Raises KeyError."""
    preset = PRESETS[name]
    return replace(
        recipe,
        learning_rate=preset.learning_rate,
        batch_size=preset.batch_size,
        epochs=preset.epochs,
        context=min(preset.context, base.context),
    )


def preset_of(recipe: Recipe, base: BaseFacts = SMOLLM2_135M) -> str | None:
    """The preset whose settings the recipe has, if any."""
    return next((name for name in PRESETS if with_preset(recipe, name, base) == recipe), None)


@dataclass(frozen=True, kw_only=True)
class GuideRule:
    """A rule of thumb of the guide that says otherwise than we do."""

    name: str
    value: float
    because: str
    """The code of why we differ."""


@dataclass(frozen=True, kw_only=True)
class Reason:
    """Why a field has its recommended value."""

    code: str
    numbers: Mapping[str, float] = field(default_factory=dict)
    guide: GuideRule | None = None


@dataclass(frozen=True, kw_only=True)
class Recommendation:
    recipe: Recipe
    reasons: Mapping[str, Reason]
    """By field; every field has one."""


_FEW, _SOME, _MANY = 50, 500, 1000
"""Train rows from which more of them change a setting: the guide's small data sets end at 50."""
_NIGHT = 8 * 3600.0
"""Seconds. A run that is expected to take longer gets fewer epochs."""
_LEAST_CONTEXT = 256
_RANKS = (16, 32, 64, 128)
_SMALL_RANKS = (16, 8, 4)
_BITS_OF_A_PARAMETER = 2.0
_BITS_OF_A_TOKEN = 1.0
"""What an adapter can hold and what rows have to teach, as rough as it is (regret)."""


def recommend(
    data: DataFacts, machine: Mapping[str, Any], base: BaseFacts = SMOLLM2_135M, base_name: str = ""
) -> Recommendation:
    """The recipe for these rows on this machine (``storage.domain.Machine.facts``, or empty), with its reasons.

    - LoRA on all linear layers, rank 16, alpha 32: on small data rank matters little, the layers do (regret, ours). A
      higher rank where the rows hold more than the adapter could; a lower one where memory is short.
    - Learning rate 5e-4 below 1,000 rows, 2e-4 from there: about ten times that of full fine-tuning, and short runs
      want a higher one than long runs (regret).
    - Batches of 2 rows below 50 rows, of 4, of 8 from 500 rows: LoRA loses by large batches (regret), and few rows
      give few steps (ours). The machine has no part in it: the worker takes a batch in as many passes as memory
      needs, with the same gradients.
    - 6 epochs below 50 rows, 3 below 1,000, else 2. Early stopping (patience 2) ends a run before it overfits. Fewer
      where the run would not be over in a night.
    - Context from the longest row, in steps of 64 and at least 256: shorter needs less memory, and no row is cut off.
      Where memory does not hold the longest row, as much as it holds; rows beyond are left out, and it says how many.
    """
    epochs, batch, rate = _epochs(data), _batch(data, machine), _learning_rate(data)
    rank = _rank(data, machine, base)
    context = _context(data, machine, base, rank[0])
    several = data.train_rows >= 2 * batch[0]
    recipe = Recipe(
        rank=rank[0],
        alpha=32,
        learning_rate=rate[0],
        epochs=epochs[0],
        batch_size=batch[0],
        context=context[0],
        patience=2,
        validations_per_epoch=2 if several else 1,
    )
    recipe, slow = _within_a_night(recipe, data, machine, base, base_name)
    usual = Reason(code="usual")
    reasons = {
        **dict.fromkeys(BOUNDS, usual),
        "rank": rank[1],
        "context": context[1],
        "batch_size": batch[1],
        "epochs": slow or epochs[1],
        "learning_rate": rate[1],
        "validations_per_epoch": usual if several else Reason(code="few_steps"),
    }
    return Recommendation(recipe=recipe, reasons=reasons)


def _size(rows: int) -> str:
    return "few_rows" if rows < _FEW else "some_rows" if rows < _SOME else "many_rows"


def _learning_rate(data: DataFacts) -> tuple[float, Reason]:
    rows = data.train_rows
    rule, thumb = ("small_data_rate", 1e-4) if rows < _FEW else ("usual_rate", 2e-4)
    ours, code = (5e-4, "short_run") if rows < _MANY else (2e-4, "long_run")
    guide = None if ours == thumb else GuideRule(name=rule, value=thumb, because="adapter_rate")
    return ours, Reason(code=code, numbers={"rows": rows}, guide=guide)


def _epochs(data: DataFacts) -> tuple[int, Reason]:
    rows = data.train_rows
    rule, thumb = ("small_data_epochs", 2) if rows < _FEW else ("usual_epochs", 3)
    ours, code = (6, "few_rows") if rows < _FEW else (3, "some_rows") if rows < _MANY else (2, "many_rows")
    because = "early_stopping" if ours > thumb else "more_rows"
    guide = None if ours == thumb else GuideRule(name=rule, value=thumb, because=because)
    return ours, Reason(code=code, numbers={"rows": rows}, guide=guide)


def _batch(data: DataFacts, machine: Mapping[str, Any]) -> tuple[int, Reason]:
    """The guide goes by memory: 1 to 2 rows where it is limited, 4 for 8 to 16 GB, 8 to 16 for more."""
    rows, memory = data.train_rows, machine.get("memory_bytes")
    rule, thumb = ("usual_batch", 4)
    if memory is not None and memory < 8e9:
        rule, thumb = "small_memory_batch", 2
    elif memory is not None and memory > 17.2e9:  # 16 GiB
        rule, thumb = "large_memory_batch", 8
    ours = 2 if rows < _FEW else 4 if rows < _SOME else 8
    because = "small_batches" if ours < thumb else "passes"
    guide = None if ours == thumb else GuideRule(name=rule, value=thumb, because=because)
    return ours, Reason(code=_size(rows), numbers={"rows": rows}, guide=guide)


def _rank(data: DataFacts, machine: Mapping[str, Any], base: BaseFacts) -> tuple[int, Reason]:
    """Large enough for what the rows hold; smaller where only so the longest row fits into memory."""
    needed = data.train_tokens * _BITS_OF_A_TOKEN / _BITS_OF_A_PARAMETER
    rank = next((rank for rank in _RANKS if base.adapter_parameters(rank) >= needed), _RANKS[-1])
    longest = min(data.longest, base.context)
    if tokens_that_fit(Recipe(rank=rank), machine, base) < longest:
        smaller = (one for one in _SMALL_RANKS if tokens_that_fit(Recipe(rank=one), machine, base) >= longest)
        return next(smaller, _SMALL_RANKS[-1]), Reason(code="little_memory", numbers={"longest": longest})
    return rank, Reason(code="usual" if rank == _RANKS[0] else "many_tokens", numbers={"tokens": data.train_tokens})


def _context(data: DataFacts, machine: Mapping[str, Any], base: BaseFacts, rank: int) -> tuple[int, Reason]:
    """Room for the longest row. Where that does not fit, room for as long a row as does, if enough rows are left;
    else nothing would be won by it."""
    fits = tokens_that_fit(Recipe(rank=rank), machine, base)
    reach = min(base.context, int(BOUNDS["context"][1]))
    wanted = max(_LEAST_CONTEXT, math.ceil(data.longest / 64) * 64)
    ours, code = min(wanted, reach), "longest_row"
    if data.longest > reach:
        code = "base_limit" if reach == base.context else "our_limit"
    if fits < min(data.longest, reach):
        possible = int(fits // 64 * 64)
        if possible >= BOUNDS["context"][0] and data.rows - data.longer_than(possible) >= LEAST_ROWS:
            ours, code = possible, "little_memory"
    numbers = {"longest": data.longest, "left_out": data.longer_than(ours)}
    return ours, Reason(code=code, numbers=numbers, guide=GuideRule(name="usual_context", value=4096, because=code))


def _within_a_night(
    recipe: Recipe, data: DataFacts, machine: Mapping[str, Any], base: BaseFacts, base_name: str
) -> tuple[Recipe, Reason | None]:
    """Fewer epochs, at least one, where all of them would take longer than a night."""
    usual = recipe.epochs
    hours = estimate(recipe, data, machine, base_name, base).seconds_middle / 3600
    while recipe.epochs > 1 and estimate(recipe, data, machine, base_name, base).seconds_middle > _NIGHT:
        recipe = replace(recipe, epochs=recipe.epochs - 1)
    if recipe.epochs == usual:
        return recipe, None
    return recipe, Reason(code="slow_machine", numbers={"hours": round(hours), "usual": usual})


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
    for code, needed, free in (
        ("no_memory", least_memory(recipe, data, base), free_memory(machine)),
        ("no_disk", disk(recipe, base), machine.get("disk_free_bytes")),
    ):
        if free is not None and needed > free:
            return JobFailure(code=code, numbers={"needed": needed, "free": free})
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
    for name in BOUNDS:
        change(recipe, name, getattr(recipe, name))
    if not isinstance(recipe.from_version, int) or isinstance(recipe.from_version, bool) or recipe.from_version < 0:
        raise BadSetting("not_a_number", "from_version", recipe.from_version, 0)


def _number(field: str, value: object) -> float | int:
    low, high = BOUNDS[field]
    try:
        number = float(value) if isinstance(value, int | float | str) and not isinstance(value, bool) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or (field not in _FRACTIONS and number != int(number)):
        raise BadSetting("not_a_number", field, value, low, high)
    return number if field in _FRACTIONS else int(number)
