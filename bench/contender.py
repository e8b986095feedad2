"""One way to train, in a process of its own, which lives for one round: ``python -m bench.contender``.

It reads one line of JSON with the settings, trains one step that is not counted, then all steps from a fresh adapter, and
answers what these took. It does not know whom it is compared to.
"""

import json
import os
import resource
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import torch
import transformers
from transformers import TrainerCallback

from storage.domain.recipes import Recipe
from trainer.worker import adapters
from trainer.worker.base import Base, load
from trainer.worker.examples import Example
from trainer.worker.loss import CompletionLoss
from trainer.worker.products import QuickLinear

LEARNING_RATE = 5e-4


@dataclass(frozen=True)
class Task:
    base: Path
    batches: list[list[Example]]
    """The rows of each optimizer step."""
    held_out: list[Example]
    rank: int

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Task":
        batches = [[Example(**row) for row in batch] for batch in data["batches"]]
        return cls(Path(data["base"]), batches, [Example(**row) for row in data["held_out"]], data["rank"])

    def model(self) -> tuple[Base, Any]:
        """The base as transformers has it, with a fresh adapter, the same for everybody."""
        loaded = load(self.base)
        for module in loaded.model.modules():
            if type(module) is QuickLinear:  # ours alone; we train without it
                module.__class__ = torch.nn.Linear  # type: ignore[assignment]
        recipe = Recipe(rank=self.rank, alpha=2 * self.rank, learning_rate=LEARNING_RATE)
        return loaded, adapters.attach(loaded.model, recipe)

    @property
    def warm_up(self) -> "Task":
        return replace(self, batches=self.batches[:1])


class Stopwatch(TrainerCallback):
    """Of the steps alone: what comes before the first and after the last is not counted."""

    def __init__(self) -> None:
        self._began: tuple[float, float] | None = None
        self.seconds = self.processor_seconds = 0.0

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self._began = self._began or (time.perf_counter(), time.process_time())

    def on_step_end(self, *_: Any, **__: Any) -> None:
        assert self._began
        self.seconds = time.perf_counter() - self._began[0]
        self.processor_seconds = time.process_time() - self._began[1]


Round = Callable[[Any, Any, Task], Stopwatch]
"""Trains a fresh model through all batches; what its steps took."""


def threadtune(loaded: Any, model: Any, task: Task, dtype: torch.dtype | None = None) -> Stopwatch:
    model.eval()
    loss = CompletionLoss(model.get_base_model(), 512, dtype)
    parameters = adapters.trainable(model).values()
    optimizer = torch.optim.AdamW(parameters, lr=LEARNING_RATE, weight_decay=0.0)
    watch = Stopwatch()
    for batch in task.batches:
        watch.on_step_begin()
        loss.backward(batch)
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        watch.on_step_end()
    return watch


def threadtune_float32(loaded: Any, model: Any, task: Task) -> Stopwatch:
    return threadtune(loaded, model, task, torch.float32)


def _arguments(task: Task, folder: str, **more: Any) -> dict[str, Any]:
    return {
        "output_dir": folder,
        "per_device_train_batch_size": len(task.batches[0]),
        "num_train_epochs": 1,
        "learning_rate": LEARNING_RATE,
        "lr_scheduler_type": "constant",
        "weight_decay": 0.0,
        "max_grad_norm": 1.0,
        "train_sampling_strategy": "sequential",  # the same rows in each step as everybody
        "use_cpu": True,
        "dataloader_pin_memory": False,
        "save_strategy": "no",
        "logging_strategy": "no",
        "report_to": [],
        "disable_tqdm": True,
        **more,
    }


def _rows(batches: Sequence[Sequence[Example]]) -> list[dict[str, list[int]]]:
    return [
        {"input_ids": [*row.prompt, *row.completion], "labels": [-100] * len(row.prompt) + list(row.completion)}
        for batch in batches
        for row in batch
    ]


