"""What the contenders of an evaluation answered, and what of it is evidence: each answer knows whether training had seen its request.

It starts nothing and asks nobody.
"""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from agent.contenders import contenders_in
from agent.context import Context
from agent.evaluation.answers import joined
from agent.evaluation.facts import Answered
from agent.evaluation.pinned import Said
from agent.evaluation.sets import with_leaks
from agent.evidence import seen_in_training
from agent.hosted import hosted_answers
from agent.training import read_lines
from dataset.leakage import Leakage
from storage.domain import Evaluation
from storage.files import Files

COMPLETE = 0.8
"""Share of the requests that a contender has to answer before it is compared: what went missing may not be like the rest."""
FOR_RUN = "for_run"
"""In the results of an evaluation: the run whose version it holds against the one in use."""


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The answers of the contenders that are compared."""

    said: Sequence[Mapping[str, Said]]
    """By contender, in their order, and by request; also of those that are not compared."""
    reference: int
    """The place of the first that answered: what the others are compared with."""
    pairs: Mapping[int, tuple[Answered, ...]]
    """The reference's answers (``base``) and those of another (``tuned``), by the other's place; empty where fewer than two
    have answered."""
    leaks: Leakage


def folder_of(evaluation: Evaluation) -> str:
    return f"evaluations/{evaluation.id}"


def pair_folder(evaluation_id: str, place: int) -> str:
    return f"evaluations/{evaluation_id}/pair_{place}"


def job_run(evaluation_id: str, place: int) -> str:
    """The run id of the job by which a contender answers; its place among all says which."""
    return f"{evaluation_id}_{place}"


def prompts_in(files: Files, evaluation: Evaluation) -> list[dict[str, Any]]:
    """The requests, as far as nobody took theirs back. It blocks."""
    return read_lines(files, f"{folder_of(evaluation)}/prompts.jsonl")


def answers_in(context: Context, evaluation: Evaluation, prompts: Sequence[Mapping[str, Any]]) -> list[dict[str, Said]]:
    """What each contender answered, by request, in the order of the contenders. It blocks."""
    ids = [str(one["id"]) for one in prompts if "id" in one]
    found = []
    for place, name in enumerate(evaluation.contenders):
        if ":" in name:
            found.append(hosted_answers(context, folder_of(evaluation), place, ids))
        else:
            lines = read_lines(context.files, f"{folder_of(evaluation)}/answers_{place}.jsonl")
            found.append(
                {
                    str(line["id"]): Said(text=str(line.get("text") or ""), finished=line.get("finished") is not False)
                    for line in lines
                    if line.get("id") in ids
                }
            )
    return found


async def answered_beside(context: Context, evaluation: Evaluation) -> Beside:
    """What is there by now, as far as nobody took their requests back."""
    prompts = await asyncio.to_thread(prompts_in, context.files, evaluation)
    said = await asyncio.to_thread(answers_in, context, evaluation, prompts)
    there = [place for place in range(len(said)) if prompts and len(said[place]) >= COMPLETE * len(prompts)]
    runs = [one.model.run_id for one in await contenders_in(context, evaluation) if one.model is not None]
    leaks = await asyncio.to_thread(seen_in_training, context.files, runs, prompts)
    reference = there[0] if there else 0
    return Beside(
        said=said,
        reference=reference,
        pairs={
            place: with_leaks(joined(prompts, _lines(said[reference], said[place])), leaks.leaked)
            for place in there[1:]
        },
        leaks=leaks,
    )


def _lines(reference: Mapping[str, Said], contender: Mapping[str, Said]) -> list[dict[str, Any]]:
    """What both answered, as lines of an ``answers.jsonl``."""
    return [
        {
            "id": name,
            "base": reference[name].text,
            "tuned": contender[name].text,
            "base_finished": reference[name].finished,
            "tuned_finished": contender[name].finished,
        }
        for name in reference
        if name in contender
    ]
