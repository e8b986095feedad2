"""The criteria by which a project's answers are judged, as data."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Criterion:
    name: str
    """A word of a-z, 0-9 and ``_``, unique in its rubric: scores are kept under it."""
    label: str = ""
    """What people call it; empty: the criterion is one of ours, and its name is told in words."""
    asks: str
    """What is looked at, in words for a judge and for people."""
    poor: str
    """What 1 means."""
    good: str
    """What 3 means."""
    excellent: str
    """What 5 means."""
    about: Literal["content", "form"] = "content"
    """Whether an answer that is better by it says anything better, or is better in manner alone."""
    target: float = 4.0
    """Mean score from which on a model is good enough."""
