"""A recorded conversation: what a person did, what the chat model answered, and what was said to them.

    {"clever": false, "turns": [{"type": "hello", "model": [...], "said": [...]}, {"press": "Approve", ...}]}

A turn is ``type`` (words), ``press`` (the label of a button) or ``upload`` (a file's name and text). ``model`` holds the
answers that the chat model gave in that turn: texts, objects, or null where it had none (``unavailable`` says why).
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from agent.models import ChatModel
from agent.models.facade import Answer
from agent.replies import ShowCard
from tests.fakes.talk import Talk

Turn = dict[str, Any]


@dataclass
class Recorder:
    """A chat model that passes on to another and writes down what that one answers."""

    inner: ChatModel
    heard: list[Any] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def clever(self) -> bool:
        return self.inner.clever

    @property
    def unavailable_reason(self) -> str | None:
        return self.inner.unavailable_reason

    async def text(self, messages: Sequence[dict[str, str]], max_tokens: int, temperature: float = 0.0) -> str | None:
        self.heard.append(await self.inner.text(messages, max_tokens, temperature))
        return self.heard[-1]  # type: ignore[no-any-return]  # it is what was just put there

    async def structured(
        self, messages: Sequence[dict[str, str]], schema: type[Answer], max_tokens: int
    ) -> Answer | None:
        answer = await self.inner.structured(messages, schema, max_tokens)
        self.heard.append(answer.model_dump(mode="json") if answer else None)
        return answer

    async def aclose(self) -> None:
        await self.inner.aclose()


@dataclass
class Playback:
    """A chat model that answers what was written down, in order."""

    clever: bool
    answers: list[Any] = field(default_factory=list)
    unavailable: str = "empty"
    """Why it had no answer, where it had none."""
    name: str = "recorded"
    unavailable_reason: str | None = None

    async def text(self, messages: Sequence[dict[str, str]], max_tokens: int, temperature: float = 0.0) -> str | None:
        answer = self._next()
        return None if answer is None else str(answer)

    async def structured(
        self, messages: Sequence[dict[str, str]], schema: type[Answer], max_tokens: int
    ) -> Answer | None:
        answer = self._next()
        return None if answer is None else schema.model_validate(answer)

    async def aclose(self) -> None:
        """There is nothing to give back."""

    def _next(self) -> Any:
        assert self.answers, "the conversation asks the model more often than when it was recorded"
        answer = self.answers.pop(0)
        self.unavailable_reason = self.unavailable if answer is None else None
        return answer


async def play(talk: Talk, turn: Turn, folder: Path) -> list[str]:
    """Do what a person did, and return what was said, with the buttons there were, line by line."""
    if "press" in turn:
        await talk.press(turn["press"])
    elif "upload" in turn:
        file = folder / turn["upload"]["name"]
        file.write_text(turn["upload"]["text"], encoding="utf-8")
        await talk.type("", file)
    else:
        await talk.type(turn["type"])
    buttons = [
        f"[{' | '.join(choice.label for choice in reply.choices)}]"
        for reply in talk.said
        if isinstance(reply, ShowCard) and reply.choices
    ]
    return [*talk.text.split("\n"), *buttons]


def load(path: Path) -> dict[str, Any]:
    recording: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return recording


def save(path: Path, recording: dict[str, Any]) -> None:
    path.write_text(json.dumps(recording, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
