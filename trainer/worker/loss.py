"""The loss on completions, computed only where there are labels.

It knows a model of transformers and token ids. It does not know rows, epochs or files.

A head of 49,152 tokens costs SmolLM2-135M a fifth of its arithmetic and most of its memory when it is applied
to every position; only the positions before a label need it. On a processor, the rows of a pass lie end to end
(``packed``); on a graphics card, and for families that ``packed`` does not know, they are padded to the longest.
"""

import contextlib
from collections.abc import Iterator, Sequence
from typing import Any

import torch
from torch.nn import functional

from trainer.worker import kernels, products, resources
from trainer.worker.examples import Example, split_by_tokens
from trainer.worker.packed import PackedModel, can_pack


class CompletionLoss:
    """``causal`` is the language model itself: under an adapter, ``model.get_base_model()``, whose layers the adapter
    lives in. ``at_once`` bounds the tokens of one forward pass, padding included. ``dtype`` is that of the matrix
    products on a processor; None for the one that ``precision`` finds."""

    def __init__(self, causal: Any, at_once: int, dtype: torch.dtype | None = None) -> None:
        self._causal = causal
        self._at_once = at_once
        self._device = next(causal.parameters()).device
        packs = self._device.type == "cpu" and can_pack(causal)
        self._packed = PackedModel(causal, dtype or precision(causal)) if packs else None
        self._head_alone = packs or self._head_is_all()

    @property
    def arithmetic(self) -> str:
        """In what the matrix products are computed: ``float32`` or ``bfloat16``."""
        on_card = torch.bfloat16 if _card_has_bfloat16(self._device) else torch.float32
        return str(self._packed.dtype if self._packed else on_card).removeprefix("torch.")

    def backward(self, batch: Sequence[Example]) -> tuple[float, int]:
        """Add the gradients of the mean loss per label of the batch. Returns that mean, in nats, and the labels.

        Cutting the batch into pieces changes neither: each piece counts by its labels.
        """
        labels = sum(len(example.completion) for example in batch)
        total = 0.0
        for piece in self._pieces(batch):
            loss = self._sum(piece)
            (loss / labels).backward()  # type: ignore[no-untyped-call]
            total += float(loss.detach())
        return total / labels, labels

    @torch.no_grad()
    def sums(self, examples: Sequence[Example]) -> Iterator[tuple[float, int]]:
        """Yield, piece by piece, the sum of the loss in nats and the number of labels: the caller may stop between."""
        for piece in self._pieces(examples):
            yield float(self._sum(piece)), sum(len(example.completion) for example in piece)

    @torch.no_grad()
    def by_row(self, examples: Sequence[Example]) -> Iterator[list[tuple[Example, float | None]]]:
        """Yield, piece by piece, its rows with the sum of the loss of each in nats. A piece for which memory is too short
        is halved; a row for which it is too short by itself has None."""
        waiting = self._pieces(examples)
        while waiting:
            piece = waiting.pop(0)
            sums = resources.if_it_fits(lambda: self._sums_of(piece))  # noqa: B023  # it is called at once
            if sums is not None:
                yield list(zip(piece, sums, strict=True))
            elif len(piece) > 1:
                waiting[:0] = [piece[: len(piece) // 2], piece[len(piece) // 2 :]]
            else:
                yield [(piece[0], None)]

    @torch.no_grad()
    def logits(self, example: Example) -> torch.Tensor:
        """The logits that predict each token of the completion: (labels, vocabulary), float32, on the CPU."""
        if self._packed:
            return (self._before_labels([example])[0] @ self._packed.head.T).float()
        return self._logits([example])[0].float().cpu()

    def _pieces(self, examples: Sequence[Example]) -> list[list[Example]]:
        return split_by_tokens(examples, self._at_once, padded=self._packed is None)

    def _sum(self, piece: Sequence[Example]) -> torch.Tensor:
        if self._packed:
            hidden, labels = self._before_labels(piece)
            return kernels.head_loss(hidden, self._packed.head, labels)
        logits, labels = self._logits(piece)
        return functional.cross_entropy(logits.float(), labels, reduction="sum")

    def _sums_of(self, piece: Sequence[Example]) -> list[float]:
        """The sum of the loss of each row, in nats."""
        each = torch.split(self._of_tokens(piece), [len(example.completion) for example in piece])
        return [float(part.sum()) for part in each]

    def _of_tokens(self, piece: Sequence[Example]) -> torch.Tensor:
        """The loss of each label, in the order of rows and labels."""
        if self._packed:
            hidden, labels = self._before_labels(piece)
            return kernels.token_losses(hidden, self._packed.head, labels)
        logits, labels = self._logits(piece)
        return functional.cross_entropy(logits.float(), labels, reduction="none")

    def _before_labels(self, piece: Sequence[Example]) -> tuple[torch.Tensor, torch.Tensor]:
        """The last hidden state before each label, rows lying end to end, and the labels."""
        assert self._packed
        ids = [token for example in piece for token in example.prompt + example.completion]
        places: list[int] = []
        end = 0
        for example in piece:
            end += example.length
            # The token at position p is predicted by the output at p - 1.
            places += range(end - len(example.completion) - 1, end - 1)
        hidden = self._packed.hidden(torch.tensor(ids), [example.length for example in piece])
        labels = [token for example in piece for token in example.completion]
        return hidden[torch.tensor(places)], torch.tensor(labels)

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
        with _autocast(self._device):
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


def _autocast(device: torch.device) -> Any:
    """bfloat16 arithmetic on a graphics card that has it; float32 elsewhere."""
    if _card_has_bfloat16(device):
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return contextlib.nullcontext()


def _card_has_bfloat16(device: torch.device) -> bool:
    return device.type == "cuda" and torch.cuda.is_bf16_supported()


_LEAST_PARAMETERS = 20_000_000
"""Smaller models are quick in any arithmetic."""

_LEAST_GAIN = 1.5
"""Times as fast: a processor with instructions for bfloat16 multiplies 2 to 4 times as fast in it, and one without them
is several times slower."""


def precision(causal: Any) -> torch.dtype:
    """bfloat16 where this processor multiplies matrices of the model's width much faster in it, else float32.

    It is tried, not asked for: what a processor says it has, and what the libraries make of it, are two things. Sums
    are in float32 in both, and so are adapter, optimizer, norms, residuals and softmax.
    """
    if sum(parameter.numel() for parameter in causal.parameters()) < _LEAST_PARAMETERS:
        return torch.float32
    width = int(causal.config.hidden_size)
    gain = _seconds(width, torch.float32) / _seconds(width, torch.bfloat16)
    return torch.bfloat16 if gain > _LEAST_GAIN else torch.float32


def _seconds(width: int, dtype: torch.dtype) -> float:
    """Of a matrix product of 256 tokens."""
    x, weight = torch.ones(256, width, dtype=dtype), torch.ones(width, width, dtype=dtype)
    return products.quickest(lambda: products.linear(x, weight))
