"""A household of its own for each test, around a tiny base model that trains in a second; where needed, a Slack, a Discord."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.e2e.discord_bot import DiscordBot, SmallDiscord
from tests.e2e.processes import Household
from tests.e2e.slack_bot import SlackBot
from tests.fakes.slack_server import SlackServer
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


@pytest.fixture
async def slack() -> AsyncIterator[SlackServer]:
    async with SlackServer().running() as slack:
        slack.delivery.retries = (0.2, 2.0, 10.0)  # sooner than Slack's own
        yield slack


@pytest.fixture
async def bot(household: Household, slack: SlackServer) -> AsyncIterator[SlackBot]:
    """Not started yet."""
    bot = SlackBot(household, slack)
    yield bot
    await bot.end()


@pytest.fixture
async def small_discord() -> AsyncIterator[SmallDiscord]:
    async with SmallDiscord.running() as there:
        yield there


@pytest.fixture
async def discord_bot(household: Household, small_discord: SmallDiscord) -> AsyncIterator[DiscordBot]:
    """Not started yet."""
    bot = DiscordBot(household, small_discord)
    yield bot
    await bot.end()
