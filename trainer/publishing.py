"""Hands a saved version to an Ollama server: merge, send, create, compare with the original, and only then name it.

It knows a version's folder, a base's and a server. Everything may be done again: what an earlier attempt left is found,
by its content.
"""

import asyncio
import contextlib
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gguf

from dataset.prompts import messages
from storage.domain import Job, JobFailure
from trainer import faithfulness, merging, staging
from trainer.errors import JobRefused
from trainer.faithfulness import Likeness, Original
from trainer.lease import HeldLease
from trainer.modelfile import MODELFILE, Modelfile, modelfile
from trainer.ollama import WEIGHTS, Server
from trainer.run_dir import NEXT_TOKENS, read_json_lines, write_atomically

FOLDER = "ollama"
"""In a version's folder: the merged weights and a Modelfile, also for ``ollama create`` by hand."""
ADAPTER = "adapter.gguf"
MOST_ATTEMPTS = 10
"""A version that takes its supervisor down with it each time is given up."""
CLEANING_UP = 10.0
"""Seconds that taking a refused copy away may take: somebody may be waiting for us to end."""

Tell = Callable[[Mapping[str, Any]], None]
"""Takes progress: ``phase`` (``merging``, ``sending``, ``creating``, ``checking``), ``done`` and ``of``. From any thread."""


class Publisher:
    """Publishes for one home folder, to one server."""

    def __init__(self, home: Path, connect: Callable[[], Server]) -> None:
        self._home = home
        self._connect = connect

    async def work(
        self, held: HeldLease, stop: asyncio.Event, base: Path, base_gguf: str | None, *, look_every: float
    ) -> dict[str, Any] | None:
        """Do the leased job as ``publish`` does. None if it was not ended: somebody asked to stop it, or ``stop`` is set.

        Raises LeaseLost and what ``publish`` raises.
        """
        if held.job.attempt > MOST_ATTEMPTS:
            raise JobRefused(JobFailure(code="crashed", numbers={"attempts": held.job.attempt - 1}))
        latest: dict[str, Any] = {}
        server = self._connect()
        doing = asyncio.create_task(publish(held.job, self._home, base, base_gguf, server, latest.update))
        try:
            published: dict[str, Any] = {}
            while not doing.done() and not held.cancel_requested and not stop.is_set():
                held.check()
                if latest != published:
                    published = dict(latest)
                    await held.publish(published)
                await asyncio.wait({doing}, timeout=look_every)
            return await doing if doing.done() else None
        finally:
            doing.cancel()
            await asyncio.wait({doing})
            await server.aclose()


@dataclass(frozen=True, kw_only=True)
class _Version:
    """What is to be published."""

    folder: Path
    base: Path
    """In Hugging Face's layout."""
    gguf: Path
    """The base's own GGUF file."""
    originals: list[Original]
    """What the copy is compared with."""

    @property
    def weights(self) -> Path:
        return self.folder / FOLDER / WEIGHTS


async def publish(
    job: Job, home: Path, base: Path, base_gguf: str | None, server: Server, tell: Tell
) -> dict[str, Any]:
    """Do the job. ``base``: the base's folder; ``base_gguf``: the name of its GGUF file, None if it came without one.

    Returns ``model`` (the name), ``server`` (its version), ``bytes`` and ``digest`` of the weights, ``sent`` (whether they
    were not there yet), ``difference``, ``tolerance`` and ``requests`` of the comparison.

    Raises JobRefused: ``no_engine_copy``, ``gguf_missing``, ``template_unknown``, ``adapter_unfit``, ``no_disk``,
    ``nothing_to_compare``, ``ollama_name_taken``, ``ollama_unfaithful``, and whatever the server raises. Cancelled or
    refused, it leaves no model on the server that was not there before.
    """
    model = str(job.spec["model"])
    version = await asyncio.to_thread(_version, staging.exported(home, job.spec), base, base_gguf)
    server_version = await server.version()
    told = await asyncio.to_thread(_told, version, str(job.spec.get("system") or ""))
    digest = await _merged(version, model, told, tell)
    if await server.weights_of(model) not in (None, digest):
        raise JobRefused(JobFailure(code="ollama_name_taken", numbers={"model": model}))
    tell({"phase": "sending", "done": 0, "of": version.weights.stat().st_size})
    sent = await server.send(version.weights, digest, lambda done, of: tell({"done": done, "of": of}))
    for attempt in range(1, job.attempt):
        await server.delete(_unchecked(model, job, attempt))
    found = await _created(server, model, _unchecked(model, job, job.attempt), digest, told, version.originals, tell)
    return {
        "model": model,
        "server": server_version,
        "digest": digest,
        "bytes": version.weights.stat().st_size,
        "sent": sent,
        "difference": found.from_tuned,
        "tolerance": faithfulness.TOLERANCE,
        "requests": found.requests,
    }


