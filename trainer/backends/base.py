"""The backend port: start a worker somewhere, and hold it by a handle.

It does not know what a job is: an argument list, an attempt folder, and a process that ends.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol


class Handle(Protocol):
    """One worker that was started here. Nothing but its handle can stop it."""

    @property
    def identity(self) -> str:
        """Names the process for later: another supervisor can tell from it whether the worker still lives."""

    def alive(self) -> bool:
        """Whether it still runs."""

    def exit_code(self) -> int | None:
        """None while it runs; ``-n`` if signal ``n`` ended it. The same for ever once it is known."""

    async def stop(self, grace: float) -> None:
        """Ask it to end, and end it by force after ``grace`` seconds. It is gone when this returns, and so is
        everything that it started. Of no effect on one that has ended."""


class Backend(Protocol):
    async def launch(self, attempt_dir: Path, argv: Sequence[str], environment: Mapping[str, str]) -> Handle:
        """Start ``argv`` for an attempt whose folder is prepared; its output goes to ``log.txt`` there.

        ``environment`` is added to what the backend itself lets through. The worker's standard input stays open for
        as long as this process lives, and ends when it dies, by whatever cause. Raises OSError.
        """
