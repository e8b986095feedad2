"""Files around an attempt: where they lie, what is put there before, and what is taken away after.

It does not know the database, nor processes. Blocking: call it in a thread. Nothing that a worker wrote is believed
before it was looked at: a result is bounded JSON, an adapter is whole safetensors files without links.
"""

import contextlib
import json
import os
import re
import shutil
import struct
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from storage.domain import Job, JobFailure, Part
from storage.errors import UnsafePath
from trainer import progress
from trainer.errors import BadOutput, JobRefused
from trainer.recipes import DataFacts
from trainer.run_dir import AttemptDir, RunDir, WorkerResult, read_json_lines, write_atomically

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
_ADAPTER_FILES = ("adapter_config.json", "adapter_model.safetensors")
_HARMLESS = frozenset({".json", ".jinja", ".jsonl", ".md", ".safetensors", ".txt"})
"""What may lie beside an adapter. Nothing that is unpickled or executed when it is loaded."""
_LARGEST_RESULT = 16 * 2**20
_LARGEST_HEADER = 100 * 2**20
"""Bytes; the safetensors library's own limit."""


def inside(home: Path, *names: str) -> Path:
    """The path of a thing below the home folder. Raises UnsafePath for a name that is not a plain one, or that
    leads out through a link."""
    if not all(_NAME.fullmatch(name) for name in names):
        raise UnsafePath("/".join(names))
    path = home.joinpath(*names)
    if not path.resolve().is_relative_to(home.resolve()):
        raise UnsafePath("/".join(names))
    return path


def run_dir(home: Path, run_id: str) -> RunDir:
    """``runs/<run id>/``. Raises UnsafePath."""
    return RunDir(inside(home, "runs", run_id))


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """The supervisor's own note beside an attempt, in ``supervisor.json``: whose it was and how it ended."""

    job_id: str
    worker: str = ""
    """The worker's process identity, once there is one."""
    outcome: str = ""
    """Empty while it runs, or for ever if the supervisor died; else ``ended``, ``stopped`` or how it was lost:
    ``worker_lost``, ``crashed``, ``out_of_memory``, ``bad_output``."""
    exit_code: int | None = None


@dataclass(frozen=True)
class Attempt:
    """An attempt with its number and folder."""

    number: int
    folder: AttemptDir

    @property
    def ledger(self) -> Ledger | None:
        try:
            return Ledger(**json.loads((self.folder.path / "supervisor.json").read_text(encoding="utf-8")))
        except (OSError, ValueError, TypeError):
            return None

    def note(self, ledger: Ledger) -> None:
        write_atomically(self.folder.path / "supervisor.json", json.dumps(asdict(ledger)))

    @property
    def reached(self) -> int:
        """How far it got, whatever became of it: the step of its last complete checkpoint, or its whole answers and the
        losses that it measured."""
        return max(self.checkpoint, _lines(self.folder.answers) + _lines(self.folder.losses))

    @property
    def checkpoint(self) -> int:
        """The step of the last complete checkpoint; 0 without one."""
        steps = [
            int(path.parent.name.removeprefix("step-"))
            for path in self.folder.checkpoints.glob("step-*/state.json")
            if path.parent.name.removeprefix("step-").isdigit()
        ]
        return max(steps, default=0)


def attempts_of(run: RunDir, job: Job) -> list[Attempt]:
    """The job's earlier attempts that left a folder, the oldest first."""
    numbered = [Attempt(number, run.attempt(job.kind, number)) for number in range(1, job.attempt)]
    return [attempt for attempt in numbered if (ledger := attempt.ledger) and ledger.job_id == job.id]


def strangers(run: RunDir, job: Job) -> list[tuple[Path, str]]:
    """Attempt folders of other jobs of this run and kind, each with its job's id: they lie in this job's way."""
    found = []
    for path in sorted(run.path.glob(f"attempts/{job.kind.value}-*")):
        number = path.name.removeprefix(f"{job.kind.value}-")
        ledger = Attempt(int(number), AttemptDir(path)).ledger if number.isdigit() else None
        if ledger is not None and ledger.job_id != job.id and _NAME.fullmatch(ledger.job_id):
            found.append((path, ledger.job_id))
    return found


def set_aside(path: Path, job_id: str) -> None:
    """Move an attempt folder of another job out of the way, to ``<kind>-<n>.<job id>`` beside it."""
    aside = path.with_name(f"{path.name}.{job_id}")
    shutil.rmtree(aside, ignore_errors=True)
    path.rename(aside)


