"""Asking a tuned model, whoever serves it: the embedded engine, or Ollama."""

from collections.abc import Sequence
from typing import Protocol

from storage.domain import ModelVersion


class TunedModels(Protocol):
    """Answers of saved versions and of their base. Calls may overlap; each is bounded in time by the adapter."""

    async def ask(
        self, version: ModelVersion | None, messages: Sequence[dict[str, str]], max_tokens: int
    ) -> str | None:
        """The answer of a version, or of the base (None), greedy; None if it cannot be had from here.

        It never raises. An empty answer is an empty text.
        """

    async def aclose(self) -> None:
        """Give back what is held; harmless when repeated."""
