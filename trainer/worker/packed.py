"""The forward pass of a Llama over rows that lie end to end: no padding, positions that begin anew with each row.

It knows the modules of transformers and peft by their names, and reads their weights; it changes none of them. It does
not know what is learned.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor

from trainer.worker import kernels
from trainer.worker.kernels import Layer

_PLAIN_POSITIONS = ("default", "linear", "llama3", "yarn")
"""Rotary positions that do not depend on how long a sequence is."""

_MODULES = [
    "embed_tokens",
    "rotary_emb",
    "norm.variance_epsilon",
    "layers.0.input_layernorm",
    "layers.0.post_attention_layernorm",
    *(f"layers.0.self_attn.{name}" for name in ("q_proj", "k_proj", "v_proj", "o_proj", "head_dim", "scaling")),
    *(f"layers.0.mlp.{name}" for name in ("gate_proj", "up_proj", "down_proj")),
]
"""What the pass reads of a model."""


@torch.no_grad()
def can_pack(causal: Any) -> bool:
    """Whether the pass gives the logits that the model itself gives, tried on two rows: other families have the same
    names of modules and another arithmetic."""
    config = causal.config
    positions = (getattr(config, "rope_parameters", None) or {}).get("rope_type")
    sliding = getattr(config, "sliding_window", None) and getattr(config, "use_sliding_window", True)
    if positions not in _PLAIN_POSITIONS or sliding or not all(_has(causal.base_model, name) for name in _MODULES):
        return False
    rows = [torch.arange(1, 6), torch.arange(3, 12)]
    packed = PackedModel(causal, causal.dtype)
    ours = packed.hidden(torch.cat(rows), [len(row) for row in rows]) @ packed.head.T
    theirs = torch.cat([causal(input_ids=row[None], use_cache=False).logits[0] for row in rows])
    return bool(torch.allclose(ours, theirs, rtol=1e-3, atol=1e-3))


def _has(module: Any, path: str) -> bool:
    for name in path.split("."):
        module = module[int(name)] if name.isdigit() else getattr(module, name, None)
        if module is None:
            return False
    return True


class PackedModel:
    """``causal`` is the language model itself; ``dtype`` that of its matrix products. Residuals, norms and softmax are
    computed in float32 in any case."""

    def __init__(self, causal: Any, dtype: torch.dtype) -> None:
        self._model = causal.base_model
        self._config = causal.config
        self.dtype = dtype
        self._cast: dict[int, Tensor] = {}
        self.head = self._in_dtype(causal.get_output_embeddings().weight)

    def hidden(self, ids: Tensor, lengths: Sequence[int]) -> Tensor:
        """The last hidden states of rows of ``lengths`` tokens: (tokens, hidden), in ``dtype``."""
        model = self._model
        positions = torch.cat([torch.arange(length) for length in lengths])
        h = model.embed_tokens(ids)
        cos, sin = (found[0] for found in model.rotary_emb(h, positions[None]))
        for layer in model.layers:
            h = h + self._attended(layer.self_attn, self._normal(h, layer.input_layernorm), cos, sin, lengths)
            h = h + self._transformed(layer.mlp, self._normal(h, layer.post_attention_layernorm))
        return self._normal(h, model.norm)

    def _attended(self, attention: Any, x: Tensor, cos: Tensor, sin: Tensor, lengths: Sequence[int]) -> Tensor:
        q, k, v = self._linear(x, attention.q_proj, attention.k_proj, attention.v_proj)
        q, k, v = (part.view(len(x), -1, attention.head_dim) for part in (q, k, v))
        mixed = kernels.attention(q, k, v, cos, sin, lengths, attention.scaling)
        return self._linear(mixed, attention.o_proj)[0]

    def _transformed(self, mlp: Any, x: Tensor) -> Tensor:
        gate, up = self._linear(x, mlp.gate_proj, mlp.up_proj)
        return self._linear(kernels.swiglu(gate, up), mlp.down_proj)[0]

    def _normal(self, h: Tensor, norm: Any) -> Tensor:
        return kernels.rms_norm(h, norm.weight, norm.variance_epsilon, self.dtype)

    def _linear(self, x: Tensor, *modules: Any) -> tuple[Tensor, ...]:
        return kernels.lora_linear(x, [self._layer(module) for module in modules])

    def _layer(self, module: Any) -> Layer:
        base = getattr(module, "base_layer", module)
        weight, bias = self._in_dtype(base.weight), base.bias if base.bias is None else self._in_dtype(base.bias)
        if base is module or module.disable_adapters:
            return Layer(weight, bias)
        (name,) = module.active_adapters
        return Layer(weight, bias, module.lora_A[name].weight, module.lora_B[name].weight, module.scaling[name])

    def _in_dtype(self, weight: Tensor) -> Tensor:
        """A frozen weight in the precision of the work; converted once."""
        if weight.dtype == self.dtype:
            return weight.detach()
        if id(weight) not in self._cast:
            self._cast[id(weight)] = weight.detach().to(self.dtype)
        return self._cast[id(weight)]
