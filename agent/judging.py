"""The judges of a comparison: each probed first, then asked; what they said is kept with the run.

A judge that cannot tell known-good answers from spoiled ones, and does not score as people do, is named, and its scores are
not asked for.
"""

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from itertools import cycle

from agent.allowance import Allowance, allowance_in
from agent.context import Context
from agent.corrections import MOST_RATED, Rating, ratings_of
from agent.evaluation.bar import RATED_NEEDED
from agent.evaluation.cost import BYTES_OF_A_TOKEN, Cost, tokens_of
from agent.evaluation.facts import Answered, Judged, Vote
from agent.evaluation.panel import panel
from agent.evaluation.probes import OwnRow, of_rubric
from agent.evaluation.requests import answer_tokens
from agent.evaluation.rubric import rubric_of
from agent.judge import Judge
from agent.ledger import Ledger
from agent.probing import own_rows, picks
from agent.sitting import Case, Sitting

MOST_REQUESTS = 40
"""Judged of one run. 20 clusters are the fewest for a verdict; of more than 40, a sample tells nearly as much for its price."""

NOT_ASKED = "not_asked"
"""``Judged.unavailable`` where something is missing because the judge was not to be asked."""


async def judged(
    context: Context,
    run_id: str,
    answers: Sequence[Answered],
    *,
    votes: Sequence[Vote] = (),
    ask: bool = True,
    project_id: str = "",
    folder: str = "",
) -> Judged:
    """What the judges make of the answers; of one that cannot be trusted, only that.

    Asking again costs nothing, and goes on with what was missing. With ``ask`` False no judge is troubled: only what was
    said before counts, for whoever cannot wait. It takes ``agent.judge.PATIENCE`` and one call at most, spends no more than
    was allowed (``allow``; where nothing was, its own estimate), and raises nothing that a judge may do.

    ``project_id`` and ``folder``: of answers that are of no run; ``run_id`` is then the name under which it is told how far
    the judges are.
    """
    folder = folder or f"runs/{run_id}"
    project_id = project_id or (await context.store.runs.get(run_id)).project_id
    case = await _case(context, project_id, folder, answers, votes)
    allowance = await asyncio.to_thread(allowance_in, context.files, folder)
    sittings = _sittings(context, case, allowance)
    if ask and allowance.allowed is None:
        await allowance.allow_first(await _most(sittings))
    for sitting in sittings:
        sitting.judge.unavailable = "" if ask else NOT_ASKED
    found = panel(await _held(context, run_id, sittings))
    ended = any(one.unavailable == "budget" for one in found.each)
    return replace(found, spent=allowance.spent, left=await _most(sittings) if ended else None)


async def judging_cost(context: Context, project_id: str, *, requests: int = MOST_REQUESTS) -> Cost:
    """What it takes at most to judge the answers of a comparison that nobody has answered yet.

    ``requests``: how many will be compared. The longest examples stand for them, and each answer is as long as answers
    may become; probes that are left, people's scores and corrections are counted as they are now. Nothing is asked.
    """
    rows = sorted(await own_rows(context, project_id), key=lambda row: -len(row.request + row.reference))
    tokens = answer_tokens([tokens_of(row.reference) for row in rows])
    answer = "x" * (tokens * BYTES_OF_A_TOKEN)
    stand_ins = rows[:MOST_REQUESTS] or [OwnRow(id="", request="", reference="")]
    answers = [
        Answered(
            id=f"{place}",
            source="row",
            request=f"{place} {row.request}",  # each counts, also where examples have to stand for several
            reference=row.reference,
            expected=row.expected,
            base=answer,
            tuned=answer,
        )
        for place, row in zip(range(min(requests, MOST_REQUESTS)), cycle(stand_ins), strict=False)
    ]
    case = await _case(context, project_id, "runs/not_yet", answers, ())
    return await _most(_sittings(context, case, await asyncio.to_thread(allowance_in, context.files, case.folder)))


