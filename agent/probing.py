"""A judge is put to the test: probes before it, one after the other, until it is decided what it can be trusted with."""

import asyncio
from collections.abc import Mapping, Sequence

from agent.checking import agreed_for
from agent.context import Context
from agent.evaluation.length import Padding
from agent.evaluation.probes import Call, OwnRow, Picked, Probe, Probes, Standing, paddings, standing
from agent.judge import Judge, Pair, Question, scored
from agent.ledger import Ledger
from agent.opinions import Both, paddings_of
from agent.pairs import usable_pairs
from dataset.prompts import messages
from storage.domain import RowStatus, RubricRule

_MOST_RULES = 10
"""The latest ones, as in drafting."""
_LONGEST_PICK = 3_000
"""Characters of a pair of which people picked one: a probe should not cost more than what it is for."""


async def probed(judge: Judge, probes: Probes, rules: Sequence[RubricRule]) -> Standing:
    """Go on with the probes until it is decided, or the judge is away. What is known costs nothing."""
    ledger = await asyncio.to_thread(Ledger, judge.context.files, f"judges/{judge.id}.jsonl")
    questions = await asyncio.to_thread(probe_questions, judge, probes, rules)
    while True:
        now = standing(probes, told(probes, questions, ledger))
        upcoming = {one.key: one for probe, swapped in now.upcoming if (one := questions[probe.id, swapped])}
        batch = [one for one in upcoming.values() if judge.may_ask(one)][: judge.at_a_time]
        if not batch:
            return now
        await judge.ask(batch, ledger, reasons=False)  # the file outlives the project's rows


async def padded(judge: Judge) -> tuple[Mapping[str, Sequence[Padding]], int]:
    """What length alone is worth to it, by each criterion: asked of a judge that may be believed. What is known costs nothing,
    and what it does not answer is missing: with how many questions are left."""
    ledger = await asyncio.to_thread(Ledger, judge.context.files, f"judges/{judge.id}.jsonl")
    questions = await asyncio.to_thread(padding_questions, judge)
    every = [one for both in questions.values() for one in both]
    while batch := [one for one in every if ledger.get(one.key) is None and judge.may_ask(one)][: judge.at_a_time]:
        await judge.ask(batch, ledger, reasons=False)
    left = sum(ledger.get(one.key) is None for one in every)
    return paddings_of(questions, ledger, [one.name for one in judge.rubric]), left


def padding_questions(judge: Judge) -> dict[str, Both[Question]]:
    """By case: with the plain answer shown first, and with the padded one."""
    pairs = {
        one.case: Pair(
            request=one.request,
            first=one.plain,
            second=one.padded,
            reference=one.reference,
            note=one.note,
            expected=one.expected,
        )
        for one in paddings()
    }
    return {case: (judge.question(pair), judge.question(pair.swapped())) for case, pair in pairs.items()}


async def unasked(judge: Judge, probes: Probes, rules: Sequence[RubricRule]) -> list[Question]:
    """All that may still be asked: the calls of a judge that makes no more mistakes than it may."""
    ledger = await asyncio.to_thread(Ledger, judge.context.files, f"judges/{judge.id}.jsonl")
    questions = await asyncio.to_thread(probe_questions, judge, probes, rules)
    now = standing(probes, told(probes, questions, ledger))
    open_now = {probe.id for probe, _ in now.upcoming}
    asked = [one for (name, _), one in questions.items() if name in open_now]
    if not now.out:
        both_orders = (await asyncio.to_thread(padding_questions, judge)).values()
        asked += [one for both in both_orders for one in both]
    return list({one.key: one for one in asked if ledger.get(one.key) is None}.values())


def probe_questions(judge: Judge, probes: Probes, rules: Sequence[RubricRule]) -> Mapping[Call, Question]:
    """By probe and order. Rules are about the project's own answers alone, and none is shown beside the pick that it was
    learned from."""
    found: dict[Call, Question] = {}
    for probe in (probe for of_one in probes.values() for probe in of_one):
        pair = Pair(
            request=probe.request,
            first=probe.good,
            second=probe.spoiled,
            reference=probe.reference,
            note=probe.note,
            expected=probe.expected,
            rules=told_rules(rules, but=probe.pick) if probe.own else (),
        )
        found[probe.id, False], found[probe.id, True] = judge.question(pair), judge.question(pair.swapped())
    return found


def told_rules(rules: Sequence[RubricRule], but: str = "") -> tuple[str, ...]:
    """Those that are put before a judge. ``but``: id of the pick whose rules are left out."""
    return tuple(rule.text for rule in rules if not but or rule.preference_id != but)[-_MOST_RULES:]


def told(probes: Probes, questions: Mapping[Call, Question], ledger: Ledger) -> dict[Call, bool]:
    """What the judge said so far: by probe and order, whether the good answer was given more."""
    return {
        (probe.id, swapped): outcome
        for of_one in probes.values()
        for probe in of_one
        for swapped in (False, True)
        if (outcome := _told_apart(probe, swapped, questions[probe.id, swapped], ledger)) is not None
    }


def _told_apart(probe: Probe, swapped: bool, question: Question, ledger: Ledger) -> bool | None:
    """Whether the good answer was given more; None if that was not asked yet. An unusable answer tells nothing apart."""
    if ledger.get(question.key) is None:
        return None
    given = scored(question, ledger)
    if given is None:
        return False
    good, spoiled = (given.second, given.first) if swapped else (given.first, given.second)
    return good[probe.criterion] > spoiled[probe.criterion]


async def own_rows(context: Context, project_id: str) -> list[OwnRow]:
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


async def picks(context: Context, project_id: str) -> list[Picked]:
    """The pairs of drafts of which a person picked one, said why, and lets it be used; the earliest first."""
    found = []
    for one in await usable_pairs(context, project_id):
        texts = one.instruction, one.input, one.first, one.second
        if not one.reason.strip() or sum(map(len, texts)) > _LONGEST_PICK:
            continue
        better, worse = (one.first, one.second) if one.picked == "first" else (one.second, one.first)
        request = messages(one.instruction, one.input)[0]["content"]
        found.append(Picked(id=one.id, request=request, better=better, worse=worse))
    return found
