"""A run's files, judgements and votes -> its comparison, written beside it as JSON and Markdown.

It may be done again at any time: a vote more, and the comparison is another.
"""

import asyncio
import json

from agent.context import Context
from agent.goals import project_now
from agent.reports.comparison import Comparison, side_by_side
from agent.results import losses_of
from agent.state import Turn
from agent.training import read_lines
from storage.domain import Part, Run
from trainer.client import GenerateRequest

TEST_PROMPTS = 3
ANSWER_TOKENS = 256


async def request_answers(context: Context, run: Run, turn: Turn) -> None:
    """Have base and tuned model answer the test requests of a run, as one job. Repeating it asks nothing twice."""
    await asyncio.to_thread(_write_prompts, context, run)
    await context.trainer.submit(
        GenerateRequest(run_id=run.id, base=context.base, adapter_run=run.id, max_tokens=ANSWER_TOKENS),
        request_id=f"compare:{run.id}",
        now=turn.at,
        conversation_id=turn.conversation_id,
    )


def _write_prompts(context: Context, run: Run) -> None:
    """The test rows that both models answer; with fewer than 12 rows in all, validation rows fill up, and say so."""
    rows = read_lines(context.files, f"runs/{run.id}/rows.jsonl")
    held_out = [row for part in (Part.TEST, Part.VALIDATION) for row in rows if row["part"] == part.value]
    prompts = [
        {key: row[key] for key in ("id", "part", "instruction", "input")} | {"reference": row["output"]}
        for row in held_out[:TEST_PROMPTS]
    ]
    lines = "".join(json.dumps(prompt, ensure_ascii=False) + "\n" for prompt in prompts)
    context.files.write_text(f"runs/{run.id}/prompts.jsonl", lines)


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
