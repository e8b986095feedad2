"""Which version of a project's model is in use: each time that one took the place of another."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

PromotedBy = Literal["person", "verdict"]


@dataclass(frozen=True, kw_only=True)
class Promotion:
    """A version was put to use: a better one after its verdict, or any one, an earlier one too, by a person."""

    id: str
    project_id: str
    model_id: str
    by: PromotedBy
    person_id: str | None = None
    """Who decided. None: the verdict did."""
    event_id: str
    at: datetime
    why: str = ""
    """A code, such as the verdict's; never somebody's words."""
