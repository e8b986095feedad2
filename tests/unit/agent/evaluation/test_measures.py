"""What is counted of answers, losses, scores and votes: the figures, by hand."""

import pytest

from agent.evaluation.facts import Judged, Judgement, RowLoss, Vote
from agent.evaluation.measures import Measure, judgements, measured, votes_measure
from storage.domain import AgreedFormat
from tests.fakes.answers import answers, chatter, ticket


def measure(found: list[Measure], code: str) -> Measure:
    return next(one for one in found if one.code == code)


def test_form_is_counted_in_answers() -> None:
    given = answers(chatter, lambda at: ticket(at) if at < 6 else chatter(at), count=8)
    found = measure(measured(given, (), ()), "format")
    assert (found.n, found.base * found.n, found.tuned * found.n) == (8, 0, 6)
    assert found.pairs["near_07"] == (0, 0)


def test_answers_without_a_form_to_keep_are_not_counted() -> None:
    given = answers(chatter, ticket, expected=None)
    codes = {one.code for one in measured(given, (), ())}
    assert not {"format", "sections"} & codes
    assert {"likeness", "own_request", "length"} <= codes


def test_a_loss_is_told_by_token_as_the_run_tells_it() -> None:
    losses = [RowLoss(id="a", base=3.0, tuned=1.0, tokens=10), RowLoss(id="b", base=1.0, tuned=0.5, tokens=30)]
    found = measured([], losses, ())
    assert [one.code for one in found] == ["loss"], "without the control nothing is said about the request"
    assert (found[0].base, found[0].tuned) == (1.5, 0.625)
    gain = found[0].gain
    assert gain is not None
    assert gain.mean == pytest.approx(0.875), "less is better, so it is a gain"


def test_what_a_request_tells_is_the_loss_without_it_less_the_loss_with_it() -> None:
    losses = [
        RowLoss(id=str(at), base=2.0, tuned=1.0, base_swapped=2.5, tuned_swapped=2.0 + at / 10, tokens=10)
        for at in range(3)
    ]
    found = measure(measured([], losses, ()), "own_loss")
    assert found.base == 0.5
    assert found.tuned == pytest.approx(1.1)
    assert found.role == "content"


def test_copying_is_shown_and_decides_nothing() -> None:
    story = "the lift stops between the second and the third floor whenever somebody leans on the door"
    given = answers(chatter, lambda at: story, count=3, expected=AgreedFormat(lines=1))
    found = measure(measured(given, (), [story]), "copying")
    assert (found.base, found.tuned, found.role) == (0, 1, "beside")


def test_both_orders_of_a_judge_and_all_raters_of_a_pair_are_one_observation() -> None:
    given = answers(chatter, ticket, count=2)
    scores = [Judgement(prompt_id=one.id, criterion="accuracy", base=2.5, tuned=4.0, flipped=False) for one in given]
    (accuracy,) = judgements(Judged(judge="x", trusted=True, judgements=tuple(scores)), given)
    assert (accuracy.code, accuracy.n, accuracy.tuned) == ("judged_accuracy", 2, 4.0)
    votes = [Vote(prompt_id="near_00", rater_id=rater, picked="tuned") for rater in "abc"]
    votes += [
        Vote(prompt_id="near_01", rater_id="a", picked="base"),
        Vote(prompt_id="near_01", rater_id="b", picked="same"),
    ]
    found = votes_measure(votes, given)
    assert found is not None
    assert (found.n, found.base, found.tuned) == (2, 0.25, 0.5)


def test_judgements_of_requests_beyond_the_task_are_left_out() -> None:
    far = answers(chatter, ticket, count=2, beyond=True)
    score = Judgement(prompt_id=far[0].id, criterion="accuracy", base=1, tuned=5, flipped=False)
    assert judgements(Judged(judge="x", trusted=True, judgements=(score,)), far) == []
