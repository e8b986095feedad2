"""What was answered, scored and measured -> the comparison, and its files in the run's folder. It asks nobody, and it blocks."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from agent.evaluation.answers import row_losses
from agent.evaluation.belonging import belonging
from agent.evaluation.choosing import Chosen, changes, chosen
from agent.evaluation.collect import Kind, collect
from agent.evaluation.facts import Answered, Judged, Vote
from agent.evaluation.faults import answer_faults
from agent.evaluation.measures import Measure, judgements, losses_in_sum, measured, votes_measure
from agent.evaluation.people import Raters, raters, scored
from agent.evaluation.pinned import PinnedResult
from agent.evaluation.requests import Lesson
from agent.evaluation.rubric import RUBRIC, Rubric
from agent.evaluation.scorers import one_scorer
from agent.evaluation.sets import losses_apart, sets_of
from agent.evaluation.speed import speed_of
from agent.evaluation.verdict import verdict
from agent.evidence import Evidence, examples_of, trained_rows
from agent.reports.comparison import Comparison
from agent.reports.comparison_page import page
from agent.reports.telling import notes
from agent.reports.verdict_chart import draw_verdict
from agent.reports.verdict_words import headline
from agent.results import losses_of
from agent.training import read_lines
from storage.domain import Run, Score
from storage.files import Files


@dataclass(frozen=True, kw_only=True)
class Material:
    """What a comparison is made from, besides what lies in the run's folder."""

    name: str
    """Of the project."""
    evidence: Evidence
    judged: Judged
    rubric: Rubric = RUBRIC
    votes: Sequence[Vote] = ()
    scores: Sequence[Score] = ()
    authors: Mapping[str, str] = field(default_factory=dict)
    """Who gave the answer that was wanted, by request."""
    pairs: Collection[str] = ()
    """What could be rated so far, by the id of its request."""
    pinned: PinnedResult | None = None
    kinds: Sequence[Kind] = ()
    """Of the coverage plan."""
    categories: Mapping[str, str] = field(default_factory=dict)
    """By training row."""
    late: tuple[str, ...] = ()
    """Criteria that were added or worded anew after the answers were there."""
    earlier: int = 0
    """Runs before this one that were compared on most of its requests."""

    @property
    def answers(self) -> tuple[Answered, ...]:
        return self.evidence.answers


def assembled(files: Files, run: Run, material: Material) -> Comparison:
    """Measure, decide, and write ``comparison.json``, ``.md`` and ``verdict.png``. It takes some seconds."""
    losses, examples = losses_of(_trained(run, material)), examples_of(files, run.id)
    measures = _measures(run, material, examples)
    shown = chosen(material.answers, measures)
    lessons = [Lesson.of_line(row, material.categories) for row in trained_rows(files, run.id)]
    faults = answer_faults(material.answers, lessons, measures)
    comparison = Comparison(
        name=material.name,
        number=run.number,
        losses=losses,
        verdict=verdict(measures, belonging(material.answers, measures, examples)),
        measures=measures,
        answers=material.answers,
        chosen=shown,
        judged=material.judged,
        rubric=material.rubric,
        rateable=len(set(material.pairs) - {one.id for one in shown}),
        faults=faults,
        collect=collect(material.answers, faults, changes(material.answers, measures), material.kinds),
        raters=_raters(material, shown),
        pinned=material.pinned,
        sets=sets_of(
            read_lines(files, f"runs/{run.id}/rows.jsonl"), material.answers, material.evidence.leaks, run.results
        ),
        late=material.late,
        earlier=material.earlier,
        speed=speed_of(run.results.get("generate") or {}),
    )
    write(files, f"runs/{run.id}", comparison)
    return comparison


def write(files: Files, folder: str, comparison: Comparison) -> None:
    """The three files of a comparison; the data last, for whoever finds them finds the others too."""
    files.write_text(f"{folder}/comparison.md", page(comparison))
    if picture := draw_verdict(comparison):
        files.write_bytes(f"{folder}/verdict.png", picture)
    else:
        files.delete(f"{folder}/verdict.png")
    files.write_text(f"{folder}/comparison.json", json.dumps(as_json(comparison), ensure_ascii=False, indent=2))


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison with what is said about it."""
    told = [asdict(note) for note in notes(comparison)]
    return {**comparison.to_json(), "headline": headline(comparison), "notes": told}


def _measures(run: Run, material: Material, examples: Sequence[tuple[str, str]]) -> tuple[Measure, ...]:
    """Everything that was counted, judged and voted on. ``examples``: requests and answers of the training rows."""
    result, answers = _trained(run, material), material.answers
    requests, outputs = [request for request, _ in examples], [answer for _, answer in examples]
    found = measured(answers, row_losses(result.get("losses")), outputs, requests)
    losses = losses_of(result)
    if losses and not any(one.code == "loss" for one in found):
        found.append(losses_in_sum(losses.base, losses.tuned, losses.rows))
    asked = by_people(material.votes, material.scores, answers, material.rubric)
    return tuple(one_scorer([*found, *judgements(material.judged, answers), *asked]))


def by_people(
    votes: Sequence[Vote], scores: Sequence[Score], answers: Sequence[Answered], rubric: Rubric
) -> list[Measure]:
    """What people voted and scored, as measures."""
    preferred = votes_measure(votes, answers)
    return [*([preferred] if preferred else []), *scored(scores, answers, rubric)]


def _trained(run: Run, material: Material) -> Mapping[str, Any]:
    """What the train job reported, its losses without the rows that leaked or only repeat others."""
    result, leaks = run.results.get("train", {}), material.evidence.leaks
    return {**result, "losses": losses_apart(result.get("losses"), leaks.leaked | leaks.repeated)}


def _raters(material: Material, shown: Sequence[Chosen]) -> Raters | None:
    left = set(material.pairs) - {one.id for one in shown}
    return raters(material.votes, material.scores, material.answers, left, material.authors)
