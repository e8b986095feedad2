"""Briefs as JSON documents, the same in every adapter.

It knows how a brief is written down, and not in which database. A document of a later version may have fields that
this one does not know: they are not read.
"""

from collections.abc import Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError

from storage.domain import Brief
from storage.errors import StoreUnavailable

_BRIEF: TypeAdapter[Brief] = TypeAdapter(Brief)


def brief_to_json(brief: Brief) -> dict[str, Any]:
    """For ``json.dumps``. Pydantic's own mode for JSON would lose half a surrogate pair in a key."""
    return _BRIEF.dump_python(brief)  # type: ignore[no-any-return]  # pydantic types it Any


def brief_from_json(project_id: str, document: Mapping[str, Any]) -> Brief:
    """The project's brief as it was written. Raises StoreUnavailable("corrupt") for what no version ever wrote."""
    try:
        return _BRIEF.validate_python({**document, "project_id": project_id})
    except ValidationError as error:
        raise StoreUnavailable("corrupt", f"the brief of {project_id}: {error.error_count()} fields") from error
