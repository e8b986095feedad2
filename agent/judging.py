"""The judge of a comparison: probed first, then asked; what it said is kept with the run.

A judge that cannot tell known-good answers from spoiled ones is named, and its scores are not asked for.
"""

import asyncio
import hashlib
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from agent.checking import agreed_for
from agent.context import Context
from agent.evaluation.facts import Answered, Judged, Judgement
from agent.evaluation.probes import Call, OwnRow, Probe, Probes, Standing, standing, with_own
from agent.judge import Judge, Pair, Question, Scored, scored
from agent.ledger import Ledger
from dataset.prompts import messages
from storage.domain import RowStatus

MOST_REQUESTS = 40
"""Judged of one run. 20 clusters are the fewest for a verdict; of more than 40, a sample tells nearly as much for its price."""
COMPLETE = 0.8
"""Share of the requests that has to be judged before any judgement counts: what went missing may not be like the rest."""
_MOST_RULES = 10
"""The latest ones, as in drafting."""

NOT_ASKED = "not_asked"
"""``Judged.unavailable`` where something is missing because the judge was not to be asked."""

T = TypeVar("T")
Both = tuple[T, T]
"""With the base model's answer shown first, and with the tuned one's."""


async def judged(context: Context, run_id: str, answers: Sequence[Answered], *, ask: bool = True) -> Judged:
    """What the judge makes of the answers; of one that cannot be trusted, only that.

    Asking again costs nothing, and goes on with what was missing. With ``ask`` False the judge is not troubled: only what it
    said before counts, for whoever cannot wait. It takes ``agent.judge.PATIENCE`` and one call at most, and raises nothing
    that a judge may do.
    """
    judge = Judge(context=context, model=context.judge or context.model)
    judge.unavailable = "" if ask else NOT_ASKED
    project_id = (await context.store.runs.get(run_id)).project_id
    rules = tuple(rule.text for rule in await context.store.preferences.rules(project_id))[-_MOST_RULES:]
    shown = await _probed(judge, await _own_rows(context, project_id), rules)
    chosen = _sample(answers, run_id) if shown.trusted else []
    questions = {one.id: _questions(judge, one, rules) for one in chosen}
    ledger = await asyncio.to_thread(Ledger, context.files, f"runs/{run_id}/judgements.jsonl")
    unasked = await _ask_all(judge, [one for both in questions.values() for one in both], ledger)
    scores = {name: both for name in questions if (both := _both(questions[name], ledger)) is not None}
    counts = len(scores) >= math.ceil(COMPLETE * len(chosen))
    return Judged(
        judge=judge.model.name,
        trusted=bool(shown.trusted),
        probes=shown.probes,
        passed=shown.passed,
        judgements=tuple(_judgements(scores, shown.trusted)) if counts else (),
        criteria=shown.trusted,
        requests=len(chosen),
        judged=len(scores),
        unavailable=judge.unavailable or judge.silence if unasked or shown.upcoming else "",
    )


async def _probed(judge: Judge, rows: Sequence[OwnRow], rules: Sequence[str]) -> Standing:
    """Put probes before the judge until it is decided what it can be trusted with, or it is away."""
    ledger = await asyncio.to_thread(Ledger, judge.context.files, f"judges/{judge.id}.jsonl")
    probes = await asyncio.to_thread(with_own, rows)
    questions = await asyncio.to_thread(_probe_questions, judge, probes, rules)
    while True:
        told = {
            (probe.id, swapped): outcome
            for of_one in probes.values()
            for probe in of_one
            for swapped in (False, True)
            if (outcome := _told_apart(probe, swapped, questions[probe.id, swapped], ledger)) is not None
        }
        now = standing(probes, told)
        upcoming = [questions[probe.id, swapped] for probe, swapped in now.upcoming]
        batch = [question for question in upcoming if judge.may_ask(question)][: judge.at_a_time]
        if not batch:
            return now
        await judge.ask(batch, ledger, reasons=False)  # the file outlives the project's rows


def _probe_questions(judge: Judge, probes: Probes, rules: Sequence[str]) -> Mapping[Call, Question]:
    """By probe and order. Project rules are about the project's own answers alone."""
    found: dict[Call, Question] = {}
    for probe in (probe for of_one in probes.values() for probe in of_one):
        pair = Pair(
            request=probe.request,
            first=probe.good,
            second=probe.spoiled,
            reference=probe.reference,
            note=probe.note,
            expected=probe.expected,
            rules=rules if probe.own else (),
        )
        found[probe.id, False], found[probe.id, True] = judge.question(pair), judge.question(pair.swapped())
    return found


def _told_apart(probe: Probe, swapped: bool, question: Question, ledger: Ledger) -> bool | None:
    """Whether the good answer was given more; None if that was not asked yet. An unusable answer tells nothing apart."""
    if ledger.get(question.key) is None:
        return None
    given = scored(question, ledger)
    if given is None:
        return False
    good, spoiled = (given.second, given.first) if swapped else (given.first, given.second)
    return good[probe.criterion] > spoiled[probe.criterion]


async def _own_rows(context: Context, project_id: str) -> list[OwnRow]:
    rows = await context.store.rows.of_project(project_id, [RowStatus.APPROVED])
    brief = await context.store.briefs.get(project_id)
    return [
        OwnRow(
            id=row.id,
            request=messages(row.instruction, row.input)[0]["content"],
            reference=row.output,
            expected=agreed_for(brief, row.category),
        )
        for row in rows
    ]


def _sample(answers: Sequence[Answered], run_id: str) -> list[Answered]:
    """Of what is about the task. The same ones whenever it is asked, in an order by chance: what a judge leaves undone is
    then like what it did."""
    task = [one for one in answers if not one.beyond]
    return sorted(task, key=lambda one: hashlib.sha256(f"{run_id}:{one.id}".encode()).digest())[:MOST_REQUESTS]


def _questions(judge: Judge, one: Answered, rules: Sequence[str]) -> Both[Question]:
    pair = Pair(
        request=one.request,
        first=one.base,
        second=one.tuned,
        reference=one.reference,
        note=one.note,
        expected=one.expected,
        rules=rules,
    )
    return judge.question(pair), judge.question(pair.swapped())


async def _ask_all(judge: Judge, questions: Sequence[Question], ledger: Ledger) -> int:
    """Ask what was not answered yet; returns how many are left."""
    while left := {one.key: one for one in questions if ledger.get(one.key) is None}:
        batch = [one for one in left.values() if judge.may_ask(one)][: judge.at_a_time]
        if not batch:
            break
        await judge.ask(batch, ledger)
    return len(left)


def _both(questions: Both[Question], ledger: Ledger) -> Both[Scored] | None:
    """The scores of both orders, if both are there."""
    straight, swapped = (scored(question, ledger) for question in questions)
    return (straight, swapped) if straight and swapped else None


def _judgements(scores: Mapping[str, Both[Scored]], criteria: Sequence[str]) -> Iterator[Judgement]:
    for prompt_id, (straight, swapped) in scores.items():
        for name in criteria:
            base = straight.first[name], swapped.second[name]
            tuned = straight.second[name], swapped.first[name]
            yield Judgement(
                prompt_id=prompt_id,
                criterion=name,
                base=sum(base) / 2,
                tuned=sum(tuned) / 2,
                flipped=(tuned[0] - base[0]) * (tuned[1] - base[1]) < 0,
                reason=straight.reason,
            )
