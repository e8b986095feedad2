"""Saved versions and their base, answered by the embedded engine: at once, whatever the trainer does meanwhile.

It knows where a version's copy for the engine lies and how it is known to be whole. It does not know who may ask it.
"""

import asyncio
import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from agent.models.shared_engine import SharedEngine
from agent.models.tuned import TunedAnswer
from storage.domain import ModelVersion
from storage.files import Files

_log = logging.getLogger(__name__)

PATIENCE = 60.0
"""Seconds for one answer, with the wait for whoever is answered before: 320 tokens at the 90 a second of a tuned
SmolLM2-135M on one idle core take four, beside a training run several times that."""


@dataclass(frozen=True)
class EmbeddedVersions:
    """``agent.models.tuned.TunedModels`` of the versions that were saved with a copy for the engine."""

    engine: SharedEngine
    files: Files
    base_sha256: str
    """Of the GGUF file that the engine serves: a version that was made of another base is not asked here."""
    patience: float = PATIENCE

    async def ask(
        self, version: ModelVersion | None, messages: Sequence[dict[str, str]], max_tokens: int
    ) -> TunedAnswer | None:
        try:
            async with asyncio.timeout(self.patience):
                adapter = await asyncio.to_thread(self._adapter_of, version) if version else None
                if version and adapter is None:
                    return None
                return await self._answer(messages, max_tokens, adapter)
        except Exception as error:  # noqa: BLE001  # whatever is wrong with an engine or a file: others can answer
            _log.warning("the embedded engine has no answer: %s", type(error).__name__)
            return None

    async def aclose(self) -> None:
        await self.engine.aclose()

    async def _answer(
        self, messages: Sequence[dict[str, str]], max_tokens: int, adapter: Path | None
    ) -> TunedAnswer | None:
        body = {"messages": list(messages), "max_tokens": max_tokens, "temperature": 0.0, "reasoning_format": "none"}
        response = await self.engine.complete(body, adapter)
        response.raise_for_status()
        (choice,) = response.json()["choices"]
        text = str(choice["message"]["content"] or "").strip()
        return TunedAnswer(text=text, finished=choice["finish_reason"] != "length")

    def _adapter_of(self, version: ModelVersion) -> Path | None:
        """The version's copy for the engine, if it is whole and was proven with the base that is served. It blocks."""
        folder = f"models/{version.name}/{version.version}"
        name = f"{folder}/adapter.gguf"
        if not self.files.exists(name) or not self.files.exists(f"{folder}/provenance.json"):
            return None
        proven = json.loads(self.files.read_text(f"{folder}/provenance.json")).get("engine") or {}
        if proven.get("base_sha256") != self.base_sha256:
            return None
        with self.files.path(name).open("rb") as file:
            whole = hashlib.file_digest(file, "sha256").hexdigest() == proven.get("adapter_sha256")
        return self.files.path(name) if whole else None
