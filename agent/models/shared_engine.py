"""One embedded engine for all who ask it: the interview and the judge, who want the base, and whoever asks a version.

One request at a time, in the order in which they came. It knows no prompt, and no versions: adapters are files.
"""

import asyncio
import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from agent.models.engine import Address, Engine, EngineDown

_log = logging.getLogger(__name__)

KEPT = 4
"""Adapters that stay loaded. One of rank 16 takes 20 MB of memory, and slows down no answer of the base."""
CALL_PATIENCE = 120.0
"""Seconds; the caller's own patience ends before."""

_Stamp = tuple[int, int]
"""Size and time of change of a file."""


class AdapterRefused(Exception):
    """The engine cannot load the adapter, or dies with it; the text is for the log."""


class SharedEngine:
    """An adapter that is not loaded is loaded by starting the engine anew, between two requests: about a second."""

    def __init__(self, engine: Engine, *, kept: int = KEPT) -> None:
        self._engine = engine
        self._kept = kept
        self._turn = asyncio.Lock()
        self._recent: list[Path] = []
        """Adapters in the order in which they were asked last."""
        self._refused: dict[Path, _Stamp] = {}
        self._spoke: Path | None = None
        """Who was asked last: the adapter, or None for the base."""

    @property
    def engine(self) -> Engine:
        return self._engine

    async def complete(self, body: Mapping[str, Any], adapter: Path | None = None) -> httpx.Response:
        """Answer a chat-completion request, as the base or with an adapter.

        Raises EngineDown, AdapterRefused, and httpx.TransportError; the base is answered for whatever an adapter does.
        An engine that has died is started again, once for a request.
        """
        async with self._turn:
            if adapter is not None:
                await self._load(adapter)
            try:
                return await self._ask(body, adapter)
            except httpx.TransportError:
                if not await self._engine.has_died():
                    raise
            try:
                return await self._ask(body, adapter)
            except httpx.TransportError as error:
                if adapter is None or not await self._engine.has_died():
                    raise
                await self._base_alone()
                raise self._refusal(adapter, "the engine died twice with it") from error

    async def aclose(self) -> None:
        await self._engine.aclose()

    async def _load(self, adapter: Path) -> None:
        """Have the adapter loaded, beside those asked last; if need be alone. Raises AdapterRefused and EngineDown."""
        if self._refused.get(adapter) == _stamp(adapter):
            raise AdapterRefused(f"{adapter} could not be used before")
        self._recent = [*(path for path in self._recent if path != adapter), adapter][-self._kept :]
        if adapter in self._engine.adapters:
            return
        for together in ([path for path in self._recent if path == adapter or path.is_file()], [adapter]):
            await self._engine.load(together)
            try:
                await self._engine.address()
                return
            except EngineDown:
                self._recent = [adapter]
        await self._base_alone()
        await self._engine.address()  # where the base does not start either, the adapter is not to blame
        raise self._refusal(adapter, "the engine does not start with it")

    async def _base_alone(self) -> None:
        """The base must be served, whatever an adapter does. Those that are asked again are loaded again."""
        self._recent = []
        await self._engine.load([])

    def _refusal(self, adapter: Path, reason: str) -> AdapterRefused:
        _log.warning("%s is not used: %s", adapter, reason)
        self._refused[adapter] = _stamp(adapter)
        return AdapterRefused(f"{adapter}: {reason}")

    async def _address(self, adapter: Path | None) -> Address:
        try:
            return await self._engine.address()
        except EngineDown as down:
            if not self._engine.adapters:
                raise
            await self._base_alone()  # one that was loaded is gone or damaged since
            if adapter is not None:
                raise AdapterRefused(f"{adapter}: {down}") from down
            return await self._engine.address()

    async def _ask(self, body: Mapping[str, Any], adapter: Path | None) -> httpx.Response:
        address = await self._address(adapter)
        adapters = self._engine.adapters
        wanted = {**body, "lora": [{"id": at, "scale": float(path == adapter)} for at, path in enumerate(adapters)]}
        if self._spoke != adapter:  # what is kept of the prompt was read by somebody else
            wanted["cache_prompt"] = False
        self._spoke = adapter
        async with httpx.AsyncClient(trust_env=False, timeout=CALL_PATIENCE) as client:
            return await client.post(
                f"{address.url}/v1/chat/completions",
                json=wanted if adapters else dict(body),
                headers={"Authorization": f"Bearer {address.key}"},
            )


def _stamp(path: Path) -> _Stamp:
    try:
        facts = path.stat()
    except OSError:
        return 0, 0
    return facts.st_size, facts.st_mtime_ns
