"""How alike two texts are, by their characters, and how much of it is more than chance."""

from collections.abc import Sequence
from functools import cache

from sacrebleu.metrics.chrf import CHRF

from agent.evaluation.intervals import Interval, adjusted_interval
from dataset.remembered import Remembered

LONGEST = 3_000
"""Characters of a text that are looked at: the longest answer that is written here, in most languages."""
LEAST_POINTS = 5.0
"""What a likeness may differ by at another request, however alike those were that were asked: a word or two of a short answer."""
MOST_OTHERS = 8
"""Other texts that chance is measured on: two texts of that length take 5 ms, and all pairs of 40 would take 16 s."""
_remembered: Remembered[float] = Remembered(8_192)
"""Pairs: about three comparisons of 60 requests. A comparison is made again after every vote, and its texts are the same."""


@cache
def metric() -> CHRF:
    return CHRF()  # chrF2: character n-grams up to 6, recall counts twice, no words: it works in every script


def chrf(text: str, reference: str) -> float:
    """chrF, 0 to 100 (Popović 2015, W15-3049), as sacrebleu computes it; 0 where one of the texts is empty."""
    if not text.strip() or not reference.strip():
        return 0.0
    text, reference = text[:LONGEST], reference[:LONGEST]
    return _remembered.of(lambda: float(metric().sentence_score(text, [reference]).score), text, reference)


def lifts(texts: Sequence[str], references: Sequence[str]) -> list[float]:
    """For each text its chrF to its own reference, less the mean of those to other texts' references: -100 to 100.

    What all references share (labels, a form, an opening) adds to both sides and cancels out. So 0 means: the text fits
    its own request no better than any other. Empty of fewer than two texts.
    """
    if len(texts) < 2:
        return []
    return [
        chrf(text, references[at]) - _mean([chrf(text, references[other]) for other in _others(at, len(texts))])
        for at, text in enumerate(texts)
    ]


def points_interval(differences: Sequence[float]) -> Interval | None:
    """The interval of the mean of differences in points of 100; None of fewer than two."""
    return adjusted_interval(differences, least=LEAST_POINTS, bound=100.0)


def _others(at: int, count: int) -> list[int]:
    """Up to ``MOST_OTHERS`` places besides ``at``, evenly spread; the same each time."""
    most = min(MOST_OTHERS, count - 1)
    return [(at + 1 + step * (count - 1) // most) % count for step in range(most)]


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
