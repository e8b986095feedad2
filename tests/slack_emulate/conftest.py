"""The emulator, started once for all tests of this folder in a process."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.servers import started
from tests.slack_emulate.emulator import Emulator, NotInstalled, proxied, running


@pytest.fixture(scope="session")
def emulator() -> Iterator[Emulator]:
    with started(running(), "the emulated Slack", NotInstalled) as emulator:
        yield emulator


@pytest.fixture
async def api_url(emulator: Emulator) -> AsyncIterator[str]:
    """The Web API that slack_sdk is pointed at."""
    async with proxied(emulator) as url:
        yield url
