"""How fast training is against TRL's SFTTrainer and a plain transformers.Trainer: the same base, rows, rank and rows a
step, in one run, in turns.

Speed is in real tokens a second: those of prompts and completions, no padding. In each round everybody has a turn: a
process of its own, which does one step that is not counted, then all steps from the same fresh adapter, and ends, so that
one contender at a time is in memory. The median of the rounds is told.
"""

import argparse
import importlib.util
import json
import random
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from typing import Any

import torch

from bench import machine, rows
from bench.contender import CONTENDERS
from bench.tables import table
from trainer.worker import base
from trainer.worker.examples import encode

_HELD_OUT = 6

Figures = dict[str, list[float]]
"""What was measured of one contender, by its name; a value for each round."""

Turn = Callable[[str], dict[str, float] | None]
"""Lets a contender train; what ``contender.measured`` told, None if it ended before it could."""


def run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    names = _names(options.only)
    torch.set_num_threads(options.threads)
    task = make_task(options)
    peaks = {"float32": machine.matmul_peak(torch.float32), "bfloat16": machine.matmul_peak(torch.bfloat16)}

    def turn(name: str) -> dict[str, float] | None:
        return _in_a_process({"name": name, "threads": options.threads, "task": task})

    rounds = play(names, options.rounds, turn)
    if not rounds:
        raise SystemExit("No contender came to its end.")
    lengths, labels = _sizes(task)
    needed = machine.training_operations(base.read_config(options.base), options.rank, sum(lengths), labels)
    figures = {name: figures_of(told, sum(lengths), needed / max(peaks.values())) for name, told in rounds.items()}
    text = "\n".join([*_account(options, task, peaks, list(figures)), "", table_of(figures)])
    return text, {"peaks": peaks, "lengths": lengths, "labels": labels, "steps": options.steps, "rounds": figures}


def _names(only: Sequence[str] | None) -> list[str]:
    """Raises SystemExit for a name that nobody has, or that needs TRL where there is none."""
    has_trl = importlib.util.find_spec("trl") is not None
    for name in only or ():
        if name not in CONTENDERS:
            raise SystemExit(f"No contender is called {name!r}. There are: {', '.join(CONTENDERS)}.")
        if "trl" in name and not has_trl:
            raise SystemExit(f"{name} needs TRL: pip install -e '.[bench]'.")
    return list(only or (name for name in CONTENDERS if has_trl or "trl" not in name))


def make_task(options: argparse.Namespace) -> dict[str, Any]:
    """What everybody trains, as ``contender.Task`` reads it: the rows of each step, and the rows held out."""
    given = rows.read(options.rows)
    if not options.even:
        given = rows.of_mixed_length(given)
    tokenizer = base.load_tokenizer(options.base)
    examples = [encode(tokenizer, row) for row in given]
    random.Random(7).shuffle(examples)
    held_out, examples = examples[:_HELD_OUT], examples[_HELD_OUT:]
    step = options.rows_a_step
    batches = [[examples[(at * step + place) % len(examples)] for place in range(step)] for at in range(options.steps)]
    return {
        "base": str(options.base),
        "batches": [[asdict(row) for row in batch] for batch in batches],
        "held_out": [asdict(row) for row in held_out],
        "rank": options.rank,
    }


def play(names: Sequence[str], rounds: int, turn: Turn) -> dict[str, list[dict[str, float]]]:
    """Everybody in turns, each round begun by the next one. Who does not come to an end is left out from then on."""
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for number in range(rounds):
        present = list(found)
        for name in present[number % len(present) :] + present[: number % len(present)]:
            told = turn(name)
            if told is None:
                del found[name]
                continue
            found[name].append(told)
            print(f"round {number + 1}: {name} {told['seconds']:.1f} s", file=sys.stderr, flush=True)
        if not found:
            break
    return found


def figures_of(rounds: Sequence[dict[str, float]], tokens: int, least_seconds: float) -> Figures:
    """``tokens`` of all steps; ``least_seconds`` they would take at the machine's peak."""
    return {
        "tokens_per_second": [tokens / one["seconds"] for one in rounds],
        "tokens_per_processor_second": [tokens / one["processor_seconds"] for one in rounds],
        "held_out": [one["held_out"] for one in rounds],
        "share_of_peak": [least_seconds / one["seconds"] for one in rounds],
        "peak_memory_bytes": [one["peak_memory_bytes"] for one in rounds],
    }


def table_of(figures: dict[str, Figures]) -> str:
    """The medians; each contender compared to the first."""
    middle = {
        name: {what: statistics.median(values) for what, values in told.items()} for name, told in figures.items()
    }
    first_name, first = next(iter(middle.items()))
    lines = [
        [
            name,
            f"{told['tokens_per_second']:.0f}",
            f"{first['tokens_per_second'] / told['tokens_per_second']:.2f}",
            f"{first['tokens_per_processor_second'] / told['tokens_per_processor_second']:.2f}",
            f"{100 * told['share_of_peak']:.0f} %",
            f"{told['peak_memory_bytes'] / 1e9:.1f} GB",
            f"{told['held_out']:.4f}",
            f"{100 * (first['held_out'] / told['held_out'] - 1):+.2f} %",
        ]
        for name, told in middle.items()
    ]
    head = ["", "tokens/s", f"{first_name} is x", "x of CPU time", "of peak", "memory", "held-out loss"]
    return table([*head, f"{first_name} has"], lines)


def _account(
    options: argparse.Namespace, task: dict[str, Any], peaks: dict[str, float], names: Sequence[str]
) -> list[str]:
    lengths, labels = _sizes(task)
    gigas = {name: f"{peak / 1e9:.0f}" for name, peak in peaks.items()}
    told = [
        f"{len(lengths)} rows of {min(lengths)} to {max(lengths)} tokens, {sum(lengths)} in all, {labels} of them labels;",
        f"{options.rows_a_step} rows a step, rank {options.rank}, {options.threads} threads.",
        f"Median of {options.rounds} rounds of {options.steps} steps, in turns, after one step of warm-up each.",
        f"Fastest matrix product: {gigas['float32']} GFLOP/s in float32, {gigas['bfloat16']} in bfloat16.",
        *(f"  {name}: {CONTENDERS[name][1]}" for name in names),
    ]
    if not importlib.util.find_spec("trl"):
        told.append("TRL is not installed (pip install -e '.[bench]') and was left out.")
    return told


def _sizes(task: dict[str, Any]) -> tuple[list[int], int]:
    """The tokens of each row that is trained on, and the labels among all of them."""
    trained = [row for batch in task["batches"] for row in batch]
    return [len(row["prompt"]) + len(row["completion"]) for row in trained], sum(len(r["completion"]) for r in trained)


def _in_a_process(settings: dict[str, Any]) -> dict[str, float] | None:
    command = [sys.executable, "-W", "ignore", "-m", "bench.contender"]
    ended = subprocess.run(command, input=json.dumps(settings) + "\n", capture_output=True, text=True, check=False)
    if ended.returncode or not ended.stdout:
        why = (ended.stderr.strip().splitlines() or ["no word of it: perhaps memory was not enough"])[-1]
        print(
            f"{settings['name']} ended early and is left out ({ended.returncode}): {why}", file=sys.stderr, flush=True
        )
        return None
    told: dict[str, float] = json.loads(ended.stdout)
    return told