def prepare(run: RunDir, job: Job) -> Attempt:
    """Make the folder of the job's present attempt, empty but for the token and the supervisor's note."""
    attempt = Attempt(job.attempt, run.attempt(job.kind, job.attempt))
    if attempt.folder.path.exists():  # a supervisor died between making it and anything else
        shutil.rmtree(attempt.folder.path)
    attempt.folder.path.mkdir(parents=True)
    write_atomically(attempt.folder.token, str(job.attempt))
    attempt.note(Ledger(job_id=job.id))
    return attempt


def fence(attempts: Sequence[Attempt], token: int) -> None:
    """Put the token in force into earlier attempts' folders, so that a worker that still lives there stops."""
    for attempt in attempts:
        write_atomically(attempt.folder.token, str(token))


def read_result(attempt: Attempt) -> WorkerResult | None:
    """What the worker left last; None if it left nothing whole, or something of another token."""
    try:
        if attempt.folder.result.is_symlink() or attempt.folder.result.stat().st_size > _LARGEST_RESULT:
            return None
        found = progress.points([attempt.folder.result.read_bytes()])
        result = WorkerResult.from_json(found[0])
    except (OSError, IndexError, TypeError):
        return None
    shaped = result.result is None or isinstance(result.result, dict)
    said = result.cancelled is True or result.result is not None or result.failure is not None
    return result if shaped and said and result.token == attempt.number else None


