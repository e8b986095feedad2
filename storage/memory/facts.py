"""What the store in memory holds, and what each of its repositories has: those facts.

It knows no rule about them: those stand in the repositories, one file each.
"""

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any, TypeVar

from storage.domain import (
    Answer,
    AnswerFeedback,
    Card,
    Consent,
    Conversation,
    Evaluation,
    Exposure,
    GroupRole,
    Habits,
    InboxEvent,
    Installation,
    Invite,
    Job,
    LinkCode,
    Machine,
    Membership,
    ModelVersion,
    OutboxItem,
    Person,
    Pin,
    Preference,
    Project,
    Promotion,
    Rating,
    Reminder,
    Row,
    RubricRule,
    Run,
    Schedule,
    Score,
    SurveyAnswer,
    TranscriptLine,
    direct_conversation,
)
from storage.errors import NotFound

T = TypeVar("T")


@dataclass(kw_only=True)
class Lease:
    """Who holds a thing (an event or a message, by ``of``), until when, and when it may be held again."""

    owner: str | None = None
    of: str | int | None = None
    until: datetime | None = None
    not_before: datetime | None = None

    def free(self, now: datetime) -> bool:
        return (self.until is None or self.until <= now) and (self.not_before is None or self.not_before <= now)

    def take(self, owner: str, of: str | int, until: datetime) -> None:
        self.owner, self.of, self.until, self.not_before = owner, of, until, None

    def give_back(self, not_before: datetime | None = None) -> None:
        self.owner, self.of, self.until, self.not_before = None, None, None, not_before

    def held(self, owner: str, of: str | int) -> bool:
        return (self.owner, self.of) == (owner, of)


def _leases() -> "defaultdict[str, Lease]":
    return defaultdict(Lease)


@dataclass(kw_only=True)
class Facts:
    """Everything the store holds. Dictionaries keep the order of insertion."""

    conversations: dict[str, Conversation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    events: dict[str, InboxEvent] = field(default_factory=dict)
    finished: dict[str, str] = field(default_factory=dict)
    """The worker that ended an event, by the event."""
    inbox_leases: defaultdict[str, Lease] = field(default_factory=_leases)
    """By conversation; an express event's by ``express:<event>``."""
    outbox: dict[int, OutboxItem] = field(default_factory=dict)
    queued_at: dict[int, datetime] = field(default_factory=dict)
    """By the item of the outbox."""
    posted_by: dict[int, str] = field(default_factory=dict)
    outbox_leases: defaultdict[str, Lease] = field(default_factory=_leases)
    cards: dict[str, Card] = field(default_factory=dict)
    transcript: dict[int, TranscriptLine] = field(default_factory=dict)
    consents: dict[str, Consent] = field(default_factory=dict)
    projects: dict[str, Project] = field(default_factory=dict)
    members: dict[tuple[str, str], Membership] = field(default_factory=dict)
    invites: dict[str, Invite] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    """The first account of the person, by account; without those that are linked to no other."""
    link_codes: dict[str, LinkCode] = field(default_factory=dict)
    groups: dict[str, frozenset[str]] = field(default_factory=dict)
    """Those that an account is in."""
    group_roles: dict[tuple[str, str], GroupRole] = field(default_factory=dict)
    rows: dict[str, Row] = field(default_factory=dict)
    briefs: dict[str, dict[str, Any]] = field(default_factory=dict)
    """As documents, by project."""
    preferences: dict[str, Preference] = field(default_factory=dict)
    rules: dict[str, RubricRule] = field(default_factory=dict)
    ratings: dict[str, Rating] = field(default_factory=dict)
    scores: dict[str, Score] = field(default_factory=dict)
    pins: dict[str, Pin] = field(default_factory=dict)
    evaluations: dict[str, Evaluation] = field(default_factory=dict)
    answers: dict[str, Answer] = field(default_factory=dict)
    feedback: dict[tuple[str, str], AnswerFeedback] = field(default_factory=dict)
    """By answer and person."""
    installations: dict[str, Installation] = field(default_factory=dict)
    install_states: dict[str, datetime] = field(default_factory=dict)
    """When each runs out."""
    jobs: dict[str, Job] = field(default_factory=dict)
    runs: dict[str, Run] = field(default_factory=dict)
    models: dict[str, ModelVersion] = field(default_factory=dict)
    machines: dict[str, Machine] = field(default_factory=dict)
    promotions: dict[str, Promotion] = field(default_factory=dict)
    reminders: dict[str, Reminder] = field(default_factory=dict)
    reminder_leases: defaultdict[str, Lease] = field(default_factory=_leases)
    schedules: dict[str, Schedule] = field(default_factory=dict)
    habits: dict[str, Habits] = field(default_factory=dict)
    """By account, the one that was put last at the end."""
    survey_answers: dict[tuple[str, str], SurveyAnswer] = field(default_factory=dict)
    """By version and account."""
    exposures: dict[tuple[str, str], Exposure] = field(default_factory=dict)
    """By flag and account."""
    ids: "count[int]" = field(default_factory=lambda: count(1))


def json_copy(value: T) -> T:
    """A copy as a database would give it back; what is not JSON fails here as it would there."""
    copy: T = json.loads(json.dumps(value))
    return copy


def need(things: Mapping[str, T], key: str) -> T:
    if key not in things:
        raise NotFound(key)
    return things[key]


def direct(facts: Facts, person_id: str) -> str:
    """The id of the person's direct conversation, which is made if there is none."""
    facts.conversations.setdefault(person_id, direct_conversation(person_id))
    return person_id


def need_place(facts: Facts, conversation_id: str, person_id: str) -> None:
    """The conversation must be there; a person's direct one is made if it is not."""
    if conversation_id == person_id:
        direct(facts, person_id)
    need(facts.conversations, conversation_id)


class Repository:
    def __init__(self, facts: Facts) -> None:
        self._facts = facts
