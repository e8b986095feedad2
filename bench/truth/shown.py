"""A table of measured figures, with the error that chance leaves in them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench.tables import table


@dataclass(frozen=True, kw_only=True)
class Shown:
    title: str
    note: str
    """What the figures mean, and what they should be."""
    head: Sequence[str]
    rows: Sequence[Sequence[str]]

    def text(self) -> str:
        return f"### {self.title}\n\n{self.note}\n\n```text\n{table(self.head, self.rows)}\n```\n"

    def figures(self) -> dict[str, Any]:
        return {"title": self.title, "head": list(self.head), "rows": [list(row) for row in self.rows]}


def percent(hits: float, rounds: float) -> str:
    """A share of rounds in percent; a dash of none."""
    return f"{100 * hits / rounds:.1f}" if rounds else "-"


def by_chance(rounds: int, share: float = 0.95) -> str:
    """By how much a measured share may differ from the true one, in percent: two standard errors."""
    return f"±{100 * 2 * math.sqrt(share * (1 - share) / rounds):.1f}"
