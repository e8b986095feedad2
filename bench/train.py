"""How fast training is against TRL's SFTTrainer and a plain transformers.Trainer: the same base, rows, rank and rows a
step, in one run, in turns.

Speed is in real tokens a second: those of prompts and completions, no padding. A contender first does one step that is
not counted. Then everybody trains all steps once a round, from the same fresh adapter; the median of the rounds is told.
"""

import argparse
import importlib.util
import json
import random
import statistics
import subprocess
import sys
from dataclasses import asdict
from typing import Any

import torch

from bench import machine, rows
from bench.contender import CONTENDERS
from bench.tables import table
from trainer.worker import base
from trainer.worker.examples import Example, encode

_HELD_OUT = 6


def run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    torch.set_num_threads(options.threads)
    names = options.only or [name for name in CONTENDERS if "trl" not in name or importlib.util.find_spec("trl")]
    task = _task(options)
    batches = [[Example(**row) for row in batch] for batch in task["batches"]]
    lengths = [row.length for batch in batches for row in batch]
    labels = sum(len(row.completion) for batch in batches for row in batch)
    peaks = {"float32": machine.matmul_peak(torch.float32), "bfloat16": machine.matmul_peak(torch.bfloat16)}
    needed = machine.training_operations(base.read_config(options.base), options.rank, sum(lengths), labels)
    found = {name: rounds for name, rounds in _rounds(names, task, options).items() if rounds}
    names = [name for name in names if name in found]
    if not names:
        raise SystemExit("No contender came to its end; `python -m bench.contender` shows why.")
    figures = {
        name: {
            "tokens_per_second": [sum(lengths) / one["seconds"] for one in rounds],
            "tokens_per_processor_second": [sum(lengths) / one["processor_seconds"] for one in rounds],
            "held_out": [one["held_out"] for one in rounds],
            "share_of_peak": [needed / one["seconds"] / max(peaks.values()) for one in rounds],
        }
        for name, rounds in found.items()
    }
    middle = {
        name: {what: statistics.median(values) for what, values in told.items()} for name, told in figures.items()
    }
    first = middle[names[0]]
    lines = [
        [
            name,
            f"{told['tokens_per_second']:.0f}",
            f"{first['tokens_per_second'] / told['tokens_per_second']:.2f}",
            f"{first['tokens_per_processor_second'] / told['tokens_per_processor_second']:.2f}",
            f"{100 * told['share_of_peak']:.0f} %",
            f"{told['held_out']:.4f}",
            f"{100 * (first['held_out'] / told['held_out'] - 1):+.2f} %",
        ]
        for name, told in middle.items()
    ]
    head = ["", "tokens/s", f"{names[0]} is x", "x of CPU time", "of peak", "held-out loss", f"{names[0]} has"]
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
    text = "\n".join([*told, "", table(head, lines)])
    return text, {"peaks": peaks, "lengths": lengths, "labels": labels, "steps": options.steps, "rounds": figures}


def _task(options: argparse.Namespace) -> dict[str, Any]:
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


def _rounds(names: list[str], task: dict[str, Any], options: argparse.Namespace) -> dict[str, list[dict[str, float]]]:
    found: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    children: dict[str, subprocess.Popen[str]] = {}
    try:
        for name in names:
            children[name] = _start({"name": name, "threads": options.threads, "task": task})
            _line_of(name, children[name])  # one at a time: nobody warms up while another is measured
        for number in range(options.rounds):
            for name in names[number % len(names) :] + names[: number % len(names)]:  # nobody is always the first
                try:
                    _say(children[name], "go")
                    found[name].append(_line_of(name, children[name]))
                except (BrokenPipeError, SystemExit):  # they all stay in memory, some GB each: the last one may not fit
                    print(f"{name} ended by itself, perhaps for want of memory; it is left out.", file=sys.stderr)
                    continue
                print(f"round {number + 1}: {name} {found[name][-1]['seconds']:.1f} s", file=sys.stderr, flush=True)
    finally:
        for child in children.values():
            child.kill()
            child.wait()
    return found


def _start(settings: dict[str, Any]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-W", "ignore", "-m", "bench.contender"]
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    _say(child, json.dumps(settings))
    return child


def _say(child: "subprocess.Popen[str]", line: str) -> None:
    assert child.stdin
    child.stdin.write(line + "\n")
    child.stdin.flush()


def _line_of(name: str, child: "subprocess.Popen[str]") -> dict[str, float]:
    assert child.stdout
    line = child.stdout.readline()
    if not line:
        raise SystemExit(f"{name} ended by itself; `python -m bench.contender` shows why.")
    answer: dict[str, float] = json.loads(line)
    return answer
