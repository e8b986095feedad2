"""The answers of an evaluation's contenders -> a comparison of each with the first, decided together, and its files.

It may be done again at any time: judges are asked nothing twice, and what was forgotten since is not in it any more.
"""

import asyncio
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.assembling import as_json, by_people, write
from agent.contenders import Contender
from agent.context import Context
from agent.evaluating import jobs_of
from agent.evaluation.answers import row_losses
from agent.evaluation.belonging import belonging
from agent.evaluation.choosing import changes, chosen
from agent.evaluation.collect import Collect, Kind, collect
from agent.evaluation.facts import Answered, Judged, Vote
from agent.evaluation.faults import Fault, answer_faults
from agent.evaluation.measures import Measure, judgements, measured
from agent.evaluation.people import raters
from agent.evaluation.pinned import PinnedResult, Said, pinned_result
from agent.evaluation.requests import Lesson
from agent.evaluation.rubric import Rubric, rubric_of
from agent.evaluation.scorers import one_scorer
from agent.evaluation.sets import Sets, sets_of
from agent.evaluation.speed import Speed, speed_of
from agent.evaluation.verdict import verdict
from agent.evaluation_answers import FOR_RUN, answered_beside, folder_of, job_run, pair_folder
from agent.evaluation_losses import LossesTold, WhyNone, losses_told, run_of, why_none
from agent.evidence import examples_of, trained_rows
from agent.goals import project_now
from agent.judging import judged
from agent.mending import kinds_of
from agent.pins import learned_in, pins_of
from agent.rated import are_two
from agent.raters import authors_of
from agent.reports.comparison import Comparison, Names
from agent.reports.evaluation_page import evaluation_page
from agent.reports.evaluation_result import EvaluationResult
from agent.results import losses_of
from agent.reuse import compared_before
from agent.scoring import of_pair, scores_of
from agent.votes import rateable, votes_of
from storage.domain import Evaluation, Pin, Row, Score
from storage.files import Files


@dataclass(frozen=True, kw_only=True)
class _People:
    """What people made of the answers."""

    votes: Sequence[Vote]
    scores: Sequence[Score]
    """Of all contenders, or of the two of a pair: then as those of a run."""
    authors: Mapping[str, str]
    """Who gave the answer that was wanted, by request."""
    rateable: Collection[str]
    """Requests whose answers can still be rated blind."""

    def of_pair(self, reference: str, name: str) -> "_People":
        return replace(self, scores=of_pair(self.scores, reference, name))


@dataclass(frozen=True, kw_only=True)
class _Pair:
    """One contender beside the first, before anything is decided."""

    place: int
    reference: Contender
    contender: Contender
    answers: tuple[Answered, ...]
    judged: Judged
    measures: tuple[Measure, ...]
    learned: Sequence[tuple[str, str]]
    """Requests and answers that the contender was trained on; of one that was not trained, the first's."""
    pinned: PinnedResult | None
    people: _People
    losses: Mapping[str, Any] | None
    """Of both, in the shape of a train job's; None where one of them told none."""
    without_losses: WhyNone
    sets: Sets | None = None
    speed: Speed | None = None
    faults: tuple[Fault, ...] = ()
    collect: Collect | None = None


async def evaluated(
    context: Context, evaluation: Evaluation, contenders: Sequence[Contender], *, ask: bool = True
) -> EvaluationResult:
    """Compare whoever has answered, and write the files. The first of them is what the others are compared with.

    With ``ask`` False no judge is troubled. It takes the judges' patience for each pair at most.
    """
    beside = await answered_beside(context, evaluation)
    jobs, after = await jobs_of(context, evaluation), await run_of(context, evaluation)
    results = {place: job.result or {} for place, job in jobs.items()}
    told = await asyncio.to_thread(losses_told, context.files, evaluation, contenders, jobs, after)
    pins = await pins_of(context, evaluation.project_id)
    rubric = rubric_of(await context.store.briefs.get(evaluation.project_id))
    rows = await context.store.rows.of_project(evaluation.project_id)
    people = await _people_of(context, evaluation, rows)
    pairs = []
    for place, answers in beside.pairs.items():
        places = beside.reference, place
        given = people.of_pair(*(contenders[one].name for one in places))
        opinion = await judged(
            context,
            job_run(evaluation.id, place),
            [one for one in answers if not one.beyond],
            votes=given.votes,
            ask=ask,
            project_id=evaluation.project_id,
            folder=pair_folder(evaluation.id, place),
        )
        pair = await asyncio.to_thread(
            _pair,
            context.files,
            evaluation,
            contenders,
            beside.said,
            told,
            places,
            answers,
            opinion,
            pins,
            given,
            rubric,
        )
        found = _generated(*(results.get(one, {}) for one in places))
        sets = sets_of((), answers, beside.leaks, {"generate": found, "train": {"losses": pair.losses}})
        pairs.append(replace(pair, sets=sets, speed=speed_of(found)))
    if FOR_RUN not in evaluation.results:  # else the run's own comparison says it
        pairs = await _diagnosed(context, evaluation.project_id, rows, pairs)
    name, earlier = (await project_now(context, evaluation.project_id)).name, await compared_before(context, evaluation)
    return await asyncio.to_thread(_written, context.files, evaluation, contenders, name, rubric, pairs, earlier)


async def _people_of(context: Context, evaluation: Evaluation, rows: Collection[Row]) -> _People:
    return _People(
        votes=await votes_of(context, evaluation.id) if are_two(evaluation) else (),
        scores=await scores_of(context, evaluation.id),
        authors=await authors_of(context, rows),
        rateable=await rateable(context, evaluation),
    )


