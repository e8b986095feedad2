"""Agreement of a judge with people, and of people with each other: against published figures, ties and gaps."""

import pytest
from scipy import stats

from agent.evaluation.agreement import FEWEST_CLUSTERS, Rated, agreement, krippendorff_alpha, raw_agreement


def rated(judge: list[float], person: list[float], a_cluster: int = 1) -> list[Rated]:
    return [
        Rated(cluster=str(place // a_cluster), judge=one, person=other)
        for place, (one, other) in enumerate(zip(judge, person, strict=True))
    ]


PEOPLE = [1.0, 2, 3, 4, 5, 5, 4, 3, 2, 1, 3, 3]


def test_a_judge_that_says_the_same_agrees_but_not_for_certain() -> None:
    found = agreement(rated(PEOPLE, PEOPLE))
    assert found is not None
    for one in (found.spearman, found.kendall, found.weighted_kappa):
        assert one is not None
        assert one.value == pytest.approx(1)
        assert 0.6 < one.low < 1
        assert one.high == 1


def test_a_judge_that_scores_higher_ranks_alike_and_scores_otherwise() -> None:
    found = agreement(rated([one + 1 for one in PEOPLE], PEOPLE))
    assert found is not None
    assert found.spearman is not None
    assert found.weighted_kappa is not None
    assert found.spearman.value == pytest.approx(1)
    assert found.weighted_kappa.value < 0.8
    assert found.bias.value == pytest.approx(1)
    assert found.bias.low > 0.5


def test_one_that_turns_the_scale_round_disagrees() -> None:
    found = agreement(rated([6 - one for one in PEOPLE], PEOPLE))
    assert found is not None
    assert found.spearman is not None
    assert found.spearman.value == pytest.approx(-1)
    assert found.spearman.low == -1
    assert found.spearman.high < 0


def test_kappa_is_that_of_the_table_with_squared_weights() -> None:
    """Of 1, 2, 3 with one step between at two of 12: 1 less 2/12 divided by what chance gives, 4/3."""
    judge = [1.0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3]
    person = [1.0, 1, 1, 2, 1, 2, 2, 2, 3, 3, 3, 3]
    found = agreement(rated(judge, person))
    assert found is not None
    assert found.weighted_kappa is not None
    assert found.weighted_kappa.value == pytest.approx(1 - (2 / 12) / (4 / 3))


def test_ranks_are_compared_as_by_scipy_where_many_are_tied() -> None:
    judge = [1.0, 1.5, 3, 4, 4.5, 5, 4, 2, 2, 2.5, 3, 1]
    found = agreement(rated(judge, PEOPLE))
    assert found is not None
    assert found.spearman is not None
    assert found.kendall is not None
    assert found.spearman.value == pytest.approx(stats.spearmanr(judge, PEOPLE).statistic)
    assert found.kendall.value == pytest.approx(stats.kendalltau(judge, PEOPLE).statistic)


@pytest.mark.parametrize(("judge", "person"), [([3.0] * 12, PEOPLE), (PEOPLE, [4.0] * 12), ([3.0] * 12, [3.0] * 12)])
def test_who_scores_everything_alike_ranks_nothing(judge: list[float], person: list[float]) -> None:
    found = agreement(rated(judge, person))
    assert found is not None
    assert found.spearman is found.kendall is found.weighted_kappa is None
    assert found.bias.low < found.bias.high


def test_many_answers_to_few_requests_are_few() -> None:
    assert agreement(rated(PEOPLE, PEOPLE)[: FEWEST_CLUSTERS - 1]) is None
    assert agreement(rated(PEOPLE * 10, PEOPLE * 10, a_cluster=20)) is None
    assert agreement([]) is None


def test_requests_that_hang_together_make_an_interval_wider() -> None:
    judge = [one + (place % 3 - 1) for place, one in enumerate(PEOPLE * 4)]
    apart, together = agreement(rated(judge, PEOPLE * 4)), agreement(rated(judge, PEOPLE * 4, a_cluster=4))
    assert apart is not None
    assert together is not None
    assert apart.spearman is not None
    assert together.spearman is not None
    assert apart.spearman.value == together.spearman.value
    assert apart.n == together.n == 48
    assert together.clusters == 12


KRIPPENDORFF = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


def test_alpha_is_that_of_krippendorffs_own_example() -> None:
    """Computing Krippendorff's Alpha-Reliability (2011), section C: 0.743 nominal, 0.815 ordinal, 0.849 interval."""
    raters = [line.split() for line in KRIPPENDORFF.split("\n") if line]
    ratings = {
        str(unit): {str(rater): float(line[unit]) for rater, line in enumerate(raters) if line[unit] != "."}
        for unit in range(12)
    }
    expected = {"nominal": 0.743, "ordinal": 0.815, "interval": 0.849}
    for level, value in expected.items():
        found = krippendorff_alpha(ratings, level)  # type: ignore[arg-type]  # the keys are levels
        assert found is not None
        assert found.value == pytest.approx(value, abs=5e-4)
        assert found.low < value < found.high


def test_alpha_of_one_value_or_of_one_rater_is_not_told() -> None:
    assert krippendorff_alpha({str(unit): {"a": 3.0, "b": 3.0} for unit in range(20)}, "ordinal") is None
    assert krippendorff_alpha({str(unit): {"a": unit % 5} for unit in range(20)}, "ordinal") is None
    assert krippendorff_alpha({}, "nominal") is None


def test_votes_that_are_alike() -> None:
    same = {str(unit): {"a": "tuned", "b": "tuned", "c": "base"} for unit in range(20)}
    found = raw_agreement(same)
    assert found is not None
    assert found.value == pytest.approx(1 / 3)
    whole = raw_agreement({str(unit): {"a": "tuned", "b": "tuned"} for unit in range(20)})
    assert whole is not None
    assert (whole.value, whole.high) == (1, 1)
    assert whole.low < 0.9
    assert raw_agreement({"one": {"a": "tuned", "b": "tuned"}}) is None
