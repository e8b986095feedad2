"""What a platform hears: one value per kind, each with an id that repeats when the delivery is repeated."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who did it, and where."""

    person_id: str
    """``<platform>:<user id>``."""
    display_name: str
    conversation_id: str
    """``<platform>:<address>``."""
    address: dict[str, str]
    """What the platform needs to post there."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that a person sent, on local disk for now; the receiver copies it before it acknowledges."""

    name: str
    """As the person called it: hostile until proven otherwise."""
    path: Path
    size: int


@dataclass(frozen=True, kw_only=True)
class MessageReceived:
    id: str
    sender: Sender
    text: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ButtonPressed:
    """Its id is made from the card and the state the card was shown in, so that a double tap is one event."""

    id: str
    sender: Sender
    card_id: str
    action: str
    label: str
    at: datetime


ChatEvent = MessageReceived | ButtonPressed
