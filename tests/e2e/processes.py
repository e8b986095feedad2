"""Threadtune's processes as an operator sees them: started in a home folder, found by it, killed without mercy."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import psutil

REPOSITORY = Path(__file__).parents[2]


@dataclass
class Household:
    """Everything that runs in one home folder."""

    home: Path
    base: Path
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """Start ``threadtune <arguments>`` in this home; its output goes to ``home/../<command>.out``."""
        output = self.home.parent / f"{arguments[0]}.out"
        with output.open("ab") as file:
            return subprocess.Popen(
                [sys.executable, "-m", "bot", *arguments, "--home", str(self.home)],
                cwd=REPOSITORY,
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
            )

    def run(self, *arguments: str, seconds: float = 300) -> "subprocess.CompletedProcess[str]":
        """Run ``threadtune <arguments>`` to its end."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments, "--home", str(self.home)],
            cwd=REPOSITORY,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )

    def output(self, command: str) -> str:
        path = self.home.parent / f"{command}.out"
        return path.read_text("utf-8", "replace") if path.exists() else ""

    def _environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "THREADTUNE_BASE_MODEL": str(self.base),
            "HF_HUB_OFFLINE": "1",
            "THREADTUNE_OLLAMA": "",  # nothing of a test goes to the server of whoever runs it
            "PYTHONPATH": str(REPOSITORY),
            **self.environment,
        }

    def trainers(self) -> list[psutil.Process]:
        return self._having("trainer", "--home")

    def workers(self) -> list[psutil.Process]:
        return self._having("trainer.worker")

    def _having(self, *words: str) -> list[psutil.Process]:
        """Processes whose command line has these words and a path of this home."""
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                line = process.cmdline()
                if all(word in line for word in words) and any(part.startswith(str(self.home)) for part in line):
                    found.append(process)
        return found

    def everyone(self) -> list[psutil.Process]:
        found = []
        for process in psutil.process_iter():
            with contextlib.suppress(psutil.Error):
                if any(part.startswith(str(self.home)) for part in process.cmdline()):
                    found.append(process)
        return found

    def end(self) -> None:
        """Stop whatever still runs in this home."""
        for process in self.everyone():
            kill(process)


def kill(process: "psutil.Process | subprocess.Popen[bytes]") -> None:
    """``kill -9``, and wait until it is gone."""
    with contextlib.suppress(psutil.Error, ProcessLookupError):
        process.send_signal(signal.SIGKILL)
    with contextlib.suppress(psutil.Error, subprocess.TimeoutExpired):
        process.wait(10)


def none_lives(processes: list[psutil.Process]) -> bool:
    """Whether all have ended (one that was not collected yet has)."""
    return not any(map(_lives, processes))


def _lives(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until ``condition()`` holds; fail in words otherwise."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"waited {seconds:g} s in vain: {what}"
        time.sleep(0.05)
