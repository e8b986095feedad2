"""What the agent answers, before any platform has a say in how it looks. Plain data: it is kept in checkpoints.

Text comes from ``agent.words``. What people or models wrote stands only in ``quoted``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

from pydantic import Field as PydanticField
from pydantic import TypeAdapter


@dataclass(frozen=True, kw_only=True)
class Quote:
    """Text that a person or a model wrote, under a name."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Say:
    text: str
    quoted: tuple[Quote, ...] = ()
    ping: bool = False
    to: str | None = None
    """The person who is told directly instead, by id."""
    private: bool = False
    """For whoever caused the turn alone, where others read along: a refusal, a code, a late press."""
    asks: bool = False
    """It is the last of a turn after which a written answer is waited for."""
    kind: Literal["say"] = "say"


@dataclass(frozen=True, kw_only=True)
class Option:
    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class FormField:
    name: str
    label: str
    value: str = ""
    """What stands in it at first: at most ``LONGEST_VALUE`` characters."""
    hint: str = ""
    multiline: bool = False
    optional: bool = False
    options: tuple[Option, ...] = ()
    """One of them is picked; none: text is written."""


LONGEST_VALUE = 3000
"""Characters in a field of a form: the least that a platform we know of allows (Slack; Discord has 4,000)."""


@dataclass(frozen=True, kw_only=True)
class Form:
    """What is filled in at once, where the platform has forms; elsewhere the button asks for a message instead."""

    name: str
    """What it is for, by which its stage is found."""
    subject: dict[str, str]
    """What it is about, by id."""
    title: str
    """At most 24 characters (Slack)."""
    fields: tuple[FormField, ...]
    submit: str
    """The words on its button, at most 24 characters."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    label: str
    action: str
    style: Literal["plain", "primary", "danger"] = "plain"
    form: Form | None = None
    """Opened by the button, where the platform has forms."""
    verdict: Literal["", "good", "bad"] = ""
    """Says what the person thinks of the answer above: platforms that have thumbs for it use them, with words."""


@dataclass(frozen=True, kw_only=True)
class ShowCard:
    """A message with buttons, or one that will be edited in place."""

    card_id: str
    card_kind: str
    subject: dict[str, str]
    title: str
    fields: tuple[Quote, ...] = ()
    quoted: tuple[Quote, ...] = ()
    choices: tuple[Choice, ...] = ()
    note: str = ""
    state: str = ""
    """Tells one face of a card that has several from another: pressing the same button on each is two presses."""
    edit: bool = False
    """True replaces the face of a card shown before (latest wins)."""
    to: str | None = None
    """The person to whom it is shown directly instead, by id."""
    ping: bool = False
    private: bool = False
    """As in ``Say``."""
    asks: bool = False
    """As in ``Say``."""
    kind: Literal["card"] = "card"


@dataclass(frozen=True, kw_only=True)
class ShowTable:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str = ""
    """The same in a sentence or two."""
    asks: bool = False
    """As in ``Say``."""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, kw_only=True)
class ShowPicture:
    path: str
    """Relative to the home folder."""
    alt: str
    text: str = ""
    asks: bool = False
    """As in ``Say``."""
    kind: Literal["picture"] = "picture"


@dataclass(frozen=True, kw_only=True)
class ShowFile:
    """A file of the home folder, for a person to keep."""

    path: str
    """Relative to the home folder."""
    name: str
    """As people see it."""
    text: str
    """What it holds, in a sentence."""
    quoted: tuple[Quote, ...] = ()
    to: str | None = None
    """As in ``Say``."""
    private: bool = False
    """As in ``Say``; the file itself then comes to the person directly."""
    asks: bool = False
    """As in ``Say``."""
    kind: Literal["file"] = "file"


AnyReply = Say | ShowCard | ShowTable | ShowPicture | ShowFile
_Tagged = Annotated[AnyReply, PydanticField(discriminator="kind")]

_REPLIES: TypeAdapter[list[AnyReply]] = TypeAdapter(list[_Tagged])


def asking(replies: Sequence[AnyReply]) -> list[AnyReply]:
    """The replies of a turn after which a written answer is waited for: the last that is posted in the conversation says so."""
    here = [
        place
        for place, reply in enumerate(replies)
        if not getattr(reply, "edit", False) and not getattr(reply, "to", None)
    ]
    return [replace(one, asks=True) if place in here[-1:] else one for place, one in enumerate(replies)]


def to_json(replies: list[AnyReply]) -> list[dict[str, Any]]:
    return _REPLIES.dump_python(replies, mode="json")  # type: ignore[no-any-return]  # pydantic types it Any


def from_json(data: Any) -> list[AnyReply]:
    return _REPLIES.validate_python(data)
