"""The service as a process: ``python -m trainer``."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from storage.domain import JobState
from storage.sql import open_store
from tests.unit.trainer.house import TRAIN, House, eventually, now
from trainer.client import TrainerClient

ROOT = Path(__file__).resolve().parents[3]


async def start(home: Path, *arguments: str) -> asyncio.subprocess.Process:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("THREADTUNE_")}
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "trainer", "--home", str(home), *arguments),
        cwd=ROOT,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )


async def status_and_words(process: asyncio.subprocess.Process) -> tuple[int | None, str]:
    async with asyncio.timeout(60):
        _, words = await process.communicate()
    return process.returncode, words.decode()


async def test_it_does_what_waits_and_ends_when_idle(house: House) -> None:
    """The job fails for want of its rows, which shows that it was taken up by the real store and the real parts."""
    (house.home / "base_models").mkdir()
    store = await open_store(f"sqlite:///{house.home / 'threadtune.db'}", house.home)
    try:
        client = TrainerClient(store.jobs)
        job = await client.submit(TRAIN, "req_1", now())
        status, words = await status_and_words(await start(house.home, "--exit-when-idle", "0.2"))
        assert (status, "Traceback" in words) == (0, False)
        ended = await client.follow(job.id)
        assert ended.state is JobState.FAILED
        assert ended.failure is not None
        assert ended.failure.code == "base_missing"
        assert await store.machines.alive(now()) == []
    finally:
        await store.aclose()


async def test_a_second_one_says_so_and_ends_well_and_the_first_ends_on_a_signal(tmp_path: Path) -> None:
    first = await start(tmp_path)

    async def at_work() -> bool:
        log = tmp_path / "logs/trainer.log"
        return log.exists() and "at work" in log.read_text()

    try:
        await eventually(at_work, 60)
        status, words = await status_and_words(await start(tmp_path))
        assert status == 0
        assert words.count("\n") == 1
        assert "already" in words
    finally:
        first.send_signal(signal.SIGTERM)
        status, _ = await status_and_words(first)
    assert status == 0
    assert "ended" in (tmp_path / "logs/trainer.log").read_text()


async def test_a_database_that_is_none_gives_one_line_and_a_status(tmp_path: Path) -> None:
    (tmp_path / "threadtune.db").write_bytes(b"this is no database, however long it may be" * 100)
    status, words = await status_and_words(await start(tmp_path, "--exit-when-idle", "0.2"))
    assert status == 1
    assert "corrupt" in words
    assert "Traceback" not in words
