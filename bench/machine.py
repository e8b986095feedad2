"""What this machine can do at best: its quickest matrix product, measured. And what a model needs of it."""

import time
from collections.abc import Mapping
from typing import Any

import torch

from trainer.worker import products


def matmul_peak(dtype: torch.dtype, seconds: float = 1.0) -> float:
    """Operations a second of 1,024 x 1,536 by 1,536 x 1,536: the best of as many as fit into ``seconds``."""
    x, y = torch.randn(1024, 1536).to(dtype), torch.randn(1536, 1536).to(dtype)
    best, began = 0.0, time.perf_counter()
    while time.perf_counter() - began < seconds:
        start = time.perf_counter()
        products.linear(x, y)
        best = max(best, 2 * 1024 * 1536 * 1536 / (time.perf_counter() - start))
    return best


def training_operations(config: Mapping[str, Any], rank: int, tokens: int, labels: int) -> float:
    """Of the matrix products that training cannot do without: each linear layer forth and back without the gradient of
    its frozen weights (4 operations a weight and token), its adapter with gradients (6), the head at the labels (4).
    Attention is left out: it depends on the lengths, and is below a tenth of that."""
    hidden, inner = int(config["hidden_size"]), int(config["intermediate_size"])
    keys = hidden // int(config["num_attention_heads"]) * int(config["num_key_value_heads"])
    shapes = [(hidden, hidden)] * 2 + [(hidden, keys)] * 2 + [(hidden, inner)] * 3
    weights = sum(one * other for one, other in shapes) * int(config["num_hidden_layers"])
    adapters = rank * sum(one + other for one, other in shapes) * int(config["num_hidden_layers"])
    return float(tokens * (4 * weights + 6 * adapters) + labels * 4 * hidden * int(config["vocab_size"]))
