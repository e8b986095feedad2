"""Answers that saved versions gave to people, and what people thought of them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Feedback(StrEnum):
    GOOD = "good"
    NOT_GOOD = "not_good"
    IMPROVED = "improved"
    """The person wrote a better one."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer of one version, as it was shown."""

    id: str
    project_id: str
    model_id: str | None
    """The version; None: the base model."""
    asked_by: str
    request: str
    text: str
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class AnswerFeedback:
    """What a person thought of an answer: one for each person and answer, the latest counts."""

    answer_id: str
    person_id: str
    feedback: Feedback
    event_id: str
    given_at: datetime
    criterion: str = ""
    """Name of the criterion of the rubric that the answer fails by, as the person said; empty: they named none."""
