"""How near what a model is tested with is to what it was trained on: for each held-out request its closest training row.

It does not know which of them count for what; it measures. Near duplicates share a part (``dataset.split``), so leaks are
rare: a row that is near to two others in different parts, a group that had to be divided, a pack's prompt that somebody
copied into an example, two answers to one request.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dataset.content import IdentifiedContent
from dataset.quality.duplicates import (
    INSTRUCTION_THRESHOLD,
    THRESHOLD,
    near_duplicates,
    same_requests,
    similarity,
    sketches_of,
    texts_of,
)
from dataset.split import together

ALONE = 0.9
"""Similarity of two requests from which on they are taken for one, where no answer of the second is known to compare. Higher
than for rows with answers: "translate house" and "translate mouse" share much and are two requests."""
_LOOKS = 8
"""Training rows whose texts are compared with a request's, the likeliest by their sketches: two texts that share all but a
tenth agree in 52 to 64 of 64 columns, and to be missed one would need eight others above it."""
_SLACK = 0.4
"""Below this share of agreeing columns only the likeliest row is compared: no text at 0.7 is put there (five standard errors)."""


@dataclass(frozen=True, kw_only=True)
class Closest:
    """A held-out request and the training row that is nearest to it."""

    id: str
    row: str
    """Of the training row."""
    request: float
    """Similarity of what is asked about, from 0 to 1 (``dataset.quality.duplicates.similarity``)."""
    answer: float | None = None
    """Of the wanted answers; None where none is known."""
    same_request: bool = False
    """Whether the requests are the same but for case, punctuation and blanks."""

    @property
    def leaked(self) -> bool:
        """Whether an answer to it may be remembered: the same request, or one that is near in request and answer."""
        if self.answer is None:
            return self.same_request or self.request >= ALONE
        return self.same_request or (self.request >= THRESHOLD and self.answer >= THRESHOLD)


@dataclass(frozen=True, kw_only=True)
class Leakage:
    closest: tuple[Closest, ...]
    """Of each held-out request that has anything in common with a training row, in the order of the requests."""
    same_input: tuple[str, ...]
    """Held-out rows whose input stands in a training row under another instruction: the text is known, what to do with it
    is not, so they are told of and count."""
    repeated: frozenset[str] = frozenset()
    """Test rows that ask what another one asks (``repeats``): together they are one request."""

    @property
    def leaked(self) -> frozenset[str]:
        return frozenset(one.id for one in self.closest if one.leaked)


NO_LEAKS = Leakage(closest=(), same_input=())


def leakage(trained: Sequence[IdentifiedContent], held_out: Sequence[IdentifiedContent]) -> Leakage:
    """Compare every held-out request with the training rows. An empty output is one that is not known.

    0.7 s for 2,000 training rows and 230 requests of 400 characters on one core; it grows with the lengths of the texts,
    and with the product of the counts only by 64 bytes compared a pair.
    """
    learned, asked = [texts_of(row) for row in trained], [texts_of(row) for row in held_out]
    if not learned or not asked:
        return NO_LEAKS
    known, sought = (sketches_of([subject for _, subject, _ in texts]) for texts in (learned, asked))
    found = []
    for one, texts, sketch in zip(held_out, asked, sought, strict=True):
        agreeing = (known == sketch).mean(axis=1)
        likely = np.argsort(-agreeing, kind="stable")[:_LOOKS]
        worth = [at for place, at in enumerate(likely) if agreeing[at] >= _SLACK or (place == 0 and agreeing[at] > 0)]
        pairs = [_pair(one, texts, trained[at], learned[at]) for at in worth]
        nearest = max((pair for pair in pairs if pair), key=_nearness, default=None)
        if nearest:
            found.append(nearest)
    return Leakage(closest=tuple(found), same_input=_same_input(learned, held_out, asked))


def repeats(rows: Sequence[IdentifiedContent]) -> frozenset[str]:
    """The ids of all but one of each group of rows that have one request or nearly repeat each other.

    Such rows share a part (``dataset.split``), so a test may hold a whole group. Counted one by one they would make a single
    request look like many.
    """
    return frozenset(together(near_duplicates(rows), same_requests(rows)))


def _pair(
    one: IdentifiedContent, asked: tuple[str, str, str], row: IdentifiedContent, learned: tuple[str, str, str]
) -> Closest | None:
    """How near a training row is; None where it asks for something else of the same text."""
    if asked[0] != learned[0] and similarity(asked[0], learned[0]) < INSTRUCTION_THRESHOLD:
        return None
    return Closest(
        id=one.id,
        row=row.id,
        request=similarity(asked[1], learned[1]),
        answer=similarity(asked[2], learned[2]) if asked[2] else None,
        same_request=asked[:2] == learned[:2],
    )


def _nearness(pair: Closest) -> tuple[bool, float, float]:
    return pair.leaked, pair.request, pair.answer or 0.0


def _same_input(
    learned: Sequence[tuple[str, str, str]],
    held_out: Sequence[IdentifiedContent],
    asked: Sequence[tuple[str, str, str]],
) -> tuple[str, ...]:
    by_subject: dict[str, set[str]] = {}
    for instruction, subject, _ in learned:
        if subject != instruction:  # it has an input
            by_subject.setdefault(subject, set()).add(instruction)
    return tuple(
        one.id
        for one, (instruction, subject, _) in zip(held_out, asked, strict=True)
        if subject != instruction and by_subject.get(subject, set()) - {instruction}
    )
