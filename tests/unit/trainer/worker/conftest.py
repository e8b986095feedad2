"""A tiny base, rows that it can learn, and attempts at them in folders of their own."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from storage.domain import JobKind
from storage.domain.recipes import Recipe
from tests.fakes.tiny_gguf import write_tiny_gguf
from tests.fakes.tiny_llama import write_tiny_llama
from trainer.run_dir import WorkerSpec
from trainer.worker import adapters
from trainer.worker.attempt import Attempt
from trainer.worker.base import Base, load
from trainer.worker.examples import Example, encode

RECIPE = Recipe(rank=4, alpha=8, learning_rate=1e-2, epochs=2, batch_size=4, context=256)


def make_rows(number: int = 16) -> list[dict[str, Any]]:
    """Rows of growing length; of 16, eleven to train on, three for validation and two for the test."""
    parts = {3: "validation", 7: "validation", 11: "validation", 5: "test", 9: "test"}
    return [
        {
            "id": f"row_{place:02}",
            "instruction": "Write a user story from this note.",
            "input": f"note {place} " * (place % 7),
            "output": f"As a user, I want number {place}" + " it" * place,
            "part": parts.get(place, "train"),
        }
        for place in range(number)
    ]


def write_lines(path: Path, lines: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def read_lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def engine_base(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The base as the embedded engine has it: a GGUF file, in a folder with all of the base."""
    return write_tiny_gguf(shutil.copytree(base, tmp_path_factory.mktemp("engine") / "base"))


@pytest.fixture
def loaded(base: Path) -> Base:
    return load(base)


@pytest.fixture
def tuned(loaded: Base) -> Any:
    """With an adapter that says something: B is not zero."""
    model = adapters.attach(loaded.model, RECIPE).eval()
    for name, parameter in adapters.trainable(model).items():
        if "lora_B" in name:
            parameter.data.normal_(0, 0.05)
    return model


@pytest.fixture
def examples(loaded: Base) -> list[Example]:
    return [encode(loaded.tokenizer, row) for row in make_rows(6)]


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    return write_lines(tmp_path / "rows.jsonl", make_rows())


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Threads that wait for each other on a busy machine make a tiny model a hundred times slower."""
    torch.set_num_threads(1)


MakeAttempt = Callable[..., Attempt]


@pytest.fixture
def make_attempt(tmp_path: Path, base: Path, rows: Path) -> MakeAttempt:
    """Make ``attempts/<kind>-<n>/`` with its spec and token; train on ``rows`` unless told otherwise."""

    def make(number: int = 1, **changes: Any) -> Attempt:
        spec = replace(
            WorkerSpec(
                kind=JobKind.TRAIN,
                run_id="run_1",
                token=number,
                base=str(base),
                base_provenance={"name": "tests/tiny-llama", "license": "apache-2.0"},
                rows=str(rows),
                recipe=RECIPE,
                threads=1,
            ),
            **changes,
        )
        folder = tmp_path / "attempts" / f"{spec.kind.value}-{number}"
        folder.mkdir(parents=True)
        (folder / "spec.json").write_text(json.dumps(spec.to_json()), encoding="utf-8")
        (folder / "token").write_text(str(number), encoding="utf-8")
        return Attempt.open(folder)

    return make


@pytest.fixture(scope="session")
def trained(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Attempt:
    """An attempt that has trained to its end, to be looked at and not to be changed."""
    from trainer.worker.train import train

    home = tmp_path_factory.mktemp("trained")
    rows = write_lines(home / "rows.jsonl", make_rows())
    spec = WorkerSpec(
        kind=JobKind.TRAIN,
        run_id="run_1",
        token=1,
        base=str(base),
        base_provenance={"name": "tests/tiny-llama", "license": "apache-2.0"},
        rows=str(rows),
        recipe=replace(RECIPE, epochs=4),
        threads=1,
    )
    folder = home / "train-1"
    folder.mkdir()
    (folder / "spec.json").write_text(json.dumps(spec.to_json()), encoding="utf-8")
    (folder / "token").write_text("1", encoding="utf-8")
    attempt = Attempt.open(folder)
    attempt.finish(train(attempt))
    return attempt
