"""Workers as subprocesses of this machine, each in a session of its own.

It does not know what a job is. Two things keep a worker from outliving its supervisor: its standard input is a pipe
that the kernel closes with the supervisor's death, and whatever it started shares its process group.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import trainer
from trainer.machine import process_identity

PASSED_ON = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "OMP_NUM_THREADS",
    "MKL_NUM_THREADS",
    "CUDA_VISIBLE_DEVICES",
    "CUDA_HOME",
    "NVIDIA_VISIBLE_DEVICES",
    "NVIDIA_DRIVER_CAPABILITIES",
    "XDG_CACHE_HOME",
)
"""All that a worker sees of our environment. Chat tokens and database passwords are not among them."""

_NICENESS = 10
_OOM_SCORE = 800
"""Of 1000: when memory runs out, the worker is the first to go, and neither the bot nor the database."""


class LocalHandle:
    """A subprocess and its process group."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._code: int | None = None
        self._identity = process_identity(process.pid) or ""

    @property
    def identity(self) -> str:
        return self._identity

    def alive(self) -> bool:
        return self.exit_code() is None

    def exit_code(self) -> int | None:
        if self._code is None and self._has_ended():
            # The leader is not reaped yet, so its number cannot be another group's: what it left behind goes first.
            self._signal(signal.SIGKILL)
            self._code = self._process.wait()
            self._close_input()
        return self._code

    async def stop(self, grace: float) -> None:
        if self.exit_code() is not None:
            return
        self._close_input()
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + grace
        while self.alive():  # a group that ends tells it to nobody but who asks
            if time.monotonic() >= deadline:
                self._signal(signal.SIGKILL)
            await asyncio.sleep(0.02)

    def _has_ended(self) -> bool:
        if not hasattr(os, "waitid"):  # macOS before Python 3.13
            return self._process.poll() is not None
        try:
            return os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
        except ChildProcessError:
            return True

    def _signal(self, number: signal.Signals) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, number)

    def _close_input(self) -> None:
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()


class LocalBackend:
    """Runs each worker as a subprocess: niced, in its own session, with an allow-list for an environment.

    It launches from the thread of the event loop, which lives as long as the process: a worker that asks Linux for a
    signal at its parent's death would get it when the *thread* ends that launched it.
    """

    async def launch(self, attempt_dir: Path, argv: Sequence[str], environment: Mapping[str, str]) -> LocalHandle:
        with (attempt_dir / "log.txt").open("ab") as log:
            process = subprocess.Popen(  # noqa: ASYNC220  # takes milliseconds, and must not be cancelled half-way
                list(argv),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=attempt_dir,
                env={**worker_environment(os.environ), **environment},
                start_new_session=True,
            )
        _go_second(process.pid)
        return LocalHandle(process)


def worker_environment(ours: Mapping[str, str]) -> dict[str, str]:
    """The environment of a worker: what is passed on of ours, and the settings that keep it to this installation."""
    return {
        **{name: ours[name] for name in PASSED_ON if name in ours},
        "PYTHONPATH": str(Path(trainer.__file__).resolve().parent.parent),
        "PYTHONSAFEPATH": "1",
        "PYTHONNOUSERSITE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONUTF8": "1",
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
    }


def _go_second(pid: int) -> None:
    """Let everything else on this machine go before the worker. Set from outside, as nothing safe can run between
    fork and exec in a process that has threads."""
    with contextlib.suppress(OSError):
        os.setpriority(os.PRIO_PROCESS, pid, _NICENESS)
    with contextlib.suppress(OSError):
        Path(f"/proc/{pid}/oom_score_adj").write_text(str(_OOM_SCORE))
