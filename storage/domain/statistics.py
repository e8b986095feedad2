"""What was done here and what waits, as it is counted: who was here on which day, which models were made, which queues are long."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from storage.domain.jobs import JobState


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """An account that did something: wrote, pressed a button, sent a form."""

    person_id: str
    first_at: datetime
    """The first thing that was heard of it."""
    days: frozenset[date]
    """In UTC, on which it did anything."""


@dataclass(frozen=True, kw_only=True)
class MadeModel:
    """A version that was saved."""

    model_id: str
    project_id: str
    person_id: str
    """The account that started its run."""
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Queue:
    waiting: int
    oldest: datetime | None
    """Since when what has waited longest waits; None: nothing does."""


@dataclass(frozen=True, kw_only=True)
class Queues:
    inbox: Queue
    """Events that were not handled to their end."""
    outbox: Queue
    """Messages that were not posted yet."""
    jobs: Queue
    """Jobs that wait for a trainer."""
    job_states: Mapping[JobState, int] = field(default_factory=dict)
    """How many jobs there are of each state; a state without any is left out."""
