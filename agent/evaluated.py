"""The answers of an evaluation's contenders -> a comparison of each with the first, decided together, and its files.

It may be done again at any time: judges are asked nothing twice, and what was forgotten since is not in it any more.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from agent.assembling import as_json, write
from agent.contenders import Contender
from agent.context import Context
from agent.evaluating import answers_in, folder_of, job_run, jobs_of, pair_folder, prompts_in
from agent.evaluation.answers import joined
from agent.evaluation.belonging import belonging
from agent.evaluation.choosing import chosen
from agent.evaluation.facts import Answered, Judged
from agent.evaluation.measures import Measure, judgements, measured
from agent.evaluation.pinned import PinnedResult, Said, pinned_result
from agent.evaluation.rubric import Rubric, rubric_of
from agent.evaluation.scorers import one_scorer
from agent.evaluation.sets import Sets, sets_of, with_leaks
from agent.evaluation.speed import Speed, speed_of
from agent.evaluation.verdict import verdict
from agent.evidence import examples_of, seen_in_training
from agent.goals import project_now
from agent.judging import judged
from agent.pins import learned_in, pins_of
from agent.reports.comparison import Comparison, Names
from agent.reports.evaluation_page import evaluation_page
from agent.reports.evaluation_result import EvaluationResult
from agent.reuse import compared_before
from storage.domain import Evaluation, Pin
from storage.files import Files

COMPLETE = 0.8
"""Share of the requests that a contender has to answer before it is compared: what went missing may not be like the rest."""


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
    sets: Sets | None = None
    speed: Speed | None = None


async def evaluated(
    context: Context, evaluation: Evaluation, contenders: Sequence[Contender], *, ask: bool = True
) -> EvaluationResult:
    """Compare whoever has answered, and write the files. The first of them is what the others are compared with.

    With ``ask`` False no judge is troubled. It takes the judges' patience for each pair at most.
    """
    prompts = await asyncio.to_thread(prompts_in, context.files, evaluation)
    said = await asyncio.to_thread(answers_in, context, evaluation, prompts)
    there = [place for place in range(len(said)) if prompts and len(said[place]) >= COMPLETE * len(prompts)]
    runs = [one.model.run_id for one in contenders if one.model is not None]
    leaks = await asyncio.to_thread(seen_in_training, context.files, runs, prompts)
    results = {place: job.result or {} for place, job in (await jobs_of(context, evaluation)).items()}
    pins = await pins_of(context, evaluation.project_id)
    rubric = rubric_of(await context.store.briefs.get(evaluation.project_id))
    pairs = []
    for place in there[1:]:
        answers = with_leaks(joined(prompts, _lines(said[there[0]], said[place])), leaks.leaked)
        task = [one for one in answers if not one.beyond]
        opinion = await judged(
            context,
            job_run(evaluation.id, place),
            task,
            ask=ask,
            project_id=evaluation.project_id,
            folder=pair_folder(evaluation.id, place),
        )
        places = there[0], place
        pair = await asyncio.to_thread(_pair, context.files, contenders, said, places, answers, opinion, pins)
        found = _generated(*(results.get(one, {}) for one in places))
        sets = sets_of((), answers, leaks, {"generate": found})
        pairs.append(replace(pair, sets=sets, speed=speed_of(found)))
    name, earlier = (await project_now(context, evaluation.project_id)).name, await compared_before(context, evaluation)
    return await asyncio.to_thread(_written, context.files, evaluation, contenders, name, rubric, pairs, earlier)


def _lines(reference: Mapping[str, Said], contender: Mapping[str, Said]) -> list[dict[str, Any]]:
    """What both answered, as lines of an ``answers.jsonl``."""
    return [
        {
            "id": name,
            "base": reference[name].text,
            "tuned": contender[name].text,
            "base_finished": reference[name].finished,
            "tuned_finished": contender[name].finished,
        }
        for name in reference
        if name in contender
    ]


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
    contenders: Sequence[Contender],
    said: Sequence[Mapping[str, Said]],
    places: tuple[int, int],
    answers: tuple[Answered, ...],
    opinion: Judged,
    pins: Sequence[Pin],
) -> _Pair:
    """Measure. It blocks for some seconds."""
    reference, contender = (contenders[place] for place in places)
    known = (examples_of(files, one.model.run_id) for one in (contender, reference) if one.model)
    learned = next(filter(None, known), [])
    found = measured(answers, (), [answer for _, answer in learned], [request for request, _ in learned])
    by = {contenders[place].name: said[place] for place in places}
    runs = [one.model.run_id for one in (reference, contender) if one.model is not None]
    return _Pair(
        place=places[1],
        reference=reference,
        contender=contender,
        answers=answers,
        judged=opinion,
        measures=tuple(one_scorer([*found, *judgements(opinion, answers)])),
        learned=learned,
        pinned=pinned_result(pins, contender.name, by, learned_in(files, runs, pins)),
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
        together = [measure for other in pairs if other is not pair for measure in other.measures]
        comparison = Comparison(
            name=name,
            number=evaluation.number,
            kind="evaluation",
            names=Names(base=pair.reference.called, tuned=pair.contender.called),
            losses=None,
            verdict=verdict(pair.measures, belonging(pair.answers, pair.measures, pair.learned), together),
            measures=pair.measures,
            answers=pair.answers,
            chosen=chosen(pair.answers, pair.measures),
            judged=pair.judged,
            rubric=rubric,
            pinned=pair.pinned,
            sets=pair.sets,
            earlier=earlier,
            speed=pair.speed,
        )
        write(files, pair_folder(evaluation.id, pair.place), comparison)
        comparisons.append((pair.place, comparison))
    result = EvaluationResult(
        name=name,
        number=evaluation.number,
        called=tuple(one.called for one in contenders),
        comparisons=tuple(comparisons),
        left_out=int(evaluation.results.get("left_out") or 0),
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
