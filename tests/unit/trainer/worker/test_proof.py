"""The proof that answers differ takes no more memory than there is, and still tells a changed model from an unchanged one."""

from typing import Any

import pytest
import torch

from trainer.worker.examples import Example
from trainer.worker.loss import CompletionLoss
from trainer.worker.proof import _difference


@pytest.fixture
def loss(tuned: Any) -> CompletionLoss:
    return CompletionLoss(tuned.get_base_model(), 150, torch.float32)


def short_beyond(monkeypatch: pytest.MonkeyPatch, labels: int) -> None:
    """Memory holds the logits of so many labels."""
    real = CompletionLoss.logits

    def logits(self: CompletionLoss, example: Example) -> torch.Tensor:
        if len(example.completion) > labels:
            raise MemoryError
        return real(self, example)

    monkeypatch.setattr(CompletionLoss, "logits", logits)


def test_a_long_answer_is_compared_by_its_beginning(
    tuned: Any, loss: CompletionLoss, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = _difference(tuned, loss, examples[:2])
    short_beyond(monkeypatch, 4)
    found = _difference(tuned, loss, examples[:2])
    assert found["passed"]
    assert 0 < found["next_tokens"] <= 8 < whole["next_tokens"]


def test_a_model_that_is_the_base_does_not_pass_however_little_fits(
    tuned: Any, loss: CompletionLoss, examples: list[Example], monkeypatch: pytest.MonkeyPatch
) -> None:
    short_beyond(monkeypatch, 4)
    with tuned.disable_adapter():
        assert not _difference(tuned, loss, examples[:2])["passed"]
