"""Whether it helped: what people say of a model that was made, and which variant of a feature each was shown."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class SurveyAnswer:
    """What a person thinks of a model version: one for each version and person, the latest counts."""

    model_id: str
    person_id: str
    rating: int
    """1 (not at all) to 5 (very much)."""
    word: str = ""
    """The person's own; may be empty."""
    at: datetime
    event_id: str


@dataclass(frozen=True, kw_only=True)
class Exposure:
    """The variant of a feature that a person was shown first. It is theirs from then on, whatever the roll-out does."""

    flag: str
    person_id: str
    variant: str
    at: datetime