async def allow(context: Context, folder: str, cost: Cost) -> None:
    """Let so much be spent on judging the answers in ``folder`` from now on: what a person was shown, and said yes to."""
    await (await asyncio.to_thread(allowance_in, context.files, folder)).allow(cost)


async def most_to_judge(context: Context, project_id: str, folder: str, answers: Sequence[Answered]) -> Cost:
    """What judging takes at most, of answers that are not there yet: these are as long as they may get."""
    case = await _case(context, project_id, folder, answers, ())
    allowance = await asyncio.to_thread(allowance_in, context.files, folder)
    return await _most(_sittings(context, case, allowance))


async def allow_the_rest(context: Context, run_id: str, answers: Sequence[Answered]) -> Cost:
    """Let be spent what it takes to finish, at most: the ``left`` that a comparison told."""
    folder = f"runs/{run_id}"
    project_id = (await context.store.runs.get(run_id)).project_id
    case = await _case(context, project_id, folder, answers, ())
    allowance = await asyncio.to_thread(allowance_in, context.files, folder)
    cost = await _most(_sittings(context, case, allowance))
    await allowance.allow(cost)
    return cost


async def _most(sittings: Sequence[Sitting]) -> Cost:
    """Of all judges together. They sit at the same time, so it takes as long as the slowest."""
    each = [await sitting.most() for sitting in sittings]
    return replace(sum(each, Cost()), seconds=max(one.seconds for one in each))


def _sittings(context: Context, case: Case, allowance: Allowance) -> list[Sitting]:
    return [
        Sitting(judge=Judge(context=context, model=model, rubric=case.rubric, allowance=allowance), case=case)
        for model in context.judges or (context.model,)
    ]


async def _held(context: Context, run_id: str, sittings: Sequence[Sitting]) -> list[Judged]:
    """Side by side, so that one that is away holds up no other."""

    def tell() -> None:
        context.judging[run_id] = sum(one.done for one in sittings), sum(len(one.case.chosen) for one in sittings)

    for sitting in sittings:
        sitting.moved_on = tell
    tasks = [asyncio.create_task(sitting.held()) for sitting in sittings]
    try:
        return await asyncio.gather(*tasks)
    finally:
        context.judging.pop(run_id, None)
        for task in tasks:
            task.cancel()


async def _case(
    context: Context, project_id: str, folder: str, answers: Sequence[Answered], votes: Sequence[Vote]
) -> Case:
    rubric = rubric_of(await context.store.briefs.get(project_id))
    rows, picked = await own_rows(context, project_id), await picks(context, project_id)
    chosen = _sample(answers, folder)
    ratings, corrections = await ratings_of(context, project_id, rubric, folder, answers)
    rated = _compared(ratings, folder, {one.id for one in chosen})
    folders = {folder, *(one.folder for one in rated)}
    return Case(
        folder=folder,
        rubric=rubric,
        rules=await context.store.preferences.rules(project_id),
        probes=await asyncio.to_thread(of_rubric, rubric, rows, picked),
        chosen=chosen,
        rated=rated,
        corrections=corrections,
        votes=votes,
        picks=len(picked),
        ledgers={name: await asyncio.to_thread(Ledger, context.files, f"{name}/judgements.jsonl") for name in folders},
    )


def _compared(ratings: Sequence[Rating], folder: str, chosen: set[str]) -> list[Rating]:
    """On which a judge is compared with people: those that it is asked about anyway, and as many more as tell something."""
    asked = [one for one in ratings if one.folder == folder and one.answered.id in chosen]
    more = [one for one in ratings if one not in asked]
    return [*asked, *more][:MOST_RATED] if len(ratings) >= RATED_NEEDED else asked


def _sample(answers: Sequence[Answered], folder: str) -> list[Answered]:
    """Of what a verdict may rest on. The same ones whenever it is asked, in an order by chance: what a judge leaves undone is
    then like what it did."""
    task, seed = [one for one in answers if one.of_verdict], folder.rpartition("/")[2]
    return sorted(task, key=lambda one: hashlib.sha256(f"{seed}:{one.id}".encode()).digest())[:MOST_REQUESTS]
