"""The files of one run and of each attempt at it: the whole interface between supervisor and worker.

It knows names, shapes and atomic writing. It does not know the database, nor torch.

    runs/<run id>/
      rows.jsonl                the rows of the run: {"id", "instruction", "input", "output", "part"} a line
      prompts.jsonl             the prompts of a generate job: {"id", "instruction", "input", "reference"} a line, and
                                "max_tokens" where an answer has a bound of its own
      held_out.jsonl            rows as in rows.jsonl, where a generate job of one side is to measure their losses too
      metrics.jsonl             the published metrics of the train job
      chart.png  answers.jsonl  comparison.json  comparison.md  verdict.png
      attempts/<kind>-<n>/      written by the worker that holds token n, and by nobody else
        spec.json               what to do (WorkerSpec)
        token                   the token in force, rewritten by the supervisor; a worker with another one stops
        cancel                  appears when the person asked to stop
        metrics.jsonl           one JSON object a line, appended
        log.txt                 standard output and error of the worker
        checkpoints/step-<s>/   adapter.safetensors optimizer.safetensors best.safetensors (once there is a best)
                                state.json; complete once state.json exists
        adapter/                the best adapter, in peft's layout (adapter_model.safetensors, adapter_config.json),
                                with training.json (recipe, figures, versions) once the run has ended
        answers.jsonl           of a generate job
        losses.jsonl            of a generate job: what it measured of each held-out row, a line as soon as it is there
        result.json             written last, atomically: WorkerResult
"""

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from storage.domain import JobFailure, JobKind
from storage.domain.recipes import Recipe

EXIT_OVERTAKEN = 70
"""The worker stopped, writing nothing, since another token is in force."""
EXIT_PARENT_GONE = 71
"""The worker stopped, writing nothing, since its standard input ended: whoever started it is gone."""
EXIT_NO_RESULT = 72
"""The worker could not write ``result.json`` (a full or vanished disk); its log says why."""

NEXT_TOKENS = "next_tokens.jsonl"
"""In a saved version's folder: what the original expects next after requests of its rows, for comparing servers with it."""


@dataclass(frozen=True, kw_only=True)
class WorkerSpec:
    """What one attempt is to do. All paths are local and absolute."""

    kind: JobKind
    run_id: str
    token: int
    base: str
    """Folder of the base model in Hugging Face's layout."""
    base_provenance: Mapping[str, Any] = field(default_factory=dict)
    rows: str | None = None
    """train: the rows. export: the rows as trained."""
    prompts: str | None = None
    """generate."""
    recipe: Recipe | None = None
    """train."""
    resume_from: Sequence[str] = ()
    """train: ``checkpoints`` folders of earlier attempts, the latest last. Read only."""
    adapter: str | None = None
    """generate, export: the adapter folder; None answers with the base alone. train: the one that it starts with; None:
    it starts afresh."""
    answer_with: Sequence[str] = ("base", "tuned")
    """generate."""
    max_tokens: int = 256
    """generate: tokens of one answer at most."""
    answered: Sequence[str] = ()
    """generate: ``answers.jsonl`` of earlier attempts. What is whole in them is copied, not answered again."""
    held_out: str | None = None
    """generate: rows whose losses are measured once all is answered; None: none are."""
    arithmetic: str = ""
    """generate: in which they are measured on a processor, ``float32`` or ``bfloat16``; empty for whichever is quicker."""
    measured: Sequence[str] = ()
    """generate: ``losses.jsonl`` of earlier attempts, to be copied in the same way."""
    destination: str | None = None
    """export: the folder to make; it appears whole or not at all."""
    card: Mapping[str, Any] = field(default_factory=dict)
    """export: what the model card says besides (name, version, goal, figures)."""
    threads: int = 2
    hold_seconds_per_step: float = 0.0
    """train: waits this long after each step. For tests that must meet a run half-way; 0 in production."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "WorkerSpec":
        fields = dict(data)
        fields["kind"] = JobKind(fields["kind"])
        if fields.get("recipe") is not None:
            fields["recipe"] = Recipe(**fields["recipe"])
        return cls(**fields)


@dataclass(frozen=True, kw_only=True)
class WorkerResult:
    """How an attempt ended. Exactly one of ``result`` and ``failure`` is set, or ``cancelled`` is true (with the
    result so far, if there is one)."""

    token: int
    result: Mapping[str, Any] | None = None
    failure: JobFailure | None = None
    cancelled: bool = False

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "WorkerResult":
        fields = dict(data)
        if fields.get("failure") is not None:
            fields["failure"] = JobFailure(**fields["failure"])
        return cls(**fields)


@dataclass(frozen=True)
class AttemptDir:
    """``attempts/<kind>-<n>/``."""

    path: Path

    @property
    def spec(self) -> Path:
        return self.path / "spec.json"

    @property
    def token(self) -> Path:
        return self.path / "token"

    @property
    def cancel(self) -> Path:
        return self.path / "cancel"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics.jsonl"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def adapter(self) -> Path:
        return self.path / "adapter"

    @property
    def answers(self) -> Path:
        return self.path / "answers.jsonl"

    @property
    def losses(self) -> Path:
        return self.path / "losses.jsonl"

    @property
    def result(self) -> Path:
        return self.path / "result.json"


@dataclass(frozen=True)
class RunDir:
    """``runs/<run id>/``."""

    path: Path

    @property
    def rows(self) -> Path:
        return self.path / "rows.jsonl"

    @property
    def prompts(self) -> Path:
        return self.path / "prompts.jsonl"

    @property
    def held_out(self) -> Path:
        return self.path / "held_out.jsonl"

    @property
    def metrics(self) -> Path:
        return self.path / "metrics.jsonl"

    @property
    def answers(self) -> Path:
        return self.path / "answers.jsonl"

    def attempt(self, kind: JobKind, number: int) -> AttemptDir:
        return AttemptDir(self.path / "attempts" / f"{kind.value}-{number}")


def write_atomically(path: Path, text: str) -> None:
    """Write a whole file or nothing: a temporary file beside it, flushed to disk, then renamed over it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_json_lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a JSON-lines file; a last line without its newline (a killed writer) is left out."""
    if not path.exists():
        return
    with path.open(encoding="utf-8") as file:
        for line in file:
            if line.endswith("\n") and line.strip():
                yield json.loads(line)
