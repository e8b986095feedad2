"""Pairs of answers of which a person said which is better: which of them may be used, and what they read like by now.

A pair of which an example came stands and falls with it: it is used while the example is approved, and reads as that does.
It does not know what a pair is used for.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from agent.context import Context
from dataset.quality.redaction import redact
from storage.domain import Preference, Row, RowStatus
from storage.errors import NotFound


async def usable_pairs(context: Context, project_id: str) -> Sequence[Preference]:
    """Those from which something is to be learned and that their author lets be used, the earliest first."""
    found = [one for one in await context.store.preferences.of_project(project_id) if _is_agreed(one)]
    if not any(one.row_id for one in found):
        return found
    approved = {row.id for row in await context.store.rows.of_project(project_id, [RowStatus.APPROVED])}
    return [one for one in found if one.row_id is None or one.row_id in approved]


def _is_agreed(pair: Preference) -> bool:
    return pair.picked is not None and pair.consent_id is not None and pair.first.strip() != pair.second.strip()


async def follow(context: Context, row: Row) -> None:
    """Have the pairs of which an example came read as it does now. Repeating it changes nothing more."""
    await _reword(context, row, lambda beside: beside)


async def redact_beside(context: Context, row: Row) -> None:
    """The same for an example that was blacked out: the answer beside it is blacked out too."""
    await _reword(context, row, lambda beside: redact(replace(row, output=beside))[2])


async def _reword(context: Context, row: Row, mend: Callable[[str], str]) -> None:
    for pair in await context.store.preferences.of_project(row.project_id):
        if pair.row_id != row.id or pair.picked is None:
            continue
        beside = await asyncio.to_thread(mend, pair.second if pair.picked == "first" else pair.first)
        first, second = (row.output, beside) if pair.picked == "first" else (beside, row.output)
        reworded = replace(pair, instruction=row.instruction, input=row.input, first=first, second=second)
        if reworded != pair:
            await context.store.preferences.reword(reworded)


async def example_of(context: Context, row: Row, accounts: frozenset[str]) -> str | None:
    """The id of the example that a pair rests on: the row itself, or where it was left out because one of these accounts
    gave the same before, that one. None where neither is there."""
    try:
        return (await context.store.rows.get(row.id)).id
    except NotFound:
        kept = await context.store.rows.of_project(row.project_id, [RowStatus.PENDING, RowStatus.APPROVED])
        same = (one.id for one in kept if one.content_hash == row.content_hash and one.author_id in accounts)
        return next(same, None)
