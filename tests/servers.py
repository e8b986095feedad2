"""Servers that tests need and that not every machine has."""

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TypeVar

import pytest

T = TypeVar("T")


@contextmanager
def started(server: AbstractContextManager[T], what: str, missing: type[Exception]) -> Iterator[T]:
    """The running server. Where starting it raises ``missing``, the test is skipped; in CI, where nobody reads what was
    skipped, it fails. ``what``: the tests that need it."""
    try:
        running = server.__enter__()
    except missing as reason:
        text = f"the tests on {what} did not run: {reason}"
        if os.environ.get("CI"):
            pytest.fail(text)
        pytest.skip(text)
    try:
        yield running
    finally:
        server.__exit__(None, None, None)
