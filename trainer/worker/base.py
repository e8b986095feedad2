"""Load a base model and its tokenizer from a local folder: safetensors only, nothing remote, no code from the folder.

It knows nothing of jobs.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import AutoModelForCausalLM, AutoTokenizer

from trainer.worker import products
from trainer.worker.failures import Refused, is_out_of_memory

_LOCAL: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}


@dataclass(frozen=True)
class Base:
    model: Any
    """A causal language model of transformers, frozen, in float32."""
    tokenizer: Any
    device: torch.device

    @property
    def context(self) -> int:
        """Tokens that the model can read at once."""
        return int(getattr(self.model.config, "max_position_embeddings", 2048))


def device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def check_files(folder: Path) -> int:
    """The bytes of the model's weights. Raises Refused (``base_missing``) if the folder is not a model's."""
    weights = sum(path.stat().st_size for path in folder.glob("*.safetensors"))
    missing = [name for name in ("config.json", "tokenizer.json") if not (folder / name).is_file()]
    if missing or not weights:
        missing += [] if weights else ["*.safetensors"]
        raise Refused("base_missing", base=folder.name, missing=missing)
    return weights


def load_tokenizer(folder: Path) -> Any:
    """Raises Refused (``base_missing``, ``base_unreadable``)."""
    check_files(folder)
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, **_LOCAL)
    except Exception as error:  # a damaged file shows itself in a dozen exception types, all of them meaning this
        raise Refused("base_unreadable", base=folder.name, detail=repr(error)) from error
    for needed in ("chat_template", "eos_token"):
        if getattr(tokenizer, needed, None) is None:
            raise Refused("base_unreadable", base=folder.name, missing=needed)
    return tokenizer


def load(folder: Path) -> Base:
    """Raises Refused (``base_missing``, ``base_unreadable``)."""
    tokenizer = load_tokenizer(folder)
    try:
        model, info = _read_model(folder)
    except Exception as error:
        if is_out_of_memory(error):
            raise
        raise Refused("base_unreadable", base=folder.name, detail=repr(error)) from error
    absent = sorted(map(str, [*info["missing_keys"], *info["mismatched_keys"]]))
    if absent:  # transformers would go on with random weights in their place
        raise Refused("base_unreadable", base=folder.name, missing=absent[:5])
    model.requires_grad_(False)
    model.eval()
    products.quicken(model)
    here = device()
    return Base(model.to(here), tokenizer, here)


def _read_model(folder: Path) -> Any:
    """The model, and transformers' account of what it found in the files and what not."""
    transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    return AutoModelForCausalLM.from_pretrained(
        folder, dtype=torch.float32, use_safetensors=True, output_loading_info=True, **_LOCAL
    )


def public_name(provenance: Mapping[str, Any], folder: Path) -> str:
    """What the base is called in public: a path of this machine means nothing elsewhere."""
    for key in ("hub_id", "repo_id", "model_id", "name"):
        name = provenance.get(key)
        if isinstance(name, str) and name and not Path(name).is_absolute():
            return name
    return folder.name


def public_provenance(provenance: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The base's provenance with its public name, and without paths of this machine."""
    told = {
        key: value
        for key, value in provenance.items()
        if not (isinstance(value, str) and (Path(value).is_absolute() or value.startswith("~")))
    }
    return {**told, "name": public_name(provenance, folder)}


def read_config(folder: Path) -> dict[str, Any]:
    """``config.json``. Raises Refused (``base_unreadable``)."""
    try:
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Refused("base_unreadable", base=folder.name, detail=repr(error)) from error
    if not isinstance(config, dict):
        raise Refused("base_unreadable", base=folder.name, detail="config.json is no object")
    return config
