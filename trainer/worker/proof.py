"""Proof of learning: four checks in numbers, each of which can fail.

It judges; it does not decide what follows from a check that failed.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from trainer.worker import adapters, resources
from trainer.worker.adapters import Tensors
from trainer.worker.examples import Example
from trainer.worker.loss import CompletionLoss

LEAST_DIFFERENCE = 1e-3
"""In logits. The same weights give the same logits to about 1e-5 in float32; what is below this is arithmetic."""

_COMPARED = 3
"""Held-out rows on which base and tuned model are compared."""


def of_learning(
    *,
    model: Any,
    loss: CompletionLoss,
    train: Sequence[Example],
    held_out: Sequence[Example],
    adapter: Tensors,
    history: Sequence[tuple[int, float]],
    start: Tensors | None = None,
) -> dict[str, dict[str, Any]]:
    """The checks by name, each with ``passed`` and its numbers. ``model`` carries ``adapter``; ``history`` holds the
    validations as (step, loss), the first of what training began with: the base, or the adapter ``start``, from which
    the norm is then taken."""
    labels = sum(len(example.completion) for example in train)
    norm = adapters.b_norm(adapter, start)
    (_, before), *trained = history
    best_step, best = min(trained, key=lambda item: item[1])
    return {
        "labels_unmasked": {
            "passed": labels > 0,
            "labels": labels,
            "tokens": sum(example.length for example in train),
            "rows": len(train),
        },
        "adapter_nonzero": {"passed": norm > 0, "b_norm": norm, "tensors": len(adapter)},
        "answers_differ": _difference(model, loss, held_out[:_COMPARED]),
        "validation_improved": {"passed": best < before, "before": before, "best": best, "best_step": best_step},
    }


def _compared(model: Any, loss: CompletionLoss, example: Example) -> tuple[float, int, int]:
    """The largest difference of two logits, how many of the likeliest next tokens differ, and of how many: those of the
    answer, or of as much of its beginning as memory holds the logits of."""

    def both() -> tuple[float, int, int]:
        tuned = loss.logits(example)
        with model.disable_adapter():
            base = loss.logits(example)
        changed = int((tuned.argmax(-1) != base.argmax(-1)).sum())
        return float((tuned - base).abs().max()), changed, len(example.completion)

    found = resources.if_it_fits(both)
    while found is None and len(example.completion) > 1:
        example = replace(example, completion=example.completion[: len(example.completion) // 2])
        found = resources.if_it_fits(both)
    return found or (0.0, 0, 0)


def _difference(model: Any, loss: CompletionLoss, examples: Sequence[Example]) -> dict[str, Any]:
    """How far the tuned model's predictions are from the base's on answers that neither was trained on."""
    largest, changed, positions = 0.0, 0, 0
    for example in examples:
        found = _compared(model, loss, example)
        largest, changed = max(largest, found[0]), changed + found[1]
        positions += found[2]
    return {
        "passed": largest > LEAST_DIFFERENCE,
        "max_logit_difference": largest,
        "next_tokens_changed": changed,
        "next_tokens": positions,
        "rows": len(examples),
    }
