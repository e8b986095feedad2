"""How much of its own request an answer takes up, and whether it would do for another request as well.

What many requests share (an instruction) is nobody's own. It compares letters: an answer in other words takes up little,
which is why answers are held against what wanted answers take up, and never against all there is.
"""

import itertools
import re
from collections import Counter
from collections.abc import Sequence

from agent.evaluation.copying import FORM_FROM, FORM_SHARE, words
from agent.evaluation.echo import own_texts
from dataset.quality.language import content_stems

ALIKE = 0.6
"""Share of word pairs that two answers have in common (Jaccard) from which on one would do for the other's request."""
_FEWEST_OWN = 3
"""Words and numbers of a request's own, below which it cannot be told what an answer takes up of it."""
_FEWEST_WORDS = 5
"""Of an answer, to be held against others: labels are alike by right."""
_MOST_WORDS = 300
_NUMBER = re.compile(r"\d+")


def taken_up(requests: Sequence[str], answers: Sequence[str]) -> list[float | None]:
    """For each answer the share of its request's own longer words and numbers that stand in it, 0 to 1; None where the
    request has too few of its own."""
    own = [_told(text) for text in own_texts(requests)]
    counts = Counter(word for one in own for word in one)
    form_from = max(FORM_FROM, FORM_SHARE * len(own))
    found: list[float | None] = []
    for one, answer in zip(own, answers, strict=True):
        mine = {word for word in one if counts[word] < form_from}
        found.append(len(mine & _told(answer)) / len(mine) if len(mine) >= _FEWEST_OWN else None)
    return found


def would_do_for_another(requests: Sequence[str], answers: Sequence[str]) -> list[bool]:
    """Whether each answer is so like an answer to another request that either would do; requests that are alike
    themselves have alike answers by right."""
    asked, said = [_pairs(text) for text in own_texts(requests)], [_pairs(text) for text in answers]
    found = [False] * len(answers)
    for one, other in itertools.combinations(range(len(answers)), 2):
        if (
            not (found[one] and found[other])
            and _alike(said[one], said[other])
            and not _alike(asked[one], asked[other])
        ):
            found[one] = found[other] = True
    return found


def _told(text: str) -> frozenset[str]:
    return content_stems(text) | frozenset(_NUMBER.findall(text))


def _pairs(text: str) -> frozenset[tuple[str, str]]:
    return frozenset(itertools.pairwise(words(text[: 12 * _MOST_WORDS])[:_MOST_WORDS]))


def _alike(one: frozenset[tuple[str, str]], other: frozenset[tuple[str, str]]) -> bool:
    fewer, more = sorted((len(one), len(other)))
    if fewer < _FEWEST_WORDS - 1 or fewer < ALIKE * more:
        return False
    common = len(one & other)
    return common >= ALIKE * (len(one) + len(other) - common)
