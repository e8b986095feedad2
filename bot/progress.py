"""How far the preparation of a base model is: a bar on a terminal, a line for each step elsewhere.

It goes to standard error, so that nothing mixes with what a command prints. It appears with the first step.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from agent.words import say

Report = Callable[[str, int, int], None]
"""Step, done and whole, in bytes; a whole of 0 is not known."""


@contextmanager
def progress_bar(name: str) -> Iterator[Report]:
    """Give what reports progress. ``name`` is that of the model."""
    shown = _Bar(name) if sys.stderr.isatty() else _Lines(name)
    try:
        yield shown.report
    finally:
        shown.close()


class _Lines:
    def __init__(self, name: str) -> None:
        self._name = name
        self._step = ""

    def report(self, step: str, done: int, whole: int) -> None:
        if step != self._step:
            self._step = step
            sys.stderr.write(f"{say('cli.setup_begin', name=self._name)} {say(f'cli.step_{step}')}\n")
            sys.stderr.flush()

    def close(self) -> None:
        pass


class _Bar:
    def __init__(self, name: str) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

        columns = (
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            DownloadColumn(),
            TimeElapsedColumn(),
        )
        self._progress = Progress(*columns, console=Console(stderr=True), transient=True)
        self._name = name
        self._step = ""
        self._task = self._progress.add_task(name, visible=False)

    def report(self, step: str, done: int, whole: int) -> None:
        if not self._step:
            self._progress.start()
        if step != self._step:
            self._step = step
            words = f"{say('cli.setup_begin', name=self._name)} {say(f'cli.step_{step}')}"
            self._progress.reset(self._task, description=words, visible=True)
        self._progress.update(self._task, completed=done, total=whole or None)
        if step == "check" and done == whole:  # always the last; what follows may want the screen
            self.close()

    def close(self) -> None:
        self._progress.stop()
        self._step = ""
