"""Chat models that may be asked beside versions in an evaluation: which ones, and how one is made.

Which they are is said where a process is assembled. A hosted model reads whatever it is asked.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from agent.models.facade import ChatModel

_NAME = re.compile(r"[a-z][a-z0-9_]{0,30}:[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,99}")


def is_model_name(text: str) -> bool:
    """Whether it reads like ``<provider>:<model>``, as LangChain names them."""
    return _NAME.fullmatch(text) is not None


@dataclass(frozen=True, kw_only=True)
class HostedModels:
    allowed: tuple[str, ...]
    """Names, or patterns (``ollama:*``), of those that may be asked."""
    make: Callable[[str], ChatModel]
    """Starts and reaches nothing before the first call. Whoever asks for one closes it."""

    def allows(self, name: str) -> bool:
        return is_model_name(name) and any(fnmatchcase(name, pattern) for pattern in self.allowed)
