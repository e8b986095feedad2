"""Products of inputs with a weight, by the quicker of the two libraries that torch has for them.

It knows tensors. It does not know models.

torch hands products in float32 to MKL, and those in bfloat16 to oneDNN. On an AMD EPYC with AVX-512, MKL did 78 and 100
GFLOP a second of one core's time, with 56 and with 512 rows by 576 x 1,536; oneDNN, asked for the same, 155 and 200.
"""

import functools
import time
from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

_LEAST_GAIN = 1.2
"""Times as quick: below that, what is measured may be the noise of the machine."""


def linear(x: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """``x W' + bias``: (..., inputs) by (outputs, inputs). To be called where no gradient is recorded."""
    return _by_onednn(x, weight, bias) if _is_for_onednn(x) else functional.linear(x, weight, bias)


def add_linear(total: Tensor, x: Tensor, weight: Tensor) -> Tensor:
    """``total + x W'``, in place."""
    return total.add_(_by_onednn(x, weight, None)) if _is_for_onednn(x) else total.addmm_(x, weight.T)


def _is_for_onednn(x: Tensor) -> bool:
    return x.dtype == torch.float32 and x.device.type == "cpu" and onednn_is_quicker()


class QuickLinear(torch.nn.Linear):
    """A linear layer that multiplies by ``linear`` where no gradient is recorded."""

    def forward(self, input: Tensor) -> Tensor:
        if torch.is_grad_enabled():
            return super().forward(input)
        return linear(input, self.weight, self.bias)


def quicken(model: torch.nn.Module) -> None:
    """Make the model's plain linear layers quick ones, in place."""
    for module in model.modules():
        if type(module) is torch.nn.Linear:
            module.__class__ = QuickLinear


@functools.cache
def onednn_is_quicker() -> bool:
    """Tried on this processor, once: whose instructions a library makes use of, it does not say."""
    x, weight = torch.ones(64, 512), torch.ones(1024, 512)
    try:
        same = bool(torch.allclose(_by_onednn(x, weight, None), functional.linear(x, weight)))
    except (AttributeError, RuntimeError, NotImplementedError):  # a build of torch without it
        return False
    torchs = quickest(lambda: functional.linear(x, weight))
    return same and torchs > _LEAST_GAIN * quickest(lambda: _by_onednn(x, weight, None))


def quickest(work: Callable[[], object]) -> float:
    """Seconds of the shortest of five goes after a first: whatever else the machine does only makes them longer."""
    spent = []
    for _ in range(6):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return min(spent[1:])


def _by_onednn(x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
    found: Tensor = torch.ops.mkldnn._linear_pointwise(x, weight, bias, "none", [], "")
    return found
