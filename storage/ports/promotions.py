"""The port of promotions: which version of a project's model is in use."""

from collections.abc import Sequence
from typing import Protocol

from storage.domain import Promotion


class Promotions(Protocol):
    async def put(self, promotion: Promotion) -> Promotion:
        """Put a version to use. One of the same id is returned as it is. Raises NotFound for the project or the version."""

    async def of_project(self, project_id: str) -> Sequence[Promotion]:
        """In the order in which they were put; the last one's version is in use. None was: it is the latest version."""
