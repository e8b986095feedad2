"""A household of its own for each test, around a tiny base model that trains in a second."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.processes import Household
from tests.fakes.tiny_llama import write_tiny_llama


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "tiny"
    write_tiny_llama(folder)
    return folder


@pytest.fixture
def household(tmp_path: Path, tiny: Path) -> Iterator[Household]:
    """Whatever still runs in it at the end is stopped."""
    household = Household(tmp_path / "home", tiny)
    yield household
    household.end()
