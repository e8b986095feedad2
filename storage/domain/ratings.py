"""People's blind votes on answers: which of two was better, told without knowing whose they were."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Side = Literal["base", "tuned"]
"""Of a comparison: the first contender, and the one that is compared with it."""
Picked = Literal["first", "second", "same"]


@dataclass(frozen=True, kw_only=True)
class Rating:
    """One person's vote on the two answers to one request."""

    id: str
    """Of run or evaluation, request and rater: a person's vote on a request is there once."""
    project_id: str
    run_id: str
    """The run, or the evaluation of two contenders, whose answers were compared."""
    prompt_id: str
    """The row, or the pack's prompt, that was answered."""
    rater_id: str
    first: Side
    """Whose answer was shown first."""
    picked: Picked
    event_id: str
    created_at: datetime
