"""Putting a request before a version, the base, or both: at once where an engine serves them, else by the trainer.

What they write is a model's text, not ours: it stands in quotes only.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.context import Context
from agent.models.tuned import TunedAnswer
from agent.replies import Quote, Say
from agent.state import ASK_RUN, Turn
from agent.words import say
from dataset.prompts import messages
from storage.domain import ModelVersion, stable_id
from trainer.client import GenerateRequest

ANSWER_TOKENS = 320


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Whose answers are wanted: the base's, a version's, or both."""

    base: bool
    model: ModelVersion | None

    @property
    def sides(self) -> tuple[str, ...]:
        """As a generate job calls them."""
        return (*(("base",) if self.base else ()), *(("tuned",) if self.model else ()))

    def name_of(self, side: str) -> str:
        if side == "base":
            return say("ask.base")
        return (
            say("ask.version", name=self.model.name, version=self.model.version) if self.model else say("compare.tuned")
        )

    def named(self, sides: Iterable[str]) -> str:
        return say("ask.and").join(map(self.name_of, sides))


async def at_once(context: Context, asked: Asked, request: str) -> dict[str, TunedAnswer] | None:
    """The answers by side; None if they cannot be had at once. It writes nothing."""
    if context.tuned is None or (context.tokens is not None and context.tokens.marker_in(request)):
        return None  # a mark of the model's own turns is text for the trainer, and would be obeyed by an engine
    answers = {}
    for side in asked.sides:
        version = asked.model if side == "tuned" else None
        answer = await context.tuned.ask(version, messages(request, ""), ANSWER_TOKENS)
        if answer is None:
            return None
        answers[side] = answer
    return answers


def run_of(turn: Turn) -> str:
    """The run of the job that answers what was asked in this turn."""
    return stable_id(ASK_RUN.rstrip("_"), turn.id)


async def is_with_the_trainer(context: Context, turn: Turn) -> bool:
    """Whether this turn has handed its request to the trainer before (it is repeated after a crash)."""
    return bool(await context.store.jobs.of_run(run_of(turn)))


async def by_the_trainer(context: Context, turn: Turn, asked: Asked, request: str) -> None:
    """Queue a job that answers. Repeating it queues nothing twice."""
    prompt = {"id": "ask", "instruction": request, "input": "", "reference": ""}
    await asyncio.to_thread(context.files.write_text, f"runs/{run_of(turn)}/prompts.jsonl", json.dumps(prompt) + "\n")
    await context.trainer.submit(
        GenerateRequest(
            run_id=run_of(turn),
            base=context.base,
            adapter_run=asked.model.run_id if asked.model else None,
            answer_with=asked.sides,
            max_tokens=ANSWER_TOKENS,
        ),
        request_id=f"ask:{turn.id}",
        now=turn.at,
        conversation_id=turn.conversation_id,
    )


async def asked_of(context: Context, spec: Mapping[str, Any]) -> Asked:
    """Whom a job asked."""
    run_id = spec.get("adapter_run")
    model = await context.store.models.of_run(str(run_id)) if run_id is not None else None
    return Asked(base="base" in (spec.get("answer_with") or ()), model=model)


def answers_in(line: Mapping[str, Any], sides: Sequence[str]) -> dict[str, TunedAnswer]:
    """What a job answered to its only request."""
    return {
        side: TunedAnswer(text=str(line.get(side) or ""), finished=line.get(f"{side}_finished") is not False)
        for side in sides
    }


def shown(asked: Asked, answers: Mapping[str, TunedAnswer], *, ping: bool, note: str = "") -> Say:
    """The answers, each under its author's name. ``note``: what is said besides."""
    key = "ask.answer" if len(answers) == 1 else "ask.answers"
    text = say(key, who=asked.named(answers))
    quoted = tuple(_quote(asked.name_of(side), answer) for side, answer in answers.items())
    return Say(text="\n".join(filter(None, [text, note])), quoted=quoted, ping=ping)


def _quote(name: str, answer: TunedAnswer) -> Quote:
    shown_name = name if answer.finished else say("ask.cut_off", who=name, tokens=ANSWER_TOKENS)
    return Quote(name=shown_name, text=answer.text.strip() or say("ask.empty_answer"))
