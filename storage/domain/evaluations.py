"""How versions of a model compare over time: requests that are pinned for good, and evaluations of any contenders."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from storage.domain.briefs import AgreedFormat


@dataclass(frozen=True, kw_only=True)
class Score:
    """One person's score, 1 to 5, of one answer by one criterion, given without knowing whose answer it is."""

    id: str
    """Of run or evaluation, request, side, criterion and rater: a person's score is there once."""
    project_id: str
    run_id: str
    """The run, or the evaluation, whose answers are scored."""
    prompt_id: str
    side: str
    """Whose answer it is: ``base`` or ``tuned`` of a run, the contender's name of an evaluation."""
    criterion: str
    score: int
    note: str = ""
    """Why, in the person's words; may be empty. With one, a judge may learn from it."""
    rater_id: str
    event_id: str
    created_at: datetime
    asked: tuple[str, ...] = ()
    """The criteria that were before the person when they gave it, by name. Those among them without a score of theirs were left
    out on purpose, and the person is not asked for them again; one that is not among them came to the rubric later."""
    withdrawn: bool = False
    """Taken back as a lesson for judges: the score stays, the note teaches nobody any more."""


@dataclass(frozen=True, kw_only=True)
class Pin:
    """A request that every version has to answer well: the regression suite of a project."""

    id: str
    project_id: str
    instruction: str
    input: str = ""
    reference: str = ""
    """An answer that a person would want; may be empty."""
    must: tuple[str, ...] = ()
    """What has to stand in the answer, letter case and spaces aside."""
    must_not: tuple[str, ...] = ()
    expected: AgreedFormat | None = None
    author_id: str
    event_id: str
    created_at: datetime


class EvaluationState(StrEnum):
    ASKED = "asked"
    """Proposed with its estimate; nothing was spent."""
    ANSWERING = "answering"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (EvaluationState.DONE, EvaluationState.FAILED, EvaluationState.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """The same requests put before several contenders. Its files lie in ``evaluations/<id>/``."""

    id: str
    project_id: str
    number: int
    """Within the project, from 1."""
    contenders: tuple[str, ...]
    """``base``, ``v<version>``, or the name of a chat model as its setting calls it; the first is what the others are
    compared with."""
    conversation_id: str
    asked_by: str
    event_id: str
    created_at: datetime
    state: EvaluationState = EvaluationState.ASKED
    results: Mapping[str, Any] = field(default_factory=dict)
