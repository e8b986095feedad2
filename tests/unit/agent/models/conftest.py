"""A base so small that the embedded engine starts with it in a fifth of a second, and adapters of it."""

from pathlib import Path

import pytest

from tests.fakes.tiny_gguf import write_tiny_adapter, write_tiny_gguf
from tests.fakes.tiny_llama import write_tiny_llama


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(write_tiny_llama(tmp_path_factory.mktemp("tiny") / "base"))


@pytest.fixture
def adapters(tiny_gguf: Path, tmp_path: Path) -> list[Path]:
    """Three adapters, each of which answers otherwise."""
    return [write_tiny_adapter(tmp_path / f"{seed}.gguf", tiny_gguf.parent, seed=seed) for seed in range(3)]
