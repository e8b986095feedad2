"""A LoRA adapter in llama.cpp's own format: what the embedded engine and Ollama load beside a base in GGUF.

It knows tensors and names. It does not know whether an engine answers with them as it should: ``engine_check`` does.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import gguf
import numpy as np
import torch

FILE = "adapter.gguf"
ARCHITECTURE = "llama"
MODEL_TYPES = frozenset({"llama", "mistral"})
"""What transformers calls the bases of that architecture. Of other families the rows of some weights are stored in other
orders, and an adapter that is off in that answers nonsense."""

_PREFIX = "base_model.model."
_SIDES = {".lora_A.weight": ".lora_a", ".lora_B.weight": ".lora_b"}
"""peft's ending -> llama.cpp's, which comes after ``.weight``."""


class NoPlace(Exception):
    """The adapter has a tensor that llama.cpp has no name for; the text names it, for the log."""


def write(path: Path, tensors: Mapping[str, torch.Tensor], alpha: float, config: Mapping[str, Any]) -> None:
    """Write the adapter whose ``tensors`` have peft's names, in float32.

    ``config``: the base's ``config.json``. llama.cpp scales an adapter by alpha / rank as peft does, and reads the rank
    off the tensors. Raises NoPlace.

    The layout is that of llama.cpp's ``convert_lora_to_gguf.py``.
    """
    writer = gguf.GGUFWriter(path, ARCHITECTURE)
    try:
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, alpha)
        for name, values in _converted(tensors, config).items():
            writer.add_tensor(name, values)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
    finally:
        writer.close()


def _converted(tensors: Mapping[str, torch.Tensor], config: Mapping[str, Any]) -> dict[str, np.ndarray]:
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, int(config["num_hidden_layers"]))
    found = {}
    for name, tensor in tensors.items():
        ending = next((ending for ending in _SIDES if name.endswith(ending)), "")
        module = name.removeprefix(_PREFIX).removesuffix(ending)
        place = names.get_name(module) if ending else None
        if place is None:
            raise NoPlace(name)
        values = tensor.detach().to("cpu", torch.float32).numpy()
        if ending == ".lora_B.weight":
            values = _in_rotary_pairs(values, module, config)
        found[f"{place}.weight{_SIDES[ending]}"] = np.ascontiguousarray(values)
    return found


def _in_rotary_pairs(rows: np.ndarray, module: str, config: Mapping[str, Any]) -> np.ndarray:
    """``rows`` (outputs, rank) in the order in which llama.cpp keeps them.

    Hugging Face's Llama rotates the first half of a head against the second, llama.cpp each even row with the odd one
    after it: rows of queries and keys are stored in pairs there (``LlamaModel.permute`` of its converter). Only B has
    them: A reads the inputs, which are in no such order.
    """
    heads = int(config["num_attention_heads"])
    if module.endswith(".k_proj"):
        heads = int(config.get("num_key_value_heads") or heads)
    elif not module.endswith(".q_proj"):
        return rows
    outputs, rank = rows.shape
    return rows.reshape(heads, 2, outputs // heads // 2, rank).swapaxes(1, 2).reshape(outputs, rank)
