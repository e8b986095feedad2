"""What answers for saved versions, by the script of a test: a text for each of them, or no answer at all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from agent.models.tuned import TunedAnswer
from storage.domain import ModelVersion


@dataclass
class ScriptedTunedModels:
    texts: dict[str, str] = field(default_factory=dict)
    """By ``base`` and ``name-v2``; whoever is not named has no answer."""
    finished: bool = True
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    """Who was asked, what, and for how many tokens at most."""

    async def ask(
        self, version: ModelVersion | None, messages: Sequence[Mapping[str, str]], max_tokens: int
    ) -> TunedAnswer | None:
        name = f"{version.name}-v{version.version}" if version else "base"
        (turn,) = messages
        self.asked.append((name, turn["content"], max_tokens))
        text = self.texts.get(name)
        return None if text is None else TunedAnswer(text=text, finished=self.finished)

    async def aclose(self) -> None:
        """There is nothing to close."""
