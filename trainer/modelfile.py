"""What Ollama is told of a model besides its weights: the template, the system prompt and the parameters.

The same goes through its API, and as a ``Modelfile`` beside the weights for whoever runs ``ollama create`` by hand.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dataset.tokens import TokenCounter
from storage.domain import JobFailure
from trainer.chat_format import UnknownFormat, chat_format
from trainer.errors import JobRefused

MODELFILE = "Modelfile"
LONGEST_CONTEXT = 4096
"""Tokens; the guide's ``num_ctx``. More would cost memory that nothing here was trained or measured with."""
LONGEST_ANSWER = 1024
"""Tokens: a small model that repeats itself must come to an end, and Ollama would let it write for ever."""


@dataclass(frozen=True, kw_only=True)
class Modelfile:
    template: str
    """In Go's template language."""
    system: str
    """Empty for none."""
    parameters: Mapping[str, int | float | list[str]]

    def text(self, weights: str) -> str:
        """The file, for weights that lie at a path relative to it."""
        lines = [f"FROM {weights}", f'TEMPLATE """{self.template}"""']
        lines += [f'SYSTEM """{self.system}"""'] if self.system else []
        for name, value in self.parameters.items():
            values = [json.dumps(text, ensure_ascii=False) for text in value] if isinstance(value, list) else [value]
            lines += [f"PARAMETER {name} {one}" for one in values]
        return "\n".join(lines) + "\n"


def modelfile(base: Path, *, system: str = "", begins_with_bos: bool) -> Modelfile:
    """What a model made on the base of a folder in Hugging Face's layout is to be told.

    ``system`` replaces the base's default system prompt; a model is trained with the default. ``begins_with_bos``:
    whether the server begins every text with that token by itself, as the GGUF file tells it to. Blocking.

    Raises JobRefused (``template_unknown``).
    """
    try:
        tokens = TokenCounter(base)
        found = chat_format(tokens.render, tokens.bos if begins_with_bos else "")
    except (UnknownFormat, OSError, ValueError, KeyError) as error:
        raise JobRefused(JobFailure(code="template_unknown", detail=str(error))) from error
    if system and (found.system is None or '"""' in system):
        raise JobRefused(JobFailure(code="bad_spec", numbers={"field": "system"}))
    stop: dict[str, Any] = {"stop": [found.stop]} if found.stop else {}
    return Modelfile(
        template=found.template,
        system=system or found.default_system,
        parameters={
            # Greedy, and without Ollama's penalty for repetition: so were the answers that people compared and judged.
            "temperature": 0,
            "repeat_penalty": 1.0,
            "num_ctx": min(_context(base), LONGEST_CONTEXT),
            "num_predict": LONGEST_ANSWER,
            **stop,
        },
    )


def _context(base: Path) -> int:
    """Tokens that the base can read at once."""
    try:
        return int(json.loads((base / "config.json").read_text("utf-8"))["max_position_embeddings"])
    except (OSError, ValueError, KeyError, TypeError):
        return 2048
