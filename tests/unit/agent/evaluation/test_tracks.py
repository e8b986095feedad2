"""Only what was measured on the same requests is joined; a mean is taken over what all of them have in common."""

from hypothesis import given
from hypothesis import strategies as st

from agent.evaluation.tracks import FEWEST_SHARED, Reached, stretches


def reached(version: int, first: int, last: int, value: float) -> Reached:
    return Reached(version=version, values={f"r{at}": value for at in range(first, last)})


def test_versions_that_were_asked_the_same_are_joined() -> None:
    (only,) = stretches([reached(1, 0, 20, 40), reached(2, 0, 20, 60)])
    assert (only.points, only.requests) == (((1, 40), (2, 60)), 20)


def test_of_a_test_set_that_grew_the_common_part_counts() -> None:
    old = Reached(version=1, values={f"r{at}": 10.0 for at in range(20)})
    new = Reached(version=2, values={f"r{at}": 10.0 if at < 20 else 90.0 for at in range(30)})
    (only,) = stretches([old, new])
    assert (only.points, only.requests) == (((1, 10), (2, 10)), 20), "easier requests make no version better"


def test_other_requests_begin_another_stretch() -> None:
    before, after = stretches([reached(1, 0, 20, 40), reached(2, 50, 70, 60), reached(3, 50, 70, 70)])
    assert before.points == ((1, 40),)
    assert after.points == ((2, 60), (3, 70))


def test_a_long_line_is_cut_rather_than_to_rest_on_a_handful() -> None:
    drifting = [reached(version, 4 * version, 4 * version + 16, 50) for version in range(8)]
    found = stretches(drifting)
    assert len(found) > 1
    assert all(one.requests >= 8 for one in found)


def test_a_version_without_values_is_left_out() -> None:
    assert stretches([Reached(version=1, values={})]) == []


@given(st.lists(st.dictionaries(st.sampled_from("abcdefghijkl"), st.floats(0, 100)), max_size=8))
def test_each_version_stands_once_in_order_and_lines_rest_on_what_is_shared(values: list[dict[str, float]]) -> None:
    given_values = {version: own for version, own in enumerate(values, 1)}
    found = stretches([Reached(version=version, values=own) for version, own in given_values.items()])
    seen = [version for one in found for version, _ in one.points]
    assert seen == [version for version, own in given_values.items() if own]
    for one in found:
        shared = set.intersection(*(set(given_values[version]) for version, _ in one.points))
        assert one.requests == len(shared)
        assert len(one.points) == 1 or one.requests >= FEWEST_SHARED
