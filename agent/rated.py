"""Whose answers people rate: the two models of a run, or the contenders of an evaluation.

It knows neither how answers are put before people nor what people made of them.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent.context import Context
from agent.evaluation.facts import Answered
from agent.evaluation_answers import answered_beside, pair_folder
from agent.evidence import evidence_in
from agent.reports.naming import who
from agent.state import EVAL_RUN
from agent.words import say
from storage.domain import Evaluation, Run

Rated = Run | Evaluation


@dataclass(frozen=True, kw_only=True)
class Sides:
    """All that answered the same requests, and what they said."""

    names: tuple[str, ...]
    """``base`` and ``tuned`` of a run; of an evaluation all contenders, by their names."""
    reference: str
    """With whose answers the others' are compared."""
    pairs: Mapping[str, tuple[Answered, ...]]
    """The reference's answers (``base``) beside those of another (``tuned``), by the other's name."""

    @property
    def requests(self) -> tuple[Answered, ...]:
        """Each request once, as the first pair has it."""
        found: dict[str, Answered] = {}
        for answers in self.pairs.values():
            for one in answers:
                found.setdefault(one.id, one)
        return tuple(found.values())

    @property
    def texts(self) -> Mapping[str, Mapping[str, str]]:
        """What was answered, by request and then by whoever answered."""
        found: dict[str, dict[str, str]] = {}
        for name, answers in self.pairs.items():
            for one in answers:
                found.setdefault(one.id, {self.reference: one.base})[name] = one.tuned
        return found


def is_evaluation(rated_id: str) -> bool:
    return rated_id.startswith(EVAL_RUN)


def folder_of_rated(rated_id: str) -> str:
    """Where what was answered lies, below the home folder."""
    return f"evaluations/{rated_id}" if is_evaluation(rated_id) else f"runs/{rated_id}"


async def rated_of(context: Context, rated_id: str) -> Rated:
    """Raises NotFound."""
    store = context.store
    return await (store.evaluations.get(rated_id) if is_evaluation(rated_id) else store.runs.get(rated_id))


async def sides_of(context: Context, rated_id: str) -> Sides:
    """Raises NotFound for an evaluation that is not there; of a run only its files are read."""
    if not is_evaluation(rated_id):
        answers = (await asyncio.to_thread(evidence_in, context.files, folder_of_rated(rated_id))).answers
        return Sides(names=("base", "tuned"), reference="base", pairs={"tuned": answers})
    evaluation = await context.store.evaluations.get(rated_id)
    beside = await answered_beside(context, evaluation)
    names = evaluation.contenders
    return Sides(
        names=names,
        reference=names[beside.reference],
        pairs={names[place]: answers for place, answers in beside.pairs.items()},
    )


def folder_of_pair(rated_id: str, sides: Sides, name: str) -> str:
    """Where the comparison of ``name`` with the reference lies."""
    return pair_folder(rated_id, sides.names.index(name)) if is_evaluation(rated_id) else folder_of_rated(rated_id)


def numbered(rated: Rated) -> str:
    """``run 3`` or ``evaluation 2``, within a sentence."""
    return say(f"rate.{kind_of(rated)}", number=rated.number)


def command_for(rated: Rated) -> str:
    """What stands behind ``/tune rate`` for answers of this one, whatever was compared last."""
    return f" evaluation {rated.number}" if isinstance(rated, Evaluation) else ""


def are_two(rated: Rated) -> bool:
    """Whether answers can be voted on in pairs. Of several contenders they cannot: the reference's answer would stand in
    every pair, and whoever sees it again knows whose it is."""
    return not isinstance(rated, Evaluation) or len(rated.contenders) == 2


def sides_called(rated: Rated) -> tuple[str, ...]:
    """Those who answered, as counts name them: ``base model`` and ``your model``, ``version 1`` and ``version 2``."""
    if isinstance(rated, Evaluation):
        return tuple(who(name) for name in rated.contenders)
    return say("rate.side_base"), say("rate.side_tuned")


def kind_of(rated: Rated) -> Literal["run", "evaluation"]:
    return "evaluation" if isinstance(rated, Evaluation) else "run"


def listed(rated: Rated) -> str:
    """``version 1, version 2 and the base model``: those who answered, in an order that says nothing of whose an answer is."""
    names = sides_called(rated)
    return say("list.and").join([", ".join(names[:-1]), names[-1]])


async def are_answered(context: Context, rated: Rated) -> bool:
    """Whether anything that was answered is there still."""
    if isinstance(rated, Evaluation):
        return bool((await sides_of(context, rated.id)).pairs)
    return await asyncio.to_thread(context.files.exists, f"{folder_of_rated(rated.id)}/answers.jsonl")
