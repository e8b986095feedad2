"""Targets are told with intervals: reached, missed, not told yet."""

from dataclasses import replace

from agent.evaluation.facts import Judged, Judgement
from agent.evaluation.rubric import CRITERIA, RUBRIC, Rubric
from agent.reports.notes import Note
from agent.reports.target_notes import target_notes
from tests.fakes.answers import answers, chatter, ticket
from tests.fakes.comparisons import comparison

MEANS = {"accuracy": (5.0, 5.0), "format": (3.0, 3.5), "relevance": (4.0, 4.5), "tone": (3.0, 5.0)}
"""Scores of the tuned model, at every other request the second."""


def judged(requests: int = 24, rubric: Rubric = RUBRIC) -> Judged:
    given = tuple(
        Judgement(prompt_id=f"near_{at:02}", criterion=name, base=2, tuned=scores[at % 2], flipped=False)
        for at in range(requests)
        for name, scores in MEANS.items()
    )
    return Judged(judge="clever", trusted=True, criteria=CRITERIA, judgements=given, rubric=tuple(rubric))


def told(of: Judged, rubric: Rubric = RUBRIC) -> list[Note]:
    return list(target_notes(replace(comparison(answers(chatter, ticket), judged=of), rubric=rubric)))


def test_each_criterion_is_told_with_its_mean_and_interval() -> None:
    (note,) = told(judged())
    assert note.text.startswith("The target is a mean score of 4. By 95 % intervals of the scores of your model: ")
    assert "reached by accuracy (5.0; 4.8 to 5.0)" in note.text
    assert "missed by format (3.2; " in note.text
    assert "not told yet of " in note.text
    assert "tone (4.0; 3.6 to 4.4)" in note.text
    assert note.urgent


def test_targets_that_differ_are_told_each() -> None:
    strict = tuple(replace(one, target=4.5 if one.name == "tone" else one.target) for one in RUBRIC)
    (note,) = told(judged(rubric=strict), strict)
    assert "target 4.5)" in note.text
    assert "target 4)" in note.text


def test_a_handful_of_scores_reach_no_target() -> None:
    (note,) = told(judged(requests=8))
    assert "scored on too few requests to tell: accuracy" in note.text
    assert note.urgent == 0


def test_without_scores_nothing_is_said() -> None:
    assert told(Judged(judge="embedded", trusted=False)) == []
