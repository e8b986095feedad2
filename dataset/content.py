"""The shape that every check and writer asks of a row: three texts, and sometimes an id.

It does not know where rows are kept; ``storage.domain.Row`` and ``formats.records.GivenRow`` both fit.
"""

from typing import Protocol


class Content(Protocol):
    """Anything with the three texts of a training row."""

    @property
    def instruction(self) -> str: ...

    @property
    def input(self) -> str: ...

    @property
    def output(self) -> str: ...


class IdentifiedContent(Content, Protocol):
    @property
    def id(self) -> str: ...
