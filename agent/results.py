"""What a train job reported, read into figures and checks that can be said."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from agent.numbers import figure
from agent.reports.comparison import Losses
from agent.words import say


@dataclass(frozen=True, kw_only=True)
class Training:
    steps: int
    seconds: float
    epochs_done: float
    stopped_early: bool
    best_step: int
    validation_before: float | None
    """Mean loss per completion token of the validation rows, of the base."""
    validation_best: float | None
    left_out: int
    """Rows longer than the context."""


@dataclass(frozen=True, kw_only=True)
class Check:
    """One part of the proof of learning."""

    code: str
    passed: bool
    words: str
