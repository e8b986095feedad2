"""One Ollama server: what publishing needs of its API, and what can go wrong there as codes.

It knows HTTP and models by name. It does not know runs, nor what is worth publishing. A call that a tired server may
answer later is made again; all of them may be repeated without harm.
(https://github.com/ollama/ollama/blob/main/docs/api.md)
"""

import asyncio
import logging
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import httpx
import ollama
from pydantic import ValidationError

from storage.domain import JobFailure
from trainer.client import OLLAMA_NEEDED, is_ollama_address, ollama_is_new_enough, ollama_login
from trainer.errors import JobRefused
from trainer.modelfile import Modelfile
from trainer.staging import scrub

_log = logging.getLogger(__name__)
_T = TypeVar("_T")

WEIGHTS = "model.gguf"
MOST_LIKELIEST = 20
"""Tokens that the server names at most."""

_TRIES, _FIRST_PAUSE = 4, 1.0
"""Pauses double: 1, 2 and 4 seconds, enough for a server that restarts."""
_PATIENCE = httpx.Timeout(connect=10.0, read=600.0, write=60.0, pool=60.0)
"""Seconds. Reading: a server may have to load some gigabytes before its first token."""
_CHUNK = 1 << 20
_FREE_OF_SAMPLING = {
    "temperature": 1.0,
    "top_k": 0,
    "top_p": 1.0,
    "min_p": 0.0,
    "repeat_penalty": 1.0,
    "num_predict": 1,
}
"""The distribution itself: some versions name what is left of it after sampling's cuts."""
_FROM = re.compile(r"^FROM .*sha256[-:]([0-9a-f]{64})", re.MULTILINE)

Sent = Callable[[int, int], None]
"""Called with the bytes sent so far, and the whole."""


class _Client(ollama.AsyncClient):
    """The package's client, and the calls that it has no method for."""

    async def version(self) -> str:
        return str((await self._raw("GET", "/api/version")).json()["version"])

    async def has_blob(self, digest: str) -> bool:
        try:
            await self._raw("HEAD", f"/api/blobs/{digest}")
        except ollama.ResponseError as error:
            if error.status_code == 404:
                return False
            raise
        return True

    async def send_blob(self, digest: str, size: int, chunks: AsyncIterator[bytes]) -> None:
        headers = {"Content-Length": str(size)}
        await self._raw("POST", f"/api/blobs/{digest}", content=chunks, headers=headers)

    async def aclose(self) -> None:
        close: Callable[[], Awaitable[None]] = self.close  # the package gives it no types, nor what follows
        await close()

    async def _raw(self, method: str, path: str, **content: Any) -> httpx.Response:
        request: Callable[..., Awaitable[httpx.Response]] = self._request_raw
        return await request(method, path, **content)


