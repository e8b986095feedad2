"""A trainer is started where work waits and none lives, and never beside one that does."""

import asyncio
import fcntl
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.trainer_process import TrainerKeeper, lives_here, start_detached, trainer_command
from storage.domain import Machine
from storage.memory import memory_store
from storage.ports import Store


@pytest.fixture
def started(tmp_path: Path) -> Path:
    """The file in which each started stand-in of a trainer leaves a line."""
    return tmp_path / "started"


def keeper(store: Store, home: Path, started: Path) -> TrainerKeeper:
    code = f"open({str(started)!r}, 'a').write('started\\n')"
    return TrainerKeeper(store, home, [sys.executable, "-c", code])


async def once(kept: TrainerKeeper) -> None:
    """One look, and the end of what it started."""
    stop = asyncio.Event()
    running = asyncio.create_task(kept.run(stop))
    await asyncio.sleep(0)
    while kept._child is None and not running.done() and not await kept._alive():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    stop.set()
    await running
    if kept._child:
        await asyncio.to_thread(kept._child.wait)


async def test_one_is_started_where_none_lives(tmp_path: Path, started: Path) -> None:
    await once(keeper(memory_store(), tmp_path, started))
    assert started.read_text() == "started\n"
    assert (tmp_path / "logs" / "trainer.out").exists()


async def test_none_is_started_beside_one_that_holds_the_lock(tmp_path: Path, started: Path) -> None:
    with (tmp_path / "trainer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert lives_here(tmp_path)
        await once(keeper(memory_store(), tmp_path, started))
    assert not started.exists()
    assert not lives_here(tmp_path), "a lock file that nobody holds is a trace of the dead"


async def test_one_on_another_machine_will_do(tmp_path: Path, started: Path) -> None:
    store = memory_store()
    await store.machines.put(Machine(id="elsewhere-1", facts={}, seen_at=datetime.now(UTC)))
    await once(keeper(store, tmp_path, started))
    assert not started.exists()


def test_it_has_a_session_of_its_own(tmp_path: Path) -> None:
    child = start_detached([sys.executable, "-c", "import os; print(os.getsid(0))"], tmp_path / "logs" / "out")
    assert child.wait() == 0
    assert int((tmp_path / "logs" / "out").read_text()) == child.pid != os.getsid(0)


def test_no_password_stands_in_its_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("THREADTUNE_DATABASE", "postgresql://ada:secret@host/db")
    assert not any("secret" in word for word in trainer_command(tmp_path))
