"""Submit, follow and cancel jobs: all that the floors above may do with the trainer.

It writes jobs and reads them. It does not know who runs them, where, or with what.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from storage.domain import Job, JobKind, JobState, stable_id
from storage.domain.recipes import Recipe
from storage.ports import Jobs


@dataclass(frozen=True, kw_only=True)
class TrainRequest:
    """Train an adapter on ``runs/<run_id>/rows.jsonl``, which must lie there already."""

    run_id: str
    base: str
    recipe: Recipe
    from_run: str | None = None
    """The run of ``recipe.from_version``, with whose adapter it starts; None where it starts afresh."""


@dataclass(frozen=True, kw_only=True)
class GenerateRequest:
    """Answer ``runs/<run_id>/prompts.jsonl``; and where ``held_out.jsonl`` lies beside it and one side answers, measure the
    losses of its rows (``trainer.worker.held_out``).

    ``adapter_run`` names the run whose adapter the tuned answers use; None answers with the base alone.
    """

    run_id: str
    base: str
    adapter_run: str | None
    answer_with: tuple[str, ...] = ("base", "tuned")
    max_tokens: int = 256
    arithmetic: str = ""
    """In which losses are measured on a processor, as a train job called its own: jobs whose losses stand side by side share
    it. Empty for what this machine is quickest in just then."""


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """Save the adapter of a run as ``models/<name>/<version>/``."""

    run_id: str
    base: str
    name: str
    version: int
    card: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ProbeRequest:
    """Measure the machine with a base model."""

    run_id: str
    base: str


@dataclass(frozen=True, kw_only=True)
class PublishRequest:
    """Put ``models/<name>/<version>/`` into the Ollama server of this installation, as ``model``."""

    run_id: str
    base: str
    name: str
    version: int
    model: str
    """``Team-Task-vN``, as Ollama shows it."""
    system: str = ""
    """The system prompt that the model is created with; empty for none, as it was trained."""


OLLAMA_NEEDED = (0, 12, 11)
"""The first version of Ollama that says how likely its tokens are (its release notes): no copy can be checked without."""


def is_ollama_address(text: str) -> bool:
    """Whether a text is an address as Ollama's own tools read ``OLLAMA_HOST``: the port and ``http://`` may be left out.

    A ``#`` or ``/`` in a password, which ends the host's part where it was not meant to, makes it none.
    """
    try:
        parts = urlsplit(text if "://" in text else f"http://{text}")
        port = parts.port
    except ValueError:
        return False
    named = re.fullmatch(r"[\w.:-]+", parts.hostname or "") is not None or port is not None
    return named and parts.scheme in ("http", "https") and not (parts.query or parts.fragment or "@" in parts.path)


def ollama_login(address: str) -> tuple[str, str] | None:
    """Name and password in an address, for basic authentication; None without them. Ollama's own client drops them.

    Raises ValueError for a text that ``is_ollama_address`` refuses.
    """
    parts = urlsplit(address if "://" in address else f"http://{address}")
    return (unquote(parts.username), unquote(parts.password or "")) if parts.username else None


def ollama_is_new_enough(version: str) -> bool:
    """Of what a server calls itself (``0.34.4``, ``0.13.0-rc0``). A build without a number (0.0.0) is taken for a new one."""
    numbers = tuple(map(int, re.findall(r"\d+", version.split("-")[0])[:3]))
    return not (0, 0, 0) < numbers < OLLAMA_NEEDED


JobRequest = TrainRequest | GenerateRequest | ExportRequest | ProbeRequest | PublishRequest

_KINDS: dict[type, JobKind] = {
    TrainRequest: JobKind.TRAIN,
    GenerateRequest: JobKind.GENERATE,
    ExportRequest: JobKind.EXPORT,
    ProbeRequest: JobKind.PROBE,
    PublishRequest: JobKind.PUBLISH,
}


@dataclass(frozen=True)
class TrainerClient:
    jobs: Jobs

    async def submit(
        self, request: JobRequest, request_id: str, now: datetime, conversation_id: str | None = None
    ) -> Job:
        """Queue a job. The same request id never starts a second one: the first is returned."""
        return await self.jobs.submit(
            Job(
                id=stable_id("job", request_id),
                request_id=request_id,
                kind=_KINDS[type(request)],
                run_id=request.run_id,
                spec=asdict(request),
                state=JobState.QUEUED,
                created_at=now,
                conversation_id=conversation_id,
            )
        )

    async def follow(self, job_id: str) -> Job:
        """The job as it stands. Raises ``storage.errors.NotFound``."""
        return await self.jobs.get(job_id)

    async def cancel(self, job_id: str, now: datetime) -> Job:
        """Stop a job. A running one stops at its next step and keeps the best adapter so far."""
        return await self.jobs.cancel(job_id, now)
