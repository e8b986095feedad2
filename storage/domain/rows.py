"""Training rows: one instruction, its input, and the answer a person wants."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RowStatus(StrEnum):
    PROPOSED = "proposed"
    """A message of somebody else's, whose author was asked and has not said yes: nobody sees it, nothing uses it."""
    PENDING = "pending"
    """Waits for a person's approval; is never trained on."""
    APPROVED = "approved"
    REJECTED = "rejected"


class Origin(StrEnum):
    GIVEN = "given"
    DRAFTED = "drafted"
    EDITED = "edited"
    SYNTHETIC = "synthetic"


class Part(StrEnum):
    TRAIN = "train"
    VALIDATION = "validation"
    TEST = "test"
    GOLDEN = "golden"
    """Its answers are rated by people, so that judges can be compared with them; no verdict rests on it."""


@dataclass(frozen=True, kw_only=True)
class Row:
    id: str
    project_id: str
    instruction: str
    input: str
    """May be empty: some tasks have no input."""
    output: str
    status: RowStatus
    origin: Origin
    author_id: str
    event_id: str
    """The event that brought it."""
    source: str
    """Where it came from in words for people: ``conversation`` or ``<file name>:<line>``."""
    content_hash: str
    """SHA-256 of the normalised content (``dataset.quality.duplicates.content_hash``); unique within a project
    among rows that are pending or approved."""
    created_at: datetime
    consent_id: str | None = None
    approved_by: str | None = None
    part: Part | None = None
    """Recorded for good at the first training run that uses the row."""
    near_duplicate_of: str | None = None
    """The id of an earlier row that reads nearly the same: flagged, kept."""
    category: str = ""
    """A category of the project's coverage pack; empty while it is not known."""
    aspects: tuple[str, ...] = ()
    """Aspects of the pack that it shows, such as an error case; sorted."""
    passage: str = ""
    """The passage of a document that it was proposed from."""
