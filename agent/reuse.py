"""How often the requests of a comparison were used before: who tries often and keeps the best is misled more easily.

It reads which requests were asked, and no answers.
"""

import asyncio
from collections.abc import Sequence

from agent.context import Context
from agent.evaluation.pinned import PINNED
from agent.rated import Rated, folder_of_rated
from agent.training import read_lines
from storage.domain import EvaluationState, Part
from storage.files import Files

MOST = 0.5
"""Share of the requests that another comparison has to have asked, before it counts as one on the same requests."""
_NO_VERDICT = frozenset({"general", PINNED})
"""Sources of requests that no verdict rests on: they are the same for every comparison."""


async def compared_before(context: Context, this: Rated) -> int:
    """How many earlier runs and evaluations of the project compared models on most of the requests that the verdict on
    this one rests on. An evaluation counts once, however many contenders it had: they were tested together."""
    runs = await context.store.runs.of_project(this.project_id)
    evaluations = await context.store.evaluations.of_project(this.project_id)
    compared: list[Rated] = [one for one in runs if "generate" in one.results]
    compared += [one for one in evaluations if one.state is EvaluationState.DONE]
    earlier = [folder_of_rated(one.id) for one in compared if _is_before(one, this)]
    return await asyncio.to_thread(_same, context.files, folder_of_rated(this.id), earlier)


def _is_before(one: Rated, other: Rated) -> bool:
    """By number; a run and an evaluation, whose numbers are not the same count, by when they began."""
    if type(one) is type(other):
        return one.number < other.number
    return one.created_at < other.created_at


def _same(files: Files, folder: str, earlier: Sequence[str]) -> int:
    asked = _asked(files, folder)
    return sum(len(asked & _asked(files, one)) >= MOST * len(asked) for one in earlier) if asked else 0


def _asked(files: Files, folder: str) -> set[str]:
    """The ids of what a verdict may rest on."""
    return {
        str(one.get("id"))
        for one in read_lines(files, f"{folder}/prompts.jsonl")
        if one.get("source") not in _NO_VERDICT and not one.get("beyond") and one.get("part") != Part.GOLDEN
    }
