"""Losses of held-out rows under the one model that answers, beside those of other jobs: of the same rows, swapped alike.

It knows rows, examples and the loss on completions. It does not know with whom the model is compared.
"""

import contextlib
import gc
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from trainer.run_dir import read_json_lines
from trainer.worker import base, resources
from trainer.worker.attempt import Attempt
from trainer.worker.base import Base
from trainer.worker.examples import Example, read_examples
from trainer.worker.loss import CompletionLoss
from trainer.worker.row_losses import in_all, others, with_others_prompts
from trainer.worker.train import read_rows

_PRECISIONS = {"float32": torch.float32, "bfloat16": torch.bfloat16}

Done = dict[tuple[str, bool], float | None]
"""Nats per token of a row's completion, by its id and by whether it stood after another row's request; None: memory was too
short."""


@dataclass(frozen=True)
class _Measuring:
    attempt: Attempt
    loss: CompletionLoss
    arithmetic: str
    done: Done

    def measure(self, examples: Sequence[Example], swapped: bool) -> bool:
        """Measure what is not there yet, and write each pass down; False if it was cancelled. Raises Overtaken."""
        waiting = [one for one in examples if (one.row_id, swapped) not in self.done]
        for piece in self.loss.by_row(waiting):
            self.attempt.check_token()
            self._keep({(one.row_id, swapped): _mean(one, nats) for one, nats in piece})
            if self.attempt.cancelled:
                return False
        return True

    def _keep(self, found: Done) -> None:
        self.done.update(found)
        lines = [
            {"id": name, "swapped": swapped, "loss": loss, "arithmetic": self.arithmetic}
            for (name, swapped), loss in found.items()
        ]
        with self.attempt.folder.losses.open("ab", buffering=0) as file:
            file.write("".join(json.dumps(line) + "\n" for line in lines).encode())
        self.attempt.report(phase="measuring")


def losses(attempt: Attempt, loaded: Base, model: Any) -> dict[str, Any] | None:
    """What ``generate`` calls ``losses``, by the code of a run (``row_losses``); None where it was cancelled meanwhile.
    ``model``: whoever answers. Raises Refused (``rows_missing``, ``rows_unreadable``) and Overtaken.

    ``by_row``: [{"id", "loss", "swapped", "swapped_with", "tokens"}, ...]: after its own request, and after that of another
    row, whose id is named; None where no row asks otherwise, or memory was too short for it. ``no_memory``: ids of the rows
    for which it was too short; ``left_out``: how many rows are no examples, as in training; ``arithmetic`` and ``device``:
    figures of two jobs are comparable where both are the same.
    """
    assert attempt.spec.held_out is not None, "whoever asks for losses says of what"
    rows = read_rows(Path(attempt.spec.held_out))
    examples, left_out = read_examples(loaded.tokenizer, rows, loaded.context)
    attempt.report(phase="measuring")
    gc.collect()
    torch.cuda.empty_cache()  # what answering held counts as free
    causal = model.get_base_model() if hasattr(model, "peft_config") else model
    room = _tokens_that_fit(loaded, Path(attempt.spec.base))
    # An attempt that the system killed for its memory says nothing of it: the next ones ask for less.
    at_once = max(1, min(resources.TOKENS_AT_ONCE[loaded.device.type], room) // attempt.spec.token)
    dtype = _PRECISIONS.get(attempt.spec.arithmetic)
    # As in training, which asks how it may compute before the adapter says anything: large weights in one would be told
    # from the model's own arithmetic by their last digits.
    with model.disable_adapter() if causal is not model else contextlib.nullcontext():
        found = resources.if_it_fits(lambda: CompletionLoss(causal, at_once, dtype)) if examples else None
    no_memory = {one.row_id for one in examples if one.length > room or found is None}
    other, swapped = others(examples), with_others_prompts(examples)
    done: Done = {}
    if found is not None:
        work = _Measuring(attempt, found, found.arithmetic, _carried_over(attempt, found.arithmetic))
        done = work.done
        for those, are_swapped in ((examples, False), (swapped, True)):
            if not work.measure([one for one in those if one.length <= room], are_swapped):
                return None
    no_memory |= {one.row_id for one in examples if done.get((one.row_id, False)) is None}
    told = [one for one in examples if one.row_id not in no_memory]
    means = {one.row_id: float(done[one.row_id, False] or 0.0) for one in told}
    return {
        "no_memory": sorted(no_memory),
        "left_out": len(left_out),
        "rows": len(told),
        "tokens": sum(len(one.completion) for one in told),
        **(in_all(means, told) if told else {}),
        "arithmetic": found.arithmetic if found else None,
        "device": loaded.device.type,
        "by_row": [
            {
                "id": one.row_id,
                "loss": means[one.row_id],
                "swapped": done.get((one.row_id, True)),
                "swapped_with": other[one.row_id].row_id if one.row_id in other else None,
                "tokens": len(one.completion),
            }
            for one in told
        ],
    }


def _mean(example: Example, nats: float | None) -> float | None:
    return None if nats is None else nats / len(example.completion)


def _tokens_that_fit(loaded: Base, folder: Path) -> int:
    """How many tokens one pass may hold on this machine now, by the arithmetic of training, which needs more: a row that is
    longer is not tried, for the system may kill whoever does."""
    weights = base.check_files(folder)  # converted once more where products are in bfloat16
    free = resources.daring(loaded.device) - weights
    return max(0, int(free / resources.bytes_per_token(base.read_config(folder), 0)))


def _carried_over(attempt: Attempt, arithmetic: str) -> Done:
    """What earlier attempts measured in the same arithmetic, copied; what memory was too short for then is tried again."""
    found: Done = {}
    for path in attempt.spec.measured:
        with contextlib.suppress(
            ValueError, KeyError, TypeError, AttributeError, OSError
        ):  # what stood before a tear counts
            for line in read_json_lines(Path(path)):
                if line["arithmetic"] == arithmetic and isinstance(line["loss"], float):
                    found[str(line["id"]), bool(line["swapped"])] = line["loss"]
    lines: list[Mapping[str, Any]] = [
        {"id": name, "swapped": swapped, "loss": loss, "arithmetic": arithmetic}
        for (name, swapped), loss in found.items()
    ]
    if lines:
        with attempt.folder.losses.open("ab", buffering=0) as file:
            file.write("".join(json.dumps(line) + "\n" for line in lines).encode())
    return found
