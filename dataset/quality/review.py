"""All checks of one row, in one list: what a person decides about first, each thing said once.

It does not know other rows (``duplicates``) nor a model's context (``dataset.tokens``).
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from dataset.content import Content
from dataset.quality.findings import Finding
from dataset.quality.form import departures
from dataset.quality.personal import personal
from dataset.quality.secrets import secrets
from dataset.quality.wording import wording
from storage.domain import AgreedFormat


def review(row: Content, agreed: AgreedFormat | None, today: date, outdated: Sequence[str] = ()) -> list[Finding]:
    """Return the findings of weight ``ask``, then the notes; of one code, field and kind the first, with ``count``.

    An answer that is to be one of a few labels cannot be more specific, and is not asked to be.
    """
    found = [*secrets(row), *personal(row)]
    found += departures(row, agreed) if agreed else []
    notes = wording(row, today, outdated)
    if agreed and agreed.labels:
        notes = [finding for finding in notes if finding.code not in ("generic", "not_specific", "copied_input")]
    return _once_each([*found, *notes])


def _once_each(found: Sequence[Finding]) -> list[Finding]:
    groups: dict[tuple[str, str, int | str], list[Finding]] = {}
    for finding in sorted(found, key=lambda finding: finding.weight):  # "ask" comes before "note", also in the alphabet
        groups.setdefault((finding.code, finding.field, finding.numbers.get("kind", "")), []).append(finding)
    return [_counted(group) for group in groups.values()]


def _counted(group: Sequence[Finding]) -> Finding:
    """The first of a group; a note beside something to ask about does not count."""
    first = group[0]
    count = sum(finding.weight == first.weight for finding in group)
    return first if count == 1 else replace(first, numbers={**first.numbers, "count": count})
