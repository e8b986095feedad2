"""Assembles the trainer service out of its parts: ``python -m trainer --home HOME``.

It does not know how a job is done. One trainer works in a home folder; a second one says so and ends well.
"""

import argparse
import asyncio
import contextlib
import fcntl
import logging
import os
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from functools import partial
from logging.handlers import RotatingFileHandler
from pathlib import Path

from storage.base_models import BaseModels, by_command
from storage.errors import StoreUnavailable
from storage.sql import open_store
from trainer import machine, staging
from trainer.backends.local import LocalBackend
from trainer.ollama import Server
from trainer.publishing import Publisher
from trainer.supervisor import Supervisor

_log = logging.getLogger("trainer")
_DEQUANTISE = (sys.executable, "-m", "trainer.worker.dequantise")
_LOG_BYTES = 2 * 2**20
_LOGS = 3


def main(argv: Sequence[str] | None = None) -> int:
    """Run until SIGTERM, SIGINT or idleness; returns the exit status. 0 also if a trainer is at work here already,
    1 if the database or the home folder cannot be used."""
    options = _parser().parse_args(argv)
    home: Path = options.home.expanduser().resolve()
    try:
        (home / "logs").mkdir(mode=0o700, parents=True, exist_ok=True)
        with _alone(home / "trainer.lock") as alone:
            _write_log(home / "logs" / "trainer.log" if alone else None)
            if not alone:
                _log.warning("a trainer is at work in %s already", home)
                return 0
            asyncio.run(_serve(home, options))
            return 0
    except StoreUnavailable as error:
        _log.error("the database cannot be used: %s", error)
    except OSError as error:
        _log.error("the home folder cannot be used: %s", error)
    return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="threadtune trainer", description="Train models in the background.")
    variable = os.environ.get
    home = variable("THREADTUNE_HOME")
    parser.add_argument("--home", type=Path, default=home, required=home is None, help="folder (or THREADTUNE_HOME)")
    parser.set_defaults(
        database=variable("THREADTUNE_DATABASE"),
        model_cache=variable("THREADTUNE_MODEL_CACHE"),
        ollama=variable("THREADTUNE_OLLAMA", variable("OLLAMA_HOST")),
        hold_seconds_per_step=float(variable("THREADTUNE_HOLD_SECONDS_PER_STEP") or 0.0),
    )
    parser.add_argument("--database", metavar="URL", help="instead of threadtune.db there (or THREADTUNE_DATABASE)")
    parser.add_argument("--exit-when-idle", type=float, metavar="SECONDS", help="end after so long without a job")
    parser.add_argument(
        "--model-cache", type=Path, metavar="FOLDER", help="base models that homes share (or THREADTUNE_MODEL_CACHE)"
    )
    parser.add_argument(
        "--ollama", metavar="URL", help="where versions are published (or THREADTUNE_OLLAMA, OLLAMA_HOST)"
    )
    parser.add_argument("--hold-seconds-per-step", type=float, help=argparse.SUPPRESS)  # for tests; also as variable
    return parser


async def _serve(home: Path, options: argparse.Namespace) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    store = await open_store(options.database or f"sqlite:///{home / 'threadtune.db'}", home)
    try:
        supervisor = Supervisor(
            store=store,
            home=home,
            base_models=BaseModels(home, by_command(*_DEQUANTISE), shared=options.model_cache),
            backend=LocalBackend(),
            gpu=await asyncio.to_thread(machine.find_gpu),
            publisher=Publisher(home, partial(Server, options.ollama)) if options.ollama else None,
            hold_seconds_per_step=options.hold_seconds_per_step,
        )
        _log.info("at work in %s as %s", home, supervisor.owner)
        watcher = asyncio.create_task(_end_when_idle(supervisor, options.exit_when_idle, stop))
        try:
            await supervisor.run(stop)
        finally:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher
    finally:
        await store.aclose()
    _log.info("ended")


async def _end_when_idle(supervisor: Supervisor, seconds: float | None, stop: asyncio.Event) -> None:
    while seconds is not None and not stop.is_set():
        if supervisor.idle_seconds >= seconds:
            stop.set()
        await asyncio.sleep(min(0.5, seconds))


@contextlib.contextmanager
def _alone(lock: Path) -> Iterator[bool]:
    """Hold the lock file for as long as the context lasts; False if another process does. The kernel gives it back
    when the process ends, by whatever cause."""
    descriptor = os.open(lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        alone = _locked(descriptor)
        if alone:
            os.ftruncate(descriptor, 0)
            os.write(descriptor, f"{os.getpid()}\n".encode())
        yield alone
    finally:
        os.close(descriptor)


def _locked(descriptor: int) -> bool:
    """Whether the lock is ours now. Somebody who only looks whether a trainer lives holds it for an instant, so one
    refusal proves nothing."""
    for _ in range(5):
        with contextlib.suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.1)
    return False


class _Scrubbed(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return staging.scrub(super().format(record))


def _write_log(path: Path | None) -> None:
    """Everything goes into the file, which is rotated. A terminal sees it too; what else catches our standard error
    gets warnings only, since nobody rotates it."""
    screen = logging.StreamHandler()
    screen.setLevel(logging.INFO if sys.stderr.isatty() else logging.WARNING)
    handlers: list[logging.Handler] = [screen]
    if path is not None:
        handlers.append(RotatingFileHandler(path, maxBytes=_LOG_BYTES, backupCount=_LOGS, encoding="utf-8"))
    for handler in handlers:
        handler.setFormatter(_Scrubbed("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=handlers, force=True)
    logging.getLogger("httpx").setLevel(logging.WARNING)  # it would log each request, with its address


if __name__ == "__main__":
    sys.exit(main())
