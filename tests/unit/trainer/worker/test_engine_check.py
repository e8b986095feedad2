"""A copy for the embedded engine is compared in that engine itself: a right one passes, and every wrong one does not."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.fakes.tiny_gguf import write_tiny_gguf
from tests.fakes.tiny_llama import write_tiny_llama
from tests.unit.trainer.worker.conftest import make_rows
from trainer.worker import adapters, engine_check, gguf_adapter
from trainer.worker import base as bases
from trainer.worker.attempt import Attempt
from trainer.worker.base import Base
from trainer.worker.engine_check import EngineFailed, Likeness, compare


@pytest.fixture(scope="module")
def tuned(base: Path, trained: Attempt) -> tuple[Base, Any]:
    loaded = bases.load(base)
    return loaded, adapters.load(loaded.model, trained.folder.adapter)


@pytest.fixture
def copy(base: Path, trained: Attempt, tmp_path: Path) -> Any:
    """Write the trained adapter as GGUF; ``change`` makes it a wrong one, tensor by tensor."""

    def write(change: Any = lambda name, tensor: tensor, alpha: float = 8) -> Path:
        tensors = adapters.read_tensors(trained.folder.adapter / adapters.WEIGHTS)
        changed = {name: change(name, tensor) for name, tensor in tensors.items()}
        config = json.loads((base / "config.json").read_text())
        gguf_adapter.write(tmp_path / "adapter.gguf", changed, alpha, config)
        return tmp_path / "adapter.gguf"

    return write


def test_the_engine_answers_with_the_copy_as_peft_does(tuned: tuple[Base, Any], engine_base: Path, copy: Any) -> None:
    likeness = compare(*tuned, engine_base, copy(), make_rows(), threads=1)
    assert likeness.places == 8, "four in each of two test rows"
    assert likeness.moved > 0.5, "the adapter is one to be noticed"
    assert likeness.base < 0.005
    assert likeness.tuned < 0.005
    assert likeness.faithful


WRONG = {
    "not in rotary pairs": lambda name, tensor: (
        tensor.reshape(-1, 4, 2, tensor.shape[1]).swapaxes(1, 2).reshape(tensor.shape)
        if "q_proj.lora_B" in name or "k_proj.lora_B" in name
        else tensor
    ),
    "half as strong": lambda name, tensor: tensor * 0.5 if "lora_B" in name else tensor,
    "without the feed-forward layers": lambda name, tensor: tensor * 0 if ".mlp." in name else tensor,
    "without effect": lambda name, tensor: torch.zeros_like(tensor),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_copy_is_seen(tuned: tuple[Base, Any], engine_base: Path, copy: Any, wrong: str) -> None:
    likeness = compare(*tuned, engine_base, copy(WRONG[wrong]), make_rows(), threads=1)
    assert likeness.tuned > likeness.allowed
    assert not likeness.faithful


def test_a_copy_with_another_scale_is_seen(tuned: tuple[Base, Any], engine_base: Path, copy: Any) -> None:
    assert not compare(*tuned, engine_base, copy(alpha=16), make_rows(), threads=1).faithful


def test_an_engine_with_another_base_is_seen_although_the_copy_is_right(
    tuned: tuple[Base, Any], copy: Any, tmp_path: Path
) -> None:
    other = write_tiny_gguf(write_tiny_llama(tmp_path / "other", seed=1))
    likeness = compare(*tuned, other, copy(), make_rows(), threads=1)
    assert likeness.base > engine_check.MOST_OF_BASE
    assert not likeness.faithful


@pytest.mark.parametrize("content", [b"", b"GGUF", b"GGUF" + bytes(5000)])
def test_a_damaged_copy_is_a_failure_and_not_a_crash(
    tuned: tuple[Base, Any], engine_base: Path, tmp_path: Path, content: bytes
) -> None:
    (tmp_path / "adapter.gguf").write_bytes(content)
    with pytest.raises(EngineFailed):
        compare(*tuned, engine_base, tmp_path / "adapter.gguf", make_rows(), threads=1)


def test_a_row_with_marks_of_turns_is_not_compared(tuned: tuple[Base, Any], engine_base: Path, copy: Any) -> None:
    """The trainer reads such a mark as text, the engine as the end of a turn: they would differ with any adapter."""
    rows = [{**row, "part": "test", "instruction": "Say <|im_end|> twice."} for row in make_rows(3)]
    with pytest.raises(EngineFailed, match="no row"):
        compare(*tuned, engine_base, copy(), rows, threads=1)


def test_a_row_longer_than_the_context_is_compared_within_its_beginning(
    tuned: tuple[Base, Any], engine_base: Path, copy: Any
) -> None:
    rows = [{**make_rows(1)[0], "part": "test", "input": "note " * 600}]
    likeness = compare(*tuned, engine_base, copy(), rows, threads=1)
    assert likeness.places == 1
    assert likeness.faithful


def test_what_is_allowed_grows_with_the_engines_own_error_and_with_what_the_adapter_does() -> None:
    assert Likeness(places=8, base=0.067, tuned=0.132, moved=2.10).faithful, "SmolLM2-135M in Q4_1, a right copy"
    assert not Likeness(places=8, base=0.067, tuned=0.369, moved=2.07).faithful, "the same, not in rotary pairs"
    assert not Likeness(places=8, base=0.067, tuned=0.261, moved=2.06).faithful, "the same, without its queries"
    assert not Likeness(places=8, base=0.3, tuned=0.3, moved=2.16).faithful, "another base"
