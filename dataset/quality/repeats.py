"""Answers from which little can be learned: the same one in several rows, and those that stand in their own request.

It does not know whether that is right: a task with a few fixed answers has it by its nature.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dataset.content import IdentifiedContent

_LEAST_COPIED = 12
"""Characters of an answer that is looked for in its request: a shorter one (a label, a number) stands there by right."""


@dataclass(frozen=True, kw_only=True)
class Repeat:
    row_id: str
    twin: str | None
    """The first row with the same answer; None where the answer stands in the row's own request."""


def repeats(rows: Sequence[IdentifiedContent]) -> list[Repeat]:
    """Find rows whose answer an earlier row has already, and rows whose answer stands in their request, in the order of
    the rows. White space and case do not count. The first row of several with one answer is no repeat."""
    first: dict[str, str] = {}
    found = []
    for row in rows:
        answer = _folded(row.output)
        if answer in first:
            found.append(Repeat(row_id=row.id, twin=first[answer]))
            continue
        first[answer] = row.id
        if len(answer) >= _LEAST_COPIED and answer in _folded(f"{row.instruction}\n{row.input}"):
            found.append(Repeat(row_id=row.id, twin=None))
    return found


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
