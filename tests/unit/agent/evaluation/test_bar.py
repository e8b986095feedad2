"""Whether a judge scores as people do is decided by the interval, with enough requests, and never by the figure alone."""

import random
from dataclasses import replace

import pytest

from agent.evaluation.agreement import Rated
from agent.evaluation.bar import LEAST, RATED_NEEDED, STRONG, with_people


def planted(requests: int, noise: float, seed: int = 1) -> list[Rated]:
    """Two answers each; the judge gives people's score and an error of this standard deviation, within the scale."""
    chance = random.Random(seed)
    found = []
    for place in range(requests):
        for _ in range(2):
            person = float(chance.randint(1, 5))
            judge = min(5.0, max(1.0, round(2 * chance.gauss(person, noise)) / 2))
            found.append(Rated(cluster=f"request_{place}", judge=judge, person=person))
    return found


def by_chance(requests: int, seed: int) -> list[Rated]:
    chance = random.Random(seed)
    return [replace(one, judge=float(chance.randint(1, 5))) for one in planted(requests, 0, seed)]


def test_a_judge_that_scores_as_people_do_agrees_and_is_called_strong() -> None:
    found = with_people(planted(30, 0.5))
    assert (found.code, found.clusters, found.strong) == ("agrees", 30, True)


@pytest.mark.parametrize("seed", range(5))
def test_a_judge_of_chance_or_of_the_contrary_is_shown_to_be_below(seed: int) -> None:
    assert with_people(by_chance(40, seed)).code == "below"
    contrary = [Rated(cluster=one.cluster, judge=6 - one.person, person=one.person) for one in planted(40, 0, seed)]
    assert with_people(contrary).code == "below"


def test_a_judge_of_chance_is_hardly_ever_believed() -> None:
    assert sum(with_people(by_chance(RATED_NEEDED, seed)).code == "agrees" for seed in range(200)) == 0


def test_fewer_requests_decide_nothing_however_clear_they_look() -> None:
    found = with_people(planted(RATED_NEEDED - 1, 0))
    assert (found.code, found.strong) == ("too_few", False)
    assert with_people([]).code == "too_few"


def test_what_may_be_strong_but_is_not_shown_to_be_moderate_is_unproven() -> None:
    """Twenty requests of a middling judge: the interval reaches from below the least to above the bar."""
    codes = set()
    for seed in range(60):
        found = with_people(planted(RATED_NEEDED, 1.8, seed))
        assert found.agreement is not None
        assert found.agreement.spearman is not None
        low, high = found.agreement.spearman.low, found.agreement.spearman.high
        expected = "below" if high < STRONG else "unproven" if low < LEAST else "agrees"
        assert found.code == expected
        codes.add(found.code)
    assert codes == {"below", "unproven", "agrees"}


def test_a_judge_that_gives_all_the_same_is_not_believed_and_people_who_do_say_nothing_of_it() -> None:
    rated = planted(30, 0)
    blind = [Rated(cluster=one.cluster, judge=5, person=one.person) for one in rated]
    content = [Rated(cluster=one.cluster, judge=one.judge, person=5) for one in rated]
    assert with_people(blind).code == "unproven"
    assert with_people(content).code == "alike"
