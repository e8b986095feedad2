"""What our recipe learns against other choices: the same rows, the same tokens, only one thing different at a time.

Each contender trains as the worker does, with its batches, its schedule and its loss, and no early stopping. The rows that
are held out are the same for everybody in a round; each round holds out others.
"""

import argparse
import math
import random
import statistics
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import torch

from bench import rows
from bench.tables import table
from storage.domain.recipes import Recipe
from trainer import recipes
from trainer.worker import adapters, base
from trainer.worker.examples import Example, batches, encode
from trainer.worker.loss import CompletionLoss
from trainer.worker.train import learning_rate

_ATTENTION = ("q_proj", "k_proj", "v_proj", "o_proj")
_HELD_OUT = 6
_TOKENS_AT_ONCE = 512


@dataclass(frozen=True)
class Contender:
    name: str
    recipe: Recipe
    note: str
    targets: Sequence[str] | None = None
    """Modules that carry an adapter; None for all linear ones."""


def contenders(ours: Recipe) -> dict[str, Contender]:
    """By name, ours first. ``ours`` is what is recommended for the rows."""
    wide = "the same at rank 42: about as many trained numbers as ours"
    found = [
        Contender("ours", ours, "what is recommended for these rows"),
        Contender("attention", ours, "adapters on attention alone", _ATTENTION),
        Contender("attention-wide", replace(ours, rank=42), wide, _ATTENTION),
        Contender("rate-1e-3", replace(ours, learning_rate=1e-3), "twice our learning rate"),
        Contender("rate-2e-4", replace(ours, learning_rate=2e-4), "the guide's usual learning rate"),
        Contender("batch-8", replace(ours, batch_size=8), "batches of 8 rows"),
        Contender("rank-4", replace(ours, rank=4), "a quarter of our rank"),
        Contender("upper-half", replace(ours, adapted_share=0.5), "a quick look: the upper half of the blocks"),
        Contender("documents", _rate_and_batch_of(ours, "documents"), "the guide's preset; its rate below 50 rows too"),
        Contender("communications", _rate_and_batch_of(ours, "communications"), "the guide's preset"),
        Contender("mixed", _rate_and_batch_of(ours, "mixed"), "the guide's preset"),
    ]
    return {one.name: one for one in found}


def _rate_and_batch_of(ours: Recipe, name: str) -> Recipe:
    """A preset of the guide, but for its epochs: everybody sees the same tokens."""
    preset = recipes.PRESETS[name]
    return replace(ours, learning_rate=preset.learning_rate, batch_size=preset.batch_size)


def run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    torch.set_num_threads(options.threads)
    tokenizer = base.load_tokenizer(options.base)
    examples = [encode(tokenizer, row) for row in rows.read(options.rows)]
    lengths = [example.length for example in examples]
    ours = recipes.recommend(recipes.DataFacts.of_lengths(lengths[_HELD_OUT:], lengths[:_HELD_OUT]), {}).recipe
    ours = replace(ours, epochs=options.epochs or ours.epochs)
    known = contenders(ours)
    names = options.only or list(known)
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in names}
    for number in range(options.rounds):
        shuffled = random.Random(number).sample(examples, len(examples))
        for name in names:
            began = time.monotonic()
            found[name].append(_trained(options, known[name], shuffled[_HELD_OUT:], shuffled[:_HELD_OUT], number))
            line = f"round {number + 1}: {name} {found[name][-1]['held_out'][-1]:.4f}, {time.monotonic() - began:.0f} s"
            print(line, file=sys.stderr, flush=True)
    told = [
        f"{len(examples) - _HELD_OUT} rows to learn from, {_HELD_OUT} held out, {min(lengths)} to {max(lengths)} tokens;",
        f"{ours.epochs} epochs for everybody; rounds: {options.rounds}, each with other rows held out.",
        "Loss: nats per token of the held-out answers, mean of the rounds: before training, lowest and last of all epochs.",
        *(f"  {name}: {known[name].note}" for name in names),
    ]
    return "\n".join([*told, "", _table(known, found)]), {"lengths": lengths, "rounds": found}


def _table(known: dict[str, Contender], found: dict[str, list[dict[str, Any]]]) -> str:
    names = list(found)
    lowest = {name: [min(one["held_out"][1:]) for one in rounds] for name, rounds in found.items()}
    head = ["", "layers", "rank", "rate", "batch", "steps", "numbers", "before", "lowest", "last"]
    lines = [[*_settings(known[name], found[name]), *_apart(lowest[name], lowest[names[0]])] for name in names]
    return table([*head, f"than {names[0]}", "by round"], lines)


def _settings(one: Contender, rounds: Sequence[dict[str, Any]]) -> list[str]:
    """What was trained, and the mean losses of its rounds."""
    recipe, losses = one.recipe, [found["held_out"] for found in rounds]
    return [
        one.name,
        "attention" if one.targets else "all" if recipe.adapted_share == 1 else "upper",
        str(recipe.rank),
        f"{recipe.learning_rate:g}",
        str(recipe.batch_size),
        str(rounds[0]["steps"]),
        f"{rounds[0]['parameters'] / 1e6:.2f} M",
        f"{statistics.mean(found[0] for found in losses):.3f}",
        f"{statistics.mean(min(found[1:]) for found in losses):.3f}",
        f"{statistics.mean(found[-1] for found in losses):.3f}",
    ]


def _apart(lowest: Sequence[float], first: Sequence[float]) -> list[str]:
    """The difference of the lowest losses, mean and by round: the adapter of the lowest is the one that is kept."""
    apart = [own - other for own, other in zip(lowest, first, strict=True)]
    return [f"{statistics.mean(apart):+.3f}", " ".join(f"{value:+.3f}" for value in apart)]


def _trained(
    options: argparse.Namespace, one: Contender, train: Sequence[Example], held_out: Sequence[Example], seed: int
) -> dict[str, Any]:
    """Train a fresh adapter: the held-out loss before it and after each epoch, the steps, the trained numbers."""
    recipe = replace(one.recipe, seed=seed)
    loaded = base.load(options.base)
    model = adapters.attach(loaded.model, recipe, one.targets)
    model.eval()
    loss = CompletionLoss(model.get_base_model(), _TOKENS_AT_ONCE)
    parameters = list(adapters.trainable(model).values())
    optimizer = torch.optim.AdamW(parameters, lr=recipe.learning_rate, weight_decay=0.0)
    per_epoch = math.ceil(len(train) / recipe.batch_size)
    losses = [_mean(loss, held_out)]
    for epoch in range(recipe.epochs):
        for place, batch in enumerate(batches(train, recipe.batch_size, recipe.seed, epoch)):
            rate = learning_rate(epoch * per_epoch + place, per_epoch * recipe.epochs, recipe)
            for group in optimizer.param_groups:
                group["lr"] = rate
            loss.backward(batch)
            torch.nn.utils.clip_grad_norm_(parameters, recipe.max_grad_norm)
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        losses.append(_mean(loss, held_out))
    return {
        "held_out": losses,
        "steps": per_epoch * recipe.epochs,
        "parameters": sum(parameter.numel() for parameter in parameters),
    }


def _mean(loss: CompletionLoss, examples: Sequence[Example]) -> float:
    """Nats per label."""
    found = list(loss.sums(examples))
    return sum(total for total, _ in found) / sum(labels for _, labels in found)
