"""What of all that could be done next is worth most to a project: pure functions of facts.

    worth = weight of the kind of action x how much is missing (0 to 1) x focus of the rhythm

The table stands in docs/reminders.md. It reads nothing and words nothing: ``candidates`` finds what could be done.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from agent.context import GOOD_START, ROWS_NEEDED
from agent.evaluation.rubric import LOWEST

Code = Literal["run", "draft", "comparison", "train", "retrain", "criterion", "evaluation", "cell"]
"""What there is to do: look at a run, decide about examples, rate answers, train, train again, give an example for a weak
criterion, evaluate, give an example for the thinnest cell."""

WEIGHTS: Mapping[Code, float] = {
    "run": 1.0,  # whatever follows a run waits until somebody has looked at it
    "draft": 0.9,  # an example that lacks one press
    "comparison": 0.8,  # without votes nobody can say whether training helped
    "train": 0.8,
    "retrain": 0.8,
    "criterion": 0.7,  # an example where the answers are known to be weak, before one where there are merely few
    "evaluation": 0.6,
    "cell": 0.6,
}
LEAST = 0.1
"""What is worth less is not said: a reminder that is worth little costs the next one its reader."""
FOCUS = 1.5
"""What the rhythm that a person chose is about at present counts half as much again."""
MANY_DRAFTS = 5
"""Examples that wait for a decision, from which on all that could be missing is."""
NEW_FOR_RETRAINING = 10
"""Approved examples since the last run that are worth another one: a monthly update adds 10 to 15 (the training guide)."""
ROUND = 25
"""New examples of a whole round (the training guide: specialisation has 25 to 50)."""
STALE_DAYS = 30
"""Days after which an evaluation says little about present work: the guide has performance reviewed monthly."""
SUGGESTED_AGE = 0.5
"""What is missing of an evaluation that is merely old; of one that a newer version is not in, everything."""


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Something that a person could do next."""

    code: Code
    project_id: str
    about: str
    """What it is about: it is the same suggestion as long as this is the same."""
    missing: float
    """How much of it is missing, 0 to 1."""
    facts: Mapping[str, Any] = field(default_factory=dict)
    """By id, code and number, what is done and why: what the reminder says is made of it. JSON."""

    @property
    def key(self) -> str:
        return f"{self.code}:{self.project_id}:{self.about}"


def worth(candidate: Candidate, focus: Collection[str] = ()) -> float:
    """``focus``: the kinds of action that the person's rhythm is about at present."""
    return WEIGHTS[candidate.code] * candidate.missing * (FOCUS if candidate.code in focus else 1.0)


def ranked(found: Sequence[Candidate], focus: Collection[str] = ()) -> list[Candidate]:
    """What is worth saying, what is worth most first; of equals, in the order of ``WEIGHTS``, then in that in which they came."""
    order = list(WEIGHTS)
    worthy = [one for one in found if worth(one, focus) >= LEAST]
    return sorted(worthy, key=lambda one: (-worth(one, focus), order.index(one.code)))


def best(found: Sequence[Candidate], focus: Collection[str] = (), ignored: str = "") -> Candidate | None:
    """The one to suggest; None where nothing is worth it. ``ignored``: the key of the last one, if nobody acted on it."""
    return next((one for one in ranked(found, focus) if one.key != ignored), None)


def missing_decisions(waiting: int) -> float:
    return min(1.0, waiting / MANY_DRAFTS)


def missing_votes(pairs: int, at_once: int) -> float:
    """Of the pairs that one card puts up."""
    return min(1.0, pairs / at_once)


def missing_training(approved: int) -> float:
    """Of a first run: 0 below what can be trained on, 1 at a good start."""
    return min(1.0, approved / GOOD_START) if approved >= ROWS_NEEDED else 0.0


def missing_retraining(new: int) -> float:
    return min(1.0, new / ROUND) if new >= NEW_FOR_RETRAINING else 0.0


def missing_quality(mean: float, target: float) -> float:
    """Of a mean score below its target, by what there is between the target and the lowest score."""
    return min(1.0, max(0.0, (target - mean) / (target - LOWEST))) if target > LOWEST else 0.0


def missing_evaluation(*, newer_version: bool, newer_pins: bool, days: float) -> float:
    """``days`` since the last one."""
    if newer_version or newer_pins:
        return 1.0
    return SUGGESTED_AGE if days >= STALE_DAYS else 0.0
