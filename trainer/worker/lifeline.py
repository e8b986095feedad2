"""A worker dies with its parent, and goes second to everything else on the machine.

It knows no job. Only the standard library is imported, so that it holds before anything slow is loaded.
"""

import contextlib
import ctypes
import os
import signal
import sys
import threading
from pathlib import Path

from trainer.run_dir import EXIT_PARENT_GONE

_PR_SET_PDEATHSIG = 1
"""linux/prctl.h. The signal comes when the *thread* that started us ends, so a supervisor starts its workers from
a thread that lives as long as it does."""

NICENESS = 10
OOM_SCORE = 800
"""Of 1000: when memory runs out the kernel ends the worker first, and neither the bot nor the database."""


def hold(stdin: int = 0) -> None:
    """Bind this process's life to its parent's: it ends when standard input does, or, on Linux, with the parent.

    Standard input is a pipe that the parent never writes to. If the parent is gone already the pipe has ended, so
    no moment is left uncovered.
    """
    parent = os.getppid()
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(EXIT_PARENT_GONE)
    threading.Thread(target=_watch, args=(stdin,), name="lifeline", daemon=True).start()


def _watch(stdin: int) -> None:
    with contextlib.suppress(OSError):
        while os.read(stdin, 4096):
            pass
    os._exit(EXIT_PARENT_GONE)  # not sys.exit: nothing more may be written, however busy the main thread is


def go_second() -> None:
    """Lower this process's priority (never raise it) and offer it first when memory runs out, where allowed."""
    with contextlib.suppress(OSError, AttributeError):
        os.setpriority(os.PRIO_PROCESS, 0, max(NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(OOM_SCORE))
