"""``python -m bench train``, ``generate``, ``recipes``, ``evaluate`` and ``transactions``: print a table, and write it as JSON if asked to.

It knows the command line alone.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.evaluate import ROUNDS, rounds_of

BASE = Path.home() / ".threadtune/base_models/SmolLM2-135M-Instruct"


def main() -> int:
    options = _parser().parse_args()
    if "base" in options and not (options.base / "config.json").is_file():
        print(f"No prepared base model in {options.base}: run `make setup`, or name one with --base.", file=sys.stderr)
        return 2
    run: Callable[[argparse.Namespace], tuple[str, dict[str, Any]]]
    if options.command == "train":
        from bench.train import run
    elif options.command == "generate":
        from bench.generate import run
    elif options.command == "recipes":
        from bench.recipes import run
    elif options.command == "transactions":
        from bench.transactions import run
    else:
        from bench.evaluate import run
    table, figures = run(options)
    print(table)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    every = argparse.ArgumentParser(add_help=False)
    every.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    every.add_argument("--json", type=Path, help="write the figures here too")
    shared = argparse.ArgumentParser(add_help=False, parents=[every])
    shared.add_argument("--base", type=Path, default=BASE, help="folder of a prepared base model")
    shared.add_argument("--rows", type=Path, default=Path("examples/dataset.jsonl"), help="rows as JSON Lines")
    shared.add_argument("--rounds", type=int, default=3, help="measured rounds; the median is told")
    parser = argparse.ArgumentParser(prog="python -m bench")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", parents=[shared], help="against TRL and a plain transformers.Trainer")
    train.add_argument("--steps", type=int, default=4, help="optimizer steps of a round")
    train.add_argument("--rows-a-step", type=int, default=4)
    train.add_argument("--rank", type=int, default=16)
    train.add_argument("--even", action="store_true", help="the rows as they are, not cut to mixed lengths")
    train.add_argument("--only", nargs="+", metavar="NAME", help="these contenders alone; the first is compared to")
    generate = commands.add_parser("generate", parents=[shared], help="batched, one by one, and the embedded engine")
    generate.add_argument("--prompts", type=int, default=24)
    generate.add_argument("--tokens", type=int, default=64, help="of an answer, at most")
    generate.add_argument("--adapter", type=Path, help="folder of an adapter of the base; a fresh one if left out")
    recipes = commands.add_parser("recipes", parents=[shared], help="our recipe against the guide's and others")
    recipes.add_argument("--epochs", type=int, help="of every contender; as recommended if left out")
    recipes.add_argument("--only", nargs="+", metavar="NAME", help="these contenders alone; the first is compared to")
    evaluate = commands.add_parser("evaluate", parents=[every], help="what is said of differences that were planted")
    evaluate.add_argument("--rounds", type=rounds_of, default=ROUNDS, help="of each case; or `small`, to see it work")
    transactions = commands.add_parser(
        "transactions", parents=[every], help="of SQLite, against an asynchronous driver"
    )
    transactions.add_argument("--rounds", type=int, default=5, help="measured rounds; the median is told")
    return parser


if __name__ == "__main__":
    # Read once, when torch is imported; as the worker has them.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "1000")
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    sys.exit(main())
