"""How much of an answer stands word for word in the training answers, and not in its own request."""

import re
from collections import Counter
from collections.abc import Collection, Iterable

from dataset.quality.language import IDEOGRAPH

RUN = 8
"""Words in a row that count as copied; as many as the overlap that GPT-2's authors looked for (Radford et al. 2019)."""
MUCH = 0.5
"""Share of an answer from which on it is named as copied."""
FORM_FROM = 3
"""Training answers that have a run in common before it may count as form."""
FORM_SHARE = 0.1
"""Of the training answers: a run that more of them have is part of the form, such as labels, and no copy."""

_WORDS = re.compile(rf"{IDEOGRAPH.pattern}|(?:(?!{IDEOGRAPH.pattern})\w)+")

Run = tuple[str, ...]


def words(text: str) -> list[str]:
    """The words of a text for comparison; each ideograph is one, for no spaces tell where a word ends."""
    return _WORDS.findall(text.casefold())


def runs(text: str) -> set[Run]:
    """All runs of ``RUN`` words; a shorter text has none."""
    found = words(text)
    return {tuple(found[at : at + RUN]) for at in range(len(found) - RUN + 1)}


def learned_runs(training: Iterable[str]) -> frozenset[Run]:
    """The runs of the training answers that are nobody's form."""
    answers = [runs(text) for text in training]
    counts = Counter(run for found in answers for run in found)
    form_from = max(FORM_FROM, FORM_SHARE * len(answers))
    return frozenset(run for run, count in counts.items() if count < form_from)


def copied(answer: str, request: str, learned: Collection[Run]) -> float | None:
    """The share of an answer's runs that training answers have and the request has not; None where there are no runs."""
    found = runs(answer)
    if not found:
        return None
    return sum(run in learned for run in found - runs(request)) / len(found)
