"""Asking a tuned model, whoever serves it: the embedded engine, or Ollama."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from storage.domain import ModelVersion


@dataclass(frozen=True, kw_only=True)
class TunedAnswer:
    text: str
    """Model output: hostile until proven otherwise. Empty where the model wrote nothing."""
    finished: bool = True
    """Whether the model ended by itself, within the tokens it was given."""


class TunedModels(Protocol):
    """Answers of saved versions and of their base. Calls may overlap; each is bounded in time by the adapter."""

    async def ask(
        self, version: ModelVersion | None, messages: Sequence[dict[str, str]], max_tokens: int
    ) -> TunedAnswer | None:
        """The answer of a version, or of the base (None), greedy; None if it cannot be had from here.

        It never raises. Repeating it asks again and writes nothing.
        """

    async def aclose(self) -> None:
        """Give back what is held; harmless when repeated."""


@dataclass(frozen=True)
class FirstOf:
    """Several servers, tried one after the other: the first that has an answer gives it."""

    servers: Sequence[TunedModels]

    async def ask(
        self, version: ModelVersion | None, messages: Sequence[dict[str, str]], max_tokens: int
    ) -> TunedAnswer | None:
        for server in self.servers:
            answer = await server.ask(version, messages, max_tokens)
            if answer is not None:
                return answer
        return None

    async def aclose(self) -> None:
        for server in self.servers:
            await server.aclose()
