"""What a platform hears: one value per kind, each with an id that repeats when the delivery is repeated."""

from collections.abc import Mapping
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
    shared: bool = False
    """Whether others can read along."""
    groups: tuple[str, ...] | None = None
    """The groups (a server's roles) that the person is in, by id, in the place where they did it; None: it has none, or it
    does not say."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that a person sent: on local disk, where the receiver copies it before it acknowledges, or elsewhere still."""

    name: str
    """As the person called it: hostile until proven otherwise."""
    size: int
    """Bytes, as the platform says."""
    path: Path | None = None
    """Where it lies already; None: it is fetched (``ChatPlatform.fetch``) when its event is answered."""
    remote: Mapping[str, str] | None = None
    """What the platform needs to fetch it. No secret: it is stored."""
    refused: str = ""
    """Why it will not be fetched, as a code (``wrong_type``, ``not_readable``); empty: it will."""


@dataclass(frozen=True, kw_only=True)
class MessageReceived:
    id: str
    sender: Sender
    text: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()
    privately: bool = False
    """Whether the answer is for the sender alone, beside the thread (a command typed in a channel)."""
    addressed: bool = False
    """Whether the bot was named in front of it (a mention, which is no part of ``text``): a command needs no slash then."""


@dataclass(frozen=True, kw_only=True)
class ButtonPressed:
    """Its id is made from the card, the state the card was shown in and who pressed, so that a double tap is one event,
    and the presses of two people are two."""

    id: str
    sender: Sender
    card_id: str
    action: str
    label: str
    at: datetime
    link: str = ""
    """Address of the message in which it was pressed, which opens for whoever sees that conversation; empty: there is none."""


@dataclass(frozen=True, kw_only=True)
class FormSubmitted:
    id: str
    sender: Sender
    form: str
    """Its name."""
    subject: Mapping[str, str]
    values: Mapping[str, str]
    """Text, or the value of the option picked, by field."""
    at: datetime
    card_id: str | None = None
    action: str = ""
    """The card and the button that had opened it, if a card's did."""
    link: str = ""
    """Address of the message with that button, as of a press."""


ChatEvent = MessageReceived | ButtonPressed | FormSubmitted
