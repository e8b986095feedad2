"""Jobs of the trainer service, and the machines that do them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class JobKind(StrEnum):
    TRAIN = "train"
    GENERATE = "generate"
    EXPORT = "export"
    PROBE = "probe"
    PUBLISH = "publish"
    """Hand a saved version to a server outside (Ollama): done by the supervisor, not by a worker."""


class JobState(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (JobState.DONE, JobState.FAILED, JobState.CANCELLED)


@dataclass(frozen=True, kw_only=True)
class JobFailure:
    """Why a job failed, as a code and its numbers; ``agent.words`` turns it into a sentence with a remedy."""

    code: str
    """E.g. ``too_few_rows``, ``nothing_to_learn``, ``no_memory``, ``no_disk``, ``base_missing``, ``worker_lost``,
    ``out_of_memory``, ``diverged``, ``crashed``."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    detail: str = ""
    """For the engineer's log: the last lines of the worker's output, with secrets removed. Never shown in a thread."""


@dataclass(frozen=True, kw_only=True)
class Job:
    id: str
    request_id: str
    """Unique: submitting the same request again returns the same job."""
    kind: JobKind
    run_id: str
    """Names the folder ``runs/<run_id>/``. A job outside a training run (an ask, a probe) has one of its own."""
    spec: Mapping[str, Any]
    """JSON; its shape per kind is a dataclass in ``trainer.specs``."""
    state: JobState
    created_at: datetime
    conversation_id: str | None = None
    """Whose inbox hears how it ended."""
    attempt: int = 0
    """How many times it has been leased: the ``n`` of ``attempts/<kind>-<n>/``, and the fencing token. A write with
    a token other than the current one is refused."""
    lease_owner: str | None = None
    lease_until: datetime | None = None
    cancel_requested: bool = False
    progress: Mapping[str, Any] = field(default_factory=dict)
    progress_version: int = 0
    """Grows by one with each published progress."""
    result: Mapping[str, Any] | None = None
    failure: JobFailure | None = None
    started_at: datetime | None = None
    ended_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Machine:
    """What a supervisor published about the machine it runs on."""

    id: str
    facts: Mapping[str, Any]
    """``cores``, ``bfloat16``, ``memory_bytes``, ``memory_free_bytes``, ``disk_free_bytes``, ``gpu`` (name or null),
    ``seconds_per_token`` (measured, by base model)."""
    seen_at: datetime
    """The supervisor's last heartbeat; one older than 30 s is not alive."""
