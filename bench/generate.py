"""How fast answers are: transformers one by one and in a batch, as the worker gives them, and the embedded engine.

The same prompts and the same most tokens, greedy, in one run, in turns. Speed is in tokens of answers a second.
"""

import argparse
import asyncio
import statistics
import sys
import time
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import torch

from agent.models.engine import Engine
from bench import rows
from bench.tables import table
from dataset.prompts import messages
from trainer.worker import base
from trainer.worker.examples import encode_prompt
from trainer.worker.generate import answer

_AT_ONCE = 4
"""Prompts in a batch of the worker's."""


def run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    torch.set_num_threads(options.threads)
    return asyncio.run(_run(options))


async def _run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    asked = rows.read(options.rows)[: options.prompts]
    loaded = base.load(options.base)
    prompts = [encode_prompt(loaded.tokenizer, row) for row in asked]
    gguf = next(iter(sorted(options.base.glob("*.gguf"))), None)
    engine = Engine(gguf, threads=options.threads) if gguf else None

    async def by_transformers(at_once: int) -> int:
        tokens = 0
        for start in range(0, len(prompts), at_once):
            answers = answer(loaded, loaded.model, prompts[start : start + at_once], options.tokens)
            tokens += sum(found.tokens for found in answers)
        return tokens

    async def by_engine() -> int:
        assert engine
        address = await engine.address()
        tokens = 0
        async with httpx.AsyncClient(trust_env=False, timeout=300) as client:
            for row in asked:
                turns = messages(row["instruction"], row.get("input", ""))
                response = await client.post(
                    f"{address.url}/v1/chat/completions",
                    json={"messages": turns, "temperature": 0, "max_tokens": options.tokens, "cache_prompt": False},
                    headers={"Authorization": f"Bearer {address.key}"},
                )
                tokens += response.raise_for_status().json()["usage"]["completion_tokens"]
        return tokens

    ways: dict[str, Callable[[], Awaitable[int]]] = {
        f"transformers, {_AT_ONCE} at once": lambda: by_transformers(_AT_ONCE),
        "transformers, one by one": lambda: by_transformers(1),
    }
    if engine:
        ways[f"embedded engine ({gguf.suffixes[-2][1:] if gguf else ''}), one by one"] = by_engine
    try:
        speeds = await _rounds(ways, options.rounds)
    finally:
        if engine:
            await engine.aclose()
    middle = {name: statistics.median(found) for name, found in speeds.items()}
    first = next(iter(middle.values()))
    lines = [[name, f"{speed:.1f}", f"{speed / first:.2f}"] for name, speed in middle.items()]
    lengths = [len(prompt) for prompt in prompts]
    told = [
        f"{len(prompts)} prompts of {min(lengths)} to {max(lengths)} tokens, answers of at most {options.tokens};",
        f"{options.threads} threads. Median of {options.rounds} rounds, in turns, after one of warm-up.",
    ]
    text = "\n".join([*told, "", table(["", "tokens/s", "x"], lines)])
    return text, {"prompts": lengths, "tokens_per_second": speeds}


async def _rounds(ways: dict[str, Callable[[], Awaitable[int]]], rounds: int) -> dict[str, list[float]]:
    speeds: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            began = time.perf_counter()
            tokens = await way()
            speed = tokens / (time.perf_counter() - began)
            print(f"round {number or 'of warm-up'}: {name} {speed:.1f} tokens/s", file=sys.stderr, flush=True)
            if number:
                speeds[name].append(speed)
    return speeds
