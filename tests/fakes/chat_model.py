"""A chat model that says what the test wrote down for it, in order, and then nothing more.

It keeps the contract of ``agent.models.ChatModel``: an answer that it does not have is None with a reason, never an error.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

Answer = TypeVar("Answer", bound=BaseModel)


@dataclass
class ScriptedChatModel:
    texts: list[str] = field(default_factory=list)
    """What ``text`` will answer, the next one first."""
    objects: list[Any] = field(default_factory=list)
    """What ``structured`` will answer: JSON-like values or text, checked against the schema as a real answer is."""
    name: str = "scripted"
    clever: bool = False
    unavailable_reason: str | None = None
    """Set it to make every answer None."""
    asked: list[list[dict[str, str]]] = field(default_factory=list)
    """The messages of every call."""
    closed: bool = False

    async def text(self, messages: Sequence[dict[str, str]], max_tokens: int, temperature: float = 0.0) -> str | None:
        self.asked.append(list(messages))
        if self.unavailable_reason is not None or not self.texts:
            return None
        return self.texts.pop(0)

    async def structured(
        self, messages: Sequence[dict[str, str]], schema: type[Answer], max_tokens: int
    ) -> Answer | None:
        self.asked.append(list(messages))
        if self.unavailable_reason is not None or not self.objects:
            return None
        answer = self.objects.pop(0)
        try:
            return schema.model_validate_json(answer if isinstance(answer, str) else json.dumps(answer))
        except ValidationError:
            return None

    async def aclose(self) -> None:
        self.closed = True