def trl(loaded: Any, model: Any, task: Task, **settings: Any) -> Stopwatch:
    from datasets import Dataset, disable_progress_bars
    from trl import SFTConfig, SFTTrainer

    disable_progress_bars()
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        SFTTrainer(
            model=model,
            args=SFTConfig(**_arguments(task, folder, **settings)),
            train_dataset=Dataset.from_list(_rows(task.batches)),
            processing_class=loaded.tokenizer,
            callbacks=[watch],
        ).train()
    return watch


def trl_grouped(loaded: Any, model: Any, task: Task) -> Stopwatch:
    return trl(loaded, model, task, train_sampling_strategy="group_by_length")


def trl_whole(loaded: Any, model: Any, task: Task) -> Stopwatch:
    return trl(loaded, model, task, gradient_checkpointing=False)


def trl_whole_grouped(loaded: Any, model: Any, task: Task) -> Stopwatch:
    return trl(loaded, model, task, gradient_checkpointing=False, train_sampling_strategy="group_by_length")


def trl_float32(loaded: Any, model: Any, task: Task) -> Stopwatch:
    return trl(loaded, model, task, gradient_checkpointing=False, bf16=False)


def plain(loaded: Any, model: Any, task: Task, **settings: Any) -> Stopwatch:
    rows = [row | {"attention_mask": [1] * len(row["input_ids"])} for row in _rows(task.batches)]
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder:
        transformers.Trainer(
            model=model,
            args=transformers.TrainingArguments(**_arguments(task, folder, **settings)),
            train_dataset=rows,
            data_collator=transformers.DataCollatorForSeq2Seq(loaded.tokenizer),
            callbacks=[watch],
        ).train()
    return watch


def plain_grouped(loaded: Any, model: Any, task: Task) -> Stopwatch:
    return plain(loaded, model, task, train_sampling_strategy="group_by_length")


CONTENDERS: dict[str, tuple[Round, str]] = {
    "threadtune": (threadtune, "as the worker trains"),
    "threadtune-float32": (threadtune_float32, "the same where bfloat16 is not quicker"),
    "trl": (trl, "SFTTrainer as it comes: bf16 autocast, gradient checkpointing, padding"),
    "trl-grouped": (trl_grouped, "the same, rows grouped by length"),
    "trl-whole": (trl_whole, "SFTTrainer without gradient checkpointing, padding"),
    "trl-whole-grouped": (trl_whole_grouped, "the same, rows grouped by length"),
    "trl-float32": (trl_float32, "SFTTrainer without checkpointing and without bf16, padding"),
    "trainer": (plain, "transformers.Trainer as it comes: float32, padding"),
    "trainer-grouped": (plain_grouped, "the same, rows grouped by length"),
}


def measured(train: Round, task: Task) -> dict[str, float]:
    """Seconds of the steps, by the clock and of the processor; the loss on the held-out rows after them, in nats per
    token, computed in float32 in one way for all; bytes at the peak."""
    train(*task.model(), task.warm_up)
    loaded, model = task.model()
    took = train(loaded, model, task)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    model.eval()
    judge = CompletionLoss(model.get_base_model(), 512, torch.float32)
    found = list(judge.sums(task.held_out))
    return {
        "seconds": took.seconds,
        "processor_seconds": took.processor_seconds,
        "held_out": sum(loss for loss, _ in found) / sum(labels for _, labels in found),
        "peak_memory_bytes": peak,
    }


def main() -> None:
    warnings.filterwarnings("ignore")
    transformers.utils.logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    answers = os.dup(1)
    os.dup2(2, 1)  # whatever a trainer prints does not mix with our answer
    asked = json.loads(sys.stdin.readline())
    torch.set_num_threads(asked["threads"])
    train, _ = CONTENDERS[asked["name"]]
    os.write(answers, json.dumps(measured(train, Task.from_json(asked["task"]))).encode() + b"\n")


if __name__ == "__main__":
    main()
