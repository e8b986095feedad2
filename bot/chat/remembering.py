"""What a room remembers for a while and may forget: so many things at most, those that were noted last."""

from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

REMEMBERED = 2000
"""Sentences that are said once only, and conversations that are ours: so many of each are remembered."""


class Latest(OrderedDict[K, V]):
    """A dict of at most ``most`` entries: for a new one, the entry goes that was set longest ago."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def __setitem__(self, key: K, value: V) -> None:
        super().__setitem__(key, value)
        self.move_to_end(key)
        while len(self) > self.most:
            self.popitem(last=False)


@dataclass(eq=False)
class Once:
    """What is done once only."""

    _done: Latest[str, None] = field(default_factory=lambda: Latest(REMEMBERED), init=False)

    def is_first(self, occasion: str) -> bool:
        if occasion in self._done:
            return False
        self._done[occasion] = None
        return True


@dataclass(eq=False)
class OurConversations:
    """Which conversations are ours: each is asked for once, and then known while the database is away."""

    ask: Callable[[str], Awaitable[bool]]
    """``House.knows``."""
    _ours: Latest[str, None] = field(default_factory=lambda: Latest(REMEMBERED), init=False)

    def __contains__(self, conversation: str) -> bool:
        """Whether it is known already that it is."""
        return conversation in self._ours

    async def knows(self, conversation: str) -> bool:
        """Whether it is, which it then stays. Raises what the house raises."""
        if conversation in self._ours:
            return True
        if not await self.ask(conversation):
            return False
        self._ours[conversation] = None
        return True
