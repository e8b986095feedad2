"""``threadtune discord``: the invite link, from Discord or from the token alone, and what each permission is for."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner, Result

from agent.words import say
from bot.__main__ import app
from bot.platforms.discord.invite import PERMISSIONS, needed
from tests.fakes.discord_portal import APPLICATION, TOKEN, Portal

NOWHERE = "http://127.0.0.1:9/api"


@pytest.fixture(autouse=True)
def _environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """No setting of this machine reaches a test, and none of a test stays."""
    for name in [name for name in os.environ if name.startswith(("THREADTUNE_", "SLACK_", "DISCORD_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("discord.http.Route.BASE", NOWHERE)
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A small Discord in a thread of its own, since a command has an event loop to itself."""
    portal, ready, loop = Portal(), threading.Event(), asyncio.new_event_loop()
    over = asyncio.Event()

    async def serve() -> None:
        async with portal.running():
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    ready.wait()
    yield portal
    loop.call_soon_threadsafe(over.set)
    thread.join()
    loop.close()


def threadtune(monkeypatch: pytest.MonkeyPatch, *arguments: str, token: str = TOKEN, url: str = NOWHERE) -> Result:
    monkeypatch.setenv("DISCORD_TOKEN", token)
    monkeypatch.setenv("THREADTUNE_DISCORD_API_URL", url)
    return CliRunner().invoke(app, ["discord", *arguments])


def test_the_link_is_of_the_application_that_discord_names(monkeypatch: pytest.MonkeyPatch, portal: Portal) -> None:
    portal.application["id"] = "1234567890123456700"  # of an old bot, whose own id is another
    result = threadtune(monkeypatch, "invite", url=portal.url)
    asked = parse_qs(urlsplit(result.stdout.strip()).query)
    assert (result.exit_code, asked["client_id"]) == (0, ["1234567890123456700"])
    assert asked["permissions"] == [str(needed().value)]
    assert "choose a server" in result.stderr


def test_while_discord_is_away_the_token_tells_it(monkeypatch: pytest.MonkeyPatch) -> None:
    result = threadtune(monkeypatch, "invite", "--server", "1098765432109876543")
    asked = parse_qs(urlsplit(result.stdout.strip()).query)
    assert (asked["client_id"], asked["guild_id"]) == ([str(APPLICATION)], ["1098765432109876543"])
    assert "from the token alone" in result.stderr


def test_a_token_that_discord_does_not_accept_makes_no_link(monkeypatch: pytest.MonkeyPatch, portal: Portal) -> None:
    result = threadtune(monkeypatch, "invite", token=TOKEN[:-1] + "2", url=portal.url)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "DISCORD_TOKEN is not usable: Discord does not accept it" in result.stderr
    assert "hush" not in result.output


def test_without_a_token_it_says_where_it_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    result = threadtune(monkeypatch, "invite", token="")
    assert (result.exit_code, "docs/discord.md" in result.stderr) == (1, True)


@pytest.mark.parametrize("server", ["Ward 7", "12", "-1"])
def test_a_server_by_its_name_is_no_id(monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    result = threadtune(monkeypatch, "invite", f"--server={server}")
    assert (result.exit_code, "id of a server" in result.stderr) == (2, True)


def test_each_permission_is_listed_with_its_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = threadtune(monkeypatch, "permissions").stdout.splitlines()
    assert lines == [
        f"{say(f'discord.permission_name.{one.name}')}: {say(f'discord.permission.{one.name}')}" for one in PERMISSIONS
    ]


def test_no_command_leaves_the_token_to_its_children(monkeypatch: pytest.MonkeyPatch) -> None:
    threadtune(monkeypatch, "invite")
    assert "DISCORD_TOKEN" not in os.environ


def test_whatever_goes_wrong_is_one_sentence_on_a_terminal_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "bot", "discord", "invite"]
    environment = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "DISCORD_TOKEN": "0badcafe" * 8}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (1, "")
    (sentence,) = done.stderr.strip().splitlines()
    assert "public key" in sentence
