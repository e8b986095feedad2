"""How steady a judge is: with itself, with the order turned round, with people's votes."""

import math
import random

import pytest

from agent.evaluation.consistency import Twice, among_voters, flips, noise, share, with_votes
from agent.evaluation.facts import Judgement, Vote


def judgement(prompt: str, gain: float, flipped: bool = False, criterion: str = "accuracy") -> Judgement:
    return Judgement(prompt_id=prompt, criterion=criterion, base=3, tuned=3 + gain, flipped=flipped)


def vote(prompt: str, rater: str, picked: str) -> Vote:
    return Vote(prompt_id=prompt, rater_id=rater, picked=picked)  # type: ignore[arg-type]


def test_a_share_keeps_a_width_where_all_are_alike_and_stays_between_0_and_1() -> None:
    found = share([1.0] * 12)
    assert found is not None
    assert (found.value, found.high) == (1.0, 1.0)
    assert 0.5 < found.low < 1.0
    assert share([1.0]) is None


@pytest.mark.parametrize("truth", [0.1, 0.5])
def test_the_interval_of_a_share_covers_it(truth: float) -> None:
    chance = random.Random(3)
    found = [share([float(chance.random() < truth) for _ in range(30)]) for _ in range(400)]
    assert sum(one is not None and one.low <= truth <= one.high for one in found) >= 0.93 * len(found)


def test_noise_is_the_spread_of_one_score_and_not_of_the_difference_of_two() -> None:
    chance = random.Random(5)
    twice = [
        Twice(criterion="tone", first=round(chance.gauss(300, 20)), again=round(chance.gauss(300, 20)))
        for _ in range(2000)
    ]
    assert noise(twice)["tone"].deviation == pytest.approx(20, rel=0.05)


def test_a_judge_that_repeats_itself_has_none() -> None:
    twice = [Twice(criterion=name, first=4, again=4) for name in ("tone", "format") for _ in range(6)]
    found = noise([*twice, Twice(criterion="tone", first=4, again=2)])
    assert (found["format"].same, found["format"].scores, found["format"].deviation) == (6, 6, 0)
    assert (found["tone"].same, found["tone"].scores) == (6, 7)
    assert found["tone"].deviation == pytest.approx(math.sqrt(4 / 14))
    assert noise([]) == {}


def test_of_flips_a_request_counts_once_whatever_the_criteria() -> None:
    given = [judgement(f"r{at}", 1, flipped=at == 0, criterion=name) for at in range(10) for name in ("a", "b", "c")]
    found = flips(given)
    assert found is not None
    assert found.value == pytest.approx(0.1)
    assert found.high > 0.25, "of ten requests, not of thirty scores"


def test_votes_are_held_against_the_judges_preference_of_the_same_request() -> None:
    given = [judgement("a", 1), judgement("b", -1), judgement("c", 0), judgement("d", 2)]
    votes = [
        vote("a", "ada", "tuned"),
        vote("a", "bo", "base"),
        vote("b", "ada", "base"),
        vote("c", "ada", "tuned"),
        vote("d", "ada", "same"),
        vote("unjudged", "ada", "tuned"),
    ]
    count, found = with_votes(given, votes)
    assert found is not None
    assert (count, found.value) == (2, 0.75), "ties of either say nothing"


def test_people_among_themselves_are_told_by_pairs_of_them() -> None:
    votes = [vote("a", "ada", "tuned"), vote("a", "bo", "tuned"), vote("b", "ada", "base"), vote("b", "bo", "tuned")]
    count, found = among_voters([*votes, vote("c", "ada", "base")])
    assert found is not None
    assert (count, found.value) == (2, 0.5)
