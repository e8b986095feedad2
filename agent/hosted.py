"""Asking a hosted contender: side by side, within what was shown before, and never the same request twice.

What it answered lies in ``evaluations/<id>/hosted_<n>.jsonl``, what was spent in ``hosted_<n>.json``; ``n`` is its place among
the contenders. It does not know whom it is compared with.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.allowance import Allowance, allowance_in
from agent.context import Context
from agent.evaluation.cost import Cost, at_most, one_call, tokens_of
from agent.evaluation.pinned import Said
from agent.ledger import Ledger
from agent.models import ChatModel, Unavailable
from dataset.prompts import messages

PATIENCE = 300.0
"""Seconds in one turn: the conversation waits meanwhile. What is missing then is asked when one asks to go on."""
AT_A_TIME = 4
LONGEST_KEPT = 20_000
"""Characters of an answer: 512 tokens are some 2,000, and a model that sends more than it was allowed fills no disk."""
_TRIES = 2
"""Of one request, and of rounds in a row without any answer: then the model is away."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How far a hosted contender has come."""

    answered: int
    of: int
    unavailable: str = ""
    """Why answers are missing: ``down``, ``slow``, ``empty``, ``budget``, ``out_of_time``, ``stopped``; empty if none is."""
    spent: Cost = field(default_factory=Cost)


def cost_of_asking(prompts: Sequence[Mapping[str, Any]], max_tokens: int) -> Cost:
    """At most, for all of the requests."""
    calls = [_cost(prompt, max_tokens) for prompt in prompts]
    return at_most(calls, call_seconds=None, at_a_time=AT_A_TIME, patience=PATIENCE)


async def allow_asking(context: Context, folder: str, place: int, cost: Cost) -> None:
    """Let so much be spent: what a person was shown, and said yes to. A turn that is repeated allows nothing more."""
    await (await asyncio.to_thread(_allowance, context, folder, place)).allow_first(cost)


async def ask_hosted(
    context: Context,
    name: str,
    folder: str,
    place: int,
    prompts: Sequence[Mapping[str, Any]],
    max_tokens: int,
    stopped: Callable[[], Awaitable[bool]],
) -> Asked:
    """Put before a model what it has not answered yet. It raises nothing that a model may do, and takes ``PATIENCE`` and one
    call at most. ``stopped`` is asked before each round."""
    ledger = await asyncio.to_thread(_ledger, context, folder, place)
    asking = _Asking(
        prompts=prompts,
        max_tokens=max_tokens,
        ledger=ledger,
        allowance=await asyncio.to_thread(_allowance, context, folder, place),
    )
    if asking.missing and context.hosted is not None and context.hosted.allows(name):
        model = context.hosted.make(name)
        try:
            await asking.ask_all(model, stopped)
        finally:
            await model.aclose()
    elif asking.missing:
        asking.unavailable = Unavailable.DOWN.value
    return asking.outcome


def hosted_answers(context: Context, folder: str, place: int, ids: Sequence[str]) -> dict[str, Said]:
    """What it answered to these requests, by id. It blocks."""
    ledger = _ledger(context, folder, place)
    found = {name: ledger.get(name) for name in ids}
    return {name: Said(text=str(one.get("text", ""))) for name, one in found.items() if one is not None}


@dataclass(kw_only=True)
class _Asking:
    prompts: Sequence[Mapping[str, Any]]
    max_tokens: int
    ledger: Ledger
    allowance: Allowance
    unavailable: str = ""
    _tried: Counter[str] = field(default_factory=Counter)
    _silence: str = ""
    _in_vain: int = 0
    _answers: bool = False
    """Whether it has answered anything since it was asked to go on."""

    @property
    def _at_a_time(self) -> int:
        """One alone until it is known to be there: what is sent to a server that is away is little then."""
        return AT_A_TIME if self._answers else 1

    @property
    def missing(self) -> list[Mapping[str, Any]]:
        return [one for one in self.prompts if self.ledger.get(str(one["id"])) is None]

    @property
    def outcome(self) -> Asked:
        answered = len(self.prompts) - len(self.missing)
        unavailable = (self.unavailable or self._silence) if self.missing else ""
        return Asked(answered=answered, of=len(self.prompts), unavailable=unavailable, spent=self.allowance.spent)

    async def ask_all(self, model: ChatModel, stopped: Callable[[], Awaitable[bool]]) -> None:
        began = time.monotonic()
        while batch := [one for one in self.missing if self._tried[str(one["id"])] < _TRIES][: self._at_a_time]:
            if await stopped():
                self.unavailable = "stopped"
                return
            if time.monotonic() - began > PATIENCE:
                self.unavailable = "out_of_time"
                return
            allowed = await self.allowance.take([_cost(one, self.max_tokens) for one in batch])
            if not allowed:
                self.unavailable = "budget"
                return
            silences = await asyncio.gather(*(self._ask(model, one) for one in batch[:allowed]))
            self._silence = next(filter(None, silences), self._silence)
            self._in_vain = self._in_vain + 1 if all(silences) else 0
            self._answers = self._answers or not all(silences)
            if self._in_vain >= _TRIES:
                self.unavailable = self._silence
                return

    async def _ask(self, model: ChatModel, prompt: Mapping[str, Any]) -> str:
        """Ask once; returns why there was no answer, empty if there was one."""
        self._tried[str(prompt["id"])] += 1
        text = await model.text(_messages(prompt), _tokens(prompt, self.max_tokens))
        reason = model.unavailable_reason  # read at once: calls overlap, and the next one sets it anew
        if text is None:
            if reason == Unavailable.DOWN:  # no provider charges for what it never had, or refused
                await self.allowance.give_back(_cost(prompt, self.max_tokens))
            return str(reason or Unavailable.EMPTY.value)
        whole = text[:LONGEST_KEPT].encode("utf-8", "replace").decode()
        await self.ledger.add(str(prompt["id"]), {"id": str(prompt["id"]), "text": whole})
        return ""


def _cost(prompt: Mapping[str, Any], max_tokens: int) -> Cost:
    read = sum(tokens_of(turn["content"]) for turn in _messages(prompt))
    return one_call(read, _tokens(prompt, max_tokens))


def _tokens(prompt: Mapping[str, Any], max_tokens: int) -> int:
    return int(prompt.get("max_tokens") or max_tokens)


def _messages(prompt: Mapping[str, Any]) -> list[dict[str, str]]:
    turns = messages(str(prompt["instruction"]), str(prompt.get("input") or ""))
    return [{**turn, "content": turn["content"].encode("utf-8", "replace").decode()} for turn in turns]


def _ledger(context: Context, folder: str, place: int) -> Ledger:
    return Ledger(context.files, f"{folder}/hosted_{place}.jsonl")


def _allowance(context: Context, folder: str, place: int) -> Allowance:
    return allowance_in(context.files, folder, f"hosted_{place}.json")