class Server:
    """Every method raises JobRefused: ``ollama_address`` (to make one), ``ollama_unreachable``, ``ollama_no_disk`` (the server's), ``ollama_refused``."""

    def __init__(self, url: str, *, pause: float = _FIRST_PAUSE) -> None:
        """``url`` as Ollama's own tools read ``OLLAMA_HOST``: the port and ``http://`` may be left out. ``pause`` is there
        for tests."""
        if not is_ollama_address(url):  # before an error quotes a part of it, perhaps a password
            raise JobRefused(JobFailure(code="ollama_address"))
        self._client = _Client(url, timeout=_PATIENCE, auth=ollama_login(url))
        self._pause = pause

    async def aclose(self) -> None:
        await self._client.aclose()

    async def version(self) -> str:
        """Also raises ``ollama_too_old``."""
        found = await self._surely(self._client.version)
        if not ollama_is_new_enough(found):
            raise _too_old(found)
        return found

    async def weights_of(self, model: str) -> str | None:
        """The digest of a model's weights (``sha256:...``), empty if the server does not tell; None without such a model."""
        try:
            shown = await self._surely(lambda: self._client.show(model))
        except JobRefused as error:
            if error.failure.numbers.get("status") == 404:
                return None
            raise
        found = _FROM.search(shown.modelfile or "")
        return f"sha256:{found[1]}" if found else ""

    async def send(self, path: Path, digest: str, sent: Sent) -> bool:
        """Have the file there, under its digest (``sha256:...``); False if it was there already."""
        size = path.stat().st_size

        async def once() -> bool:
            if await self._client.has_blob(digest):
                return False
            await self._client.send_blob(digest, size, _chunks(path, size, sent))
            return True

        return await self._surely(once)

    async def create(self, model: str, digest: str, told: Modelfile) -> None:
        """Make a model of weights that were sent, or make it anew."""

        async def once() -> None:
            stages = await self._client.create(
                model,
                files={WEIGHTS: digest},
                template=told.template,
                system=told.system or None,
                parameters=told.parameters,
                stream=True,
            )
            last = None
            async for stage in stages:
                last = stage.status
            if last != "success":
                raise httpx.RemoteProtocolError(f"creating ended with {last!r}")

        await self._surely(once)

    async def next_tokens(self, model: str, messages: Sequence[Mapping[str, Any]]) -> dict[str, float]:
        """The likeliest next tokens after a request, as text, with the logarithms of their probabilities.

        Also raises ``ollama_too_old``.
        """
        answer = await self._surely(
            lambda: self._client.chat(
                model,
                messages=messages,
                logprobs=True,
                top_logprobs=MOST_LIKELIEST,
                options=_FREE_OF_SAMPLING,
                keep_alive="1m",
            )
        )
        if not answer.logprobs:
            raise _too_old(await self.version())
        found: dict[str, float] = {}
        for one in answer.logprobs[0].top_logprobs or ():
            found[one.token] = max(one.logprob, found.get(one.token, one.logprob))
        return found

    async def rename(self, model: str, name: str) -> None:
        """Give a model another name; whatever had that name is replaced."""
        await self._surely(lambda: self._client.copy(model, name))
        await self.delete(model)

    async def delete(self, model: str) -> None:
        """Harmless if there is no such model."""
        try:
            await self._surely(lambda: self._client.delete(model))
        except JobRefused as error:
            if error.failure.numbers.get("status") != 404:
                raise

    async def _surely(self, call: Callable[[], Awaitable[_T]]) -> _T:
        pause = self._pause
        for left in reversed(range(_TRIES)):
            try:
                return await call()
            except (OSError, httpx.HTTPError, ollama.ResponseError, ValidationError, ValueError, KeyError) as error:
                failure = _failure_of(error)
                if not left or not _may_pass(error):
                    raise JobRefused(failure) from error
                _log.info("asked again: %s", failure.detail)
            await asyncio.sleep(pause)
            pause *= 2
        raise AssertionError("the last try returns or raises")


def _may_pass(error: Exception) -> bool:
    if isinstance(error, ollama.ResponseError):
        return error.status_code >= 500 and not _is_full(error)
    return isinstance(error, ConnectionError | httpx.TransportError)


def _failure_of(error: Exception) -> JobFailure:
    """The code of a fault; total, since what is not known is a refusal. The server's own words are for the log alone."""
    detail = scrub(repr(error))[-4000:]
    match error:
        case ollama.ResponseError() if _is_full(error):
            return JobFailure(code="ollama_no_disk", detail=detail)
        case ollama.ResponseError():
            return JobFailure(code="ollama_refused", numbers={"status": error.status_code}, detail=detail)
        case ConnectionError() | httpx.TransportError():
            return JobFailure(code="ollama_unreachable", detail=detail)
    return JobFailure(code="ollama_refused", numbers={"status": 0}, detail=detail)  # no answer of Ollama's kind


def _is_full(error: ollama.ResponseError) -> bool:
    return "no space left" in str(error.error).casefold() or "not enough space" in str(error.error).casefold()


def _too_old(version: str) -> JobRefused:
    needed = ".".join(map(str, OLLAMA_NEEDED))
    return JobRefused(JobFailure(code="ollama_too_old", numbers={"version": version, "needed": needed}))


async def _chunks(path: Path, size: int, sent: Sent) -> AsyncIterator[bytes]:
    done = 0
    with path.open("rb") as file:
        while chunk := await asyncio.to_thread(file.read, _CHUNK):
            yield chunk
            done += len(chunk)
            sent(done, size)
