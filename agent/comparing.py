"""A run's files, judgements and votes -> its comparison, written beside it as JSON and Markdown.

It may be done again at any time: a vote more, and the comparison is another.
"""

import asyncio
import json

from agent.context import Context
from agent.goals import project_now
from agent.reports.comparison import Comparison, side_by_side
from agent.results import losses_of
from agent.training import read_lines
from storage.domain import Run


async def compare(context: Context, run: Run) -> Comparison:
    """The comparison as things stand; the same as ``comparison.json`` and ``comparison.md`` in the run's folder."""
    folder = f"runs/{run.id}"
    project = await project_now(context, run.project_id)
    prompts = await asyncio.to_thread(read_lines, context.files, f"{folder}/prompts.jsonl")
    answers = await asyncio.to_thread(read_lines, context.files, f"{folder}/answers.jsonl")
    comparison = Comparison(
        name=project.name,
        run=run.number,
        losses=losses_of(run.results.get("train", {})),
        answers=side_by_side(prompts, answers),
    )
    data = json.dumps(comparison.to_json(), ensure_ascii=False, indent=2)
    await asyncio.to_thread(context.files.write_text, f"{folder}/comparison.json", data)
    await asyncio.to_thread(context.files.write_text, f"{folder}/comparison.md", comparison.to_markdown())
    return comparison
