"""A chat platform in memory that can be told to fail, once, at each point where a real one does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.chat.errors import ChatError, Refused
from bot.chat.messages import ChatMessage
from bot.chat.port import House, Receipt


class Died(BaseException):
    """The process ended here: nothing after this line ran, nothing was cleaned up."""


@dataclass
class FakePlatform:
    """``posted`` is what people see. A failure is used up when it is raised.

    ``before_post`` fails without posting (a refused connection); ``after_post`` fails although the message is there
    (a broken connection, a killed process); ``in_find`` fails the look-up. ``files`` is what can be fetched, by the
    ``file`` in its remote; what is not there is refused.
    """

    name: str = "fake"
    posted: list[tuple[str, ChatMessage]] = field(default_factory=list)
    """(marker, message) in order."""
    finds: int = 0
    before_post: list[BaseException] = field(default_factory=list)
    after_post: list[BaseException] = field(default_factory=list)
    in_find: list[ChatError] = field(default_factory=list)
    in_edit: list[BaseException] = field(default_factory=list)
    edits: list[ChatMessage] = field(default_factory=list)
    files: dict[str, bytes] = field(default_factory=dict)
    fetches: list[str] = field(default_factory=list)
    """The files whose fetching was begun, in order."""
    in_fetch: list[BaseException] = field(default_factory=list)
    after_fetch: list[BaseException] = field(default_factory=list)

    async def run(self, house: House) -> None:
        """Nobody speaks here."""

    async def post(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt:
        _fail(self.before_post)
        self.posted.append((marker, message))
        _fail(self.after_post)
        return {"ts": len(self.posted)}

    async def edit(
        self, address: Mapping[str, Any], receipt: Receipt, message: ChatMessage, marker: str
    ) -> Receipt | None:
        _fail(self.in_edit)
        self.edits.append(message)
        return None

    async def find(self, address: Mapping[str, Any], message: ChatMessage, marker: str) -> Receipt | None:
        self.finds += 1
        _fail(self.in_find)
        for number, (known, _) in enumerate(self.posted, 1):
            if known == marker:
                return {"ts": number}
        return None

    async def fetch(self, remote: Mapping[str, str], target: Path, most: int) -> None:
        self.fetches.append(remote["file"])
        _fail(self.in_fetch)
        content = self.files.get(remote["file"])
        if content is None:
            raise Refused("gone")
        if len(content) > most:
            raise Refused("too_large")
        target.write_bytes(content)
        _fail(self.after_fetch)

    @property
    def texts(self) -> list[str]:
        return [message.text for _, message in self.posted]


def _fail(failures: "list[Any]") -> None:
    if failures:
        raise failures.pop(0)