def _unchecked(model: str, job: Job, attempt: int) -> str:
    """What the model is called until it was compared: no attempt takes another's away."""
    return f"{model}:unchecked-{job.id}-{attempt}"


async def _created(
    server: Server,
    model: str,
    unchecked: str,
    digest: str,
    told: Modelfile,
    originals: list[Original],
    tell: Tell,
) -> Likeness:
    """Make the model under a name of its own; only a copy that answers like the original gets ``model`` for a name."""
    tell({"phase": "creating", "done": 0, "of": 0})
    try:
        await server.create(unchecked, digest, told)
        expected = []
        for number, original in enumerate(originals):
            tell({"phase": "checking", "done": number, "of": len(originals)})
            expected.append(await server.next_tokens(unchecked, original.messages))
        found = faithfulness.likeness(originals, expected)
        if not found.faithful:
            numbers = {"difference": found.from_tuned, "tolerance": faithfulness.TOLERANCE, "requests": found.requests}
            raise JobRefused(JobFailure(code="ollama_unfaithful", numbers=numbers))
        await server.rename(unchecked, model)
        return found
    except BaseException:
        with contextlib.suppress(JobRefused, TimeoutError):
            async with asyncio.timeout(CLEANING_UP):
                await server.delete(unchecked)
        raise


def _version(folder: Path, base: Path, base_gguf: str | None) -> _Version:
    if not (folder / ADAPTER).is_file():
        raise JobRefused(JobFailure(code="no_engine_copy"))
    if not base_gguf or not (base / base_gguf).is_file():
        raise JobRefused(JobFailure(code="gguf_missing"))
    originals = _originals(folder)
    if not originals:
        raise JobRefused(JobFailure(code="nothing_to_compare"))
    return _Version(folder=folder, base=base, gguf=base / base_gguf, originals=originals)


def _originals(folder: Path) -> list[Original]:
    """Of the requests that still lie beside the version: a row that was forgotten takes its request along."""
    rows = {row["id"]: row for row in read_json_lines(folder / "rows.jsonl")}
    return [
        Original(
            messages=messages(row["instruction"], row["input"]),
            tuned=[(str(token), float(value)) for token, value in line["tuned"]],
            base=[(str(token), float(value)) for token, value in line["base"]],
        )
        for line in read_json_lines(folder / NEXT_TOKENS)
        if (row := rows.get(line["id"])) and min(len(line["tuned"]), len(line["base"])) >= faithfulness.FEWEST
    ]


def _told(version: _Version, system: str) -> Modelfile:
    fields = gguf.GGUFReader(version.gguf).fields
    adds, kind = fields.get(gguf.Keys.Tokenizer.ADD_BOS), fields.get(gguf.Keys.Tokenizer.MODEL)
    # llama.cpp's rule: as the file says; if it does not, yes for SentencePiece ("llama") and no for byte-level BPE.
    begins = bool(adds.contents()) if adds else kind is not None and kind.contents() == "llama"
    return modelfile(version.base, system=system, begins_with_bos=begins)


async def _merged(version: _Version, model: str, told: Modelfile, tell: Tell) -> str:
    """Have the merged weights and the Modelfile in the version's folder; returns the digest of the weights."""
    tell({"phase": "merging", "done": 0, "of": 0})
    if not version.weights.is_file():
        await _merge(version, model, tell)
    await asyncio.to_thread(write_atomically, version.weights.with_name(MODELFILE), told.text(f"./{WEIGHTS}"))
    return await asyncio.to_thread(_digest, version.weights)


async def _merge(version: _Version, model: str, tell: Tell) -> None:
    given_up = False

    def written(done: int, of: int) -> None:
        if given_up:
            raise InterruptedError
        tell({"done": done, "of": of})

    merging_thread = asyncio.create_task(
        asyncio.to_thread(merging.merge, version.gguf, version.folder / ADAPTER, version.weights, model, written)
    )
    try:
        await asyncio.shield(merging_thread)
    except asyncio.CancelledError:  # a thread cannot be cancelled: it looks after each tensor
        given_up = True
        await asyncio.wait({merging_thread})
        raise


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"
