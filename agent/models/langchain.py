"""Any LangChain chat model behind our port: timeouts, and failures as reasons instead of exceptions.

It does not know which provider it talks to. Nothing that the model or a person wrote is logged.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.language_models import BaseChatModel
from pydantic import ValidationError

from agent.models.facade import Answer, Unavailable

log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds for one call: 256 tokens at the 30 a second of the embedded engine take nine; beyond this a person waits in vain."""


Limits = Callable[[int, float], dict[str, Any]]
"""Tokens at most and the temperature -> the settings of one call, in the provider's own words."""


def openai_limits(max_tokens: int, temperature: float) -> dict[str, Any]:
    return {"max_tokens": max_tokens, "temperature": temperature}


def ollama_limits(max_tokens: int, temperature: float) -> dict[str, Any]:
    return {"options": {"num_predict": max_tokens, "temperature": temperature}}


@dataclass
class LangChainModel:
    """Built by ``make`` at the first call, so that a process that never drafts starts no engine."""

    make: Callable[[], Awaitable[BaseChatModel]]
    close: Callable[[], Awaitable[None]]
    name: str = ""
    clever: bool = False
    patience: float = PATIENCE
    limits: Limits = openai_limits
    unavailable_reason: Unavailable | None = field(default=None, init=False)
    _model: BaseChatModel | None = field(default=None, init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def text(self, messages: Sequence[dict[str, str]], max_tokens: int, temperature: float = 0.0) -> str | None:
        return await self._call(messages, **self.limits(max_tokens, temperature))

    async def structured(
        self, messages: Sequence[dict[str, str]], schema: type[Answer], max_tokens: int
    ) -> Answer | None:
        wanted = {"type": "json_schema", "json_schema": {"name": schema.__name__, "schema": schema.model_json_schema()}}
        text = await self._call(messages, response_format=wanted, **self.limits(max_tokens, 0.0))
        try:
            return None if text is None else schema.model_validate_json(text)
        except ValidationError:
            self.unavailable_reason = Unavailable.EMPTY
            return None

    async def aclose(self) -> None:
        await self.close()

    async def _call(self, messages: Sequence[dict[str, str]], **settings: Any) -> str | None:
        self.unavailable_reason = None
        try:
            async with asyncio.timeout(self.patience):
                model = await self._ready()
                answer = await model.ainvoke([(turn["role"], turn["content"]) for turn in messages], **settings)
            if text := _text_of(answer):
                return text
            self.unavailable_reason = Unavailable.EMPTY
        except TimeoutError:
            self.unavailable_reason = Unavailable.SLOW
        except Exception as error:  # noqa: BLE001  # whatever a provider raises: the interview goes on without it
            self.unavailable_reason = Unavailable.EMPTY if _is_our_request(error) else Unavailable.DOWN
            log.warning("the chat model is not available: %s", type(error).__name__)
        return None

    async def _ready(self) -> BaseChatModel:
        async with self._lock:
            if self._model is None:
                self._model = await self.make()
            return self._model


def _is_our_request(error: Exception) -> bool:
    """Whether it is there but cannot take this request, as one that does not fit its context."""
    status = getattr(error, "status_code", None) or getattr(getattr(error, "response", None), "status_code", None)
    return status in (400, 413)


def _text_of(answer: Any) -> str:
    content = getattr(answer, "content", "")
    return content.strip() if isinstance(content, str) else ""
