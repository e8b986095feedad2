"""A tiny base, rows in a file, and the options of a benchmark of seconds."""

import argparse
import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from tests.fakes.tiny_llama import write_tiny_llama

Options = Callable[..., argparse.Namespace]


@pytest.fixture(scope="session", autouse=True)
def _one_thread() -> None:
    """Threads that wait for each other on a busy machine make a tiny model a hundred times slower."""
    torch.set_num_threads(1)


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_llama(tmp_path_factory.mktemp("base"))


@pytest.fixture(scope="session")
def row_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [
        {
            "instruction": "Write a user story from this note.",
            "input": f"note {place}",
            "output": "\n".join(f"As a user, I want number {place}" for _ in range(5)),
        }
        for place in range(16)
    ]
    path = tmp_path_factory.mktemp("rows") / "rows.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


@pytest.fixture
def options(base: Path, row_file: Path) -> Options:
    """As the command line gives them, but for ``changes``."""

    def make(**changes: object) -> argparse.Namespace:
        settings = {"base": base, "rows": row_file, "rounds": 2, "threads": 1, "json": None}
        of_train = {"steps": 3, "rows_a_step": 4, "rank": 4, "even": False, "only": None}
        of_generate = {"prompts": 4, "tokens": 6, "adapter": None}
        return argparse.Namespace(**{**settings, **of_train, **of_generate, **changes})

    return make
