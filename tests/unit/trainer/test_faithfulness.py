"""A copy is told from the base alone, a wrong prompt and a rounded weight by what it expects next."""

import pytest

from trainer.faithfulness import TOLERANCE, UNLIKE, Original, difference, likeness

TUNED = [("Subject", -0.1), ("Title", -3.0), ("Dear", -4.0)]
BASE = [("Sure", -0.3), ("Subject", -2.0), ("Dear", -3.0)]
ORIGINAL = Original(messages=[], tuned=TUNED, base=BASE)


def test_the_same_expectations_do_not_differ() -> None:
    assert difference(TUNED, dict(TUNED)) == 0


def test_a_difference_is_the_mean_over_the_likeliest_tokens() -> None:
    assert difference(TUNED, {"Subject": -0.2, "Title": -3.0, "Dear": -3.8}) == pytest.approx((0.1 + 0 + 0.2) / 3)


def test_a_token_that_the_server_does_not_name_counts_with_the_least_that_it_can_be() -> None:
    assert difference(TUNED, {"Subject": -0.1, "Sure": -5.0}) == pytest.approx((0 + 2.0 + 1.0) / 3)
    assert difference(TUNED, {"Subject": -0.1, "Sure": -1.0}) == 0, "it may be the very same"


@pytest.mark.parametrize("found", [{}, None])
def test_nothing_to_compare_is_no_likeness(found: dict[str, float] | None) -> None:
    assert difference(TUNED, found or {}) == UNLIKE
    assert difference(TUNED[:2], dict(TUNED)) == UNLIKE


def test_a_rounded_copy_is_faithful() -> None:
    found = likeness([ORIGINAL], [{token: value + 0.04 for token, value in TUNED}])
    assert found.from_tuned == pytest.approx(0.04)
    assert found.faithful


def test_the_base_alone_is_not() -> None:
    found = likeness([ORIGINAL], [dict(BASE)])
    assert found.from_tuned > TOLERANCE
    assert not found.faithful


def test_a_base_that_an_adapter_hardly_changed_does_not_pass_for_the_tuned_model() -> None:
    near = Original(
        messages=[], tuned=[("a", -1.0), ("b", -2.0), ("c", -3.0)], base=[("a", -1.1), ("b", -2.1), ("c", -3.1)]
    )
    assert likeness([near], [dict(near.tuned)]).faithful
    assert not likeness([near], [dict(near.base)]).faithful


def test_one_request_that_goes_well_does_not_make_up_for_another() -> None:
    found = likeness([ORIGINAL, ORIGINAL], [dict(TUNED), {token: value - 1 for token, value in TUNED}])
    assert found.from_tuned == pytest.approx(0.5)
    assert not found.faithful
