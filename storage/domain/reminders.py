"""Reminders: what is due to whom, what a person asked to be reminded of, and how they want to be reminded."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.domain.conversations import EventKind, InboxEvent


class ReminderKind(StrEnum):
    SUGGESTION = "suggestion"
    """Ours: the next action that is worth most."""
    SCHEDULED = "scheduled"
    """Asked for by a person."""
    DIGEST = "digest"
    """A channel's weekly one."""
    SURVEY = "survey"
    """The question that follows a new model."""


class ReminderState(StrEnum):
    DUE = "due"
    SENT = "sent"
    DROPPED = "dropped"
    """Stale by the time it was claimed, or nothing was worth saying."""


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """Something that is due to a person, once."""

    id: str
    """``stable_id("reminder", person_id, slot)``."""
    person_id: str
    conversation_id: str
    """Where it is said. It need not be known yet: a person's direct conversation has the person's id."""
    project_id: str | None = None
    kind: ReminderKind
    slot: str
    """What it is due for, unique to the person: ``suggestion:2026-11-21``, ``schedule:<id>:2026-11-24T09:00``."""
    due_at: datetime
    stale_at: datetime
    """From then on it is dropped instead of sent."""
    state: ReminderState = ReminderState.DUE
    about: Mapping[str, Any] = field(default_factory=dict)
    """By id and code what it is about (``{"schedule_id": ...}``), and once its message was composed, what that named."""
    sent_at: datetime | None = None
    """When its event was put into the inbox."""
    answered_at: datetime | None = None
    """When the person first acted on it."""


def reminder_event(reminder: Reminder, sent_at: datetime) -> InboxEvent:
    """The event whose turn composes the reminder's message."""
    return InboxEvent(
        id=f"reminder:{reminder.id}",
        conversation_id=reminder.conversation_id,
        person_id=reminder.person_id,
        kind=EventKind.REMINDER,
        payload={"reminder_id": reminder.id},
        received_at=sent_at,
    )


@dataclass(frozen=True, kw_only=True)
class Schedule:
    """What a person asked to be reminded of again and again."""

    id: str
    person_id: str
    project_id: str | None = None
    conversation_id: str
    rule: str
    """When, as the text of a recurrence: ``agent.reminding.recurrence`` writes and reads it."""
    zone: str
    """IANA name of the time zone in which the rule is meant."""
    said: str
    """The person's own words."""
    event_id: str
    created_at: datetime
    next_at: datetime
    """The next time it is due; ``Schedules.advance`` moves it on."""
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Habits:
    """How a person wants to be reminded: one for each person, on whichever of their accounts it was said last."""

    person_id: str
    wanted: bool | None = None
    """Whether they want our suggestions. None: they were not asked, or did not say."""
    zone: str | None = None
    """IANA name. None: not known."""
    quiet_from: str = "21:00"
    """Local time; nothing of ours is sent from then until ``quiet_until``."""
    quiet_until: str = "08:00"
    hour: str = "10:00"
    """The local time at which a suggestion is due."""
    rhythm: str = ""
    """The code of one of the guides' rhythms; empty: none was chosen."""
    snoozed_until: datetime | None = None
    asked_at: datetime | None = None
    """When we asked whether they want suggestions, which we do once."""
    event_id: str = ""
    """The event of the latest change that a person made."""

    @property
    def without_all_but_a_no(self) -> "Habits | None":
        """What stays when the person takes them back: a "no" to suggestions and nothing else, so that nobody who said it
        is asked again."""
        return Habits(person_id=self.person_id, wanted=False) if self.wanted is False else None
