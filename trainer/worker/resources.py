"""Will it fit: memory and disk, estimated before work starts; and what was really used.

Pure arithmetic over a model's ``config.json`` plus what the machine says. It does not know torch's models.
"""

import gc
import resource
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import psutil
import torch

from storage.domain.recipes import Recipe
from trainer.worker.failures import Refused, is_out_of_memory

Some = TypeVar("Some")

_RUNTIME = 200 * 2**20
"""Bytes that torch still takes after it was imported: buffers of its matrix products and of the allocator."""

_SHARE = 0.85
"""Of the free memory that we dare to use: the rest is for whoever else wakes up."""

TOKENS_AT_ONCE = {"cpu": 512, "cuda": 8192}
"""On two cores, rows end to end, in bfloat16: 452 tokens a second of both cores' time with 256 in a pass, 584 with 512,
564 with 1,024, which cost twice the memory."""


def adapter_parameters(config: Mapping[str, Any], rank: int) -> int:
    """Of LoRA on a Llama-like model's seven linear layers a block: rank x (inputs + outputs) each."""
    hidden, inner, keys = _widths(config)
    shapes = [(hidden, hidden)] * 2 + [(hidden, keys)] * 2 + [(hidden, inner)] * 3
    return rank * int(config.get("num_hidden_layers", 1)) * sum(one + other for one, other in shapes)


def bytes_per_token(config: Mapping[str, Any], rank: int) -> int:
    """What one token in flight keeps for the backward pass, in float32.

    A block keeps about 16 values of the hidden width (inputs of the layers, norms, queries, outputs, residuals), 6 of
    the inner one, 6 of the keys and one of the rank for each of seven adapters; a label keeps three rows of logits.
    Measured with SmolLM2-135M at rank 16, where 7 of 10 tokens were labels: peaks of 1.9, 2.8 and 4.0 GB with 256, 512
    and 1,024 tokens in flight, 2.7 MB a token; by this arithmetic 2.8. Rows that lie end to end (``packed``) keep less
    than half of that; the head there keeps no logits. The same is reckoned for all, to be on the safe side.
    """
    hidden, inner, keys = _widths(config)
    block = 16 * hidden + 6 * inner + 6 * keys + 7 * rank
    return 4 * (int(config.get("num_hidden_layers", 1)) * block + 3 * int(config.get("vocab_size", 0)))


def _widths(config: Mapping[str, Any]) -> tuple[int, int, int]:
    hidden = int(config.get("hidden_size", 1))
    heads = int(config.get("num_attention_heads") or 1)
    key_heads = int(config.get("num_key_value_heads") or heads)
    width = int(config.get("head_dim") or hidden // heads)
    return hidden, int(config.get("intermediate_size", 4 * hidden)), key_heads * width


def tokens_at_once(config: Mapping[str, Any], recipe: Recipe, weights: int, longest: int, device: torch.device) -> int:
    """How many tokens one pass may hold on this machine now. ``weights``: bytes of the base's files.

    Raises Refused (``no_memory``: ``needed`` and ``free``, bytes) if not even the longest row fits by itself.
    """
    free = free_memory(device)
    fixed = 2 * weights + 16 * adapter_parameters(config, recipe.rank) + _RUNTIME
    each = bytes_per_token(config, recipe.rank)
    needed = fixed + each * longest
    if needed > free * _SHARE:
        raise Refused("no_memory", needed=needed, free=free, longest=longest)
    return max(longest, min(TOKENS_AT_ONCE[device.type], int((free * _SHARE - fixed) / each)))


def daring(device: torch.device) -> int:
    """Of the free memory, what we dare to use."""
    return int(free_memory(device) * _SHARE)


def free_memory(device: torch.device) -> int:
    if device.type == "cuda":
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def if_it_fits(work: Callable[[], Some]) -> Some | None:
    """What the work returns; None if memory was too short for it. What it held is given back then, which takes that the
    error is forgotten first: its traceback holds every tensor."""
    try:
        return work()
    except Exception as error:
        if not is_out_of_memory(error):
            raise
    gc.collect()
    torch.cuda.empty_cache()
    return None


def check_disk(folder: Path, needed: int) -> None:
    """Raises Refused (``no_disk``: ``needed`` and ``free``, bytes)."""
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise Refused("no_disk", needed=needed, free=free)


def training_disk(config: Mapping[str, Any], rank: int) -> int:
    """Three checkpoints (one coming, two kept) of adapter, two Adam moments and best adapter, the adapter itself."""
    return 4 * adapter_parameters(config, rank) * (3 * 4 + 2) + 20 * 2**20


def peak_memory() -> dict[str, int]:
    """Bytes at the peak, of this process and of the graphics card."""
    unit = 1 if sys.platform == "darwin" else 1024
    peak = {"process": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}
    if torch.cuda.is_available():
        peak["gpu"] = int(torch.cuda.max_memory_allocated())
    return peak


def cache_bytes(config: Mapping[str, Any]) -> int:
    """What one token keeps while answering, in float32: the keys and values of each layer, and as much again in
    flight."""
    _, _, keys = _widths(config)
    return 2 * 2 * 4 * int(config.get("num_hidden_layers", 1)) * keys
