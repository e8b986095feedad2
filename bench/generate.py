"""How fast answers are: as the worker gives them, by transformers' own means, and by the embedded engine.

The same prompts and the same most tokens, greedy, in one run, in turns. Speed is in tokens of answers a second; where
base and tuned model answer, those of both count.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

import httpx
import torch
from transformers import AutoModelForCausalLM

from agent.models.engine import Engine
from bench import rows
from bench.tables import table
from dataset.prompts import messages
from storage.domain.recipes import Recipe
from trainer.worker import adapters, base, decoding, resources
from trainer.worker.base import Base
from trainer.worker.decoding import Row
from trainer.worker.examples import encode_prompt
from trainer.worker.generate import MOST_ROWS

Way = Callable[[Sequence[rows.Row]], Awaitable[int]]
"""Answers prompts; the tokens of the answers."""


def run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    torch.set_num_threads(options.threads)
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    asked = rows.read(options.rows)[: options.prompts]
    loaded = base.load(options.base)
    gguf = next(iter(sorted(options.base.glob("*.gguf"))), None)
    engine = Engine(gguf, threads=options.threads) if gguf else None
    ways = {**by_worker(loaded, options.tokens, options.adapter), **by_transformers(loaded, options)}
    if gguf and engine:
        ways[f"embedded engine ({gguf.suffixes[-2][1:]}), one by one"] = by_engine(engine, options.tokens)
    try:
        speeds = await play(ways, asked, options.rounds)
    finally:
        if engine:
            await engine.aclose()
    lengths = [len(encode_prompt(loaded.tokenizer, row)) for row in asked]
    told = [
        f"{len(asked)} prompts of {min(lengths)} to {max(lengths)} tokens, answers of at most {options.tokens};",
        f"{options.threads} threads. Median of {options.rounds} rounds, in turns, after an answer of warm-up each.",
    ]
    if not engine:
        told.append("The base has no model for the embedded engine (*.gguf) beside it: it was left out.")
    return "\n".join([*told, "", table_of(speeds)]), {"prompts": lengths, "tokens_per_second": speeds}


def by_worker(loaded: Base, most: int, adapter: Path | None) -> dict[str, Way]:
    """As a generate job answers: many prompts at once, of the base alone, and of base and tuned model together."""
    recipe = Recipe(rank=16, alpha=32, learning_rate=5e-4)
    model = adapters.load(loaded.model, adapter) if adapter else adapters.attach(loaded.model, recipe).eval()

    size, at_once = MOST_ROWS[loaded.device.type], resources.TOKENS_AT_ONCE[loaded.device.type]

    def together(batch: Sequence[Row]) -> int:
        steps = decoding.greedy(model, batch, {loaded.tokenizer.eos_token_id}, at_once)
        return sum(len(row.ids) for step in steps for row in step.ended)

    def way(sides: Sequence[bool]) -> Way:
        async def answer(asked: Sequence[rows.Row]) -> int:
            prompts = sorted((encode_prompt(loaded.tokenizer, row) for row in asked), key=len)
            answers = [Row(ids, most, tuned) for ids in prompts for tuned in sides]
            return sum(together(answers[at : at + size]) for at in range(0, len(answers), size))

        return answer

    return {"worker, all at once": way([False]), "worker, base and tuned at once": way([False, True])}


def by_transformers(loaded: Base, options: argparse.Namespace) -> dict[str, Way]:
    """By transformers' ``generate``, on a model as transformers loads it."""
    model: Any = AutoModelForCausalLM.from_pretrained(options.base, dtype=torch.float32, local_files_only=True)
    end = loaded.tokenizer.eos_token_id

    def together(prompts: Sequence[Sequence[int]]) -> int:
        width = max(map(len, prompts))
        ids = torch.tensor([[end] * (width - len(prompt)) + list(prompt) for prompt in prompts])
        mask = torch.tensor([[0] * (width - len(prompt)) + [1] * len(prompt) for prompt in prompts])
        settings = {"do_sample": False, "max_new_tokens": options.tokens, "eos_token_id": end, "pad_token_id": end}
        out = model.generate(input_ids=ids, attention_mask=mask, **settings)
        return int((out[:, width:] != end).sum())

    def way(at_once: int) -> Way:
        async def answer(asked: Sequence[rows.Row]) -> int:
            prompts = [encode_prompt(loaded.tokenizer, row) for row in asked]
            return sum(together(prompts[at : at + at_once]) for at in range(0, len(prompts), at_once))

        return answer

    return {"transformers, all at once": way(options.prompts), "transformers, one by one": way(1)}


def by_engine(engine: Engine, most: int) -> Way:
    async def answer(asked: Sequence[rows.Row]) -> int:
        address = await engine.address()
        tokens = 0
        async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
            for row in asked:
                turns = messages(row["instruction"], row.get("input", ""))
                response = await client.post(
                    f"{address.url}/v1/chat/completions",
                    json={"messages": turns, "temperature": 0, "max_tokens": most, "cache_prompt": False},
                    headers={"Authorization": f"Bearer {address.key}"},
                )
                tokens += response.raise_for_status().json()["usage"]["completion_tokens"]
        return tokens

    return answer


async def play(ways: dict[str, Way], asked: Sequence[rows.Row], rounds: int) -> dict[str, list[float]]:
    """Tokens a second of each way in each round; each round is begun by the next one."""
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        await way(asked[:1])
    names = list(ways)
    for number in range(rounds):
        for name in names[number % len(names) :] + names[: number % len(names)]:
            began = time.perf_counter()
            tokens = await ways[name](asked)
            speeds[name].append(tokens / (time.perf_counter() - began))
            print(f"round {number + 1}: {name} {speeds[name][-1]:.1f} tokens/s", file=sys.stderr, flush=True)
    return speeds


def table_of(speeds: dict[str, list[float]]) -> str:
    """The medians; each way compared to the first."""
    middle = {name: statistics.median(found) for name, found in speeds.items()}
    first = next(iter(middle.values()))
    return table(
        ["", "tokens/s", "x"], [[name, f"{speed:.1f}", f"{speed / first:.2f}"] for name, speed in middle.items()]
    )
