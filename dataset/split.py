"""Which rows train, which watch the training (validation) and which measure its end (test).

It does not know what the rows say. An assignment once made is never changed here, whatever arrives later.
"""

import hashlib
from collections import defaultdict
from collections.abc import Mapping

from storage.domain import Part

SHARE = 0.1
"""Of all rows, for each held-out part."""
LEAST = 3
"""Rows for each held-out part, as soon as 12 rows allow it: the comparison shows three, and early stopping should not
hang on a single row."""
MOST = 200
"""Rows for each held-out part: more would cost minutes at every validation on a CPU and hardly narrow the figures."""
LEAST_TRAIN = 6
"""Rows that train keeps before the held-out parts get theirs: 10 rows, the least a run accepts, give 6, 2 and 2."""

_HELD_OUT = (Part.TEST, Part.VALIDATION)


def held_out(count: int) -> int:
    """How many of ``count`` rows each of validation and test should have."""
    wanted = min(MOST, max(LEAST, round(count * SHARE)))
    return max(0, min(wanted, (count - LEAST_TRAIN) // 2))


def assign(existing: Mapping[str, Part | None], salt: str, groups: Mapping[str, str] | None = None) -> dict[str, Part]:
    """Return the part of every row id in ``existing``, which maps it to the part recorded for it, or to None.

    Rows without a part are ranked by a hash of the salt (the project's id) and their id, so neither the order of
    arrival nor the content decides; the first ranks fill up test, then validation, to ``held_out`` of all rows.
    Rows of one group (``groups``: row id -> any name of its group, e.g. the earlier row that it nearly repeats) go
    to one part, so that the test does not ask what training has shown; if the group has a part already, to that.
    Only where whole groups would leave a held-out part below ``LEAST`` is a group divided: without held-out rows
    nothing can be measured.
    """
    parts = {row: part for row, part in existing.items() if part is not None}
    target = held_out(len(existing))
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
        part = next((part for part in _HELD_OUT if counts[part] + len(unit) <= target), Part.TRAIN)
        if part is Part.TRAIN:
            movable.append(unit)
        parts.update(dict.fromkeys(unit, part))
        counts[part] += len(unit)
    _reach_least(parts, counts, movable, min(LEAST, target))
    return parts


def _reach_least(parts: dict[str, Part], counts: dict[Part, int], movable: list[list[str]], least: int) -> None:
    """Divide groups that were just put into train, the smallest first, until each held-out part has its least."""
    spare = [row for unit in sorted(movable, key=len) for row in unit]
    for part in _HELD_OUT:
        while counts[part] < least and spare and counts[Part.TRAIN] > LEAST_TRAIN:
            parts[spare.pop(0)] = part
            counts[part] += 1
            counts[Part.TRAIN] -= 1


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
