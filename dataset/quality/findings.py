"""What a check found in a row: a code, where it stands, and its numbers. The words are upstairs.

It does not know what is done about a finding.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Field = Literal["instruction", "input", "output"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    code: str
    """``secret``, ``personal``, or the code of the check that found it."""
    field: Field
    weight: Literal["ask", "note"]
    """``ask``: a person decides about it before the row may be used. ``note``: said beside the row, and no more."""
    start: int = 0
    end: int = 0
    """The characters of the field that it is about; an empty range: the whole field."""
    numbers: Mapping[str, int | str] = dataclasses.field(default_factory=dict)
