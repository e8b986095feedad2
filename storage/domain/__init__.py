"""The vocabulary of the whole house: plain frozen dataclasses, without behaviour that needs a database."""

from storage.domain.answers import Answer, AnswerFeedback, Feedback
from storage.domain.briefs import AgreedFormat, Brief, CoveragePlan
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
    direct_conversation,
)
from storage.domain.evaluations import Evaluation, EvaluationState, Pin, Score
from storage.domain.ids import stable_id
from storage.domain.installations import Installation
from storage.domain.jobs import Job, JobFailure, JobKind, JobState, Machine
from storage.domain.people import Consent, GroupRole, Invite, LinkCode, Membership, Person, Role
from storage.domain.preferences import Pick, Preference, RubricRule
from storage.domain.projects import Project
from storage.domain.promotions import PromotedBy, Promotion
from storage.domain.ratings import Picked, Rating, Side
from storage.domain.reminders import Habits, Reminder, ReminderKind, ReminderState, Schedule, reminder_event
from storage.domain.rows import Origin, Part, Row, RowStatus
from storage.domain.rubric import Criterion
from storage.domain.runs import ModelVersion, Run, RunState
from storage.domain.statistics import MadeModel, Queue, Queues, Visitor
from storage.domain.surveys import Exposure, SurveyAnswer

__all__ = [
    "AgreedFormat",
    "Answer",
    "AnswerFeedback",
    "Brief",
    "Card",
    "CardAnswer",
    "Consent",
    "Conversation",
    "CoveragePlan",
    "Criterion",
    "Evaluation",
    "EvaluationState",
    "EventKind",
    "Exposure",
    "Feedback",
    "GroupRole",
    "Habits",
    "InboxEvent",
    "Installation",
    "Invite",
    "Job",
    "JobFailure",
    "JobKind",
    "JobState",
    "LinkCode",
    "Machine",
    "MadeModel",
    "Membership",
    "ModelVersion",
    "Origin",
    "OutboxItem",
    "OutboxKind",
    "OutboxState",
    "Outgoing",
    "Part",
    "Person",
    "Pick",
    "Picked",
    "Pin",
    "Preference",
    "Project",
    "PromotedBy",
    "Promotion",
    "Queue",
    "Queues",
    "Rating",
    "Reminder",
    "ReminderKind",
    "ReminderState",
    "Role",
    "Row",
    "RowStatus",
    "RubricRule",
    "Run",
    "RunState",
    "Schedule",
    "Score",
    "Side",
    "SurveyAnswer",
    "TranscriptLine",
    "Visitor",
    "direct_conversation",
    "reminder_event",
    "stable_id",
]