def check_adapter(folder: Path) -> None:
    """Raises BadOutput unless the folder holds a whole adapter in peft's layout: safetensors, no links."""
    for name in _ADAPTER_FILES:
        if not (folder / name).is_file() or (folder / name).is_symlink():
            raise BadOutput(f"{name} is missing")
    try:
        json.loads((folder / "adapter_config.json").read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadOutput("adapter_config.json is no JSON") from error
    for path in folder.glob("*.safetensors"):
        check_safetensors(path)


def check_safetensors(path: Path) -> None:
    """Raises BadOutput unless the file has the length that its header promises.

    Layout: 8 bytes little-endian header length, the header as JSON with ``data_offsets`` by tensor, then the data
    (https://huggingface.co/docs/safetensors).
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            if length > min(size, _LARGEST_HEADER):
                raise BadOutput(f"{path.name} is torn")
            header = json.loads(file.read(length))
        tensors = [value for name, value in header.items() if name != "__metadata__"]
        if not tensors or size != 8 + length + max(int(tensor["data_offsets"][1]) for tensor in tensors):
            raise BadOutput(f"{path.name} is torn or empty")
    except (OSError, struct.error, ValueError, AttributeError, KeyError, TypeError, IndexError) as error:
        raise BadOutput(f"{path.name} is no safetensors file") from error


def publish_adapter(source: Path, destination: Path) -> None:
    """Make ``destination`` the same adapter as ``source``: whole, or not at all. Again is harmless.

    Raises BadOutput for one that is not whole.
    """
    check_adapter(source)
    temporary = destination.with_name(f".{destination.name}.coming")
    old = destination.with_name(f".{destination.name}.going")
    for left_over in (temporary, old):
        shutil.rmtree(left_over, ignore_errors=True)
    temporary.mkdir(parents=True)
    for path in sorted(source.iterdir()):
        if path.suffix in _HARMLESS and path.is_file() and not path.is_symlink():
            _link_or_copy(path, temporary / path.name)
    check_adapter(temporary)
    if destination.exists():
        destination.rename(old)
    temporary.rename(destination)
    shutil.rmtree(old, ignore_errors=True)


def publish_metrics(run: RunDir, attempts: Sequence[Attempt]) -> None:
    """Write the curve of all attempts to ``runs/<id>/metrics.jsonl``."""
    write_curve(run, progress.merged_points([attempt.folder.metrics for attempt in attempts]))


def write_curve(run: RunDir, points: Sequence[Mapping[str, Any]]) -> None:
    """Write ``runs/<id>/metrics.jsonl``: whoever reads meanwhile sees the curve as it was, or as it is."""
    write_atomically(run.metrics, "".join(json.dumps(point) + "\n" for point in points))


def publish_answers(run: RunDir, attempt: Attempt, result: Mapping[str, Any]) -> None:
    """Publish a generate job's answers. Raises BadOutput if there are none or a line is torn; where the worker says that
    the model could read none of the requests, there are none to publish, and that is its result."""
    path = attempt.folder.answers
    if result.get("answers") == 0 and result.get("skipped") and not path.exists():
        return
    try:
        data = path.read_bytes() if not path.is_symlink() else b""
        lines = data.decode("utf-8").removesuffix("\n").split("\n")  # splitlines() would cut at U+2028 too
    except (OSError, UnicodeDecodeError) as error:
        raise BadOutput("answers.jsonl cannot be read") from error
    if len(progress.points(line.encode() for line in lines)) != len(lines):
        raise BadOutput("answers.jsonl is empty or torn")
    write_atomically(run.answers, data.decode("utf-8"))


def read_rows(path: Path) -> DataFacts:
    """The facts of the rows that a run trains on and measures with. Tokens are guessed: one for three bytes (rarely
    more of them in English), and some 40 a row for the chat template. Raises JobRefused (``rows_missing``, ``rows_unreadable``)."""
    lengths: dict[str, list[int]] = {"train": [], "validation": [], "test": []}
    try:
        if not path.is_file():
            raise JobRefused(JobFailure(code="rows_missing"))
        for row in read_json_lines(path):
            if row["part"] == Part.GOLDEN:  # answered and rated, never trained on
                continue
            tokens = 40 + sum(len(row[name].encode()) for name in ("instruction", "input", "output")) // 3
            lengths[row["part"]].append(tokens)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        read = sum(len(part) for part in lengths.values())
        failure = JobFailure(code="rows_unreadable", numbers={"rows_read": read}, detail=repr(error))
        raise JobRefused(failure) from error
    return DataFacts.of_lengths(**lengths)


def adapter_of(home: Path, run_id: str) -> Path:
    """The published adapter of a run. Raises JobRefused (``adapter_missing``) and UnsafePath."""
    folder = inside(home, "runs", run_id, "adapter")
    try:
        check_adapter(folder)
    except BadOutput as error:
        raise JobRefused(JobFailure(code="adapter_missing", numbers={"run": run_id}, detail=str(error))) from error
    return folder


_SECRETS = (
    re.compile(r"\b(?:hf_|sk-|xox[a-z]-|xapp-|gh[pousr]_|github_pat_|AKIA|glpat-)[A-Za-z0-9_-]{6,}"),
    re.compile(r"(?i)(?<=bearer )[A-Za-z0-9._~+/-]{6,}=*"),
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),
    re.compile(r"(?i)(?<=token|_pass|sword|ecret|pikey|i_key|i-key)[\"']?\s*[=:]\s*[\"']?[^\s\"',;]+"),
    re.compile(r"\b[MN][A-Za-z0-9_-]{23,}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}"),
)
_CONTROLS = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f]")


def scrub(text: str) -> str:
    """The text without what looks like a secret, nor what would move a terminal's cursor."""
    for pattern in _SECRETS:
        text = pattern.sub("[removed]", text)
    return _CONTROLS.sub("", text)


def log_tail(attempt: Attempt, lines: int = 20) -> str:
    """The last lines that the worker printed, scrubbed; at most 4,000 characters."""
    try:
        with attempt.folder.log.open("rb") as file:
            file.seek(0, os.SEEK_END)
            file.seek(max(0, file.tell() - 16_384))
            text = file.read().decode("utf-8", errors="replace")
    except OSError:
        return ""
    return scrub("\n".join(text.splitlines()[-lines:]))[-4000:]


def _lines(path: Path) -> int:
    with contextlib.suppress(OSError), path.open("rb") as file:
        return sum(line.endswith(b"\n") for line in file)
    return 0


def _link_or_copy(source: Path, destination: Path) -> None:
    with contextlib.suppress(OSError):
        os.link(source, destination, follow_symlinks=False)
        return
    shutil.copyfile(source, destination, follow_symlinks=False)


def exported(home: Path, spec: Mapping[str, Any]) -> Path:
    """``models/<name>/<version>/`` of an export. Raises UnsafePath and JobRefused (``bad_spec``)."""
    version = spec.get("version")
    if not isinstance(version, int) or version < 1:
        raise JobRefused(JobFailure(code="bad_spec", numbers={"field": "version"}))
    return inside(home, "models", str(spec.get("name")), str(version))
