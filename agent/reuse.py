"""How often the requests of a comparison were used before: who tries often and keeps the best is misled more easily.

It reads which requests were asked, and no answers.
"""

import asyncio
from collections.abc import Sequence

from agent.context import Context
from agent.evaluation.pinned import PINNED
from agent.training import read_lines
from storage.domain import Part, Run
from storage.files import Files

MOST = 0.5
"""Share of a run's requests that another one has to have been asked, before it counts as compared on the same ones."""
_NO_VERDICT = frozenset({"general", PINNED})
"""Sources of requests that no verdict rests on: they are the same for every run."""


async def compared_before(context: Context, run: Run) -> int:
    """How many earlier runs of the project were compared on most of the requests that the verdict on this one rests on."""
    runs = await context.store.runs.of_project(run.project_id)
    earlier = [one.id for one in runs if one.number < run.number and "generate" in one.results]
    return await asyncio.to_thread(_same, context.files, run.id, earlier)


def _same(files: Files, run_id: str, earlier: Sequence[str]) -> int:
    asked = _asked(files, run_id)
    return sum(len(asked & _asked(files, one)) >= MOST * len(asked) for one in earlier) if asked else 0


def _asked(files: Files, run_id: str) -> set[str]:
    """The ids of what a verdict may rest on."""
    return {
        str(one.get("id"))
        for one in read_lines(files, f"runs/{run_id}/prompts.jsonl")
        if one.get("source") not in _NO_VERDICT and not one.get("beyond") and one.get("part") != Part.GOLDEN
    }
