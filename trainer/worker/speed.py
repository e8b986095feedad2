"""How quickly a model answers a single request: seconds until its first token, and tokens a second after that.

It knows token ids and a way to decode them. Batches say nothing about it: whoever waits for one answer waits alone.
"""

import contextlib
import statistics
import time
from collections.abc import Callable, Generator, Mapping, Sequence

from trainer.worker.decoding import Step

REQUESTS = 3
"""Of each side, at most; a question or two are answered without being timed."""
TOKENS = 24
"""Of each answer, at most: the 23 after the first say how many a second."""
SECONDS = 6.0
"""For all of it: nobody waits longer for a figure on the side."""

Ask = Callable[[Sequence[int], str], Generator[Step]]
"""Answer a prompt of token ids, by one side: its steps."""


def measured(
    prompts: Sequence[Sequence[int]], sides: Sequence[str], ask: Ask, stopped: Callable[[], bool]
) -> dict[str, dict[str, float]]:
    """Of each side ``first_token_seconds`` (the median), ``tokens_per_second`` and ``requests``; nothing of a side that
    was not reached in time. Sides take turns, so that what else the machine does falls on both alike."""
    ends = time.monotonic() + SECONDS
    found: dict[str, list[list[float]]] = {side: [] for side in sides}
    for prompt in _spread(prompts):
        for side in sides:
            if stopped() or time.monotonic() >= ends:
                return _told(found)
            found[side].append(_marks(ask(prompt, side), ends))
    return _told(found)


def _spread(prompts: Sequence[Sequence[int]]) -> list[Sequence[int]]:
    """A shortish, a middling and a longish one."""
    ranked = sorted(prompts, key=len)
    return [ranked[(2 * at + 1) * len(ranked) // (2 * REQUESTS)] for at in range(REQUESTS)]


def _marks(steps: Generator[Step], ends: float) -> list[float]:
    """Seconds from the request to each token of its answer."""
    began, marks = time.monotonic(), list[float]()
    with contextlib.closing(steps):  # whatever it put aside for answering is back in place before the next side
        for step in steps:
            now = time.monotonic()
            if step.answering:
                marks.append(now - began)
            if now >= ends:
                break
    return marks


def _told(found: Mapping[str, Sequence[Sequence[float]]]) -> dict[str, dict[str, float]]:
    told = {}
    for side, answers in found.items():
        timed = [marks for marks in answers if len(marks) > 1]
        if timed:
            tokens, seconds = sum(len(marks) - 1 for marks in timed), sum(marks[-1] - marks[0] for marks in timed)
            told[side] = {
                "first_token_seconds": statistics.median(marks[0] for marks in timed),
                "tokens_per_second": tokens / max(seconds, 1e-9),
                "requests": float(len(timed)),
            }
    return told
