"""The rooms of the contract: each test runs in all of them."""

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest

from tests.fakes.discord_chat import new_chat, serving_files
from tests.fakes.slack_server import SlackServer
from tests.platforms.discord import DiscordRoom
from tests.platforms.meaning import check_all
from tests.platforms.serving import House
from tests.platforms.slack import SlackRoom
from tests.platforms.speaking import Room, Speaker
from tests.platforms.terminal import TerminalRoom


@pytest.fixture
def house(tmp_path: Path, sqlite_url: str) -> House:
    return House(tmp_path / "home", sqlite_url)


@pytest.fixture
async def terminal(house: House, tmp_path: Path) -> AsyncIterator[Room]:
    (tmp_path / "desk").mkdir()
    room = TerminalRoom(house, tmp_path / "desk")
    yield room
    await room.aclose()


@pytest.fixture
async def slack(house: House) -> AsyncIterator[Room]:
    async with SlackServer().running() as server:
        room = SlackRoom(house, server)
        await room.open()
        yield room
        await room.aclose()


@pytest.fixture
async def discord(house: House) -> AsyncIterator[Room]:
    chat = new_chat()
    async with serving_files(chat) as api_url:
        room = DiscordRoom(house, chat, api_url)
        await room.open()
        yield room
        await room.aclose()


@pytest.fixture(params=["terminal", "slack", "discord"])
def room(request: pytest.FixtureRequest) -> Room:
    """A platform: each test runs on all."""
    found: Room = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def ana(room: Room) -> AsyncIterator[Speaker]:
    """Ana, who talks with us directly. In the end all that was posted must stand before her as it was meant."""
    speaker = room.alone("Ana")
    yield speaker
    await check_all(room.house, speaker)


@pytest.fixture
async def team(room: Room) -> AsyncIterator[Sequence[Speaker]]:
    """Ana and Bo in one conversation; in the end each must have before them what was posted for all and for them."""
    speakers = room.together("Ana", "Bo")
    yield speakers
    for speaker in speakers:
        await check_all(room.house, speaker)
