"""Importing much at once, at the start of a process."""

import contextlib
import gc
from collections.abc import Iterator


@contextlib.contextmanager
def importing() -> Iterator[None]:
    """Around the imports of a process that begins: what they make stays, so the garbage collector need not look through it.

    It otherwise does so again and again: a fifth of the processor time of importing torch, transformers and peft, or the bot.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
