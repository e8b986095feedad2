"""A place in a text and what stands there: what a recogniser hands to its check.

It does not know fields or rows.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from dataset.content import Content
from dataset.quality.findings import Field, Finding

FIELDS: tuple[Field, ...] = get_args(Field)


@dataclass(frozen=True)
class Span:
    start: int
    end: int
    kind: str
    weight: Literal["ask", "note"] = "ask"


def in_every_field(row: Content, code: str, recognise: Callable[[str], Iterable[Span]]) -> list[Finding]:
    """Run a recogniser over the three fields."""
    return [
        Finding(code=code, field=name, weight=span.weight, start=span.start, end=span.end, numbers={"kind": span.kind})
        for name in FIELDS
        for span in recognise(getattr(row, name))
    ]
