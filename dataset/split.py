"""Which rows train, which watch the training (validation), which measure its end (test), and which measure judges (golden).

It does not know what the rows say. An assignment once made is never changed here, whatever arrives later.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from storage.domain import Part

LEAST = 3
"""Rows of validation and of test each, as soon as 12 rows allow it: the comparison shows three, and early stopping
should not hang on a single row."""
LEAST_TRAIN = 6
"""Rows that train keeps before the held-out parts get theirs: 10 rows, the least a run accepts, give 6, 2 and 2."""


@dataclass(frozen=True, kw_only=True)
class Rung:
    """How many of so many rows are held out."""

    rows: int
    validation: int
    test: int
    golden: int = 0

    @property
    def train(self) -> int:
        return self.rows - self.validation - self.test - self.golden

    def of(self, part: Part) -> int:
        return int(getattr(self, part.value))


LADDER = (
    Rung(rows=30, validation=3, test=3),
    Rung(rows=80, validation=8, test=20),
    Rung(rows=200, validation=16, test=30, golden=20),
    Rung(rows=1000, validation=100, test=100, golden=30),
    Rung(rows=2000, validation=200, test=200, golden=30),
)
"""The steps that a growing dataset climbs; between two of them, the parts grow evenly.

- 30: each row is worth most where it is learned from, since 20 test rows, the least for a verdict, would be most of
  them. A pack's test prompts stand in for these.
- 80: the fewest rows of which 20 can be tested while 50 are learned from; gains start at 50 to 100 examples (OpenAI's
  fine-tuning guide).
- 200: 20 golden rows, so that agreement of a judge with people is said of 20 requests too. From 80 to 200, one row in
  six is golden; before that, people rate the answers to test requests.
- 1000: a tenth each for validation and test. Golden ends at 30 rows, 60 answers: more is rated by nobody.
- 2000: more held-out rows would cost minutes at every validation on a processor and hardly narrow the figures.

Four disjoint sets and a ladder of sizes are Kiln's idea; the sizes are ours.
"""

_HELD_OUT = (Part.TEST, Part.VALIDATION, Part.GOLDEN)
_MEASURED = (Part.TEST, Part.VALIDATION)
"""Without these nothing can be measured; without golden rows judges can be compared with people by other answers."""


def sizes(count: int) -> Rung:
    """How many of ``count`` rows each held-out part should have."""
    first, last = LADDER[0], LADDER[-1]
    if count <= first.rows:
        each = max(0, min(LEAST, (count - LEAST_TRAIN) // 2))
        return Rung(rows=count, validation=each, test=each)
    if count >= last.rows:
        return Rung(rows=count, validation=last.validation, test=last.test, golden=last.golden)
    lower, upper = next((a, b) for a, b in pairwise(LADDER) if a.rows <= count <= b.rows)
    way, whole = count - lower.rows, upper.rows - lower.rows
    found = {part.value: lower.of(part) + (upper.of(part) - lower.of(part)) * way // whole for part in _HELD_OUT}
    return Rung(rows=count, **found)


def next_rung(count: int) -> Rung | None:
    """The next step of the ladder above ``count`` rows; None at its top."""
    return next((rung for rung in LADDER if rung.rows > count), None)


def assign(existing: Mapping[str, Part | None], salt: str, groups: Mapping[str, str] | None = None) -> dict[str, Part]:
    """Return the part of every row id in ``existing``, which maps it to the part recorded for it, or to None.

    Rows without a part are ranked by a hash of the salt (the project's id) and their id, so neither the order of
    arrival nor the content decides; the first ranks fill up test, then validation, then golden, to their ``sizes``.
    Rows of one group (``groups``: row id -> any name of its group, e.g. the earlier row that it nearly repeats) go
    to one part, so that the test does not ask what training has shown; if the group has a part already, to that.
    Only where groups of a few would leave test or validation below ``LEAST`` is a larger one divided: without them
    nothing can be measured. (``dataset.leakage`` tells what that costs.)
    """
    parts = {row: part for row, part in existing.items() if part is not None}
    wanted = sizes(len(existing))
    units = _units(existing, salt, groups or {})
    fresh: list[list[str]] = []
    for unit in units:
        recorded = {parts[row] for row in unit if row in parts}
        new = [row for row in unit if row not in parts]
        if recorded:
            part = Part.TRAIN if Part.TRAIN in recorded else min(recorded)
            parts.update(dict.fromkeys(new, part))
        else:
            fresh.append(new)
    counts = {part: list(parts.values()).count(part) for part in Part}
    movable: list[list[str]] = []
    for unit in fresh:
        part = next((part for part in _HELD_OUT if counts[part] + len(unit) <= wanted.of(part)), Part.TRAIN)
        if part is Part.TRAIN:
            movable.append(unit)
        parts.update(dict.fromkeys(unit, part))
        counts[part] += len(unit)
    _reach_least(parts, counts, movable, min(LEAST, wanted.test))
    return parts


def _reach_least(parts: dict[str, Part], counts: dict[Part, int], movable: list[list[str]], least: int) -> None:
    """Move what was just put into train, whole groups of a few first, until test and validation have their least."""
    small = [unit for unit in movable if len(unit) <= LEAST]
    single = [[row] for unit in sorted(movable, key=len) if len(unit) > LEAST for row in unit]
    spare = [*small, *single]
    for part in _MEASURED:
        while counts[part] < least and spare and (room := counts[Part.TRAIN] - LEAST_TRAIN) > 0:
            unit = next((one for one in spare if len(one) <= room), None)
            if unit is None:
                spare = [[row] for one in spare for row in one]
                continue
            spare.remove(unit)
            parts.update(dict.fromkeys(unit, part))
            counts[part] += len(unit)
            counts[Part.TRAIN] -= len(unit)


def together(*groupings: Mapping[str, str]) -> dict[str, str]:
    """Several groupings as one: rows that are together in any of them, directly or through others, are together."""
    above: dict[str, str] = {}

    def top(row: str) -> str:
        while row in above:
            row = above[row]
        return row

    for grouping in groupings:
        for row, other in grouping.items():
            first, second = sorted((top(row), top(other)))
            if first != second:
                above[second] = first
    return {row: top(row) for row in above}


def _units(rows: Mapping[str, Part | None], salt: str, groups: Mapping[str, str]) -> list[list[str]]:
    """The groups, each with its rows by rank, ordered by the rank of their first. A lone row is a group."""
    members: dict[str, list[str]] = defaultdict(list)
    names = _roots(groups)
    for row in rows:
        members[names.get(row, row)].append(row)
    ranked = [sorted(unit, key=lambda row: _rank(salt, row)) for unit in members.values()]
    return sorted(ranked, key=lambda unit: _rank(salt, unit[0]))


def _roots(groups: Mapping[str, str]) -> dict[str, str]:
    """Follow chains (c repeats b, b repeats a) to one name for each group; a ring ends at its smallest name."""
    roots = {}
    for row in groups:
        seen = [row]
        while (following := groups.get(seen[-1], seen[-1])) not in seen:
            seen.append(following)
        ring = seen[seen.index(following) :]
        roots[row] = min(ring)
    return roots


def _rank(salt: str, row: str) -> tuple[str, str]:
    return hashlib.sha256(f"{salt}\x1f{row}".encode()).hexdigest(), row
