"""Keeps a trainer at work while there is work: starts ``python -m trainer`` where none lives.

The trainer outlives us: it has a session of its own and leaves when it has been idle. What it does is not known here.
"""

import asyncio
import contextlib
import fcntl
import logging
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from storage.errors import StorageError
from storage.ports import Store

log = logging.getLogger(__name__)

LEAVES_WHEN_IDLE = 120
"""Seconds without a job after which a trainer that we started ends by itself."""
LOOK_EVERY = 2.0
"""Seconds between looks for jobs that nobody does."""
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0
"""Seconds until a trainer that ended at once is started again: each time twice as long."""


def trainer_command(home: Path, exit_when_idle: float | None = LEAVES_WHEN_IDLE) -> list[str]:
    """How a trainer is started. It reads ``THREADTUNE_DATABASE`` itself: a password must not stand in a command line."""
    leaving = [] if exit_when_idle is None else ["--exit-when-idle", f"{exit_when_idle:g}"]
    return [sys.executable, "-m", "trainer", "--home", str(home), *leaving]


def lives_here(home: Path) -> bool:
    """Whether a trainer process of this home folder runs on this machine: it holds a lock as long as it lives."""
    try:
        descriptor = os.open(home / "trainer.lock", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    else:
        return False
    finally:
        os.close(descriptor)


def start_detached(command: Sequence[str], log_file: Path) -> "subprocess.Popen[bytes]":
    """Start a process in a session of its own, so that no Ctrl-C of ours reaches it; its output goes to the file."""
    log_file.parent.mkdir(parents=True, exist_ok=True)
    with log_file.open("ab") as output:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class TrainerKeeper:
    store: Store
    home: Path
    command: Sequence[str]
    clock: Callable[[], datetime] = _now
    _child: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    _not_before: float = field(default=0.0, init=False)
    _pause: float = field(default=FIRST_PAUSE, init=False)

    async def run(self, stop: asyncio.Event) -> None:
        """Start a trainer now, and again whenever work waits and none lives, until told to stop."""
        wanted = True  # at first also without work: a trainer measures its machine, which estimates need
        while not stop.is_set():
            try:
                if (wanted or await self.store.jobs.active()) and not await self._alive():
                    await self._start()
                wanted = False
            except (StorageError, OSError):
                log.exception("the trainer could not be looked after")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(LOOK_EVERY):
                    await stop.wait()

    async def _alive(self) -> bool:
        if (self._child and self._child.poll() is None) or lives_here(self.home):
            return True
        here = f"{socket.gethostname()}-"  # one of ours that is gone is remembered for half a minute
        return any(not machine.id.startswith(here) for machine in await self.store.machines.alive(self.clock()))

    async def _start(self) -> None:
        if time.monotonic() < self._not_before:
            return
        if self._child is not None and self._child.returncode not in (None, 0):
            self._pause = min(self._pause * 2, LONGEST_PAUSE)
            log.warning("the trainer ended with status %s", self._child.returncode)
        self._not_before = time.monotonic() + self._pause
        self._child = await asyncio.to_thread(start_detached, self.command, self.home / "logs" / "trainer.out")
        log.info("started a trainer, process %s", self._child.pid)
