"""Losses of test rows, one by one, of the base and of the tuned model; and what an answer loses after another's request.

It knows examples and the loss on completions. It does not know what follows from the figures.
"""

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from trainer.worker.attempt import Attempt
from trainer.worker.examples import Example
from trainer.worker.loss import CompletionLoss

Means = dict[str, float]
"""Nats per token of the completion, by the id of the row."""


def of_test_rows(
    model: Any, loss: CompletionLoss, examples: Sequence[Example], attempt: Attempt
) -> dict[str, Any] | None:
    """What ``train`` calls ``losses``, None without rows. ``model`` carries the adapter. Raises Overtaken between two
    passes. A row for which memory is too short is named (``no_memory``) and left out on both sides."""
    swapped, other = with_others_prompts(examples), others(examples)
    tuned, tuned_swapped = _means(loss, examples, attempt), _means(loss, swapped, attempt)
    with model.disable_adapter():
        base, base_swapped = _means(loss, examples, attempt), _means(loss, swapped, attempt)
    no_memory = [example.row_id for example in examples if example.row_id not in base.keys() & tuned.keys()]
    examples = [example for example in examples if example.row_id not in no_memory]
    if not examples:
        return None
    return {
        "no_memory": no_memory,
        "base": in_all(base, examples),
        "tuned": in_all(tuned, examples),
        "rows": len(examples),
        "tokens": sum(len(example.completion) for example in examples),
        "by_row": [
            {
                "id": example.row_id,
                "base": base[example.row_id],
                "tuned": tuned[example.row_id],
                "base_swapped": base_swapped.get(example.row_id),
                "tuned_swapped": tuned_swapped.get(example.row_id),
                "swapped_with": other[example.row_id].row_id if example.row_id in other else None,
                "tokens": len(example.completion),
            }
            for example in examples
        ],
    }


def with_others_prompts(examples: Sequence[Example]) -> list[Example]:
    """Each row's answer after the request of the next row that asks something else; the first follows the last. Rows
    of which there is none are left out. An answer that is no likelier after its own request owes that request nothing.
    """
    found = others(examples)
    return [replace(one, prompt=found[one.row_id].prompt) for one in examples if one.row_id in found]


def others(examples: Sequence[Example]) -> dict[str, Example]:
    """By the id of a row, the row whose request takes the place of its own."""
    found = {}
    for place, example in enumerate(examples):
        rest = [*examples[place + 1 :], *examples[:place]]
        other = next((one for one in rest if one.prompt != example.prompt), None)
        if other is not None:
            found[example.row_id] = other
    return found


def _means(loss: CompletionLoss, examples: Sequence[Example], attempt: Attempt) -> Means:
    found: Means = {}
    for piece in loss.by_row(examples):
        attempt.check_token()
        found |= {example.row_id: nats / len(example.completion) for example, nats in piece if nats is not None}
    return found


def in_all(means: Means, examples: Sequence[Example]) -> dict[str, float]:
    """The mean over all tokens, and its perplexity."""
    nats = math.fsum(means[example.row_id] * len(example.completion) for example in examples)
    mean = nats / sum(len(example.completion) for example in examples)
    return {"loss": mean, "perplexity": math.exp(min(mean, 700.0))}  # beyond that a double overflows
