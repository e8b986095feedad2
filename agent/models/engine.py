"""The embedded engine: llama.cpp in a child process of ours, so that a native crash never takes the bot with it.

It starts on first use, is started again when it has died, and ends with us. It listens on the loopback interface only
and wants a key that is made for each start. It knows no prompt.
"""

import asyncio
import contextlib
import json
import logging
import os
import secrets
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_log = logging.getLogger(__name__)

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV")
"""All that the engine sees of our environment: no chat token and no database password."""

_HERE = Path(__file__).resolve().parents[2]
"""The folder of our packages, for a child that is started where they are not installed."""


class EngineDown(Exception):
    """The engine would not start; the text says why, for the log."""


@dataclass(frozen=True, kw_only=True)
class Address:
    """Where the engine serves, for as long as its process lives."""

    url: str
    """``http://127.0.0.1:<port>``."""
    key: str


class Engine:
    """One engine process, which serves one GGUF file, and adapters of it beside it.

    An adapter speaks only in requests that name it: their ``lora`` says the scale of every one that is loaded, by its
    place in ``adapters``. A request that names none may be answered from what another left in the engine's memory.
    """

    def __init__(
        self,
        gguf: Path,
        *,
        context: int = 4096,
        threads: int | None = None,
        start_seconds: float = 60.0,
        rest_seconds: float = 30.0,
        log_file: Path | None = None,
    ) -> None:
        """``context`` in tokens. ``threads``: half the cores if None. ``rest_seconds``: how long a failed start is not
        tried again. ``log_file``: where the engine's own log goes, made anew at each start; nowhere if None."""
        self._gguf = gguf
        self._adapters: tuple[Path, ...] = ()
        self._context = context
        self._threads = threads or max(1, (os.cpu_count() or 2) // 2)
        self._start_seconds = start_seconds
        self._rest_seconds = rest_seconds
        self._log_file = log_file
        self._process: Process | None = None
        self._address: Address | None = None
        self._starting: asyncio.Task[Address] | None = None
        self._down_until = 0.0
        self._down_because = ""
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process that runs now, if one does."""
        return self._process.pid if self._process and self._process.returncode is None else None

    @property
    def adapters(self) -> tuple[Path, ...]:
        """GGUF files of adapters that it serves, or will once it is started."""
        return self._adapters

    async def load(self, adapters: Sequence[Path]) -> None:
        """Serve with these adapters from the next start on; what runs is ended, whatever it is answering.

        One file that cannot be loaded keeps it from starting.
        """
        if self._starting:  # left behind by a caller that was cancelled
            await asyncio.wait([self._starting])
        self._adapters = tuple(adapters)
        self._down_until = 0.0
        await self._end()

    async def address(self) -> Address:
        """Where it serves; starts it first if need be. Raises EngineDown.

        A caller that is cancelled leaves the start going on for the next one.
        """
        if self._address and self.pid is not None:
            return self._address
        if self._closed:
            raise EngineDown("closed")
        if self._starting is None:
            if time.monotonic() < self._down_until:
                raise EngineDown(self._down_because)
            self._starting = asyncio.create_task(self._start())
            self._starting.add_done_callback(self._started)
        return await asyncio.shield(self._starting)

    async def has_died(self) -> bool:
        """Whether the process has ended by itself; to be asked after a broken connection. Takes a second at most."""
        process = self._process
        if process is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(process.wait(), 1.0)
        return self.pid is None

    async def aclose(self) -> None:
        """End the process by its handle; harmless when repeated."""
        self._closed = True
        if self._starting:
            self._starting.cancel()
            with contextlib.suppress(asyncio.CancelledError, EngineDown):
                await self._starting
        await self._end()

    def _started(self, task: "asyncio.Task[Address]") -> None:
        self._starting = None
        if task.cancelled():
            return
        if error := task.exception():
            self._down_because = str(error)
            self._down_until = time.monotonic() + self._rest_seconds
            _log.warning("the embedded engine is down: %s", error)

    async def _start(self) -> Address:
        await self._end()
        key = secrets.token_urlsafe(24)
        asked = {
            "model": str(self._gguf),
            "adapters": [str(path) for path in self._adapters],
            "context": self._context,
            "threads": self._threads,
            "key": key,
        }
        try:
            async with asyncio.timeout(self._start_seconds):
                self._process = await self._launch()
                url = await _handshake(self._process, asked)
        except TimeoutError as error:
            await self._end()
            raise EngineDown(f"no answer within {self._start_seconds:.0f} s of its start") from error
        except (OSError, ValueError, KeyError) as error:
            await self._end()
            raise EngineDown(f"it ended while starting: {error}") from error
        except asyncio.CancelledError:
            await self._end()
            raise
        self._address = Address(url=url, key=key)
        _log.info("the embedded engine serves as process %d", self._process.pid)
        return self._address

    async def _launch(self) -> Process:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        with contextlib.ExitStack() as stack:
            errors: BinaryIO | int = DEVNULL
            if self._log_file:
                self._log_file.parent.mkdir(parents=True, exist_ok=True)
                errors = stack.enter_context(self._log_file.open("wb"))
            command = [sys.executable, "-m", "agent.models.engine_process"]
            return await asyncio.create_subprocess_exec(
                *command, stdin=PIPE, stdout=PIPE, stderr=errors, env=environment, cwd=_HERE
            )

    async def _end(self) -> None:
        process, self._process, self._address = self._process, None, None
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
        await process.wait()
        if process.stdin:
            process.stdin.close()
            with contextlib.suppress(OSError):
                await process.stdin.wait_closed()


async def _handshake(process: Process, asked: dict[str, object]) -> str:
    """Hand the settings over and return the address. Raises OSError, ValueError or KeyError if it ends instead."""
    assert process.stdin
    assert process.stdout
    process.stdin.write(json.dumps(asked).encode() + b"\n")
    await process.stdin.drain()
    line = await process.stdout.readline()
    return str(json.loads(line)["address"])
