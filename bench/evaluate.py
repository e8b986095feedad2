"""What our evaluation says about differences that were planted. It needs no model: answers, judges and raters are made up.

It knows which tables there are; what is in them, ``bench.truth`` does.
"""

import argparse
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

from bench.truth import bar, coverage, faults, groups, items, judges, kinds, looks, models, raters, told, votes
from bench.truth.shown import Shown
from bench.truth.spoiling import material

ROUNDS = 1000
SMALL = 10
"""What ``--rounds small`` stands for: whether it works, in seconds."""


def rounds_of(text: str) -> int:
    """A number of rounds from 2 on, or ``small``."""
    found = SMALL if text == "small" else int(text)
    if found < 2:
        raise ValueError(text)
    return found


def tables(rounds: int) -> Sequence[Callable[[], Shown]]:
    """In the order in which they are shown. What takes long has fewer rounds."""
    rows = material()
    fewer = max(2, rounds // 5)
    return (
        partial(coverage.shares, rounds),
        partial(coverage.points, rounds, rows),
        partial(coverage.scores, rounds),
        partial(coverage.losses, rounds),
        partial(models.false_claims, fewer, rows),
        partial(models.real_differences, fewer, rows),
        partial(models.taken_over, fewer, rows),
        partial(items.needed, rounds),
        partial(told.exaggerated, rounds),
        partial(votes.looks, max(2, rounds // 2)),
        partial(looks.stopping, rounds),
        partial(votes.how_many, fewer),
        partial(raters.agreements, max(2, rounds // 2)),
        partial(raters.alphas, rounds),
        partial(raters.calibrations, rounds),
        partial(judges.biased, max(2, rounds // 2)),
        partial(judges.lengths, max(2, rounds // 2)),
        partial(bar.kept, fewer),
        partial(kinds.alike, rounds),
        partial(faults.planted, max(2, rounds // 20)),
        partial(groups.differences, rounds),
        partial(groups.alone, rounds),
    )


def run(options: argparse.Namespace) -> tuple[str, dict[str, Any]]:
    with ProcessPoolExecutor(options.threads, initializer=os.nice, initargs=(5,)) as pool:
        made = [pool.submit(table) for table in tables(options.rounds)]
        shown = [one.result() for one in made]
    rows = material().named
    text = "\n".join([f"Made of `examples/*.jsonl`: {rows}.\n", *(one.text() for one in shown)])
    return text, {"rounds": options.rounds, "material": rows, "tables": [one.figures() for one in shown]}
