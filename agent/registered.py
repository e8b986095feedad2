"""Which criteria a run had before its answers were there: one that was chosen after somebody saw them may flatter them.

It knows the names of criteria alone. A name is made of a criterion's words (``rubrics``), so another wording is another name.
"""

import json
from collections.abc import Sequence

from agent.evaluation.rubric import Rubric
from storage.files import Files


def register(files: Files, run_id: str, rubric: Rubric) -> None:
    """Write down the rubric of a run whose requests are about to be answered. It blocks."""
    files.write_text(_name(run_id), json.dumps([one.name for one in rubric]))


def late_in(files: Files, run_id: str, rubric: Rubric) -> tuple[str, ...]:
    """The criteria that came, or were worded anew, since then; none of a run that wrote nothing down. It blocks."""
    known = _read(files, _name(run_id))
    return tuple(one.name for one in rubric if one.name not in known) if known else ()


def _read(files: Files, name: str) -> Sequence[str]:
    try:
        found = json.loads(files.read_bytes(name)) if files.exists(name) else []
    except (ValueError, RecursionError):
        return []
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def _name(run_id: str) -> str:
    return f"runs/{run_id}/criteria.json"
