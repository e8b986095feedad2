"""A LangChain chat model over the embedded engine's OpenAI-compatible API.

It asks the engine for its address at each call, so that a child that died is started again.
"""

from typing import Any

import httpx
from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.messages.utils import convert_to_openai_messages
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import ConfigDict

from agent.models.engine import Engine

CALL_PATIENCE = 120.0
"""Seconds; the caller's own patience ends before."""


class EmbeddedChatModel(BaseChatModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)

    engine: Engine

    @property
    def _llm_type(self) -> str:
        return "embedded"

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        raise TypeError("the embedded engine is asked asynchronously: use ainvoke")

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        body = {"messages": convert_to_openai_messages(messages), "stop": stop, **kwargs}
        wanted = {name: value for name, value in body.items() if value is not None}
        try:
            response = await self._ask(wanted)
        except httpx.TransportError:
            if not await self.engine.has_died():
                raise
            response = await self._ask(wanted)  # once more, from a new one
        response.raise_for_status()
        content = response.json()["choices"][0]["message"]["content"] or ""
        return ChatResult(generations=[ChatGeneration(message=AIMessage(content=content))])

    async def _ask(self, body: dict[str, Any]) -> httpx.Response:
        address = await self.engine.address()
        async with httpx.AsyncClient(trust_env=False, timeout=CALL_PATIENCE) as client:
            return await client.post(
                f"{address.url}/v1/chat/completions", json=body, headers={"Authorization": f"Bearer {address.key}"}
            )
