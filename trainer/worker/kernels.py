"""The arithmetic of a Llama with adapters, as autograd functions that keep little and compute no gradient twice.

It knows tensors of tokens, (tokens, width), in float32 or bfloat16. It does not know models, layers or rows' meaning.

What torch's own autograd does with the same formulas takes about twice as long on a processor: it keeps and reads each
intermediate result, and adds up gradients of one tensor in passes of their own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from trainer.worker import products

LONGEST_WHOLE = 512
"""Tokens up to which a row's attention weights are computed and kept as one matrix: on two cores, for a row of 256
tokens forth and back, 2 ms in bfloat16 against 5.5 ms of torch's flash attention. They grow with the square."""


@dataclass(frozen=True)
class Layer:
    """A frozen linear layer and its adapter, if it has one."""

    weight: Tensor
    """(outputs, inputs), in the precision of the work, as the bias is."""
    bias: Tensor | None
    a: Tensor | None = None
    """(rank, inputs), in float32, as B is."""
    b: Tensor | None = None
    """(outputs, rank)."""
    scale: float = 1.0


def lora_linear(x: Tensor, layers: Sequence[Layer]) -> tuple[Tensor, ...]:
    """What linear layers with LoRA adapters make of one input: ``x W' + bias + scale (x A') B'`` of each layer."""
    scales = [layer.scale for layer in layers]
    flat = [tensor for layer in layers for tensor in (layer.weight, layer.bias, layer.a, layer.b)]
    found: tuple[Tensor, ...] = _LoraLinear.apply(x, scales, *flat)  # type: ignore[no-untyped-call]
    return found


