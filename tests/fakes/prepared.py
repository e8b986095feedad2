"""Conversations that begin where another one was brought to, so that what comes before is done once for many tests."""

import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from tests.fakes.talk import Talk

Step = Callable[[Talk], Awaitable[Any]]
"""Something that is done in a conversation."""


@dataclass(frozen=True)
class Prepared:
    """A conversation at some point, with its home folder as it was then."""

    talk: Talk
    kept: Path

    @classmethod
    async def by(cls, talk: Talk, prepare: Step) -> Self:
        """Bring the conversation there. Its home folder is used again by each that goes on; beside it, one is kept."""
        await prepare(talk)
        return cls(talk, shutil.copytree(talk.home, talk.home.with_name("kept")))

    def again(self) -> Talk:
        """A conversation that goes on from there, with a store and models of its own. One at a time: they share a folder."""
        shutil.rmtree(self.talk.home)
        shutil.copytree(self.kept, self.talk.home)
        return self.talk.forked()
