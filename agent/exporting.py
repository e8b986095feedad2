"""A project's examples -> a file that a person takes away: JSON lines that our own upload reads at once, and other tools too.

It does not know who may have which rows.
"""

import json
from collections.abc import Iterable, Mapping

from dataset.formats.records import FIELDS
from storage.domain import Row, RowStatus


def folder_of(slug: str) -> str:
    """Where the exports of a project lie, below the home folder: ``/tune forget`` empties it."""
    return f"exports/{slug}"


def exported(rows: Iterable[Row], authors: Mapping[str, str]) -> str:
    """One JSON object a line, of the same keys and types in each, to be stored as UTF-8: instruction, input, output, category,
    origin, author, source (texts) and approved (true or false). ``authors``: names fit to be shown, by person."""
    return "".join(json.dumps(_line(row, authors), ensure_ascii=False) + "\n" for row in rows)


def _line(row: Row, authors: Mapping[str, str]) -> dict[str, str | bool]:
    return {name: getattr(row, name) for name in FIELDS} | {
        "category": row.category,
        "origin": row.origin.value,
        "author": authors.get(row.author_id, ""),
        "source": row.source,
        "approved": row.status is RowStatus.APPROVED,
    }
