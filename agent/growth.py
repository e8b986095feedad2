"""What a dataset has gained since a version was made, and what is advised by it: facts, without a rule."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from storage.domain import ModelVersion, Row

Way = Literal["continue", "afresh"]


@dataclass(frozen=True, kw_only=True)
class Growth:
    """The approved examples beside those that a version was trained with."""

    since: ModelVersion
    added: tuple[Row, ...]
    had: int | None
    """Rows of its run, of whatever part; None where they are not there any more, so that nothing can be said to be new."""
    changed: int = 0
    """That read otherwise now, of those that it learned from."""
    gone: int = 0
    """That are not approved any more, of those that it learned from."""

    def by_whom_and_kind(self, owners: Mapping[str, str]) -> list[tuple[str, str, int]]:
        """Who gave how many of what, the most first. ``owners``: the first account of each author, by account."""
        counted = Counter((owners.get(row.author_id, row.author_id), row.category) for row in self.added)
        return [(who, kind, count) for (who, kind), count in counted.most_common()]


@dataclass(frozen=True, kw_only=True)
class Advice:
    way: Way
    why: str
    """A code: ``start_gone``, ``start_forgotten`` and ``start_unfit`` where nothing can be continued; ``corrected``,
    ``grown``, ``chain`` and ``quick`` where it should not be; ``slow`` where it should."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
