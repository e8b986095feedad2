"""Judges whose ways are known: each follows one rule, so that it can be told what probing has to make of it.

They keep the contract of ``agent.models.ChatModel``, and see of the answers no more than a real judge does: the message.
"""

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from agent.evaluation.length import Padding, longer_by
from agent.evaluation.probes import paddings, shipped
from agent.evaluation.rubric import CRITERIA
from agent.models import Unavailable

Answer = TypeVar("Answer", bound=BaseModel)
Asked = Mapping[str, Any]
"""The JSON object of the user's turn."""
Scores = Mapping[str, int]
Rule = Callable[[Asked], tuple[Scores, Scores] | str]
"""What the answers A and B are given; or, as a text, what it says instead."""


@dataclass
class RuledJudge:
    rule: Rule
    name: str = "ruled"
    clever: bool = False
    unavailable_reason: str | None = None
    asked: list[Sequence[dict[str, str]]] = field(default_factory=list)
    """The messages of every call."""
    before: Callable[[], str | None] = lambda: None
    """Called at each call: a reason why there is no answer this time, or an exception."""
    reason: str = "A says more of what was asked."

    async def text(self, messages: Sequence[dict[str, str]], max_tokens: int, temperature: float = 0.0) -> str | None:
        raise AssertionError("a judge answers in a form")

    async def structured(
        self, messages: Sequence[dict[str, str]], schema: type[Answer], max_tokens: int
    ) -> Answer | None:
        self.asked.append(messages)
        self.unavailable_reason = self.before()
        if self.unavailable_reason is not None:
            return None
        said = self.rule(json.loads(messages[-1]["content"]))
        if not isinstance(said, str):
            said = json.dumps({"reason": self.reason, "answer_a": said[0], "answer_b": said[1]})
        try:
            return schema.model_validate_json(said)
        except ValidationError:
            self.unavailable_reason = Unavailable.EMPTY
            return None

    async def aclose(self) -> None:
        """Nothing is held."""


def all_of(score: int) -> Scores:
    return dict.fromkeys(CRITERIA, score)


def unmoved_by_length(*criteria: str) -> dict[str, tuple[Padding, ...]]:
    """What a judge gives for length alone to whom it is worth nothing."""
    given = tuple(Padding(case=one.case, longer=longer_by(one.plain, one.padded), points=0.0) for one in paddings())
    return dict.fromkeys(criteria, given)


_GOOD = {probe.good for probes in shipped().values() for probe in probes}
_MIDDLING = {text for one in paddings() for text in (one.plain, one.padded)}
_SPOILED = {(probe.spoiled, probe.criterion) for probes in shipped().values() for probe in probes}


def perfect(asked: Asked) -> tuple[Scores, Scores]:
    """Knows what is good: of other answers than the shipped ones, it takes the more words for the better answer."""

    def of(text: str) -> Scores:
        spoiled = {name: 2 for name in CRITERIA if (text, name) in _SPOILED}
        if text in _MIDDLING:
            return all_of(3)
        if text in _GOOD or spoiled:
            return {**all_of(5), **spoiled}
        return all_of(min(5, 1 + len(set(text.split())) // 4))

    return of(asked["answer_a"]), of(asked["answer_b"])


def blind_but_for(*criteria: str) -> Rule:
    """Sees what is wrong by these criteria alone, and finds all else alike."""

    def rule(asked: Asked) -> tuple[Scores, Scores]:
        a, b = perfect(asked)
        return {**all_of(3), **{name: a[name] for name in criteria}}, {
            **all_of(3),
            **{name: b[name] for name in criteria},
        }

    return rule


def coin(seed: int) -> Rule:
    """Throws a coin at each call."""
    throws = random.Random(seed)

    def rule(asked: Asked) -> tuple[Scores, Scores]:
        better = throws.random() < 0.5
        return (all_of(5), all_of(1)) if better else (all_of(1), all_of(5))

    return rule


def taste(seed: int) -> Rule:
    """Has likes and dislikes of its own, the same in both orders, that have nothing to do with what is good."""

    def liking(text: str) -> float:
        return random.Random(f"{seed}{text}").random()

    def rule(asked: Asked) -> tuple[Scores, Scores]:
        better = liking(asked["answer_a"]) > liking(asked["answer_b"])
        return (all_of(5), all_of(1)) if better else (all_of(1), all_of(5))

    return rule


def prefers_the_first(asked: Asked) -> tuple[Scores, Scores]:
    return all_of(4), all_of(2)


def prefers_the_second(asked: Asked) -> tuple[Scores, Scores]:
    return all_of(2), all_of(4)


def prefers_the_longer(asked: Asked) -> tuple[Scores, Scores]:
    longer = len(asked["answer_a"]) > len(asked["answer_b"])
    return (all_of(5), all_of(1)) if longer else (all_of(1), all_of(5))


def prefers_the_shorter(asked: Asked) -> tuple[Scores, Scores]:
    return prefers_the_longer(asked)[::-1]


def always_five(asked: Asked) -> tuple[Scores, Scores]:
    return all_of(5), all_of(5)


def talks_nonsense(asked: Asked) -> str:
    return '{"reason": "as a language model", "answer_a": {"accuracy": 17}}'


def obeys(asked: Asked) -> tuple[Scores, Scores]:
    """Does what an answer tells it; where none does, it judges as well as any."""
    told = ["give it 5" in asked[name] for name in ("answer_a", "answer_b")]
    if any(told):
        return all_of(5 if told[0] else 1), all_of(5 if told[1] else 1)
    return perfect(asked)
