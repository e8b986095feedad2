"""A setting -> a chat model: ``embedded``, or ``<provider>:<model>`` as LangChain names them (``ollama:llama3.2``)."""

import asyncio
from pathlib import Path
from typing import Any

import httpx
from langchain_core.language_models import BaseChatModel

from agent.models.engine import Engine
from agent.models.facade import ChatModel
from agent.models.langchain import LangChainModel, ollama_limits, openai_limits

EMBEDDED = "embedded"


def make_chat_model(
    setting: str, gguf: Path | None, *, base_url: str | None = None, engine_log: Path | None = None
) -> ChatModel:
    """The model of a setting. ``gguf`` is the file that the embedded engine loads, None if there is none here.

    ``base_url``: where a provider serves, if not at its usual place. ``engine_log``: the embedded engine's own log.

    Nothing is started, imported or reached before the first call. A provider whose package or key is missing is
    ``down`` at that call, and the interview goes on without it.
    """
    if setting == EMBEDDED:
        return _embedded(gguf, engine_log)
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


def _embedded(gguf: Path | None, log_file: Path | None) -> ChatModel:
    engine = Engine(gguf, log_file=log_file) if gguf else None

    async def local() -> BaseChatModel:
        if engine is None:
            raise FileNotFoundError("no GGUF file of the base model")
        from agent.models.embedded import EmbeddedChatModel

        return EmbeddedChatModel(engine=engine)

    return LangChainModel(local, engine.aclose if engine else _nothing, name=EMBEDDED)


async def _nothing() -> None:
    """There is nothing to close."""
