"""The loss equals the textbook's, and only the adapter learns from it."""

from typing import Any

import pytest
import torch

from tests.unit.trainer.worker.conftest import RECIPE
from trainer.worker import adapters
from trainer.worker.base import Base
from trainer.worker.examples import Example
from trainer.worker.loss import CompletionLoss


@torch.no_grad()
def plain_loss(model: Any, examples: list[Example]) -> tuple[float, int]:
    """Transformers' own loss, row by row, without padding: prompt labels are -100."""
    total, labels = 0.0, 0
    for example in examples:
        ids = torch.tensor([example.prompt + example.completion])
        target = ids.clone()
        target[:, : len(example.prompt)] = -100
        count = len(example.completion)
        total += float(model(input_ids=ids, labels=target).loss) * count
        labels += count
    return total / labels, labels


@pytest.mark.parametrize("at_once", [1, 200, 10_000])
def test_the_loss_is_that_of_a_plain_computation(loaded: Base, examples: list[Example], at_once: int) -> None:
    model = adapters.attach(loaded.model, RECIPE)
    found = CompletionLoss(model.get_base_model(), at_once).backward(examples)
    assert found == pytest.approx(plain_loss(loaded.model, examples), rel=1e-5)
    sums = list(CompletionLoss(model.get_base_model(), at_once).sums(examples))
    assert sum(loss for loss, _ in sums) / sum(labels for _, labels in sums) == pytest.approx(found[0], rel=1e-5)


def test_gradients_are_those_of_a_plain_computation_however_the_batch_is_cut(
    loaded: Base, examples: list[Example]
) -> None:
    model = adapters.attach(loaded.model, RECIPE)
    gradients = []
    for at_once in (1, 10_000):
        model.zero_grad(set_to_none=True)
        CompletionLoss(model.get_base_model(), at_once).backward(examples)
        gradients.append({name: p.grad.clone() for name, p in adapters.trainable(model).items() if p.grad is not None})
    assert len(gradients[0]) == len(gradients[1]) == 28
    for name, gradient in gradients[0].items():
        torch.testing.assert_close(gradient, gradients[1][name], rtol=1e-4, atol=1e-6)


def test_only_the_adapter_has_gradients_and_it_is_on_every_linear_layer_but_the_head(
    loaded: Base, examples: list[Example]
) -> None:
    model = adapters.attach(loaded.model, RECIPE)
    CompletionLoss(model.get_base_model(), 1000).backward(examples)
    with_gradient = {name for name, parameter in model.named_parameters() if parameter.grad is not None}
    assert with_gradient == set(adapters.trainable(model))
    assert all("lora_" in name for name in with_gradient)
    assert len(with_gradient) == 2 * 7 * 2  # A and B of seven layers in each of two blocks


def test_the_prompt_is_read_and_never_a_label(loaded: Base, examples: list[Example]) -> None:
    loss = CompletionLoss(loaded.model, 1000)
    assert [labels for _, labels in loss.sums(examples[:1])] == [len(examples[0].completion)]
    assert loss.logits(examples[0]).shape == (len(examples[0].completion), loaded.model.config.vocab_size)


def test_a_model_that_caps_its_logits_is_not_cut_short(loaded: Base, examples: list[Example]) -> None:
    """Gemma 2 squeezes logits after the head. Leaving that out would train on another loss than the model's."""
    forward = loaded.model.forward

    def capped(*arguments: Any, **named: Any) -> Any:
        out = forward(*arguments, **named)
        out.logits = torch.tanh(out.logits / 0.5) * 0.5
        return out

    full = float(next(CompletionLoss(loaded.model, 1000).sums(examples[:1]))[0])
    loaded.model.forward = capped
    squeezed = float(next(CompletionLoss(loaded.model, 1000).sums(examples[:1]))[0])
    assert squeezed != pytest.approx(full, rel=1e-3)


def test_padding_does_not_change_a_row(loaded: Base, examples: list[Example]) -> None:
    alone = CompletionLoss(loaded.model, 1)
    together = CompletionLoss(loaded.model, 100_000)
    assert sum(loss for loss, _ in together.sums(examples)) == pytest.approx(
        sum(loss for loss, _ in alone.sums(examples)), rel=1e-5
    )
