"""The quick pass computes what transformers and peft compute: the same logits, the same loss, the same gradients."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from torch.nn import functional

from tests.unit.trainer.worker.conftest import RECIPE
from trainer.worker import adapters, kernels
from trainer.worker import loss as losses
from trainer.worker.base import Base
from trainer.worker.examples import Example
from trainer.worker.loss import CompletionLoss, precision
from trainer.worker.packed import PackedModel, can_pack


def gradients(model: Any) -> dict[str, torch.Tensor]:
    found = {name: p.grad.clone() for name, p in adapters.trainable(model).items() if p.grad is not None}
    model.zero_grad(set_to_none=True)
    return found


def of_peft(model: Any, examples: list[Example]) -> dict[str, torch.Tensor]:
    """By torch's autograd through transformers' and peft's own modules, each row by itself."""
    labels = sum(len(example.completion) for example in examples)
    for example in examples:
        ids = torch.tensor([example.prompt + example.completion])
        logits = model(input_ids=ids).logits[0, len(example.prompt) - 1 : -1]
        total = functional.cross_entropy(logits, torch.tensor(example.completion), reduction="sum")
        torch.autograd.backward(total / labels)
    return gradients(model)


@pytest.mark.parametrize("longest_whole", [512, 50], ids=["whole attention", "long rows by flash attention"])
def test_gradients_are_those_of_peft(
    tuned: Any, examples: list[Example], longest_whole: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kernels, "LONGEST_WHOLE", longest_whole)
    assert len({example.length for example in examples}) > 3
    theirs = of_peft(tuned, examples)
    CompletionLoss(tuned.get_base_model(), 10_000, torch.float32).backward(examples)
    ours = gradients(tuned)
    assert len(ours) == 28
    for name, gradient in theirs.items():
        torch.testing.assert_close(ours[name], gradient, rtol=1e-4, atol=1e-6)


def test_below_the_lowest_adapted_block_nothing_is_computed_backward(
    loaded: Base, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = adapters.attach(loaded.model, replace(RECIPE, adapted_share=0.5))
    model.eval()
    theirs = of_peft(model, examples)
    assert len(theirs) == 14, "one block of two, seven layers, A and B"
    asked: list[bool] = []
    swiglu = kernels.swiglu

    def asking(gate: torch.Tensor, up: torch.Tensor) -> torch.Tensor:
        asked.append(gate.requires_grad)
        return swiglu(gate, up)

    monkeypatch.setattr(kernels, "swiglu", asking)
    CompletionLoss(model.get_base_model(), 10_000, torch.float32).backward(examples)
    assert asked[-2:] == [False, True]
    ours = gradients(model)
    for name, gradient in theirs.items():
        assert ".layers.1." in name
        torch.testing.assert_close(ours[name], gradient, rtol=1e-4, atol=1e-6)


def test_gradients_in_bfloat16_point_the_same_way(tuned: Any, examples: list[Example]) -> None:
    theirs = of_peft(tuned, examples)
    CompletionLoss(tuned.get_base_model(), 10_000, torch.bfloat16).backward(examples)
    ours = gradients(tuned)
    flat, plain = (torch.cat([found[name].flatten() for name in theirs]) for found in (ours, theirs))
    assert float(functional.cosine_similarity(flat, plain, dim=0)) > 0.995
    assert all(gradient.dtype == torch.float32 for gradient in ours.values())


def test_a_row_sees_nothing_of_the_rows_beside_it(loaded: Base, examples: list[Example]) -> None:
    packed = PackedModel(loaded.model, torch.float32)
    ids = [torch.tensor(example.prompt + example.completion) for example in examples]
    together = packed.hidden(torch.cat(ids), [len(row) for row in ids])
    alone = torch.cat([packed.hidden(row, [len(row)]) for row in ids])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-5)


def test_a_switched_off_adapter_says_nothing(tuned: Any, examples: list[Example]) -> None:
    loss = CompletionLoss(tuned.get_base_model(), 1000, torch.float32)
    ids = torch.tensor([examples[0].prompt + examples[0].completion])
    start = len(examples[0].prompt) - 1
    adapted = loss.logits(examples[0])
    with tuned.disable_adapter(), torch.no_grad():
        plain = loss.logits(examples[0])
        torch.testing.assert_close(plain, tuned(input_ids=ids).logits[0, start:-1], rtol=1e-4, atol=1e-4)
    assert float((adapted - plain).abs().max()) > 0.01


def test_biases_and_heads_of_a_few_rows_at_a_time() -> None:
    """What the tiny Llama has not: a linear layer with a bias, more tokens than are taken through the head at once."""
    torch.manual_seed(1)
    x, weight, bias = torch.randn(5, 8, requires_grad=True), torch.randn(6, 8), torch.randn(6)
    (y,) = kernels.lora_linear(x, [kernels.Layer(weight, bias)])
    torch.testing.assert_close(y, functional.linear(x, weight, bias))
    labels = torch.tensor([0, 5, 2, 3, 3])
    (ours,) = torch.autograd.grad(kernels.head_loss(x, weight, labels, 2), x)
    (theirs,) = torch.autograd.grad(functional.cross_entropy(x @ weight.T, labels, reduction="sum"), x)
    torch.testing.assert_close(ours, theirs)


def test_sums_of_squares_that_overflow_are_no_silent_zeros() -> None:
    assert kernels.rms_norm(torch.full((1, 4), 1e30), torch.ones(4), 1e-5, torch.float32).isnan().all()


def test_a_family_with_another_arithmetic_is_not_packed(loaded: Base) -> None:
    assert can_pack(loaded.model)
    loaded.model.base_model.norm.forward = lambda hidden: hidden  # as if it had norms of its own
    assert not can_pack(loaded.model)


def test_sliding_windows_and_other_modules_are_not_packed(loaded: Base) -> None:
    loaded.model.config.sliding_window = 16
    assert not can_pack(loaded.model)
    loaded.model.config.sliding_window = None
    del loaded.model.base_model.layers[0].mlp.gate_proj
    assert not can_pack(loaded.model)


def test_what_is_not_packed_is_padded_and_loses_nothing(
    tuned: Any, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = CompletionLoss(tuned.get_base_model(), 1000, torch.float32).backward(examples)
    ours = gradients(tuned)
    monkeypatch.setattr(losses, "can_pack", lambda causal: False)
    padded = CompletionLoss(tuned.get_base_model(), 1000).backward(examples)
    assert packed == pytest.approx(padded, rel=1e-5)
    for name, gradient in gradients(tuned).items():
        torch.testing.assert_close(ours[name], gradient, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(
    ("seconds", "chosen"), [({"32": 4.0, "16": 1.0}, torch.bfloat16), ({"32": 1.0, "16": 3.0}, torch.float32)]
)
def test_bfloat16_is_taken_where_the_machine_is_quicker_in_it(
    loaded: Base, seconds: dict[str, float], chosen: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(losses, "_seconds", lambda width, dtype: seconds[str(dtype)[-2:]])
    assert precision(loaded.model) == torch.float32  # small: not worth it
    monkeypatch.setattr(losses, "_LEAST_PARAMETERS", 1)
    assert precision(loaded.model) == chosen
