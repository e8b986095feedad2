"""The Hugging Face hub, as little of it as is needed: is it there, and one model's files.

It takes safetensors, configuration and tokenizer only, never a pickle. It does not know where models lie in the end.
"""

import asyncio
import json
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

_log = logging.getLogger(__name__)

PROBE_SECONDS = 3.0
REMEMBER_SECONDS = 3600.0
WANTED = (
    "*.safetensors",
    "*.safetensors.index.json",
    "config.json",
    "generation_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.jinja",
    "LICENSE*",
)


class HubRefused(Exception):
    """No such model, or none that we may have; the text says why, for the log."""


class Hub(Protocol):
    """Where models can be fetched from by ``organisation/name``."""

    async def reachable(self) -> bool:
        """Whether it answers; takes ``PROBE_SECONDS`` at most."""

    async def fetch(self, repository: str, into: Path) -> Mapping[str, Any]:
        """Put the model's files into a folder; returns what identifies them. Raises HubRefused."""


class NoHub:
    """For machines that never ask one."""

    async def reachable(self) -> bool:
        return False

    async def fetch(self, repository: str, into: Path) -> Mapping[str, Any]:
        raise HubRefused("there is no hub")


class HuggingFaceHub:
    """The hub that the ``huggingface_hub`` library is set up for; its own ``HF_HUB_OFFLINE`` is respected."""

    def __init__(self, memory: Path, *, endpoint: str | None = None, offline: bool | None = None) -> None:
        """``memory``: the file in which the probe's outcome is kept for an hour."""
        self._memory = memory
        self._endpoint = endpoint
        self._offline = offline

    async def reachable(self) -> bool:
        from huggingface_hub import constants

        if constants.HF_HUB_OFFLINE if self._offline is None else self._offline:
            return False
        endpoint = self._endpoint or constants.ENDPOINT
        remembered = self._remembered(endpoint)
        if remembered is not None:
            return remembered
        found = await _answers(endpoint)
        with suppress(OSError):
            self._memory.parent.mkdir(parents=True, exist_ok=True)
            self._memory.write_text(json.dumps({"endpoint": endpoint, "found": found, "at": time.time()}))
        return found

    async def fetch(self, repository: str, into: Path) -> Mapping[str, Any]:
        return await asyncio.to_thread(self._fetch, repository, into)

    def _fetch(self, repository: str, into: Path) -> Mapping[str, Any]:
        import httpx
        from huggingface_hub import HfApi
        from huggingface_hub.errors import HfHubHTTPError, HFValidationError

        api = HfApi(endpoint=self._endpoint)
        try:
            revision = api.model_info(repository).sha
            api.snapshot_download(repository, revision=revision, local_dir=into, allow_patterns=list(WANTED))
        except (HfHubHTTPError, HFValidationError, httpx.HTTPError, OSError) as error:
            raise HubRefused(str(error)) from error
        return {"source": "hub", "repository": repository, "revision": revision}

    def _remembered(self, endpoint: str) -> bool | None:
        try:
            memory = json.loads(self._memory.read_text())
            fresh = 0 <= time.time() - memory["at"] < REMEMBER_SECONDS and memory["endpoint"] == endpoint
            return bool(memory["found"]) if fresh else None
        except (OSError, ValueError, KeyError, TypeError):
            return None


async def _answers(endpoint: str) -> bool:
    import httpx

    try:
        async with asyncio.timeout(PROBE_SECONDS), httpx.AsyncClient(timeout=PROBE_SECONDS) as client:
            await client.head(endpoint)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, TimeoutError) as error:
        _log.info("no hub at %s: %s", endpoint, type(error).__name__)
        return False
    return True
