"""What the agent may ask of a chat model. It never raises: what cannot be had is None, with a reason code.

The stages have a rule-based way for every answer that is None, so a slow or dead model delays nobody for long.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, TypeVar

from pydantic import BaseModel

Answer = TypeVar("Answer", bound=BaseModel)


class Unavailable(StrEnum):
    """Why the last answer was None. The log says more."""

    DOWN = "down"
    """Not on this machine, would not start, not reachable, or it refuses our key."""
    SLOW = "slow"
    """No answer within the time allowed."""
    EMPTY = "empty"
    """An answer without words, not in the form asked for, or none because the messages do not fit the context."""


class ChatModel(Protocol):
    """A chat model. Calls may overlap; each is bounded in time by the adapter."""

    @property
    def name(self) -> str:
        """As the setting calls it, for sentences."""

    @property
    def clever(self) -> bool:
        """Whether it can do more than classify and propose: ask what is missing, find patterns, draft unasked.

        The embedded model cannot; with it the interview's order, questions, checks and numbers are rules alone.
        """

    @property
    def unavailable_reason(self) -> str | None:
        """An ``Unavailable`` code if the last answer was None, else None."""

    async def text(self, messages: Sequence[dict[str, str]], max_tokens: int, temperature: float = 0.0) -> str | None:
        """The assistant's next turn, stripped. ``max_tokens`` bounds the answer.

        Each message has a ``role`` (``system``, ``user``, ``assistant``) and ``content``. The answer is model output:
        hostile until proven otherwise.
        """

    async def structured(
        self, messages: Sequence[dict[str, str]], schema: type[Answer], max_tokens: int
    ) -> Answer | None:
        """An answer in the form of ``schema``, checked by it."""

    async def aclose(self) -> None:
        """Give back what the model holds (a child process, connections); harmless when repeated."""
