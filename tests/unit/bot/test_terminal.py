"""How a terminal is set up: what it says first, and how it is left."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.words import say
from bot.terminal import Terminal
from storage.memory import memory_store


@dataclass
class Stdin:
    typed_at: bool

    def isatty(self) -> bool:
        return self.typed_at

    def fileno(self) -> int:
        return 0


@pytest.fixture(params=[True, False], ids=["typed at", "a stream"])
def typed_at(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    monkeypatch.setattr("sys.stdin", Stdin(request.param))
    return bool(request.param)


def terminal(home: Path, beside: bool) -> Terminal:
    return Terminal(
        home=home, conversation="terminal", person="ada", plain=True, explain=lambda error: None, beside=beside
    )


@pytest.mark.usefixtures("typed_at")
async def test_beside_other_platforms_it_is_said_how_to_leave_and_what_goes_on(tmp_path: Path) -> None:
    platform = terminal(tmp_path, beside=True).platform(memory_store())
    assert "/quit" in platform.greeting
    assert platform.farewell is not None
    assert await platform.farewell() == say("console.goodbye_beside")


async def test_alone_it_is_said_to_whoever_types(tmp_path: Path, typed_at: bool) -> None:
    """A stream ends the terminal with its own end, and programs read what it says."""
    platform = terminal(tmp_path, beside=False).platform(memory_store())
    assert platform.greeting == (say("console.welcome") if typed_at else "")
    assert (platform.farewell is not None) == typed_at
