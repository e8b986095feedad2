"""Conversations: what came in, what goes out, the cards that were shown, and the terminal's transcript."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Conversation:
    id: str
    """``<platform>:<the platform's own address>``, e.g. ``console:terminal``."""
    platform: str
    address: Mapping[str, Any]
    """What the platform needs to post here (channel, thread, ...); only its own room reads it."""
    project_id: str | None = None
    """The project that this conversation is about at present."""
    shared: bool = False
    """Whether others than the person who speaks can read along (a thread in a channel)."""


def direct_conversation(person_id: str) -> Conversation:
    """The conversation with a person alone, as we begin it: the platform finds out how to reach them."""
    platform = person_id.partition(":")[0]
    return Conversation(id=person_id, platform=platform, address={"person": person_id})


class EventKind(StrEnum):
    MESSAGE = "message"
    """payload: ``text``, ``files`` (a list of ``{"name", "path", "size"}``, the path relative to the home folder), and
    ``privately`` where the answer is for the person alone. A file that is elsewhere still has a ``remote`` (what its
    platform needs to fetch it to ``path``); one that will never come has the path None, and ``limit`` or ``refused``."""
    PRESS = "press"
    """payload: ``card_id``, ``action``, ``label``."""
    FORM = "form"
    """payload: ``form`` (its name), ``subject`` (what it is about, by id), ``values`` (text by field), and, where a card's
    button had opened it, ``card_id`` and ``action``."""
    JOB = "job"
    """payload: ``job_id``, ``run_id``, ``kind``, ``state``. Written by the supervisor as ``run:<run>:<kind>:<state>``."""
    REMINDER = "reminder"
    """payload: ``reminder_id``. Written as ``reminder:<reminder id>`` when it is sent."""
    FORGOTTEN = "forgotten"
    """Somebody took back what they gave: what was said here last may quote it. Written as ``forgotten:<event>:<conversation>``,
    and answered by nothing."""


@dataclass(frozen=True, kw_only=True)
class InboxEvent:
    id: str
    """Stable: the same delivery, however often repeated, has the same id."""
    conversation_id: str
    person_id: str | None
    """None for what no person caused (a job that ended). That of a reminder is whom it reminds."""
    kind: EventKind
    payload: Mapping[str, Any]
    received_at: datetime
    express: bool = False
    """``stop``, ``status`` and ``help`` do not wait behind what runs in the conversation."""
    attempts: int = 0
    """How many times it was claimed before."""


class OutboxKind(StrEnum):
    POST = "post"
    EDIT = "edit"
    """Edits the message that shows ``card_id``. Latest wins: an edit still waiting is dropped for a later one."""


class OutboxState(StrEnum):
    WAITING = "waiting"
    POSTING = "posting"
    """Handed to the platform; the outcome is not recorded yet."""
    POSTED = "posted"
    SUPERSEDED = "superseded"
    UNKNOWN = "outcome unknown"
    """The process died while posting, and the platform cannot say whether it arrived. Shown, never repeated."""
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """A message to be queued."""

    position: int
    kind: OutboxKind
    message: Mapping[str, Any]
    """JSON of ``bot.chat.messages.ChatMessage``."""
    card_id: str | None = None
    to: str | None = None
    """The person to whom it goes directly instead, by id: into the conversation that has the person's id, which is made
    as ``direct_conversation`` if there is none yet. ``position`` counts on over both conversations."""


@dataclass(frozen=True, kw_only=True)
class OutboxItem:
    id: int
    """Grows with the order of queueing."""
    conversation_id: str
    cause: str
    """The event, run state or reminder that it answers; unique together with ``position``."""
    position: int
    kind: OutboxKind
    message: Mapping[str, Any]
    card_id: str | None
    state: OutboxState
    address: Mapping[str, Any] | None = None
    """The address at which it was handed to the platform. That of its conversation may have changed by the time it is
    looked up there. None: it has not been handed over yet."""
    receipt: Mapping[str, Any] | None = None
    """What the platform answered: how to find the message again."""
    error: str | None = None


@dataclass(frozen=True, kw_only=True)
class Card:
    """A message with buttons. Its buttons act by its id and state, whatever the conversation does by then."""

    id: str
    conversation_id: str
    kind: str
    """E.g. ``row``, ``recipe``, ``run``."""
    subject: Mapping[str, Any]
    """What it is about, by id: ``{"row_id": ...}``."""
    actions: Mapping[str, str]
    """Action by label, in the order of the buttons: ``{"Approve": "approve"}``."""
    created_at: datetime
    answered_with: str | None = None
    """The action that was taken, once; None while open."""
    answered_by_event: str | None = None


@dataclass(frozen=True, kw_only=True)
class CardAnswer:
    card: Card
    accepted: bool
    """True for the event that answered it first, also when that event is handled again after a crash."""


@dataclass(frozen=True, kw_only=True)
class TranscriptLine:
    """One line of a terminal conversation. The screen is drawn from these."""

    id: int
    conversation_id: str
    speaker: str
    """A person's id, or ``threadtune``."""
    message: Mapping[str, Any]
    at: datetime
    outbox_id: int | None = None
    """Unique: a post that is repeated after a crash writes no second line."""
    card_id: str | None = None
    revision: int = 0
    """Grows when the message is edited in place."""