class _LoraLinear(torch.autograd.Function):
    """Layers that share an input share its gradient: it is summed up inside the matrix products. The gradient of a
    frozen weight, which is as dear as a forward pass, is never computed; nor is that of an input without need."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, scales: Sequence[float], *flat: Tensor | None) -> tuple[Tensor, ...]:
        outputs, kept = [], [x]
        for (weight, bias, a, b), scale in zip(_in_fours(flat), scales, strict=True):
            y = products.linear(x, weight, bias)
            kept.append(weight)
            if a is not None:
                a, b = a.to(x.dtype), b.to(x.dtype)
                low = x @ a.T
                y.addmm_(low, b.T, alpha=scale)
                kept += [a, b, low]
            outputs.append(y)
        ctx.save_for_backward(*kept)
        ctx.adapted = [a is not None for _, _, a, _ in _in_fours(flat)]
        ctx.scales = scales
        return tuple(outputs)

    @staticmethod
    def backward(ctx: Any, *outer: Tensor) -> tuple[Any, ...]:
        x, *kept = ctx.saved_tensors
        found: list[Tensor | None] = []
        inner: Tensor | None = None
        for dy, adapted, scale in zip(outer, ctx.adapted, ctx.scales, strict=True):
            weight, *kept = kept
            if ctx.needs_input_grad[0]:
                back = weight.T
                inner = products.linear(dy, back) if inner is None else products.add_linear(inner, dy, back)
            if not adapted:
                found += [None] * 4
                continue
            a, b, low, *kept = kept
            thin = (dy @ b).mul_(scale)
            if inner is not None:
                inner.addmm_(thin, a)
            found += [None, None, (thin.T @ x).float(), (low.T @ dy).mul_(scale).T.float()]
        return inner, None, *found


def _in_fours(flat: Sequence[Any]) -> list[Sequence[Any]]:
    return [flat[at : at + 4] for at in range(0, len(flat), 4)]


def rms_norm(h: Tensor, weight: Tensor, epsilon: float, dtype: torch.dtype) -> Tensor:
    """``h / sqrt(mean(h^2) + epsilon) * weight``, computed in float32 and given in ``dtype``. The weight is frozen."""
    found: Tensor = _RmsNorm.apply(h, weight, epsilon, dtype)  # type: ignore[no-untyped-call]
    return found


class _RmsNorm(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, h: Tensor, weight: Tensor, epsilon: float, dtype: torch.dtype) -> Tensor:
        scale: Tensor = (
            torch.linalg.vector_norm(h, dim=-1, keepdim=True).square_().div_(h.shape[-1]).add_(epsilon).rsqrt_()
        )
        scale.masked_fill_(scale == 0, torch.nan)  # the squares overflowed: to be noticed, not to go on with as zeros
        ctx.save_for_backward(h, weight, scale)
        y: Tensor = (h * scale).mul_(weight)
        return y.to(dtype)

    @staticmethod
    def backward(ctx: Any, outer: Tensor) -> tuple[Any, ...]:
        h, weight, scale = ctx.saved_tensors
        inner = outer.float() * weight
        along = torch.linalg.vecdot(inner, h).unsqueeze_(-1)
        factor = along.mul_(scale.pow(3)).div_(-h.shape[-1])
        return inner.mul_(scale).addcmul_(h, factor), None, None, None


def swiglu(gate: Tensor, up: Tensor) -> Tensor:
    """``silu(gate) * up``."""
    found: Tensor = _SwiGlu.apply(gate, up)  # type: ignore[no-untyped-call]
    return found


class _SwiGlu(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, gate: Tensor, up: Tensor) -> Tensor:
        ctx.save_for_backward(gate, up)
        return functional.silu(gate).mul_(up)

    @staticmethod
    def backward(ctx: Any, outer: Tensor) -> tuple[Tensor, Tensor]:
        gate, up = ctx.saved_tensors
        d_up = functional.silu(gate).mul_(outer)
        d_gate: Tensor = torch.ops.aten.silu_backward(outer * up, gate)
        return d_gate, d_up


def attention(
    q: Tensor, k: Tensor, v: Tensor, cos: Tensor, sin: Tensor, lengths: Sequence[int], scale: float
) -> Tensor:
    """Causal attention within each row, rows lying end to end; (tokens, heads x width of a head).

    ``q`` is (tokens, heads, width), ``k`` and ``v`` are (tokens, fewer heads, width); ``cos`` and ``sin`` are those of
    the rotary positions, (tokens, width), in float32.
    """
    q, k = rotate(q, cos, sin), rotate(k, cos, sin)
    queries, keys, values = (torch.split(part, list(lengths)) for part in (q, k, v))
    rows = zip(queries, keys, values, strict=True)
    return torch.cat([_row_attention(*row, scale=scale) for row in rows])


def _row_attention(q: Tensor, k: Tensor, v: Tensor, *, scale: float) -> Tensor:
    tokens = len(q)
    if tokens <= LONGEST_WHOLE:
        found: Tensor = _WholeAttention.apply(q, k, v, scale)  # type: ignore[no-untyped-call]
        return found
    q, k, v = (part.transpose(0, 1).unsqueeze(0) for part in (q, k, v))
    given = functional.scaled_dot_product_attention(q, k, v, is_causal=True, scale=scale, enable_gqa=True)
    return given[0].transpose(0, 1).reshape(tokens, -1)


class _WholeAttention(torch.autograd.Function):
    """One row, as three batched matrix products for each head of the keys: the query heads that share it lie below
    each other."""

    @staticmethod
    def forward(ctx: Any, q: Tensor, k: Tensor, v: Tensor, scale: float) -> Tensor:
        shape = q.shape
        q, k, v = _below_each_other(q, k.shape[1]), k.transpose(0, 1), v.transpose(0, 1)
        scores = (q @ k.transpose(1, 2)).float().mul_(scale)
        by_query = scores.view(len(k), -1, shape[0], shape[0])
        by_query += torch.full((shape[0], shape[0]), -torch.inf, device=q.device).triu_(1)
        weights = torch.softmax(scores, -1, out=scores).to(q.dtype)
        ctx.save_for_backward(q, k, v, weights)
        ctx.scale, ctx.shape = scale, shape
        return _side_by_side(weights @ v, shape).flatten(1)

    @staticmethod
    def backward(ctx: Any, outer: Tensor) -> tuple[Any, ...]:
        q, k, v, weights = ctx.saved_tensors
        outer = _below_each_other(outer.view(ctx.shape), len(k))
        d_weights = outer @ v.transpose(1, 2)
        d_scores = torch._softmax_backward_data(d_weights, weights, -1, weights.dtype).mul_(ctx.scale)
        d_q, d_k, d_v = d_scores @ k, d_scores.transpose(1, 2) @ q, weights.transpose(1, 2) @ outer
        return _side_by_side(d_q, ctx.shape), d_k.transpose(0, 1), d_v.transpose(0, 1), None


def _below_each_other(x: Tensor, key_heads: int) -> Tensor:
    """(tokens, heads, width) -> (key heads, heads of each x tokens, width)."""
    tokens, _, width = x.shape
    return x.view(tokens, key_heads, -1, width).permute(1, 2, 0, 3).reshape(key_heads, -1, width)


def _side_by_side(x: Tensor, shape: torch.Size) -> Tensor:
    """The way back."""
    tokens, heads, width = shape
    return x.view(len(x), -1, tokens, width).permute(2, 0, 1, 3).reshape(tokens, heads, width)


def rotate(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary positions: (tokens, heads, width) turned by ``cos`` and ``sin``, (tokens, width)."""
    found: Tensor = _Rotate.apply(x, cos, sin)  # type: ignore[no-untyped-call]
    return found


