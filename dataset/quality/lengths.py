"""Rows that are empty or far too long, found by counting characters.

It does not know tokens: whether a row fits a model's context is asked of ``dataset.tokens``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dataset.quality.characters import is_empty

MAX_FIELD_CHARACTERS = 20_000
"""For each of the three texts. English has about 4 characters to a token, Chinese 1 or 2, and the longest row that
the first base model can train on has 2,048 tokens: nothing above this could be learned from whole."""


@dataclass(frozen=True, kw_only=True)
class Problem:
    code: str
    """``empty_field`` or ``too_long_field``."""
    numbers: Mapping[str, int | str] = field(default_factory=dict)
    """``field``; and for a long one ``characters`` and ``limit``."""


def problems(instruction: str, input: str, output: str, limit: int = MAX_FIELD_CHARACTERS) -> list[Problem]:
    """Return what is wrong with the lengths of a row; an empty ``input`` is in order."""
    found = [
        Problem(code="empty_field", numbers={"field": name})
        for name, text in (("instruction", instruction), ("output", output))
        if is_empty(text)
    ]
    found += [
        Problem(code="too_long_field", numbers={"field": name, "characters": len(text), "limit": limit})
        for name, text in (("instruction", instruction), ("input", input), ("output", output))
        if len(text) > limit
    ]
    return found
