"""Save a tuned model as a version of its own: adapter, rows as trained, provenance and model card; whole or not at all.

It knows the run's adapter and what the request says of it. It does not know projects, nor whether the model is any good:
it writes down what was measured.

What is saved is proven before it appears: every tensor is read back, and the saved adapter must give the logits of the
run's own. A copy for the embedded engine lies beside it if that answers as it should; without the copy the version is
as good, and answered by the trainer.
"""

import json
import logging
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch

from storage.domain import Part
from trainer.run_dir import NEXT_TOKENS, WorkerResult, WorkerSpec, write_atomically
from trainer.worker import adapters, base, engine_check, gguf_adapter, next_tokens, resources
from trainer.worker.adapters import CONFIG, WEIGHTS
from trainer.worker.attempt import Attempt
from trainer.worker.card import model_card
from trainer.worker.examples import encode, encode_prompt
from trainer.worker.failures import Refused
from trainer.worker.train import read_rows, versions

_log = logging.getLogger("worker")

TOLERANCE = 1e-4
"""Greatest difference of two logits: the same float32 weights give less than 1e-5."""


def export(attempt: Attempt) -> WorkerResult:
    """Do the attempt. Raises Refused (``adapter_missing``, ``adapter_unreadable``, ``adapter_zero``,
    ``destination_exists``, ``export_unfaithful``, ``no_disk``) and Overtaken.

    ``result``: ``files`` ({name: {"bytes", "sha256"}}), ``verified`` (see ``verify``; its ``engine``: see
    ``engine_copy``), ``destination`` (the folder's name).
    """
    spec = attempt.spec
    assert spec.adapter is not None, "an export has an adapter"
    assert spec.rows is not None, "an export has rows"
    assert spec.destination is not None, "an export has a destination"
    source, destination = Path(spec.adapter), Path(spec.destination)
    attempt.report(phase="saving")
    tensors = adapters.read_tensors(source / WEIGHTS)
    if not adapters.b_norm(tensors) > 0:
        raise Refused("adapter_zero", tensors=len(tensors))
    rows = read_rows(Path(spec.rows))
    destination.parent.mkdir(parents=True, exist_ok=True)
    resources.check_disk(destination.parent, 3 * (source / WEIGHTS).stat().st_size + 10 * 2**20)

    loaded = base.load(Path(spec.base))
    model = adapters.load(loaded.model, source)
    building = destination.with_name(f".{destination.name}.building-{spec.token}")
    for left_over in destination.parent.glob(f".{destination.name}.building-*"):
        shutil.rmtree(left_over, ignore_errors=True)
    building.mkdir()
    try:
        name = base.public_name(spec.base_provenance, Path(spec.base))
        adapters.write_folder(building, model, tensors, name)
        shutil.copyfile(spec.rows, building / "rows.jsonl")
        attempt.report(phase="verifying")
        verified = verify(loaded, model, building, rows)
        verified["engine"] = engine_copy(attempt, loaded, model, building, rows)
        if verified["engine"]["kept"]:
            next_tokens.write(building / NEXT_TOKENS, loaded, model, rows)
        provenance = _provenance(attempt, rows, building)
        write_atomically(building / "provenance.json", json.dumps(provenance, indent=2, ensure_ascii=False) + "\n")
        write_atomically(building / "README.md", model_card(provenance, spec.card))
        files = {path.name: _fact(path) for path in sorted(building.iterdir())}
        _sync([*building.iterdir(), building])
        attempt.check_token()
        _appear(building, destination)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    _sync([destination.parent])
    return WorkerResult(
        token=spec.token, result={"destination": destination.name, "files": files, "verified": verified, "base": name}
    )


