"""The vocabulary of the whole house: plain frozen dataclasses, without behaviour that needs a database."""

from storage.domain.conversations import (
    Card,
    CardAnswer,
    Conversation,
    EventKind,
    InboxEvent,
    OutboxItem,
    OutboxKind,
    OutboxState,
    Outgoing,
    TranscriptLine,
)
from storage.domain.ids import stable_id
from storage.domain.jobs import Job, JobFailure, JobKind, JobState, Machine
from storage.domain.people import Consent, Membership, Person, Role
from storage.domain.projects import Project
from storage.domain.rows import Origin, Part, Row, RowStatus
from storage.domain.runs import ModelVersion, Run, RunState

__all__ = [
    "Card",
    "CardAnswer",
    "Consent",
    "Conversation",
    "EventKind",
    "InboxEvent",
    "Job",
    "JobFailure",
    "JobKind",
    "JobState",
    "Machine",
    "Membership",
    "ModelVersion",
    "Origin",
    "OutboxItem",
    "OutboxKind",
    "OutboxState",
    "Outgoing",
    "Part",
    "Person",
    "Project",
    "Role",
    "Row",
    "RowStatus",
    "Run",
    "RunState",
    "TranscriptLine",
    "stable_id",
]
