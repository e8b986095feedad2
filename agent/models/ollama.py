"""Saved versions that were published to an Ollama server answer from there; and whether there is such a server.

It knows Ollama's API and which version has which name there. It does not know how a version came there. Nothing is
reached before the first call.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

import httpx
import ollama

from agent.models.tuned import TunedAnswer
from storage.domain import ModelVersion
from storage.ports import Runs
from trainer.client import ollama_login

_log = logging.getLogger(__name__)

PATIENCE = 120.0
"""Seconds for an answer, the model's loading included; then somebody else may answer."""


class OllamaModels:
    """``agent.models.tuned.TunedModels`` of one server. A base is not published, so it does not answer here."""

    def __init__(self, url: str, runs: Runs, *, patience: float = PATIENCE) -> None:
        """``url`` as Ollama's own tools read ``OLLAMA_HOST``. ``runs`` know under which name their version was published."""
        self._url = url
        self._runs = runs
        self._patience = patience
        self._client: _Client | None = None

    async def ask(
        self, version: ModelVersion | None, messages: Sequence[dict[str, str]], max_tokens: int
    ) -> TunedAnswer | None:
        if version is None:
            return None
        try:
            published = (await self._runs.get(version.run_id)).results.get("publish") or {}
            if not published.get("model"):
                return None
            self._client = self._client or _Client(self._url, auth=ollama_login(self._url))
            async with asyncio.timeout(self._patience):
                answer = await self._client.chat(
                    str(published["model"]), messages, options={"temperature": 0, "num_predict": max_tokens}
                )
        except Exception as error:  # noqa: BLE001  # whatever is wrong with a server, others may have the answer
            _log.warning("%s v%d does not answer from Ollama: %s", version.name, version.version, _told(error))
            return None
        return TunedAnswer(text=answer.message.content or "", finished=answer.done_reason != "length")

    async def aclose(self) -> None:
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _told(error: Exception) -> str:
    """An error for the log. Of one about an address only the type: such an error quotes what may be a password."""
    return type(error).__name__ if isinstance(error, ValueError | httpx.InvalidURL) else repr(error)


class _Client(ollama.AsyncClient):
    """The package's client, and what it has no method for; it gives neither of these types."""

    async def version(self) -> str:
        request: Callable[..., Awaitable[httpx.Response]] = self._request_raw
        return str((await request("GET", "/api/version")).json()["version"])

    async def aclose(self) -> None:
        close: Callable[[], Awaitable[None]] = self.close
        await close()


async def server_version(url: str, patience: float = 5.0) -> str | None:
    """What an Ollama server says of itself; None if none answers within ``patience`` seconds, or the address is none."""
    try:
        client = _Client(url, timeout=patience, auth=ollama_login(url))
    except (ValueError, httpx.InvalidURL):
        return None
    try:
        return await client.version()
    except (OSError, httpx.HTTPError, ollama.ResponseError, ValueError, KeyError, TypeError):
        return None
    finally:
        await client.aclose()
