"""Every way to train sees the same rows in the same steps, at the same rank and rate: it learns the same."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from bench.contender import CONTENDERS, Stopwatch, Task, measured, plain, threadtune_float32, trl_float32
from bench.train import make_task
from tests.unit.bench.conftest import Options
from trainer.worker import adapters
from trainer.worker.products import QuickLinear


@pytest.fixture
def task(options: Options) -> Task:
    return Task.from_json(make_task(options()))


def held_out(train: Callable[..., Stopwatch], task: Task) -> float:
    return measured(train, task)["held_out"]


@pytest.mark.filterwarnings("ignore")  # what transformers and TRL warn of is theirs
def test_a_plain_trainer_learns_what_we_learn(task: Task) -> None:
    ours = held_out(threadtune_float32, task)
    assert held_out(plain, task) == pytest.approx(ours, rel=1e-4)
    assert held_out(threadtune_float32, replace(task, batches=task.batches[:1])) != pytest.approx(ours, rel=1e-3)


@pytest.mark.filterwarnings("ignore")
def test_trl_learns_what_we_learn(task: Task) -> None:
    pytest.importorskip("trl")
    assert held_out(trl_float32, task) == pytest.approx(held_out(threadtune_float32, task), rel=1e-4)


def test_the_warm_up_is_one_step_of_the_same(task: Task) -> None:
    asked: list[Task] = []

    def train(loaded: Any, model: Any, task: Task) -> Stopwatch:
        asked.append(task)
        watch = Stopwatch()
        for _ in task.batches:
            watch.on_step_begin()
            watch.on_step_end()
        return watch

    told = measured(train, task)
    assert [len(one.batches) for one in asked] == [1, 3]
    assert asked[0].batches[0] == asked[1].batches[0]
    assert 0 < told["seconds"] < 1
    assert told["peak_memory_bytes"] > 1e6


def test_everybody_begins_with_the_same_adapter_on_a_base_as_transformers_has_it(task: Task) -> None:
    (_, one), (_, other) = task.model(), task.model()
    for name, tensor in adapters.tensors_of(one).items():
        assert torch.equal(tensor, adapters.tensors_of(other)[name])
    assert not any(isinstance(module, QuickLinear) for module in one.modules())
    assert one.peft_config["default"].r == task.rank


def test_every_contender_says_what_it_is() -> None:
    assert next(iter(CONTENDERS)) == "threadtune"
    assert all(note for _, note in CONTENDERS.values())
