"""What can be posted: one message, in parts that every platform can show in its own way.

It knows no platform. Text is light Markdown: ``**bold**``, ``*italic*``, `` `code` ``, fences, ``-`` lists. Model text is
always in ``quoted`` or in a table cell, never in ``text``, so that a platform can neutralise mentions and markup in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter


@dataclass(frozen=True, kw_only=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class FormField:
    name: str
    label: str
    value: str = ""
    """At most 3,000 characters."""
    hint: str = ""
    multiline: bool = False
    optional: bool = False
    options: tuple[Option, ...] = ()
    """One of them is picked; none: text is written."""


@dataclass(frozen=True, kw_only=True)
class Form:
    name: str
    subject: Mapping[str, str]
    """Comes back with what is filled in, as it is."""
    title: str
    """At most 24 characters."""
    fields: tuple[FormField, ...]
    submit: str
    """At most 24 characters."""


@dataclass(frozen=True, kw_only=True)
class Button:
    label: str
    """Words, at most 75 characters."""
    action: str
    style: Literal["plain", "primary", "danger"] = "plain"
    form: Form | None = None
    """Opened at once by a platform that has forms, instead of reporting the press."""
    verdict: Literal["", "good", "bad"] = ""
    """A platform that has thumbs for the answer above uses them, with words."""


@dataclass(frozen=True, kw_only=True)
class Field:
    name: str
    value: str


@dataclass(frozen=True, kw_only=True)
class CardFace:
    """How a card looks now."""

    card_id: str
    title: str
    fields: tuple[Field, ...] = ()
    quoted: tuple[Field, ...] = ()
    """Text that a person or a model wrote, shown as it is."""
    buttons: tuple[Button, ...] = ()
    note: str = ""
    state: str = ""
    """Tells one face of a card that has several (its pages) from another; a press is known by it."""


@dataclass(frozen=True, kw_only=True)
class Picture:
    path: str
    """Relative to the home folder."""
    alt: str
    """What it shows, in words."""


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """A file for people to keep."""

    path: str
    """Relative to the home folder."""
    name: str
    """As people see it. A room makes of it what its platform takes for a name."""


@dataclass(frozen=True, kw_only=True)
class Table:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, kw_only=True)
class ChatMessage:
    text: str = ""
    card: CardFace | None = None
    quoted: tuple[Field, ...] = ()
    """Text that a person or a model wrote, under a name each ("Base", "Tuned")."""
    table: Table | None = None
    picture: Picture | None = None
    file: Enclosure | None = None
    """Shown below the rest of the message. The house sends none to one person alone among others (``only_to``), where not
    every platform can show files: it goes to them directly."""
    ping: bool = False
    """Draws attention: the person is notified."""
    only_to: str | None = None
    """The person who alone may see it, by id, where others read along."""
    asks: bool = False
    """Waits for an answer that is written: a platform in which we may be deaf offers a form for it."""
    apart: bool = False
    """Shown beside the thread, where a command was given (``MessageReceived.privately``)."""

    def to_json(self) -> dict[str, Any]:
        return _MESSAGE.dump_python(self, mode="json")  # type: ignore[no-any-return]  # pydantic types it Any

    @classmethod
    def from_json(cls, data: Any) -> "ChatMessage":
        return _MESSAGE.validate_python(data)


_MESSAGE: TypeAdapter[ChatMessage] = TypeAdapter(ChatMessage)
