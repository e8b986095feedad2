"""The emulator, started once for all tests of this folder in a process."""

import os
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.slack_emulate.emulator import Emulator, NotInstalled, proxied, running


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    try:
        context = running()
        started = context.__enter__()
    except NotInstalled as reason:
        text = f"the tests on the emulated Slack did not run: {reason}"
        if os.environ.get("CI"):  # where nobody reads what was skipped
            pytest.fail(text)
        pytest.skip(text)
    try:
        yield started
    finally:
        context.__exit__(None, None, None)


@pytest.fixture
async def api_url(emulator: Emulator) -> AsyncIterator[str]:
    """The Web API that slack_sdk is pointed at."""
    async with proxied(emulator) as url:
        yield url
