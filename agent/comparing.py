"""A run's files, judgements and votes -> its comparison, written beside it as JSON, Markdown and a picture.

It may be done again at any time: a vote more, and the comparison is another.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

from agent.assembling import Material, assembled
from agent.context import Context
from agent.evaluation.facts import Judged
from agent.evaluation.requests import Lesson, answer_tokens, general_requests, requests_of, spread
from agent.evaluation.rubric import rubric_of
from agent.evidence import evidence_in
from agent.goals import project_now
from agent.judging import judged
from agent.mending import kinds_of
from agent.offering import offers_to_rate
from agent.pins import pinned_of_run, pinned_prompts, pins_of
from agent.raters import authors_of
from agent.registered import late_in, register
from agent.replies import AnyReply
from agent.reports.comparison import Comparison
from agent.reports.comparison_replies import comparison_replies
from agent.reports.verdict_words import unscored
from agent.reuse import compared_before
from agent.scoring import scores_of
from agent.state import Turn
from agent.training import object_of, read_lines
from agent.votes import name_answers, rateable, votes_of
from storage.domain import AgreedFormat, Part, RowStatus, Run
from storage.files import Files
from trainer.client import GenerateRequest

_MOST_COUNTED = 400
"""Training answers whose tokens are counted, to know how long an answer may be."""


async def request_answers(context: Context, run: Run, turn: Turn) -> None:
    """Have base and tuned model answer the test requests of a run, as one job. Repeating it asks nothing twice."""
    brief = await context.store.briefs.get(run.project_id)
    approved = await context.store.rows.of_project(run.project_id, [RowStatus.APPROVED])
    categories = {row.id: row.category for row in approved}
    pinned = pinned_prompts(await pins_of(context, run.project_id))
    tokens = await asyncio.to_thread(_write_requests, context, run, categories, brief.pack, dict(brief.formats), pinned)
    await asyncio.to_thread(register, context.files, run.id, rubric_of(brief))
    await context.trainer.submit(
        GenerateRequest(run_id=run.id, base=context.base, adapter_run=run.id, max_tokens=tokens),
        request_id=f"compare:{run.id}",
        now=turn.at,
        conversation_id=turn.conversation_id,
    )


async def compare(context: Context, run: Run, *, ask: bool = True) -> Comparison:
    """The comparison as things stand; the same as ``comparison.json``, ``.md`` and ``verdict.png`` in the run's folder.

    With ``ask`` False the judge is not troubled, for whoever cannot wait: what it said before counts.
    """
    evidence = await asyncio.to_thread(evidence_in, context.files, f"runs/{run.id}")
    task = [one for one in evidence.answers if not one.beyond]
    votes = await votes_of(context, run.id)
    scores = (
        await judged(context, run.id, task, votes=votes, ask=ask)
        if task
        else Judged(judge=context.model.name, trusted=False)
    )
    rubric = rubric_of(await context.store.briefs.get(run.project_id))
    rows = await context.store.rows.of_project(run.project_id)
    material = Material(
        name=(await project_now(context, run.project_id)).name,
        evidence=evidence,
        judged=scores,
        rubric=rubric,
        votes=votes,
        scores=await scores_of(context, run.id),
        authors=await authors_of(context, rows),
        pairs=await rateable(context, run),
        pinned=await pinned_of_run(context, run),
        kinds=await kinds_of(context, run.project_id),
        categories={row.id: row.category for row in rows},
        late=await asyncio.to_thread(late_in, context.files, run.id, rubric),
        earlier=await compared_before(context, run),
    )
    return await asyncio.to_thread(assembled, context.files, run, material)


async def replies_about(context: Context, run: Run, turn: Turn, comparison: Comparison) -> list[AnyReply]:
    """The comparison as it is shown; with an offer to rate answers where nobody trustworthy has scored them."""
    folder = f"runs/{run.id}"
    drawn = await asyncio.to_thread(context.files.exists, f"{folder}/verdict.png")
    replies = comparison_replies(comparison, f"{folder}/verdict.png" if drawn else "", f"{folder}/comparison.md")
    await name_answers(context, run.id, [one.id for one in comparison.chosen])
    return [*replies, *(await offers_to_rate(context, run, turn) if unscored(comparison) else [])]


def headline_of(files: Files, run: Run) -> str:
    """The verdict of a run that was compared, as a sentence; empty where there is none that can be read. It blocks."""
    name = f"runs/{run.id}/comparison.json"
    text = files.read_bytes(name).decode("utf-8", "replace") if files.exists(name) else ""
    return str((object_of(text) or {}).get("headline") or "")


def _write_requests(
    context: Context,
    run: Run,
    categories: Mapping[str, str],
    pack: str,
    formats: Mapping[str, AgreedFormat],
    pinned: Sequence[Mapping[str, Any]],
) -> int:
    """Write ``prompts.jsonl``; returns how many tokens an answer may have. It blocks."""
    rows = [Lesson.of_line(row, categories) for row in read_lines(context.files, f"runs/{run.id}/rows.jsonl")]
    requests = (*requests_of(rows, context.packs.get(pack), formats), *general_requests())
    asked = [*(request.to_json() for request in requests), *pinned]
    lines = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in asked)
    context.files.write_text(f"runs/{run.id}/prompts.jsonl", lines)
    return tokens_for_answers(context, rows)


def tokens_for_answers(context: Context, rows: Sequence[Lesson]) -> int:
    """How many tokens an answer may have, by the training answers among these rows. It blocks."""
    trained = spread([row for row in rows if row.part == Part.TRAIN.value], _MOST_COUNTED)
    return answer_tokens([_tokens(context, row) for row in trained])


def _tokens(context: Context, row: Lesson) -> int:
    if context.tokens is None:
        return len(row.output) // 3
    return context.tokens.count(row.instruction, row.input, row.output)[1]
