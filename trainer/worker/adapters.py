"""LoRA adapters: put one on a base, read its tensors, save them in peft's layout, put them back.

It knows peft and safetensors. Nothing is pickled, here or anywhere.
"""

import hashlib
import json
import math
import os
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from storage.domain.recipes import Recipe
from trainer.run_dir import write_atomically
from trainer.worker.failures import Refused

Tensors = dict[str, torch.Tensor]

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"


def attach(model: Any, recipe: Recipe, targets: Sequence[str] | None = None) -> Any:
    """The base with a fresh LoRA adapter on all linear layers but the head of all its blocks, or of the upper ones
    (``recipe.adapted_share``); the same for the same seed.

    ``targets`` names other modules, for a comparison. B starts at zero, so the tuned model answers exactly as the base
    until the first step.
    """
    torch.manual_seed(recipe.seed)
    blocks = int(model.config.num_hidden_layers)
    lowest = blocks - math.ceil(recipe.adapted_share * blocks)
    if lowest and not targets:  # peft tells blocks apart only where modules are named one by one
        targets = _linear_layers(model)
    config = LoraConfig(
        r=recipe.rank,
        lora_alpha=recipe.alpha,
        lora_dropout=0.0,
        target_modules=list(targets) if targets else "all-linear",
        layers_to_transform=list(range(lowest, blocks)) if lowest else None,
        bias="none",
        task_type="CAUSAL_LM",
    )
    return _with_adapter(model, config)


def _linear_layers(model: Any) -> list[str]:
    """The names of all linear layers within a block."""
    head = model.get_output_embeddings()
    linear = (
        name for name, module in model.named_modules() if isinstance(module, torch.nn.Linear) and module is not head
    )
    return sorted({name.rpartition(".")[2] for name in linear})


def _with_adapter(model: Any, config: LoraConfig) -> Any:
    with warnings.catch_warnings():
        # peft 0.21 asks transformers 5.23 for a property by its old name; nothing that we could name otherwise.
        warnings.filterwarnings("ignore", message="`is_gradient_checkpointing` is deprecated", category=FutureWarning)
        return get_peft_model(model, config)


def trainable(model: Any) -> dict[str, torch.nn.Parameter]:
    """The adapter's parameters by name."""
    return {name: parameter for name, parameter in model.named_parameters() if parameter.requires_grad}


def tensors_of(model: Any, adapter: str = "default") -> Tensors:
    """A copy of the adapter's tensors, on the CPU, under peft's names for files."""
    state = get_peft_model_state_dict(model, adapter_name=adapter, save_embedding_layers=False)
    return {name: tensor.detach().to("cpu", copy=True).contiguous() for name, tensor in sorted(state.items())}


def restore(model: Any, tensors: Mapping[str, torch.Tensor], adapter: str = "default") -> None:
    """Put tensors back. Raises Refused (``adapter_unreadable``) unless names and shapes are the model's own."""
    own = {name: tuple(tensor.shape) for name, tensor in tensors_of(model, adapter).items()}
    if own != {name: tuple(tensor.shape) for name, tensor in tensors.items()}:
        raise Refused("adapter_unreadable", detail="names or shapes are not those of this base and rank")
    set_peft_model_state_dict(model, dict(tensors), adapter_name=adapter)


def start_from(model: Any, folder: Path, recipe: Recipe, base_name: str) -> Tensors:
    """Put the adapter of a saved version on the model, to be trained on; returns its tensors.

    Raises Refused (``adapter_missing``, ``adapter_unreadable``), and ``start_unfit`` for one of another base, size or
    strength, or of other layers: on this model it would be something that nobody has trained.
    """
    tensors = read_tensors(folder / WEIGHTS)
    try:
        config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
        kept = {name: config[name] for name in ("base_model_name_or_path", "r", "lora_alpha")}
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Refused("adapter_unreadable", file=CONFIG, detail=repr(error)) from error
    wanted = {"base_model_name_or_path": base_name, "r": recipe.rank, "lora_alpha": recipe.alpha}
    own = {name: tuple(tensor.shape) for name, tensor in tensors_of(model).items()}
    if kept != wanted or own != {name: tuple(tensor.shape) for name, tensor in tensors.items()}:
        raise Refused("start_unfit", version=recipe.from_version, detail=f"{kept} where {wanted} is trained")
    restore(model, tensors)
    return tensors


def write_tensors(path: Path, tensors: Tensors) -> None:
    """Write a safetensors file whole or not at all."""
    temporary = path.with_name(f".{path.name}.coming")
    save_file(tensors, temporary, metadata={"format": "pt"})
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    os.replace(temporary, path)


def read_tensors(path: Path) -> Tensors:
    """Read a safetensors file. Raises Refused (``adapter_missing``, ``adapter_unreadable``): torn, or with a number
    that is not finite."""
    if not path.is_file():
        raise Refused("adapter_missing", file=path.name)
    try:
        with safe_open(path, framework="pt") as file:
            found = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118  # not a mapping
    except (SafetensorError, OSError, ValueError) as error:
        raise Refused("adapter_unreadable", file=path.name, detail=repr(error)) from error
    broken = [name for name, tensor in found.items() if tensor.is_floating_point() and not tensor.isfinite().all()]
    if broken or not found:
        raise Refused("adapter_unreadable", file=path.name, tensors=len(found), not_finite=broken[:5])
    return found


def write_folder(folder: Path, model: Any, tensors: Tensors, base_name: str) -> None:
    """Write an adapter in peft's layout. ``base_name`` is public: a path of this machine means nothing elsewhere."""
    folder.mkdir(parents=True, exist_ok=True)
    write_tensors(folder / WEIGHTS, tensors)
    write_atomically(folder / CONFIG, config_json(model, base_name))


def config_json(model: Any, base_name: str) -> str:
    config = model.peft_config["default"].to_dict()
    config["base_model_name_or_path"] = base_name
    config["inference_mode"] = True
    config["target_modules"] = sorted(config["target_modules"])
    return json.dumps({key: _plain(value) for key, value in config.items()}, indent=2, sort_keys=True) + "\n"


def _plain(value: Any) -> Any:
    if isinstance(value, set):
        return sorted(value)
    return getattr(value, "value", value)


def load(model: Any, folder: Path) -> Any:
    """The base with the adapter of a folder. Raises Refused (``adapter_missing``, ``adapter_unreadable``)."""
    tensors = read_tensors(folder / WEIGHTS)
    try:
        config = LoraConfig.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # peft reads what stands in a file: whatever it raises, the file is to blame
        raise Refused("adapter_unreadable", file=CONFIG, detail=repr(error)) from error
    config.inference_mode = True
    config.base_model_name_or_path = None  # the public name is not the local path, and peft would warn of that
    tuned = _with_adapter(model, config)
    restore(tuned, tensors)
    tuned.eval()
    return tuned


def b_norm(tensors: Mapping[str, torch.Tensor], start: Mapping[str, torch.Tensor] | None = None) -> float:
    """The Euclidean norm of all B matrices together: 0 for an adapter that was never trained. ``start``: the adapter
    that training began with; then it is the norm of how far they went from it."""
    far = {name: tensor.double() - start[name].double() for name, tensor in tensors.items()} if start else tensors
    squares = [tensor.double().pow(2).sum() for name, tensor in far.items() if "lora_B" in name]
    return float(torch.stack(squares).sum().sqrt()) if squares else 0.0


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