class _Rotate(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
        ctx.save_for_backward(cos, sin)
        return _turned(x, cos, sin)

    @staticmethod
    def backward(ctx: Any, outer: Tensor) -> tuple[Any, ...]:
        cos, sin = ctx.saved_tensors
        return _turned(outer, cos, -sin), None, None


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    half = x.shape[-1] // 2
    cos, sin = cos[:, None, :half], sin[:, None, :half]
    first, second = x[..., :half].float(), x[..., half:].float()
    found = torch.empty_like(x, memory_format=torch.contiguous_format)
    found[..., :half] = (first * cos).addcmul_(second, sin, value=-1)
    found[..., half:] = (second * cos).addcmul_(first, sin)
    return found


def head_loss(hidden: Tensor, weight: Tensor, labels: Tensor, at_once: int = 128) -> Tensor:
    """The sum over tokens of the cross-entropy of ``hidden weight'`` against ``labels``, in nats.

    The gradient is computed along the way, a few rows of logits at a time: they are never kept.
    """
    found: Tensor = _HeadLoss.apply(hidden, weight, labels, at_once)  # type: ignore[no-untyped-call]
    return found


def token_losses(hidden: Tensor, weight: Tensor, labels: Tensor, at_once: int = 128) -> Tensor:
    """Of each token what ``head_loss`` sums up, without a gradient: (tokens,), in float32."""
    parts = zip(torch.split(hidden, at_once), torch.split(labels, at_once), strict=True)
    return torch.cat(
        [
            functional.cross_entropy(products.linear(some, weight).float(), wanted, reduction="none")
            for some, wanted in parts
        ]
    )


class _HeadLoss(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, labels: Tensor, at_once: int) -> Tensor:
        inner = torch.empty_like(hidden) if ctx.needs_input_grad[0] else None
        total = hidden.new_zeros((), dtype=torch.float32)
        for start in range(0, len(hidden), at_once):
            some, wanted = hidden[start : start + at_once], labels[start : start + at_once, None]
            chances = functional.log_softmax(products.linear(some, weight), -1, dtype=torch.float32)
            total -= chances.gather(1, wanted).sum()
            if inner is not None:
                surprise = chances.exp_()
                surprise.scatter_add_(1, wanted, torch.full_like(wanted, -1, dtype=torch.float32))
                inner[start : start + at_once] = products.linear(surprise.to(hidden.dtype), weight.T)
        ctx.save_for_backward(inner)
        return total

    @staticmethod
    def backward(ctx: Any, outer: Tensor) -> tuple[Any, ...]:
        (inner,) = ctx.saved_tensors
        return inner * outer, None, None, None
