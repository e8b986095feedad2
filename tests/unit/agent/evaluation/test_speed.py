"""Speed is told only where both sides were timed."""

from typing import Any

import pytest

from agent.evaluation.speed import Pace, Speed, speed_of

TOLD = {"first_token_seconds": 0.2, "tokens_per_second": 38.0, "requests": 3.0}


def test_both_sides_are_read() -> None:
    pace = Pace(first_token_seconds=0.2, tokens_per_second=38.0)
    assert speed_of({"speed": {"base": TOLD, "tuned": TOLD}}) == Speed(base=pace, tuned=pace)


@pytest.mark.parametrize(
    "speed",
    [None, {}, {"base": TOLD}, {"tuned": TOLD}, {"base": TOLD, "tuned": {}}, "fast", {"base": 3, "tuned": 4}]
    + [{"base": TOLD, "tuned": {**TOLD, "tokens_per_second": bad}} for bad in (0, -1, "fast", None)],
)
def test_half_a_measurement_is_none(speed: Any) -> None:
    assert speed_of({"speed": speed}) is None
    assert speed_of({}) is None
