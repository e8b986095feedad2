"""The loss on completions, computed only where there are labels.

It knows a model of transformers and token ids. It does not know rows, epochs or files.

A head of 49,152 tokens costs SmolLM2-135M a fifth of its arithmetic and most of its memory when it is applied
to every position; only the positions before a label need it.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch.nn import functional

from trainer.worker.examples import Example, split_by_tokens


class CompletionLoss:
    """``causal`` is the language model itself: under an adapter, ``model.get_base_model()``, whose layers the adapter
    lives in. ``at_once`` bounds the tokens of one forward pass, padding included."""

    def __init__(self, causal: Any, at_once: int) -> None:
        self._causal = causal
        self._at_once = at_once
        self._device = next(causal.parameters()).device
        self._head_alone = self._head_is_all()

    def backward(self, batch: Sequence[Example]) -> tuple[float, int]:
        """Add the gradients of the mean loss per label of the batch. Returns that mean, in nats, and the labels.

        Cutting the batch into pieces changes neither: each piece counts by its labels.
        """
        labels = sum(len(example.completion) for example in batch)
        total = 0.0
        for piece in split_by_tokens(batch, self._at_once):
            loss = self._sum(piece)
            (loss / labels).backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return total / labels, labels

    @torch.no_grad()
    def sums(self, examples: Sequence[Example]) -> Iterator[tuple[float, int]]:
        """Yield, piece by piece, the sum of the loss in nats and the number of labels: the caller may stop between."""
        for piece in split_by_tokens(examples, self._at_once):
            yield float(self._sum(piece)), sum(len(example.completion) for example in piece)

    @torch.no_grad()
    def logits(self, example: Example) -> torch.Tensor:
        """The logits that predict each token of the completion: (labels, vocabulary), float32, on the CPU."""
        return self._logits([example])[0].float().cpu()

    def _sum(self, piece: Sequence[Example]) -> torch.Tensor:
        logits, labels = self._logits(piece)
        return functional.cross_entropy(logits.float(), labels, reduction="sum")

    def _logits(self, piece: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor]:
        width = max(example.length for example in piece)
        ids = torch.zeros(len(piece), width, dtype=torch.long)
        mask = torch.zeros(len(piece), width, dtype=torch.long)
        places: list[tuple[int, int]] = []
        labels: list[int] = []
        for at, example in enumerate(piece):
            ids[at, : example.length] = torch.tensor(example.prompt + example.completion)
            mask[at, : example.length] = 1
            # The token at position p is predicted by the output at p - 1.
            places += [(at, place - 1) for place in range(len(example.prompt), example.length)]
            labels += example.completion
        rows, columns = torch.tensor(places, device=self._device).unbind(1)
        with _precision(self._device):
            logits = self._run(ids.to(self._device), mask.to(self._device), rows, columns)
        return logits, torch.tensor(labels, device=self._device)

    def _run(self, ids: torch.Tensor, mask: torch.Tensor, rows: torch.Tensor, columns: torch.Tensor) -> torch.Tensor:
        """Logits at (row, column) of a batch: (places, vocabulary)."""
        if not self._head_alone:
            logits: torch.Tensor = self._causal(input_ids=ids, attention_mask=mask, use_cache=False).logits
            return logits[rows, columns]
        hidden = self._causal.base_model(input_ids=ids, attention_mask=mask, use_cache=False).last_hidden_state
        picked: torch.Tensor = self._causal.get_output_embeddings()(hidden[rows, columns])
        return picked

    @torch.no_grad()
    def _head_is_all(self) -> bool:
        """Whether logits are nothing but the head over the last hidden state. Some families scale or cap them
        besides; these get their logits in full."""
        ids = torch.arange(1, 9, device=self._device).unsqueeze(0)
        hidden = self._causal.base_model(input_ids=ids, use_cache=False).last_hidden_state
        head = self._causal.get_output_embeddings()(hidden)
        return bool(torch.allclose(head, self._causal(input_ids=ids, use_cache=False).logits, atol=1e-4))


def _precision(device: torch.device) -> Any:
    """bfloat16 arithmetic on a graphics card that has it; float32 elsewhere."""
    if device.type == "cuda" and torch.cuda.is_bf16_supported():
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return contextlib.nullcontext()
