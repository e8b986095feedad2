"""Several judges of the same answers: the mean of those that are believed, and how far they differ."""

from dataclasses import replace

import pytest

from agent.evaluation.facts import Judged, Judgement
from agent.evaluation.length import Padding
from agent.evaluation.panel import panel


def member(name: str, scores: dict[str, tuple[float, float]], criteria: tuple[str, ...] = ("accuracy",)) -> Judged:
    given = [
        Judgement(prompt_id=prompt, criterion=criterion, base=base, tuned=tuned, flipped=False, reason=name)
        for prompt, (base, tuned) in scores.items()
        for criterion in criteria
    ]
    return Judged(
        judge=name,
        trusted=True,
        probes=50,
        passed=50,
        judgements=tuple(given),
        criteria=criteria,
        requests=len(scores),
        judged=len(scores),
    )


STRICT = member("strict", {"a": (1, 2), "b": (2, 3), "c": (2, 2)})
MILD = member("mild", {"a": (3, 5), "b": (5, 4), "c": (3, 3)}, ("accuracy", "tone"))
AWAY = Judged(judge="away", trusted=False, unavailable="down")
BLIND = Judged(judge="blind", trusted=False, probes=3, passed=0)


def test_one_judge_is_no_panel() -> None:
    assert panel([STRICT]) is STRICT


def test_by_each_criterion_counts_the_mean_of_those_that_are_believed_by_it() -> None:
    found = panel([STRICT, MILD])
    scores = {(one.prompt_id, one.criterion): (one.base, one.tuned) for one in found.judgements}
    assert scores["a", "accuracy"] == (2, 3.5)
    assert scores["a", "tone"] == (3, 5)
    assert (found.judge, found.criteria, found.judged) == ("strict + mild", ("accuracy", "tone"), 3)


def test_what_length_is_worth_to_them_is_the_mean_of_the_cases_that_all_of_them_scored() -> None:
    def gives(*points: float) -> tuple[Padding, ...]:
        return tuple(Padding(case=str(at), longer=0.5, points=one) for at, one in enumerate(points))

    strict = replace(STRICT, padded={"accuracy": gives(0.0, 1.0)})
    mild = replace(MILD, padded={"accuracy": gives(1.0), "tone": gives(2.0)})
    assert panel([strict, mild]).padded == {"accuracy": gives(0.5), "tone": gives(2.0)}
    assert panel([STRICT, mild]).padded["accuracy"] == (), "of one of them nothing is known"
    full = replace(MILD, padded={"accuracy": (replace(gives(0.0)[0], at_an_end=True), *gives(0.0, 0.5)[1:])})
    assert [one.at_an_end for one in panel([strict, full]).padded["accuracy"]] == [True, False]


def test_one_that_is_away_or_not_believed_holds_up_nobody_and_is_told_of() -> None:
    found = panel([AWAY, STRICT, BLIND])
    assert found.judgements == STRICT.judgements
    assert (found.judge, found.trusted, found.unavailable) == ("strict", True, "")
    assert [one.judge for one in found.each] == ["away", "strict", "blind"]
    assert found.opposed is None, "one judge contradicts nobody"


def test_all_away_is_nothing_judged_and_says_why() -> None:
    found = panel([AWAY, replace(AWAY, judge="far", unavailable="slow")])
    assert (found.trusted, found.judgements, found.unavailable, found.judge) == (False, (), "down", "away + far")


def test_their_contradictions_are_told_and_a_tie_is_none() -> None:
    found = panel([STRICT, MILD])
    assert found.opposed is not None
    assert found.opposed.value == pytest.approx(1 / 3), "b alone: c is a tie for both"


def test_scores_that_were_moved_are_told_as_they_were_only_if_all_were() -> None:
    moved = replace(
        STRICT, judgements=tuple(replace(one, raw_base=one.base, raw_tuned=one.tuned) for one in STRICT.judgements)
    )
    assert {one.raw_base for one in panel([moved, MILD]).judgements} == {None}
    both = panel([moved, replace(moved, judge="other")])
    assert all((one.raw_base, one.raw_tuned) == (one.base, one.tuned) for one in both.judgements)
