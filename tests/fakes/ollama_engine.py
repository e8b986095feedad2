"""What thinks behind the small Ollama server where that is wanted: llama.cpp, on which Ollama itself is built."""

from collections.abc import Mapping
from pathlib import Path

import httpx

from agent.models.engine import Engine

_DISTRIBUTION = {"n_predict": 1, "n_probs": 20, "temperature": 1.0, "top_k": 0, "top_p": 1.0, "min_p": 0.0}


class OllamaEngine:
    """Answers for one file of weights after the other; the last one stays loaded."""

    def __init__(self) -> None:
        self._weights: Path | None = None
        self._engine: Engine | None = None

    async def expects(self, weights: Path, text: str) -> Mapping[str, float]:
        if self._engine is None or weights != self._weights:
            await self.aclose()
            self._weights, self._engine = weights, Engine(weights, context=2048)
        address = await self._engine.address()
        async with httpx.AsyncClient(timeout=120) as client:
            answer = await client.post(
                f"{address.url}/completion",
                json={"prompt": text, **_DISTRIBUTION},
                headers={"Authorization": f"Bearer {address.key}"},
            )
        (first,) = answer.raise_for_status().json()["completion_probabilities"]
        return {one["token"]: one["logprob"] for one in first["top_logprobs"]}

    async def aclose(self) -> None:
        if self._engine is not None:
            await self._engine.aclose()