async def _diagnosed(context: Context, project_id: str, rows: Collection[Row], pairs: Sequence[_Pair]) -> list[_Pair]:
    """What is wrong with versions' answers, and what to collect against it. Of others nobody here can change the examples."""
    kinds = await kinds_of(context, project_id)
    categories = {row.id: row.category for row in rows}
    return await asyncio.to_thread(lambda: [_with_faults(context.files, pair, categories, kinds) for pair in pairs])


def _with_faults(files: Files, pair: _Pair, categories: Mapping[str, str], kinds: Sequence[Kind]) -> _Pair:
    """It blocks."""
    if pair.contender.model is None:
        return pair
    lessons = [Lesson.of_line(row, categories) for row in trained_rows(files, pair.contender.model.run_id)]
    faults = answer_faults(pair.answers, lessons, pair.measures)
    found = collect(pair.answers, faults, changes(pair.answers, pair.measures), kinds)
    return replace(pair, faults=faults, collect=found)


def _generated(reference: Mapping[str, Any], contender: Mapping[str, Any]) -> dict[str, Any]:
    """What both jobs reported, as one job of a run that answers with both sides does. A hosted model has none."""
    both = (reference, contender)
    sides = {"base": _only(reference.get("speed")), "tuned": _only(contender.get("speed"))}
    unanswered = {
        why: sorted({name for one in both for name in one.get(why) or ()}) for why in ("skipped", "no_memory")
    }
    return {"speed": sides, **unanswered}


def _only(speed: object) -> object:
    """Of a job with one side."""
    return next(iter(speed.values()), None) if isinstance(speed, Mapping) else None


def _pair(
    files: Files,
    evaluation: Evaluation,
    contenders: Sequence[Contender],
    said: Sequence[Mapping[str, Said]],
    told: LossesTold,
    places: tuple[int, int],
    answers: tuple[Answered, ...],
    opinion: Judged,
    pins: Sequence[Pin],
    people: _People,
    rubric: Rubric,
) -> _Pair:
    """Measure. It blocks for some seconds."""
    reference, contender = (contenders[place] for place in places)
    known = (examples_of(files, one.model.run_id) for one in (contender, reference) if one.model)
    learned = next(filter(None, known), [])
    losses = told.beside(*places)
    found = measured(
        answers, row_losses(losses), [answer for _, answer in learned], [request for request, _ in learned]
    )
    by = {contenders[place].name: said[place] for place in places}
    runs = [one.model.run_id for one in (reference, contender) if one.model is not None]
    asked = by_people(people.votes, people.scores, answers, rubric)
    return _Pair(
        place=places[1],
        reference=reference,
        contender=contender,
        answers=answers,
        judged=opinion,
        measures=tuple(one_scorer([*found, *judgements(opinion, answers), *asked])),
        learned=learned,
        pinned=pinned_result(pins, contender.name, by, learned_in(files, runs, pins)),
        people=people,
        losses=losses,
        without_losses=why_none(evaluation, told, (reference, contender), losses),
    )


def _written(
    files: Files,
    evaluation: Evaluation,
    contenders: Sequence[Contender],
    name: str,
    rubric: Rubric,
    pairs: Sequence[_Pair],
    earlier: int,
) -> EvaluationResult:
    """Decide all pairs together, and write everything; the data last. It blocks."""
    comparisons = []
    for pair in pairs:
        shown = chosen(pair.answers, pair.measures)
        left = set(pair.people.rateable) - ({one.id for one in shown} if len(pairs) == 1 else set())
        together = [measure for other in pairs if other is not pair for measure in other.measures]
        comparison = Comparison(
            name=name,
            number=evaluation.number,
            kind="evaluation",
            names=Names(base=pair.reference.called, tuned=pair.contender.called),
            losses=losses_of({"losses": pair.losses}),
            verdict=verdict(pair.measures, belonging(pair.answers, pair.measures, pair.learned), together),
            measures=pair.measures,
            answers=pair.answers,
            chosen=shown,
            judged=pair.judged,
            rubric=rubric,
            rateable=len(left),
            raters=raters(pair.people.votes, pair.people.scores, pair.answers, left, pair.people.authors),
            pinned=pair.pinned,
            sets=pair.sets,
            earlier=earlier,
            speed=pair.speed,
            faults=pair.faults,
            collect=pair.collect,
        )
        write(files, pair_folder(evaluation.id, pair.place), comparison)
        comparisons.append((pair.place, comparison))
    result = EvaluationResult(
        name=name,
        number=evaluation.number,
        called=tuple(one.called for one in contenders),
        comparisons=tuple(comparisons),
        left_out=int(evaluation.results.get("left_out") or 0),
        without_losses=tuple((pair.contender.called, pair.without_losses) for pair in pairs if pair.without_losses),
    )
    _write_whole(files, evaluation, result)
    return result


def _write_whole(files: Files, evaluation: Evaluation, result: EvaluationResult) -> None:
    folder = folder_of(evaluation)
    files.write_text(f"{folder}/comparison.md", evaluation_page(result))
    picture = f"{pair_folder(evaluation.id, result.comparisons[0][0])}/verdict.png" if result.comparisons else ""
    if picture and files.exists(picture):
        files.write_bytes(f"{folder}/comparison.png", files.read_bytes(picture))
    else:
        files.delete(f"{folder}/comparison.png")
    data = {
        "format": 1,
        "name": result.name,
        "number": result.number,
        "contenders": list(evaluation.contenders),
        "left_out": result.left_out,
        "comparisons": [{"place": place, **as_json(one)} for place, one in result.comparisons],
    }
    files.write_text(f"{folder}/comparison.json", json.dumps(data, ensure_ascii=False, indent=2))
