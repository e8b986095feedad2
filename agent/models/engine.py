"""The embedded engine: llama.cpp in a child process, spoken to over loopback.

A native crash takes the child, never us: it is started again at the next call. The child has capped threads, listens on
127.0.0.1 only, wants a key that is made for each start, and ends when we do.
"""

import asyncio
import contextlib
import json
import os
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from dataclasses import dataclass, field
from pathlib import Path

START_PATIENCE = 60.0
"""Seconds to load a model; the 135M model takes half of one."""


class EngineDown(Exception):
    """The child could not be started; the text says how it ended."""


@dataclass(frozen=True, kw_only=True)
class Address:
    url: str
    """``http://127.0.0.1:<port>``."""
    key: str


@dataclass
class Engine:
    gguf: Path
    context: int = 4096
    threads: int = 2
    _process: Process | None = field(default=None, init=False)
    _address: Address | None = field(default=None, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def address(self) -> Address:
        """Where it answers; started now if it does not run. Raises EngineDown."""
        async with self._lock:
            if self._process is None or self._process.returncode is not None or self._address is None:
                await self._start()
            assert self._address is not None
            return self._address

    async def aclose(self) -> None:
        """Stop the child that we started, by its handle."""
        process, self._process, self._address = self._process, None, None
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), 5)
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def _start(self) -> None:
        await self.aclose()
        key = secrets.token_urlsafe(24)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "agent.models.engine_process", stdin=PIPE, stdout=PIPE, env=_environment()
        )
        assert process.stdin is not None
        assert process.stdout is not None
        order = {"model": str(self.gguf), "context": self.context, "threads": self.threads, "key": key}
        self._process = process
        try:
            process.stdin.write(json.dumps(order).encode() + b"\n")
            await process.stdin.drain()
            async with asyncio.timeout(START_PATIENCE):
                line = await process.stdout.readline()
            self._address = Address(url=json.loads(line)["url"], key=key)
        except (OSError, ValueError, KeyError, TimeoutError) as error:
            await self.aclose()
            raise EngineDown(f"exit status {process.returncode}") from error


def _environment() -> dict[str, str]:
    """No secrets of ours reach the child: only what Python needs to find itself."""
    kept = ("PATH", "HOME", "LANG", "LC_ALL", "PYTHONPATH", "VIRTUAL_ENV", "LD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ}
