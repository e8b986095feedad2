"""Checkpoints: everything a run needs to go on exactly where it was, in safetensors and JSON.

    step-000012/
      adapter.safetensors     the adapter as it is
      optimizer.safetensors   AdamW's moments by parameter
      best.safetensors        the best adapter so far, once there is one
      state.json              written last; with the digest of each tensor file

It does not know what is trained, nor when a checkpoint is due. The order of the rows and the learning rate follow from
seed and step, so neither a random state nor a scheduler needs to be kept.
"""

import contextlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import torch

from trainer.run_dir import write_atomically
from trainer.worker import adapters
from trainer.worker.adapters import Tensors
from trainer.worker.failures import Refused

KEPT = 2


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far a run is."""

    step: int = 0
    """Optimizer steps done."""
    epoch: int = 0
    batch: int = 0
    """Batches of that epoch done. Both follow from ``step``; they are here for readers."""
    history: tuple[tuple[int, float], ...] = ()
    """Validations so far: (step, loss), step 0 being the base, or the version that it starts with."""
    seed: int = 0
    tokens_seen: int = 0
    seconds: float = 0.0
    """Of work, over all attempts."""
    steps: int = 0
    learning_rate: float = 0.0
    """The schedule is a function of ``step``, ``steps`` and the recipe; the rate of the next step, for readers."""
    fingerprint: str = ""
    """Of rows, recipe and base: a checkpoint of another run is not taken up."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Progress":
        history = tuple((int(step), float(loss)) for step, loss in data["history"])
        return replace(cls(**{**data, "history": ()}), history=history)


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    progress: Progress
    adapter: Tensors
    optimizer: Tensors
    best: Tensors | None = None
    path: Path = field(default_factory=Path)


def save(folder: Path, checkpoint: Checkpoint) -> None:
    """Write a checkpoint into ``folder``/step-<n> and drop all but the last two."""
    target = folder / f"step-{checkpoint.progress.step:06}"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    files = {"adapter": checkpoint.adapter, "optimizer": checkpoint.optimizer, "best": checkpoint.best}
    digests = {}
    for name, tensors in files.items():
        if tensors:
            adapters.write_tensors(target / f"{name}.safetensors", tensors)
            digests[name] = adapters.sha256(target / f"{name}.safetensors")
    state = {"progress": checkpoint.progress.to_json(), "sha256": digests}
    write_atomically(target / "state.json", json.dumps(state))
    _sync(folder)
    for old in _by_step([folder])[KEPT:]:
        shutil.rmtree(old, ignore_errors=True)


def newest(folders: Iterable[Path], fingerprint: str, shapes: dict[str, tuple[int, ...]]) -> Checkpoint | None:
    """The newest checkpoint that is whole and fits; a broken one is passed over for the one before it.

    ``shapes`` are those of the adapter's tensors.
    """
    for path in _by_step(folders):
        found = _read(path)
        if found is None:
            continue
        fits = {name: tuple(tensor.shape) for name, tensor in found.adapter.items()} == shapes
        if fits and found.progress.fingerprint == fingerprint:
            return found
    return None


def _read(path: Path) -> Checkpoint | None:
    with contextlib.suppress(OSError, ValueError, KeyError, TypeError, AttributeError, Refused):
        state = json.loads((path / "state.json").read_text(encoding="utf-8"))
        tensors = {}
        for name, digest in state["sha256"].items():
            file = path / f"{name}.safetensors"
            if adapters.sha256(file) != digest:
                return None
            tensors[name] = adapters.read_tensors(file)
        return Checkpoint(
            progress=Progress.from_json(state["progress"]),
            adapter=tensors["adapter"],
            optimizer=tensors.get("optimizer", {}),
            best=tensors.get("best"),
            path=path,
        )
    return None


def _by_step(folders: Iterable[Path]) -> list[Path]:
    """Complete checkpoints, the newest first; of two of one step, that of the later folder first."""
    found = [
        (int(number), place, path)
        for place, folder in enumerate(folders)
        for path in folder.glob("step-*")
        if (number := path.name.removeprefix("step-")).isdigit() and (path / "state.json").is_file()
    ]
    return [path for *_, path in sorted(found, key=lambda item: item[:2], reverse=True)]


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system lets a folder be synced
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def optimizer_tensors(optimizer: torch.optim.Optimizer, parameters: dict[str, torch.nn.Parameter]) -> Tensors:
    """AdamW's state as flat tensors: ``<parameter>|exp_avg``, ``|exp_avg_sq`` and ``|step``. Empty before step 1."""
    return {
        f"{name}|{key}": value.detach().to("cpu", copy=True)
        for name, parameter in parameters.items()
        for key, value in _moments(optimizer, parameter)
    }


def _moments(optimizer: torch.optim.Optimizer, parameter: torch.nn.Parameter) -> Iterator[tuple[str, torch.Tensor]]:
    yield from optimizer.state.get(parameter, {}).items()


def restore_optimizer(
    optimizer: torch.optim.Optimizer, parameters: dict[str, torch.nn.Parameter], tensors: Tensors
) -> None:
    """Put AdamW's state back. Without it every parameter starts with fresh moments."""
    for flat, tensor in tensors.items():
        name, _, key = flat.rpartition("|")
        parameter = parameters[name]
        # The step counter stays on the CPU, as AdamW itself keeps it.
        optimizer.state[parameter][key] = tensor.clone() if key == "step" else tensor.to(parameter.device, copy=True)