@torch.no_grad()
def verify(loaded: base.Base, model: Any, folder: Path, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Read the adapter of ``folder`` back and compare it with ``model``, which carries the run's own.

    Raises Refused (``adapter_unreadable``, ``export_unfaithful``). Returns the numbers of the comparison.
    """
    row = next((row for row in rows if row["part"] == "test"), rows[0])
    ids = [*encode_prompt(loaded.tokenizer, row), *encode(loaded.tokenizer, row).completion]
    prompt = torch.tensor([ids[: min(512, loaded.context)]], device=loaded.device)
    own = adapters.tensors_of(model)
    wanted = model(input_ids=prompt).logits
    saved = adapters.read_tensors(folder / WEIGHTS)
    json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    with model.disable_adapter():
        before = model(input_ids=prompt).logits
    for tensor in own:
        if tensor not in saved:
            raise Refused("export_unfaithful", missing=tensor)
    adapters.restore(model, saved)
    found = model(input_ids=prompt).logits
    adapters.restore(model, own)
    difference = float((found - wanted).abs().max())
    if not difference <= TOLERANCE:
        raise Refused("export_unfaithful", max_logit_difference=difference, tolerance=TOLERANCE)
    return {
        "tensors": len(saved),
        "b_norm": adapters.b_norm(saved),
        "max_logit_difference": difference,
        "tolerance": TOLERANCE,
        "max_logit_difference_from_base": float((found - before).abs().max()),
        "tokens": int(prompt.shape[1]),
    }


def engine_copy(
    attempt: Attempt, loaded: base.Base, model: Any, folder: Path, rows: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Put ``adapter.gguf`` into ``folder`` and prove it; one that does not answer as peft does is removed.

    Returns ``kept``; the numbers of ``engine_check.Likeness`` if it was compared; and, of one that was not kept, a
    ``code``: ``no_engine_base`` (the base came without a GGUF file), ``other_architecture``, ``engine_failed`` or
    ``unfaithful``.
    """
    served, config = engine_base(attempt.spec), base.read_config(Path(attempt.spec.base))
    if served is None:
        return {"kept": False, "code": "no_engine_base"}
    if config.get("model_type") not in gguf_adapter.MODEL_TYPES:
        return {"kept": False, "code": "other_architecture"}
    copy = folder / gguf_adapter.FILE
    settings = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
    try:
        gguf_adapter.write(copy, adapters.read_tensors(folder / WEIGHTS), settings["lora_alpha"], config)
        likeness = engine_check.compare(loaded, model, served, copy, rows, attempt.spec.threads)
    except (engine_check.EngineFailed, gguf_adapter.NoPlace) as error:
        _log.warning("no copy for the engine: %s", error)
        copy.unlink(missing_ok=True)
        return {"kept": False, "code": "engine_failed"}
    if not likeness.faithful:
        copy.unlink()
        return {"kept": False, "code": "unfaithful", **likeness.numbers()}
    return {"kept": True, **likeness.numbers()}


def engine_base(spec: WorkerSpec) -> Path | None:
    """The file of the base that the embedded engine serves, if it came with one."""
    name = spec.base_provenance.get("gguf")
    path = Path(spec.base) / str(name)
    return path if name and path.is_file() else None


def _appear(building: Path, destination: Path) -> None:
    """Rename into place. An earlier attempt that got so far and died has left the same model: that is as good."""
    try:
        os.rename(building, destination)
    except OSError as error:
        same = _same_file(building / WEIGHTS, destination / WEIGHTS)
        if not same or not _same_file(building / "rows.jsonl", destination / "rows.jsonl"):
            raise Refused("destination_exists", name=destination.name, detail=repr(error)) from error


def _same_file(one: Path, other: Path) -> bool:
    return other.is_file() and adapters.sha256(one) == adapters.sha256(other)


def _provenance(attempt: Attempt, rows: Sequence[Mapping[str, Any]], folder: Path) -> dict[str, Any]:
    """Where the model comes from, with hashes; ``training`` is what the run measured, as it stood beside its adapter."""
    spec = attempt.spec
    training = _training(Path(spec.adapter or ""))
    place = Path(spec.destination or "")  # models/<name>/<version>
    return {
        "run_id": spec.run_id,
        "name": spec.card.get("name") or place.parent.name,
        "version": spec.card.get("version") or place.name,
        "base": base.public_provenance(spec.base_provenance, Path(spec.base)),
        "recipe": spec.recipe.to_json() if spec.recipe else training.get("recipe"),
        "rows": {
            "sha256": adapters.sha256(folder / "rows.jsonl"),
            "parts": {part.value: sum(row["part"] == part for row in rows) for part in Part},
            "left_out": training.get("left_out", []),
        },
        "adapter_sha256": adapters.sha256(folder / WEIGHTS),
        "engine": _engine_hashes(spec, folder),
        "versions": versions(),
        "figures": dict(spec.card.get("figures") or {}),
        "training": training,
    }


def _engine_hashes(spec: WorkerSpec, folder: Path) -> dict[str, str] | None:
    """Of the copy for the embedded engine, and of the base's file that it was proven with; None without a copy."""
    copy, served = folder / gguf_adapter.FILE, engine_base(spec)
    if served is None or not copy.is_file():
        return None
    known = spec.base_provenance.get("gguf_sha256") or adapters.sha256(served)
    return {"adapter_sha256": adapters.sha256(copy), "base_sha256": str(known)}


def _training(folder: Path) -> dict[str, Any]:
    """What ``train`` wrote beside the adapter; empty for a run that was stopped before it could."""
    try:
        found = json.loads((folder / "training.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _fact(path: Path) -> dict[str, Any]:
    return {"bytes": path.stat().st_size, "sha256": adapters.sha256(path)}


def _sync(paths: Sequence[Path]) -> None:
    for path in paths:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
