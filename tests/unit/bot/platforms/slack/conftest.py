"""A served room that several tests look at, and how properties are judged.

Properties are judged by what they find, not by how long a busy machine takes; and each run tries the same cases.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.unit.bot.platforms.slack.served import Served, served

settings.register_profile("threadtune", deadline=None, derandomize=True)
settings.load_profile("threadtune")


@pytest.fixture
async def there(tmp_path: Path) -> AsyncIterator[Served]:
    async with served(tmp_path) as there:
        there.slack.echo = False
        yield there


@pytest.fixture
async def thread(there: Served) -> dict[str, str]:
    """The address of a thread that Ada began."""
    root = await there.ada.say("C0WARD", "@app begin")
    await there.settled()
    return {"team": "T0WARD", "channel": "C0WARD", "thread": root, "user": there.ada.id}
