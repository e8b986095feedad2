"""What the interview has learned about a project besides its rows: answers, the agreed format, the coverage plan."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from storage.domain.rubric import Criterion


@dataclass(frozen=True, kw_only=True)
class AgreedFormat:
    """How answers look. Empty fields say nothing: whatever stands there is in order."""

    sections: tuple[str, ...] = ()
    """The lines or labels that open a section, as they are written and in their order (``Story:``, ``## Risks``)."""
    lists: Literal["", "bullets", "numbers"] = ""
    """How lists are written, where there are any."""
    labels: tuple[str, ...] = ()
    """The only answers there are (classification)."""
    lines: int | None = None
    """Every answer has just so many lines that are not blank."""
    shortest_words: int | None = None
    longest_words: int | None = None
    """Range of the answers' length in words (``dataset.patterns`` says how they are counted where no spaces stand)."""
    json_keys: tuple[str, ...] = ()
    """The answer is one JSON object with these keys."""
    tone: str = ""
    """In the person's words."""
    terms: tuple[str, ...] = ()
    """Terms that are to be written just so."""
    agreed: bool = False
    """A person said that this is it; until then it is a finding only, and departures from it are not named."""


@dataclass(frozen=True, kw_only=True)
class CoveragePlan:
    """How many examples of what."""

    total: int = 24
    targets: Mapping[str, int] = field(default_factory=dict)
    """Rows wanted by category, in the order of the plan."""
    skipped: tuple[str, ...] = ()
    """Cells (``category/aspect``) that the person does not want to be asked for."""


@dataclass(frozen=True, kw_only=True)
class Brief:
    """One per project; empty when the project begins."""

    project_id: str
    answers: Mapping[str, str] = field(default_factory=dict)
    """Question id -> what was chosen or written; an empty text: left to us."""
    pack: str = ""
    """Name of the coverage pack; empty until one is chosen."""
    formats: Mapping[str, AgreedFormat] = field(default_factory=dict)
    """By category; under the empty name for all."""
    plan: CoveragePlan = field(default_factory=CoveragePlan)
    asked_cell: str = ""
    """The cell (``category/aspect``) that was asked for last: an example that follows is taken for one of it."""
    criteria: tuple[Criterion, ...] = ()
    """The project's own rubric, in its order; empty: that of the training guide."""
