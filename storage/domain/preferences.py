"""What people prefer, and why: pairs of answers of which one was picked, and the rules that were learned."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Pick = Literal["first", "second"]


@dataclass(frozen=True, kw_only=True)
class Preference:
    """Two answers to one request. It is shown before it is decided, so it may be without a pick."""

    id: str
    project_id: str
    instruction: str
    input: str
    first: str
    second: str
    author_id: str
    """Whoever was shown the pair."""
    event_id: str
    created_at: datetime
    picked: Pick | None = None
    reason: str = ""
    """One line why, in the person's words; may be empty."""
    row_id: str | None = None
    """The row that came of it."""
    consent_id: str | None = None
    """The author's consent; without it the pair is never used."""


@dataclass(frozen=True, kw_only=True)
class RubricRule:
    """A sentence by which answers of this project are judged."""

    id: str
    project_id: str
    text: str
    author_id: str
    event_id: str
    created_at: datetime
    preference_id: str | None = None
    """The pick that it was learned from."""
