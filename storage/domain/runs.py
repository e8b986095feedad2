"""Training runs and the models they leave."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class RunState(StrEnum):
    TRAINING = "training"
    TRAINED = "trained"
    COMPARING = "comparing"
    SAVING = "saving"
    SAVED = "saved"
    FAILED = "failed"
    STOPPED = "stopped"

    @property
    def ended(self) -> bool:
        return self in (RunState.SAVED, RunState.FAILED, RunState.STOPPED)


@dataclass(frozen=True, kw_only=True)
class Run:
    id: str
    project_id: str
    conversation_id: str
    started_by: str
    number: int
    """Counts from 1 within the project."""
    recipe: Mapping[str, Any]
    """JSON of ``trainer.recipes.Recipe``."""
    state: RunState
    created_at: datetime
    results: Mapping[str, Any] = field(default_factory=dict)
    """By job kind: what the train, generate and export jobs reported."""


@dataclass(frozen=True, kw_only=True)
class ModelVersion:
    id: str
    project_id: str
    run_id: str
    name: str
    """The project's slug: the folder ``models/<name>/<version>/``."""
    version: int
    """Counts from 1 within the project."""
    metrics: Mapping[str, Any]
    created_at: datetime
