"""The port of what is counted over everything that happened here."""

from collections.abc import Collection, Sequence
from typing import Protocol

from storage.domain import MadeModel, Queues, Visitor


class Statistics(Protocol):
    """Reads alone. Each method takes one statement or a handful, however much there is.

    ``projects``: the ids of the projects that count; None: all there are, and what is about none.
    """

    async def visitors(self, projects: Collection[str] | None = None) -> Sequence[Visitor]:
        """The accounts that did something, in order of the first time, then of account. A reminder is nothing that its
        person did. Of projects count the conversations that are about one of them now."""

    async def made(self, projects: Collection[str] | None = None) -> Sequence[MadeModel]:
        """The versions whose run was SAVED, in order of time, then of id."""

    async def queues(self) -> Queues:
        """What waits now."""
