"""A project's examples -> a file that a person takes away: JSON lines that our own upload reads at once, and other tools too;
and what else a person has said about answers, in a file of its own.

It does not know who may have which rows.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from dataset.formats.records import FIELDS
from storage.domain import Pin, Row, RowStatus, RubricRule, Score


def folder_of(slug: str) -> str:
    """Where the exports of a project lie, below the home folder: ``/tune forget`` empties it."""
    return f"exports/{slug}"


def exported(rows: Iterable[Row], authors: Mapping[str, str]) -> str:
    """One JSON object a line, of the same keys and types in each, to be stored as UTF-8: instruction, input, output, category,
    origin, author, source (texts) and approved (true or false). ``authors``: names fit to be shown, by person."""
    return "".join(json.dumps(_line(row, authors), ensure_ascii=False) + "\n" for row in rows)


def said_about_answers(scores: Sequence[Score], pins: Sequence[Pin], rules: Sequence[RubricRule]) -> str:
    """One JSON object a line, to be stored as UTF-8; ``kind`` says which: ``score``, ``pin`` or ``rule``."""
    lines: list[dict[str, object]] = [
        {
            "kind": "score",
            "at": one.created_at.isoformat(),
            "run": one.run_id,
            "request": one.prompt_id,
            "side": one.side,
            "criterion": one.criterion,
            "score": one.score,
            "note": one.note,
            "withdrawn": one.withdrawn,
        }
        for one in scores
    ]
    lines += [
        {
            "kind": "pin",
            "at": one.created_at.isoformat(),
            **{name: getattr(one, name) for name in ("instruction", "input", "reference", "must", "must_not")},
            "expected": asdict(one.expected) if one.expected else None,
        }
        for one in pins
    ]
    lines += [{"kind": "rule", "at": one.created_at.isoformat(), "text": one.text} for one in rules]
    return "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)


def _line(row: Row, authors: Mapping[str, str]) -> dict[str, str | bool]:
    return {name: getattr(row, name) for name in FIELDS} | {
        "category": row.category,
        "origin": row.origin.value,
        "author": authors.get(row.author_id, ""),
        "source": row.source,
        "approved": row.status is RowStatus.APPROVED,
    }
