"""What the agent answers, before any platform has a say in how it looks. Plain data: it is kept in checkpoints.

Text comes from ``agent.words``. What people or models wrote stands only in ``quoted``.
"""

from dataclasses import dataclass
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
    kind: Literal["say"] = "say"


@dataclass(frozen=True, kw_only=True)
class Choice:
    label: str
    action: str
    style: Literal["plain", "primary", "danger"] = "plain"


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
    kind: Literal["card"] = "card"


@dataclass(frozen=True, kw_only=True)
class ShowTable:
    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    text: str = ""
    """The same in a sentence or two."""
    kind: Literal["table"] = "table"


@dataclass(frozen=True, kw_only=True)
class ShowPicture:
    path: str
    """Relative to the home folder."""
    alt: str
    text: str = ""
    kind: Literal["picture"] = "picture"


AnyReply = Say | ShowCard | ShowTable | ShowPicture
_Tagged = Annotated[AnyReply, PydanticField(discriminator="kind")]

_REPLIES: TypeAdapter[list[AnyReply]] = TypeAdapter(list[_Tagged])


def to_json(replies: list[AnyReply]) -> list[dict[str, Any]]:
    return _REPLIES.dump_python(replies, mode="json")  # type: ignore[no-any-return]  # pydantic types it Any


def from_json(data: Any) -> list[AnyReply]:
    return _REPLIES.validate_python(data)
