"""Likeness that is computed once for each two texts: the same ones come again in every round."""

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from agent.evaluation import likeness
from dataset.remembered import Remembered

_ALL = 10**9
"""Results that are kept: other than a bot, which lives for months, a bench ends."""


@contextmanager
def remembered_likeness() -> Iterator[None]:
    with patch.object(likeness, "_remembered", Remembered[float](_ALL)):
        yield
