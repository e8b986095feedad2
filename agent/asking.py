"""Putting a request before a version, the base, or both: at once where an engine serves them, else by the trainer.

What they write is a model's text, not ours: it stands in quotes only. It is kept as it was shown, so that people can say
what they think of it.
"""

import asyncio
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from agent.context import Context
from agent.models.tuned import TunedAnswer
from agent.promotion import saved_models
from agent.replies import Quote, Say, ShowCard
from agent.reports.answer_card import answer_card
from agent.state import ASK_RUN, Turn
from agent.training import read_lines
from agent.words import say
from dataset.prompts import messages
from storage.domain import Answer, ModelVersion, stable_id
from trainer.client import GenerateRequest

ANSWER_TOKENS = 320
_QUESTION = "question.jsonl"
"""The file of a question to the trainer that says who asked it."""


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


@dataclass(frozen=True, kw_only=True)
class Question:
    """What was asked, and by whom."""

    request: str
    asked_by: str
    project_id: str | None
    """The version's; of the base alone, the conversation's, if it has one."""
    privately: bool = False
    """Whether the answer is for this person alone."""


def question_of(turn: Turn, asked: Asked, request: str, project_id: str | None) -> Question:
    return Question(
        request=request,
        asked_by=turn.person_id,
        project_id=asked.model.project_id if asked.model else project_id,
        privately=bool(turn.payload.get("privately")),
    )


async def models_here(context: Context, turn: Turn, project_id: str | None) -> list[ModelVersion]:
    """The versions that may be named in this conversation, the latest last: those of all projects that the person has a
    role in, and where others read along those of the conversation's project alone."""
    projects = [project.id for project in await context.store.projects.of_person(turn.person_id)]
    if turn.shared:
        projects = [one for one in projects if one == project_id]
    models = [model for one in projects for model in await saved_models(context, one)]
    return sorted(models, key=lambda model: model.created_at)


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


async def by_the_trainer(context: Context, turn: Turn, asked: Asked, question: Question) -> None:
    """Queue a job that answers. Repeating it queues nothing twice."""
    prompt = {"id": "ask", "instruction": question.request, "input": "", "reference": ""}
    for name, line in ((_QUESTION, asdict(question)), ("prompts.jsonl", prompt)):
        await asyncio.to_thread(context.files.write_text, f"runs/{run_of(turn)}/{name}", json.dumps(line) + "\n")
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


async def question_to(context: Context, run_id: str) -> Question | None:
    """What a job was asked; None where an earlier version has queued it."""
    lines = await asyncio.to_thread(read_lines, context.files, f"runs/{run_id}/{_QUESTION}")
    return Question(**lines[0]) if lines else None


def answers_in(line: Mapping[str, Any], sides: Sequence[str]) -> dict[str, TunedAnswer]:
    """What a job answered to its only request."""
    return {
        side: TunedAnswer(text=str(line.get(side) or ""), finished=line.get(f"{side}_finished") is not False)
        for side in sides
    }


async def show_answers(
    context: Context,
    turn: Turn,
    asked: Asked,
    question: Question | None,
    answers: Mapping[str, TunedAnswer],
    *,
    ping: bool = False,
    note: str = "",
) -> Say | ShowCard:
    """The answers, each under its author's name; that of a version on a card, on which people say what they think of it.

    ``note``: what is said besides. Repeating it keeps nothing twice.
    """
    title = say("ask.answer" if len(answers) == 1 else "ask.answers", who=asked.named(answers))
    kept = await _keep(context, turn, asked, question, answers) if question else {}
    texts = {side: kept[side].text if side in kept else answer.text for side, answer in answers.items()}
    quoted = tuple(_quote(asked.name_of(side), texts[side], answer.finished) for side, answer in answers.items())
    judged = kept.get("tuned")
    if judged is None:
        return Say(text="\n".join(filter(None, [title, note])), quoted=quoted, ping=ping)
    about = asked.name_of("tuned") if len(answers) > 1 else ""
    card = answer_card(stable_id("card", turn.id, "answer"), title, quoted, judged, about=about, note=note)
    return replace(card, ping=ping)


async def _keep(
    context: Context, turn: Turn, asked: Asked, question: Question, answers: Mapping[str, TunedAnswer]
) -> dict[str, Answer]:
    """The answers by side as they are kept; none where there is no project to keep them for.

    Whoever is asked again in a turn that is repeated may answer otherwise: what was kept first is shown."""
    if question.project_id is None:
        return {}
    kept = {}
    for side, answer in answers.items():
        fresh = Answer(
            id=stable_id("answer", turn.id, side),
            project_id=question.project_id,
            model_id=asked.model.id if asked.model and side == "tuned" else None,
            asked_by=question.asked_by,
            request=question.request,
            text=answer.text,
            created_at=turn.at,
        )
        await context.store.answers.add(fresh)
        kept[side] = await context.store.answers.get(fresh.id)
    return kept


def _quote(name: str, text: str, finished: bool) -> Quote:
    shown_name = name if finished else say("ask.cut_off", who=name, tokens=ANSWER_TOKENS)
    return Quote(name=shown_name, text=text.strip() or say("ask.empty_answer"))
