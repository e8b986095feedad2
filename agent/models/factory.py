"""A setting -> a chat model: ``embedded``, or ``<provider>:<model>`` as LangChain names them (``ollama:llama3.2``)."""

import asyncio
from typing import Any

import httpx
from langchain_core.language_models import BaseChatModel

from agent.models.facade import ChatModel
from agent.models.langchain import LangChainModel, ollama_limits, openai_limits
from agent.models.shared_engine import SharedEngine

EMBEDDED = "embedded"


def make_chat_model(setting: str, engine: SharedEngine | None, *, base_url: str | None = None) -> ChatModel:
    """The model of a setting. ``engine`` serves the embedded one; None if no base model is here that it could serve.

    ``base_url``: where a provider serves, if not at its usual place. Closing an embedded model closes the engine.

    Nothing is started, imported or reached before the first call. A provider whose package or key is missing is
    ``down`` at that call, and the interview goes on without it.
    """
    if setting == EMBEDDED:
        return _embedded(engine)
    return _hosted(setting, {"base_url": base_url} if base_url else {})


def _hosted(setting: str, place: dict[str, Any]) -> ChatModel:
    connections: list[httpx.AsyncClient] = []

    async def hosted() -> BaseChatModel:
        from langchain.chat_models import init_chat_model

        if setting.startswith("openai:"):  # it would share one set of connections for ever, and never close it
            connections.append(httpx.AsyncClient())
            place["http_async_client"] = connections[-1]
        if setting.startswith("ollama:"):  # it cannot be closed: keep no connection between calls
            place["async_client_kwargs"] = {"limits": httpx.Limits(max_keepalive_connections=0)}
        return await asyncio.to_thread(lambda: init_chat_model(setting, **place))  # imports the provider: seconds

    async def close() -> None:
        for connection in connections:
            await connection.aclose()

    return LangChainModel(
        hosted,
        close,
        name=setting,
        clever=True,
        limits=ollama_limits if setting.startswith("ollama:") else openai_limits,
    )


def _embedded(engine: SharedEngine | None) -> ChatModel:
    async def local() -> BaseChatModel:
        if engine is None:
            raise FileNotFoundError("no GGUF file of the base model")
        from agent.models.embedded import EmbeddedChatModel

        return EmbeddedChatModel(engine=engine)

    return LangChainModel(local, engine.aclose if engine else _nothing, name=EMBEDDED)


async def _nothing() -> None:
    """There is nothing to close."""
