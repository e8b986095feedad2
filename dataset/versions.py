"""The name of a set of rows as trained: equal rows in equal parts have an equal hash, on any machine, for ever.

It does not know runs or models; a run records the hash and the manifest beside its snapshot of the rows.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from dataset.content import Content
from storage.domain import Part


class AssignedContent(Content, Protocol):
    """A row with the part it was assigned to, e.g. ``storage.domain.Row``."""

    @property
    def part(self) -> Part | None: ...


@dataclass(frozen=True, kw_only=True)
class Manifest:
    hash: str
    rows: int
    train: int
    validation: int
    test: int
    golden: int = 0
    characters: int
    """Of all three texts of all rows."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def dataset_hash(rows: Iterable[AssignedContent]) -> str:
    """Return ``sha256:<64 hex digits>`` over the exact texts and parts, whatever the order and the ids of the rows."""
    digest = hashlib.sha256()
    for line in sorted(_line(row) for row in rows):
        digest.update(line)
    return f"sha256:{digest.hexdigest()}"


def manifest(rows: Iterable[AssignedContent]) -> Manifest:
    """What a snapshot holds, in numbers. A row without a part counts in ``rows`` alone."""
    rows = list(rows)
    parts = Counter(row.part for row in rows)
    return Manifest(
        hash=dataset_hash(rows),
        rows=len(rows),
        train=parts[Part.TRAIN],
        validation=parts[Part.VALIDATION],
        test=parts[Part.TEST],
        golden=parts[Part.GOLDEN],
        characters=sum(len(row.instruction) + len(row.input) + len(row.output) for row in rows),
    )


def _line(row: AssignedContent) -> bytes:
    """JSON of the four texts; ASCII, so that the bytes do not depend on how a text is encoded elsewhere."""
    return (json.dumps([row.instruction, row.input, row.output, row.part]) + "\n").encode()
